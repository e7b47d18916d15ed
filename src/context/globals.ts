// All names of dbt's context for one render. Made ten thousand times an invocation, so making it does nothing: a name
// is looked up, bound to this render and kept when a template first asks for it.
// dbt's order: macros of the node's package, of the root project, packages by name, built-in macros, then the members.

import { type Diagnostic, warningAt } from "../base/diagnostic.ts";
import { warningPolicy } from "../config/warning-policy.ts";
import { callValue } from "../jinja/operations.ts";
import type { Globals, UndefinedUse } from "../jinja/run.ts";
import {
  type Effectful,
  type Kwargs,
  NativeFunction,
  NO_KWARGS,
  type PyObject,
  type Value,
} from "../jinja/value.ts";
import type { Macro, MacroId } from "../manifest/manifest.ts";
import { fail } from "./fail.ts";
import { BUILT_IN_PACKAGE } from "./macro-index.ts";
import { MacroNamespace, TrackedMacro } from "./macro-value.ts";
import { MEMBERS } from "./members.ts";
import type { NodeContext } from "./node-context.ts";
import type { NodeScope } from "./scope.ts";
import { StatementResults } from "./statement-results.ts";

/** Globals of one node's templates. @param scope decides what names mean in this phase */
export function createGlobals(scope: NodeScope): NodeGlobals {
  return new NodeGlobals(scope);
}

export class NodeGlobals implements Globals, NodeContext {
  readonly results = new StatementResults();
  /** How many macros are active; kept only where `onMacro` asks for it. */
  private readonly active = { depth: 0 };
  private readonly values = new Map<string, Value | undefined>();
  private readonly members = new Map<string, Value | undefined>();
  private readonly bound = new Map<MacroId, Value>();

  constructor(readonly scope: NodeScope) {}

  /** dbt's parser lets undefined names be called and looked into; what is wrong with them is told when they run. */
  get chainUndefined(): boolean {
    return !this.scope.execute;
  }

  onUndefined(use: UndefinedUse): void {
    this.scope.onUndefined?.(use);
  }

  keys(): Iterable<string> {
    return this.names();
  }

  get(name: string): Value | undefined {
    const known = this.values.get(name);
    if (known !== undefined) return known;
    const value = this.find(name);
    if (value !== undefined) this.values.set(name, value);
    return value;
  }

  set(name: string, value: Value): void {
    this.values.set(name, value);
  }

  builtin(name: string): Value | undefined {
    let value = this.members.get(name);
    if (value === undefined && Object.hasOwn(MEMBERS, name)) {
      value = MEMBERS[name]?.(this);
      this.members.set(name, value);
    }
    return value;
  }

  *names(): Iterable<string> {
    yield* this.values.keys();
    yield* this.scope.extra.keys();
    yield* this.scope.shared.macros.names(this.scope.packageName);
    yield* this.scope.shared.macros.packages();
    yield* Object.keys(MEMBERS);
  }

  macro(macro: Macro): Value {
    let bound = this.bound.get(macro.id);
    if (bound === undefined) {
      const plain = this.scope.shared.macros.template(macro).bind(this);
      const { onMacro } = this.scope;
      bound = onMacro ? new TrackedMacro(plain, this.active, (depth) => onMacro(macro.id, depth)) : plain;
      this.bound.set(macro.id, bound);
    }
    return bound;
  }

  *callMacro(name: string, args: readonly Value[], kwargs: Kwargs = NO_KWARGS): Effectful<Value> {
    const { macros } = this.scope.shared;
    const macro = macros.find(name, macros.rootProject);
    if (macro === undefined)
      return fail("DbtRuntimeError", `there is no macro "${name}", which the adapter needs`);
    return yield* callValue(this.macro(macro), args, kwargs);
  }

  print(text: string): void {
    const { shared, nodeId } = this.scope;
    shared.host.emit({
      kind: "message",
      level: "info",
      text,
      print: true,
      ...(nodeId === undefined ? {} : { node: nodeId }),
    });
  }

  warn(text: string): void {
    const { nodeId } = this.scope;
    const message = nodeId === undefined ? text : `${nodeId}: ${text}`;
    const diagnostic = this.judged(warningAt("jinja-warning", message, this.scope.place?.()));
    if (diagnostic?.severity === "error") fail("CompilationError", text);
    if (diagnostic) this.scope.shared.host.emit({ kind: "diagnostic", diagnostic });
  }

  /** Never an error, as dbt tells it without asking what warnings count for. */
  warnOnce(text: string): void {
    const warning = warningAt("jinja-warning", text);
    if (this.judged(warning)) this.scope.shared.host.emit({ kind: "diagnostic", diagnostic: warning });
  }

  private judged(warning: Diagnostic): Diagnostic | undefined {
    return warningPolicy(this.scope.shared.config.flags).judge(warning);
  }

  private find(name: string): Value | undefined {
    const override = this.override(name);
    if (override !== undefined) return override;
    const extra = this.scope.extra.get(name);
    return extra !== undefined ? extra : (this.findMacro(name) ?? this.builtin(name));
  }

  private findMacro(name: string): Value | undefined {
    const { shared, packageName, overrides, execute } = this.scope;
    const { macros } = shared;
    if (macros.hasPackage(name) && !macros.isProjectMacro(name, packageName)) {
      return new MacroNamespace(
        name,
        macros,
        (macro) => this.macro(macro),
        packageOverrides(name, overrides?.macros),
        // Of one's own project it is better told at once; nobody can mend a package.
        !execute && packageName !== macros.rootProject,
      );
    }
    const macro = macros.find(name, packageName);
    return macro ? this.macro(macro) : undefined;
  }

  /** A unit test's override of a global name: a macro becomes one that answers the value, a value is replaced. */
  private override(name: string): Value | undefined {
    const { overrides, packageName, shared } = this.scope;
    if (!overrides || overrides.macros.size === 0) return undefined;
    const macro = shared.macros.find(name, packageName);
    const builtIn = macro !== undefined && shared.macros.findIn(BUILT_IN_PACKAGE, name) === macro;
    const value =
      overrides.macros.get(name) ??
      (builtIn ? overrides.macros.get(`${BUILT_IN_PACKAGE}.${name}`) : undefined);
    if (value === undefined) return undefined;
    return macro ? answering(name, value) : value;
  }
}

/** The overrides of a unit test that name macros of one package, by the macro's name. */
function packageOverrides(
  packageName: string,
  overrides: ReadonlyMap<string, Value> | undefined,
): ReadonlyMap<string, Value> | undefined {
  if (!overrides || overrides.size === 0) return undefined;
  const own = new Map<string, Value>();
  for (const [name, value] of overrides) {
    const short = name.startsWith(`${packageName}.`) ? name.slice(packageName.length + 1) : undefined;
    if (short !== undefined) own.set(short, answering(short, value));
    else if (packageName === BUILT_IN_PACKAGE && !name.includes(".")) own.set(name, answering(name, value));
  }
  return own;
}

function answering(name: string, value: Value): PyObject {
  return new NativeFunction(name, () => value);
}
