// What a generic test refers to and configures. Most test macros do neither by themselves, so their thousands of tests
// need no rendering: the arguments tell all. Which macros those are is read off their texts, once a macro.

import type { Place } from "../base/diagnostic.ts";
import { addConfigCall } from "../config/node-config.ts";
import { diagnose } from "../context/diagnose.ts";
import { createGlobals } from "../context/globals.ts";
import { argumentTemplate, TEST_ARGUMENTS } from "../context/test-argument.ts";
import { drive } from "../jinja/drive.ts";
import type { Globals } from "../jinja/environment.ts";
import { JinjaError, raise } from "../jinja/errors.ts";
import { hasTemplate } from "../jinja/source.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { Macro } from "../manifest/manifest.ts";
import { type Capture, captureScope, newCapture } from "./capture.ts";
import { captureSubject, type NodeDraft, type NodeMaker } from "./node-parts.ts";
import { isReadOnly } from "./test-arguments.ts";
import { argumentCapture } from "./test-references.ts";

/** A generic test with its arguments. */
export interface TestCall {
  /** Undefined where nobody has written the test. */
  readonly macro: Macro | undefined;
  /** What dbt takes for it, so that nothing is called. */
  readonly hiding: Macro | undefined;
  readonly kwargs: Dict;
  readonly config: Dict;
  readonly draft: NodeDraft;
  readonly place: Place;
  /** Where an argument is written; the test itself for those that are not written. */
  readonly placeOf: (argument: string) => Place;
}

/** A macro that may call one of these has to be rendered. */
const EFFECTS =
  /\b(?:ref|source|config(?!\s*\.\s*get\s*\()|metric|function|env_var|builtins|context|return\s*\(\s*caller)\b\s*[.([]/;

const CALL = /(?:\b([A-Za-z_]\w*)\s*\.\s*)?\b([A-Za-z_]\w*)\s*\(/g;
const DISPATCH = /\bdispatch\s*\(\s*(?:macro_name\s*=\s*)?['"](\w+)['"]/g;

export class TestMacros {
  private readonly plain = new Map<Macro, boolean>();

  constructor(private readonly maker: NodeMaker) {}

  /**
   * @returns what a test with these arguments says of itself, its configs included; undefined when it cannot be
   *   rendered, which is told
   */
  capture(call: TestCall): Capture | undefined {
    const { macro, hiding, kwargs, config, draft, placeOf } = call;
    const isRead = macro === undefined || hiding !== undefined || this.isPlain(macro);
    const known = isRead ? argumentCapture(kwargs, placeOf) : undefined;
    if (!known) return this.render(call);
    addConfigCall(known.config, "test", config);
    for (const one of [hiding, macro]) if (one) known.macros.add(one.id);
    if (macro && isReadOnly(macro)) return known;
    // dbt renders all other tests, which call config() once more with what it had given them: tags stand there twice.
    addConfigCall(known.config, "test", config);
    const { macros } = this.maker.session.shared;
    const where = macros.find("get_where_subquery", draft.file.packageName);
    if (where) known.macros.add(where.id);
    return known;
  }

  private render({ macro, hiding, kwargs, config, draft, place }: TestCall): Capture | undefined {
    const { shared, diagnostics } = this.maker.session;
    const { environment } = shared;
    const capture = newCapture();
    // Before what its arguments call, as dbt lists them.
    for (const one of [hiding, macro]) if (one) capture.macros.add(one.id);
    addConfigCall(capture.config, "test", config);
    const scope = captureScope(captureSubject(draft, [], this.maker), capture);
    const answer = (): never =>
      raise("CompilationError", "nothing can be asked of the warehouse while the project is parsed");
    const rendered = (value: Value, globals: Globals): Value => {
      if (Array.isArray(value)) return value.map((item) => rendered(item, globals));
      if (value instanceof Map)
        return new Map([...value].map(([key, item]) => [key, rendered(item, globals)]));
      if (typeof value !== "string") return value;
      const text = argumentTemplate(value);
      if (!hasTemplate(text)) return text;
      const template = environment.compile({ file: draft.source.file, text, line: place.line });
      return drive(template.renderValue(globals), answer);
    };
    try {
      const globals = createGlobals(scope);
      const values = new Map([...kwargs].map(([key, value]) => [key, rendered(value, globals)]));
      const extra = new Map<string, Value>([...scope.extra, [TEST_ARGUMENTS, values]]);
      if (hiding) addConfigCall(capture.config, "test", config);
      else if (macro)
        drive(environment.compile(draft.source).render(createGlobals({ ...scope, extra })), answer);
      for (const calls of [capture.refs, capture.sources, capture.functions] as { place: Place }[][])
        for (const [index, one] of calls.entries()) calls[index] = { ...one, place };
      return capture;
    } catch (error) {
      if (!(error instanceof JinjaError)) throw error;
      const diagnostic = diagnose(error, {
        subject: `data test "${draft.name}"`,
        place,
        macros: shared.macros,
        packageName: draft.file.packageName,
      });
      diagnostics.push({ ...diagnostic, place });
      return undefined;
    }
  }

  /**
   * Whether a macro, and all that it may call, never calls ref, source, config, or anything that reads the graph. What
   * config.get() answers does not matter then.
   */
  private isPlain(macro: Macro, above: ReadonlySet<Macro> = new Set()): boolean {
    const known = this.plain.get(macro);
    if (known !== undefined) return known;
    if (above.has(macro)) return true;
    const within = new Set([...above, macro]);
    let plain = !EFFECTS.test(macro.block.text.replace(/^[^%]*%}/, ""));
    if (plain) {
      for (const called of this.calledBy(macro)) {
        plain = called === macro || this.isPlain(called, within);
        if (!plain) break;
      }
    }
    // Within a ring a macro is plain only as long as the others are.
    if (above.size === 0 || !plain) this.plain.set(macro, plain);
    return plain;
  }

  /** The macros that a macro's text calls, and all that its dispatches could reach, in any package. */
  private *calledBy({ block: { text }, packageName }: Macro): Iterable<Macro> {
    const { macros } = this.maker.session.shared;
    for (const [, namespace, name = ""] of text.matchAll(CALL)) {
      const called =
        namespace === undefined ? macros.find(name, packageName) : macros.findIn(namespace, name);
      if (called) yield called;
    }
    for (const [, name = ""] of text.matchAll(DISPATCH))
      for (const one of macros.packages())
        for (const macro of macros.macrosOf(one).values()) if (macro.name.endsWith(`__${name}`)) yield macro;
  }
}
