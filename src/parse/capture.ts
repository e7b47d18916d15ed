// Finds out what a template refers to and how it configures itself: from its text where that is safe, else by
// rendering it with `execute` false, when ref() and its sisters record what they are asked for.

import type { Relation } from "../adapter/relation.ts";
import type { Place } from "../base/diagnostic.ts";
import type { ConfigKind } from "../config/config-keys.ts";
import { LineIndex } from "../config/line-index.ts";
import { addConfigCall } from "../config/node-config.ts";
import { createGlobals } from "../context/globals.ts";
import { RelationValue } from "../context/relation-value.ts";
import type { NodeScope, SharedScope } from "../context/scope.ts";
import { drive } from "../jinja/drive.ts";
import type { Globals } from "../jinja/environment.ts";
import { raise } from "../jinja/errors.ts";
import type { TemplateSource } from "../jinja/source.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { MacroId } from "../manifest/manifest.ts";
import type { NodeId, RefCall, SourceCall } from "../manifest/node.ts";
import { type StaticCall, staticCalls } from "./static-calls.ts";
import type { EffectReader } from "./template-effects.ts";
import { asText, asVersion } from "./value-shapes.ts";

/** What a template said of itself. */
export interface Capture {
  readonly refs: RefCall[];
  readonly sources: SourceCall[];
  readonly metrics: (readonly string[])[];
  readonly functions: RefCall[];
  /** Macros that the template itself calls. */
  readonly macros: Set<MacroId>;
  /** config() calls, merged in their order; undefined while there was none. */
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
  readonly onEnvVar: (name: string, value: string | null) => void;
}

/** An empty capture. */
export function newCapture(): Capture {
  return { refs: [], sources: [], metrics: [], functions: [], macros: new Set(), config: new Map() };
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
  const literal = staticCalls(source.text);
  const found = literal ? { calls: literal, macros: [] } : effects.read(source, packageName);
  if (!found) return undefined;
  const capture = newCapture();
  for (const macro of found.macros) capture.macros.add(macro);
  const lines = new LineIndex(source.text, source.file);
  return found.calls.every((call) => recordStatic(call, capture, subject, lines)) ? capture : undefined;
}

/** Renders the template; what the other way is tested against. */
export function captureByRendering(subject: CaptureSubject): Capture {
  const capture = newCapture();
  renderForCalls(subject, capture);
  return capture;
}

function recordStatic(
  { name, args, kwargs, start, end }: StaticCall,
  capture: Capture,
  subject: CaptureSubject,
  lines: LineIndex,
): boolean {
  if (name === "config") {
    if (args.length > 1 || (args.length === 1 && (kwargs.size > 0 || !(args[0] instanceof Map))))
      return false;
    const given = args[0] instanceof Map ? args[0] : new Map<Value, Value>(kwargs);
    addConfigCall(capture.config, subject.kind, given);
    return true;
  }
  const texts = args.map((arg) => (typeof arg === "string" ? arg : undefined));
  if (texts.includes(undefined)) return false;
  const place = placeIn(subject.source, start, end, lines);
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
  drive(template.render(createGlobals(captureScope(subject, capture))), () =>
    raise("CompilationError", "nothing can be asked of the warehouse while the project is parsed"),
  );
}

/** The scope in which a template is rendered for its calls. */
export function captureScope(subject: CaptureSubject, capture: Capture): NodeScope {
  const { shared, source } = subject;
  const finder = new CallFinder(source);
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
        capture.refs.push({ ...call, place: finder.place("ref", call.name) });
        return unresolved(call.name);
      },
      source: (call) => {
        capture.sources.push({ ...call, place: finder.place("source", call.table) });
        return unresolved(call.table);
      },
      metric: (call) => {
        capture.metrics.push(call);
        return unresolved(call.at(-1) ?? "");
      },
      function: (call) => {
        capture.functions.push({ ...call, version: null, place: finder.place("function", call.name) });
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
    onEnvVar: subject.onEnvVar,
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

/** Finds where in a template a call with a certain name stands; calls made by macros are told at the template's start. */
class CallFinder {
  private found: Map<string, [number, number][]> | undefined;

  constructor(private readonly source: TemplateSource) {}

  place(fn: "ref" | "source" | "function", name: string): Place {
    const spans = this.spans().get(`${fn}\0${name}`);
    const span = spans && spans.length > 1 ? spans.shift() : spans?.[0];
    return placeIn(this.source, span?.[0] ?? 0, span?.[1] ?? 1);
  }

  private spans(): Map<string, [number, number][]> {
    if (this.found) return this.found;
    this.found = new Map();
    const call =
      /\b(ref|source|function)\s*\(\s*(?:(?:'([^'\n]*)'|"([^"\n]*)")\s*,\s*)?(?:'([^'\n]*)'|"([^"\n]*)")[^)\n]*\)?/g;
    for (const match of this.source.text.matchAll(call)) {
      const name = match[4] ?? match[5] ?? "";
      const key = `${match[1]}\0${name}`;
      const spans = this.found.get(key) ?? [];
      spans.push([match.index, match.index + match[0].length]);
      this.found.set(key, spans);
    }
    return this.found;
  }
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

/** The globals of a captured template, for hosts that call macros in it. */
export function captureGlobals(subject: CaptureSubject, capture: Capture): Globals {
  return createGlobals(captureScope(subject, capture));
}

/** The name of a resource as `ref` takes it: a text in quotes, for messages. */
export function shownRef({ name, packageName, version }: RefCall): string {
  const args = [...(packageName === null ? [] : [packageName]), name].map((part) => `'${part}'`);
  return `ref(${[...args, ...(version === null ? [] : [`v=${asText(version) ?? version}`])].join(", ")})`;
}
