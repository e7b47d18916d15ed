// Reading the syntax tree of @polyglot-sql/sdk, which comes as JSON: every node is an object of one key, its kind, with
// the fields inside. Its published types are 370 KB and change with each version, so fields are looked at as they come.

import type { Expression, Name, Query, Source, Span, SqlDialect } from "./query-tree.ts";
import type { StarLikeness } from "./star-likeness.ts";

export type Fields = Readonly<Record<string, unknown>>;

export interface PolyglotNode {
  readonly kind: string;
  readonly fields: Fields;
}

/** The readers of the three kinds of trees, which need each other; `read-statement.ts` ties them together. */
export interface TreeReader {
  query(node: PolyglotNode): Query;
  source(node: PolyglotNode): Source;
  expression(node: PolyglotNode): Expression;
  /** Code points, as the parser counts, to offsets of the whole text. */
  offset(codePoint: number): number;
  /** The source text of the select item around an offset. */
  itemSpan(within: Span, aliasAt: Span | null): Span | null;
  /** How the text spells the function that the parser has a word of its own for; null where it calls none of that name. */
  calledName(kind: string): string | null;
  readonly dialect: SqlDialect;
  /** Parts of the text that were cut out for their depth, by the name that stands in their place. */
  readonly cuts: ReadonlyMap<string, readonly Expression[] | Query>;
  /** What the names must match that a star shows, by the star's place. */
  readonly likeness: ReadonlyMap<number, StarLikeness>;
}

/** Thrown for a tree that we do not understand; becomes an UnparsedQuery. */
export class UnreadableTree extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnreadableTree";
  }
}

const NO_FIELDS: Fields = {};

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The node that an object stands for; undefined for null and other values. */
export function nodeOf(value: unknown): PolyglotNode | undefined {
  if (!isFields(value)) return undefined;
  for (const kind in value) {
    const fields = value[kind];
    return { kind, fields: isFields(fields) ? fields : NO_FIELDS };
  }
  return undefined;
}

export function childNode(fields: Fields, key: string): PolyglotNode | undefined {
  return nodeOf(fields[key]);
}

/** @throws UnreadableTree when it is not there */
export function neededNode(fields: Fields, key: string): PolyglotNode {
  const node = nodeOf(fields[key]);
  if (node === undefined) throw new UnreadableTree(`a node lacks ${key}`);
  return node;
}

export function childFields(fields: Fields, key: string): Fields | undefined {
  const value = fields[key];
  return isFields(value) ? value : undefined;
}

export function childList(fields: Fields, key: string): readonly unknown[] {
  const value = fields[key];
  return Array.isArray(value) ? value : [];
}

export function childNodes(fields: Fields, key: string): PolyglotNode[] {
  return childList(fields, key).flatMap((item) => nodeOf(item) ?? []);
}

export function textField(fields: Fields, key: string): string | undefined {
  const value = fields[key];
  return typeof value === "string" ? value : undefined;
}

/** The span that a node carries itself. */
export function spanOf(fields: Fields, reader: TreeReader): Span | null {
  const span = childFields(fields, "span");
  if (span === undefined || typeof span.start !== "number" || typeof span.end !== "number") return null;
  return { start: reader.offset(span.start), end: reader.offset(span.end) };
}

/** An identifier: an object with `name` and `quoted`, or a plain text. */
export function nameOf(value: unknown, reader: TreeReader): Name | null {
  if (typeof value === "string") return value === "" ? null : { text: value, quoted: false, at: null };
  if (!isFields(value)) return null;
  const inner = value.identifier ?? value.column ?? value.var;
  if (isFields(inner)) return nameOf(inner, reader);
  const text = value.name ?? value.this;
  if (isFields(text)) return nameOf(text, reader);
  if (typeof text !== "string" || text === "") return null;
  return { text, quoted: value.quoted === true, at: spanOf(value, reader) };
}

export function namesOf(values: readonly unknown[], reader: TreeReader): Name[] {
  return values.flatMap((value) => nameOf(value, reader) ?? []);
}

/** The smallest span around all of them. */
export function hull(spans: readonly (Span | null)[]): Span | null {
  let start = Number.POSITIVE_INFINITY;
  let end = -1;
  for (const span of spans) {
    if (span === null) continue;
    start = Math.min(start, span.start);
    end = Math.max(end, span.end);
  }
  return end < 0 ? null : { start, end };
}
