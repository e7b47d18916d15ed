// Finds out what a template refers to and how it configures itself: from its text where that is safe, else by
// rendering it with `execute` false, when ref() and its sisters record what they are asked for.

import type { Relation } from "../adapter/relation.ts";
import type { Place } from "../base/diagnostic.ts";
import type { ConfigKind } from "../config/config-keys.ts";
import { LineIndex } from "../config/line-index.ts";
import { addConfigCall } from "../config/node-config.ts";
import { createGlobals } from "../context/globals.ts";
import { MetricValue } from "../context/metric-value.ts";
import { RelationValue } from "../context/relation-value.ts";
import type { NodeScope, SharedScope } from "../context/scope.ts";
import type { Globals } from "../jinja/environment.ts";
import { raise } from "../jinja/errors.ts";
import type { TemplateSource } from "../jinja/source.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { MacroId } from "../manifest/manifest.ts";
import type { NodeId, RefCall, SourceCall } from "../manifest/node.ts";
import { type StaticCall, staticCalls, staticCallsOfModel } from "./static-calls.ts";
import type { EffectReader } from "./template-effects.ts";
import { asVersion } from "./value-shapes.ts";

/** What a template said of itself. */
export interface Capture {
  readonly refs: RefCall[];
  readonly sources: SourceCall[];
  readonly metrics: (readonly string[])[];
  readonly functions: RefCall[];
  /** Macros that the template itself calls. */
  readonly macros: Set<MacroId>;
  /** What config() calls gave, merged in their order. */
  readonly config: Dict;
}

export interface CaptureSubject {
  readonly shared: SharedScope;
  readonly packageName: string;
  readonly id: NodeId;
  readonly kind: ConfigKind;
  readonly source: TemplateSource;
  readonly relation: Relation | null;
  /** Config by the project tree and properties, for `config.get` of later lines. */
  config(): Dict;
  model(): Value;
  graph(): Value;
  readonly extra?: ReadonlyMap<string, Value>;
}

/** An empty capture. */
export function newCapture(): Capture {
  return { refs: [], sources: [], metrics: [], functions: [], macros: new Set(), config: new Map() };
}

/** Keeps a ref or source. */
export function keepReference(capture: Pick<Capture, "refs" | "sources">, call: RefCall | SourceCall): void {
  if ("source" in call) capture.sources.push(call);
  else capture.refs.push(call);
}

/**
 * @param effects undefined where the project has macros of its own named ref, source or config
 * @throws JinjaError for templates that cannot be parsed or fail
 */
export function captureTemplate(subject: CaptureSubject, effects: EffectReader | undefined): Capture {
  const read = effects && captureWithoutRendering(subject, effects);
  return read ?? captureByRendering(subject);
}

/** @returns undefined when the template must be rendered. Throws JinjaError(syntax). */
export function captureWithoutRendering(subject: CaptureSubject, effects: EffectReader): Capture | undefined {
  const { source, packageName } = subject;
  // Templates of nothing but literal calls are read off their text, which is quicker still than their syntax tree.
  const literal = subject.kind === "model" ? staticCallsOfModel(source.text) : staticCalls(source.text);
  const found = literal ? { calls: literal, macros: [] } : effects.read(source, packageName);
  if (!found) return undefined;
  const capture = newCapture();
  for (const macro of found.macros) capture.macros.add(macro);
  const lines = new LineIndex(source.text, source.file);
  if (!found.calls.every((call) => recordStatic(call, capture, subject, lines))) return undefined;
  return literal ? { ...capture, sources: eachOnce(capture.sources) } : capture;
}

/** dbt reads such a template, too, and keeps its sources as a set; what it renders has a source as often as it is named. */
function eachOnce(sources: readonly SourceCall[]): SourceCall[] {
  return [
    ...new Map(sources.toReversed().map((call) => [`${call.source}\0${call.table}`, call])).values(),
  ].reverse();
}

/** Renders the template; what the other way is tested against. */
export function captureByRendering(subject: CaptureSubject): Capture {
  const capture = newCapture();
  renderForCalls(subject, capture);
  return capture;
}

