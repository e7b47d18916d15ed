// Which calls templates make, found without rendering where that is safe (effect-walker.ts). Keeps, for the time of one
// parse, which macros call nothing that counts: thousands of models use the same few.

import type { SharedScope } from "../context/scope.ts";
import { JinjaError } from "../jinja/errors.ts";
import type { TemplateSource } from "../jinja/source.ts";
import { hasTemplate } from "../jinja/source.ts";
import type { Macro, MacroId } from "../manifest/manifest.ts";
import { EffectWalker } from "./effect-walker.ts";
import type { EffectScope } from "./expression-effects.ts";
import type { StaticCall } from "./static-calls.ts";

export interface TemplateEffects {
  readonly calls: readonly StaticCall[];
  /** Macros that the template itself calls, in the order of the calls. */
  readonly macros: ReadonlySet<MacroId>;
}

export class EffectReader {
  private readonly scopes = new Map<string, ProjectScope>();

  constructor(private readonly shared: SharedScope) {}

  /**
   * @param packageName whose macros and vars the template sees
   * @returns undefined when the template must be rendered to know. Throws JinjaError(syntax).
   */
  read(source: TemplateSource, packageName: string): TemplateEffects | undefined {
    const { body } = this.shared.environment.parse(source);
    const calls: StaticCall[] = [];
    const macros = new Set<MacroId>();
    const sink = {
      call: (call: StaticCall) => void calls.push(call),
      macro: (macro: Macro) => void macros.add(macro.id),
    };
    const walker = new EffectWalker(this.scopeOf(packageName), sink);
    return walker.statements(body, true) ? { calls, macros } : undefined;
  }

  /** True when a macro, called from a package's templates, calls nothing that counts, whatever its arguments. */
  isInert(macro: Macro, packageName: string): boolean {
    return this.scopeOf(packageName).isInert(macro);
  }

  private scopeOf(packageName: string): ProjectScope {
    let scope = this.scopes.get(packageName);
    if (!scope) {
      scope = new ProjectScope(this.shared, packageName);
      this.scopes.set(packageName, scope);
    }
    return scope;
  }
}

/** Names as templates of one package see them; the macros that they call see the same. */
class ProjectScope implements EffectScope {
  private readonly inert = new Map<MacroId, boolean>();

  constructor(
    private readonly shared: SharedScope,
    private readonly packageName: string,
  ) {}

  macro(name: string): Macro | undefined {
    return this.shared.macros.find(name, this.packageName);
  }

  macroIn(packageName: string, name: string): Macro | undefined {
    return this.shared.macros.findIn(packageName, name);
  }

  dispatched(name: string, namespace: string | null): Macro | undefined {
    return this.shared.macros.dispatch(name, namespace, this.packageName);
  }

  isPackage(name: string): boolean {
    const { macros } = this.shared;
    return macros.hasPackage(name) && !macros.isProjectMacro(name, this.packageName);
  }

  isPlainVar(name: string): boolean {
    const value = this.shared.config.variables.get(name, this.packageName)?.value;
    return typeof value !== "string" || !hasTemplate(value);
  }

  isInert(macro: Macro): boolean {
    let inert = this.inert.get(macro.id);
    if (inert === undefined) {
      // Macros that call each other in a ring are left to rendering, which tells of endless recursion.
      this.inert.set(macro.id, false);
      inert = this.callsNothing(macro);
      this.inert.set(macro.id, inert);
    }
    return inert;
  }

  private callsNothing({ block }: Macro): boolean {
    try {
      const { body } = this.shared.environment.parse(block.source);
      const node = body.find((statement) => statement.kind === "macro");
      if (!node) return false;
      const walker = new EffectWalker(
        this,
        undefined,
        new Map(node.parameters.map(({ name }) => [name, "other"])),
      );
      const defaults = node.parameters.every(
        (parameter) => !parameter.default || walker.expression(parameter.default, false) !== undefined,
      );
      return defaults && walker.statements(node.body, true);
    } catch (error) {
      if (error instanceof JinjaError) return false;
      throw error;
    }
  }
}
