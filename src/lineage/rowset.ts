// What a query gives while it is traced: columns, each with the columns of tables that its values come from.

import type { Span } from "../sql/query-tree.ts";

/** A column of a table; `column` null stands for all of its columns, where nobody knows which. One object for each. */
export interface Leaf {
  readonly relation: string;
  readonly column: string | null;
}

/** Where values come from, and whether they arrive unchanged. */
export type Origins = ReadonlyMap<Leaf, "copy" | "derive">;

export const noOrigins: Origins = new Map();

/** In the engine's words where it is known for sure; null is "unknown". */
export type SqlType = string | null;

export interface Column {
  /** As spelled in the result; null for an expression without a name. */
  readonly name: string | null;
  readonly key: string;
  readonly origins: Origins;
  readonly type: SqlType;
  /** The text that computes it, where it is computed. */
  readonly computedAt: Span | null;
  /** Of a value that is a row: what its fields come from, where that is known. */
  readonly fields?: readonly Column[] | undefined;
}

export interface Rowset {
  readonly columns: readonly Column[];
  /** Ids of relations with columns that nobody knows, all of which are in the result. */
  readonly unknown: readonly string[];
}

/** Adds origins of a value that takes part in an expression. */
export function derive(into: Map<Leaf, "copy" | "derive">, origins: Origins): void {
  for (const leaf of origins.keys()) into.set(leaf, "derive");
}

/** Origins of a value that is one of several (branches of a union): unchanged only where it is in all of its ways. */
export function merge(first: Origins, second: Origins): Origins {
  if (second.size === 0) return first;
  const both = new Map(first);
  for (const [leaf, kind] of second) both.set(leaf, both.get(leaf) === "derive" ? "derive" : kind);
  return both;
}

/** The same origins, none of them unchanged. */
export function derived(...all: readonly Origins[]): Origins {
  const into = new Map<Leaf, "copy" | "derive">();
  for (const origins of all) derive(into, origins);
  return into;
}
