// What a generic test refers to and configures. Most test macros do neither by themselves, so their thousands of tests
// need no rendering: the arguments tell all. Which macros those are is read off their texts, once a macro.

import type { Place } from "../base/diagnostic.ts";
import { addConfigCall } from "../config/node-config.ts";
import { diagnose } from "../context/diagnose.ts";
import { createGlobals } from "../context/globals.ts";
import { drive } from "../jinja/drive.ts";
import { JinjaError, raise } from "../jinja/errors.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { Macro } from "../manifest/manifest.ts";
import { type Capture, captureScope, newCapture } from "./capture.ts";
import { captureSubject, type NodeDraft, type NodeMaker } from "./node-parts.ts";
import { isReadOnly } from "./test-arguments.ts";
import { argumentCapture } from "./test-references.ts";

export interface CalledTest {
  /** Undefined where nobody has written the test. */
  readonly macro: Macro | undefined;
  /** What dbt takes for it, so that nothing is called. */
  readonly hiding: Macro | undefined;
}

export class TestMacros {
  private readonly plain = new Map<Macro, boolean>();

  constructor(private readonly maker: NodeMaker) {}

  /**
   * @returns what a test with these arguments says of itself, its configs included; undefined when it cannot be
   *   rendered, which is told
   */
  capture(
    called: CalledTest,
    kwargs: Dict,
    config: Dict,
    draft: NodeDraft,
    maker: NodeMaker,
    place: Place,
    placeOf: (argument: string) => Place,
  ): Capture | undefined {
    const { macro, hiding } = called;
    const { shared } = maker.session;
    const where = shared.macros.find("get_where_subquery", draft.file.packageName);
    const isRead = macro === undefined || hiding !== undefined || this.isPlain(macro);
    const known = isRead ? argumentCapture(kwargs, placeOf) : undefined;
    if (known) {
      addConfigCall(known.config, "test", config);
      for (const one of [hiding, macro]) if (one) known.macros.add(one.id);
      if (macro && isReadOnly(macro)) return known;
      // dbt renders all other tests, which call config() once more with what it had given them: tags stand there twice.
      addConfigCall(known.config, "test", config);
      if (where) known.macros.add(where.id);
      return known;
    }
    return this.render(called, kwargs, config, draft, maker, place);
  }

  private render(
    { macro, hiding }: CalledTest,
    kwargs: Dict,
    config: Dict,
    draft: NodeDraft,
    maker: NodeMaker,
    place: Place,
  ): Capture | undefined {
    const { session } = maker;
    const { environment } = session.shared;
    const subject = captureSubject(draft, [], maker);
    const capture = newCapture();
    // Before what its arguments call, as dbt lists them.
    for (const one of [hiding, macro]) if (one) capture.macros.add(one.id);
    addConfigCall(capture.config, "test", config);
    const scope = captureScope(subject, capture);
    const answer = (): never =>
      raise("CompilationError", "nothing can be asked of the warehouse while the project is parsed");
    const rendered = (value: Value, globals: ReturnType<typeof createGlobals>): Value => {
      if (Array.isArray(value)) return value.map((item) => rendered(item, globals));
      if (value instanceof Map)
        return new Map([...value].map(([key, item]) => [key, rendered(item, globals)]));
      if (typeof value !== "string") return value;
      const text = /^\s*(env_var|ref|var|source|doc)\s*\(.+\)\s*$/s.test(value) ? `{{ ${value} }}` : value;
      if (!/\{[{%#]/.test(text)) return text;
      return drive(
        environment.compile({ file: draft.source.file, text, line: place.line }).renderValue(globals),
        answer,
      );
    };
    try {
      const arguments_ = createGlobals(scope);
      const kwargsValue = new Map([...kwargs].map(([key, value]) => [key, rendered(value, arguments_)]));
      const globals = createGlobals({
        ...scope,
        extra: new Map<string, Value>([...scope.extra, ["_dbt_generic_test_kwargs", kwargsValue]]),
      });
      if (hiding) addConfigCall(capture.config, "test", config);
      else if (macro) drive(environment.compile(draft.source).render(globals), answer);
      for (const ref of [capture.refs, capture.sources, capture.functions] as { place: Place }[][]) {
        for (const [index, call] of ref.entries()) ref[index] = { ...call, place };
      }
      return capture;
    } catch (error) {
      if (!(error instanceof JinjaError)) throw error;
      const diagnostic = diagnose(error, {
        subject: `data test "${draft.name}"`,
        place,
        macros: session.shared.macros,
        packageName: draft.file.packageName,
      });
      session.diagnostics.push({ ...diagnostic, place });
      return undefined;
    }
  }

  /** Whether a macro, and all that it may call, never calls ref, source, config, or anything that reads the graph. What
   * config.get() answers does not matter then. */
  private isPlain(macro: Macro, above: ReadonlySet<Macro> = new Set()): boolean {
    const known = this.plain.get(macro);
    if (known !== undefined) return known;
    if (above.has(macro)) return true;
    const { macros } = this.maker.session.shared;
    const within = new Set([...above, macro]);
    const { text } = macro.block;
    let plain =
      !/\b(?:ref|source|config(?!\s*\.\s*get\s*\()|metric|function|env_var|builtins|context|return\s*\(\s*caller)\b\s*[.([]/.test(
        text.replace(/^[^%]*%}/, ""),
      );
    for (const [, namespace, name] of plain
      ? text.matchAll(/(?:\b([A-Za-z_]\w*)\s*\.\s*)?\b([A-Za-z_]\w*)\s*\(/g)
      : []) {
      const called =
        namespace === undefined
          ? macros.find(name as string, macro.packageName)
          : macros.findIn(namespace, name as string);
      if (called && called !== macro && !this.isPlain(called, within)) plain = false;
      if (!plain) break;
    }
    for (const [, name] of plain
      ? text.matchAll(/\bdispatch\s*\(\s*(?:macro_name\s*=\s*)?['"](\w+)['"]/g)
      : []) {
      if (!this.dispatched(name as string).every((one) => this.isPlain(one, within))) plain = false;
    }
    if (above.size === 0 || !plain) this.plain.set(macro, plain);
    return plain;
  }

  /** Every macro that a dispatch of a name could reach, in any package. */
  private dispatched(name: string): Macro[] {
    const { macros } = this.maker.session.shared;
    return macros
      .packages()
      .flatMap((one) =>
        [...macros.macrosOf(one).values()].filter((macro) => macro.name.endsWith(`__${name}`)),
      );
  }
}
