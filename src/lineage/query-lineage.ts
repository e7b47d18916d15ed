// The lineage of one query as plain data, and what tracing it needs to be told. Names of relations are ids that the caller
// chose: node ids in a project.

import type { Name, Span } from "../sql/query-tree.ts";
import type { IndirectUse } from "./lineage-graph.ts";
import type { SqlType } from "./rowset.ts";

/** A relation that queries read. */
export interface KnownRelation {
  readonly id: string;
  readonly columns: readonly KnownColumn[];
  /** False where there are more columns than these, or can be. */
  readonly isComplete: boolean;
  /** True where the columns are those that a template wrote which had asked the warehouse: they may be others tomorrow. */
  readonly isUncertain?: boolean;
}

export interface KnownColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** Finds the relation of a name in FROM; undefined when there is none that is known. */
export type FindRelation = (name: readonly Name[]) => KnownRelation | undefined;

/** What a query is traced with. */
export interface QueryContext {
  readonly find: FindRelation;
  /** Common table expressions that were put into the query: they are relations that `find` knows, and not looked into. */
  readonly isInjected?: (name: Name) => boolean;
  /** Whether a relation may have a primary key, by which some engines group all of its columns; all may when absent. */
  readonly mayHaveKey?: (relation: string) => boolean;
}

export interface TracedOrigin {
  readonly relation: string;
  /** Null: any of its columns, where they are not known. */
  readonly column: string | null;
  /** `copy` also under another name. */
  readonly kind: "copy" | "derive";
}

export interface TracedColumn {
  /** Null for an expression whose name only the engine knows. */
  readonly name: string | null;
  readonly type: SqlType;
  readonly origins: readonly TracedOrigin[];
  /** Where the expression stands that computes it; null for columns that are handed on. */
  readonly computedAt: Span | null;
}

export interface IndirectOrigin {
  readonly relation: string;
  readonly column: string | null;
  readonly use: IndirectUse;
}

/** What is wrong with the names of a query, for sure: nothing is said where a relation's columns are not all known. */
export type NameProblem =
  | {
      readonly kind: "unknown-column";
      readonly name: string;
      readonly at: Span | null;
      /** Columns that could be meant, all that are in scope. */
      readonly candidates: readonly string[];
    }
  | {
      readonly kind: "ambiguous-column";
      readonly name: string;
      readonly at: Span | null;
      readonly sources: readonly string[];
    }
  | {
      readonly kind: "unknown-source";
      readonly name: string;
      readonly at: Span | null;
      readonly candidates: readonly string[];
    }
  | {
      readonly kind: "unknown-relation";
      readonly name: string;
      readonly at: Span | null;
      /** Common table expressions that could be meant. */
      readonly candidates: readonly string[];
    }
  | { readonly kind: "ungrouped-column"; readonly name: string; readonly at: Span | null }
  | {
      readonly kind: "set-width";
      /** "union" ... */
      readonly name: string;
      /** The first item of the side that differs from the first one. */
      readonly at: Span | null;
      readonly widths: readonly [first: number, other: number];
    };

export interface QueryLineage {
  readonly columns: readonly TracedColumn[];
  /** Relations of which all columns are in the result, but are not known. */
  readonly unknown: readonly string[];
  readonly indirect: readonly IndirectOrigin[];
  readonly problems: readonly NameProblem[];
  /** It has all columns of a relation whose columns are uncertain, so its own are. */
  readonly isUncertain: boolean;
  /** Common table expressions that nothing reads. */
  readonly unusedCtes: readonly { readonly name: string; readonly at: Span | null }[];
}