function recordStatic(
  { name, args, kwargs, start }: StaticCall,
  capture: Capture,
  subject: CaptureSubject,
  lines: LineIndex,
): boolean {
  if (name === "config") {
    if (args.length > 1 || (args.length === 1 && (kwargs.size > 0 || !(args[0] instanceof Map))))
      return false;
    const given = args[0] instanceof Map ? args[0] : new Map<Value, Value>(kwargs);
    // Rendering tells of keys that stand there in both of their spellings.
    if (["pre", "post"].some((when) => given.has(`${when}_hook`) && given.has(`${when}-hook`))) return false;
    addConfigCall(capture.config, subject.kind, given);
    return true;
  }
  const texts = args.map((arg) => (typeof arg === "string" ? arg : undefined));
  if (texts.includes(undefined)) return false;
  const place = placeIn(subject.source, start, callEnd(subject.source.text, start), lines);
  if (name === "source") {
    const [source, table] = texts;
    if (source === undefined || table === undefined || texts.length !== 2 || kwargs.size > 0) return false;
    capture.sources.push({ source, table, place });
    return true;
  }
  const [first, second] = texts;
  if (
    first === undefined ||
    texts.length > 2 ||
    [...kwargs.keys()].some((key) => key !== "v" && key !== "version")
  )
    return false;
  const version = asVersion(kwargs.get("version") ?? kwargs.get("v"));
  capture.refs.push({
    name: second ?? first,
    packageName: second === undefined ? null : first,
    version: version || null,
    place,
  });
  return true;
}

function renderForCalls(subject: CaptureSubject, capture: Capture): void {
  const { shared, source } = subject;
  const template = shared.environment.compile(source);
  template.renderOnce(captureGlobals(subject, capture), () =>
    raise("CompilationError", "nothing can be asked of the warehouse while the project is parsed"),
  );
}

/**
 * The scope in which a template is rendered for its calls.
 * @param where the place of the call that is being made
 */
export function captureScope(
  subject: CaptureSubject,
  capture: Capture,
  where: () => Place = () => placeIn(subject.source, 0, 1),
): NodeScope {
  const { shared } = subject;
  const unresolved = (name: string): Value =>
    new RelationValue(
      { ...(subject.relation ?? unknownRelation), identifier: name, kind: null },
      shared.adapter,
    );
  return {
    shared,
    packageName: subject.packageName,
    execute: false,
    nodeId: subject.id,
    relation: subject.relation,
    model: subject.model,
    graph: subject.graph,
    extra: subject.extra ?? new Map(),
    references: {
      ref: (call) => {
        capture.refs.push({ ...call, place: where() });
        return unresolved(call.name);
      },
      source: (call) => {
        capture.sources.push({ ...call, place: where() });
        return unresolved(call.table);
      },
      metric: (call) => {
        capture.metrics.push(call);
        return new MetricValue(call.at(-1) ?? "", call.length > 1 ? (call[0] ?? null) : null);
      },
      function: (call) => {
        capture.functions.push({ ...call, version: null, place: where() });
        return unresolved(call.name);
      },
    },
    config: {
      add: (values) => addConfigCall(capture.config, subject.kind, values),
      get: (key) => capture.config.get(key) ?? subject.config().get(key),
    },
    onMacro: (id, depth) => {
      if (depth === 0) capture.macros.add(id);
    },
  };
}

const unknownRelation: Relation = {
  database: null,
  schema: null,
  identifier: null,
  kind: null,
  quote: { database: true, schema: true, identifier: true },
  include: { database: true, schema: true, identifier: true },
};

const CALL = /\w+\s*\((?:'[^'\n]*'|"[^"\n]*"|[^)'"])*\)/y;

/** The offset behind a call that begins at an offset. */
function callEnd(text: string, start: number): number {
  CALL.lastIndex = start;
  return CALL.test(text) ? CALL.lastIndex : start + 1;
}

/** A place of a template by offsets in its text. */
export function placeIn(
  source: TemplateSource,
  start: number,
  end: number,
  lines = new LineIndex(source.text, source.file),
): Place {
  const place = lines.place(start, end);
  return { ...place, line: place.line + (source.line ?? 1) - 1 };
}

/** The globals of a template that is rendered for its calls; they know where each call stands. */
function captureGlobals(subject: CaptureSubject, capture: Capture): Globals {
  const { shared, source } = subject;
  const lines = new LineIndex(source.text, source.file);
  const where = (): Place => {
    const at = shared.environment.runFor(globals).caller?.place();
    if (at === undefined) return placeIn(source, 0, 1, lines);
    const { file, line, column, length, offset } = at;
    if (file !== source.file) return { file, line, column, length };
    return placeIn(source, offset, callEnd(source.text, offset), lines);
  };
  const globals: Globals = createGlobals(captureScope(subject, capture, where));
  return globals;
}
