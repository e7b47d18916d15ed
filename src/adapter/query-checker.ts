// What an adapter may offer besides running queries: its engine's own opinion of one, from empty relations, without the
// warehouse. Checks ask it before anything runs, and lineage takes the types of columns from it.

import type { DatabaseErrorFacts } from "./database-error.ts";

/** A relation that a query reads, as far as it is known. */
export interface EmptyRelation {
  /** As the query names it, outermost part first. */
  readonly name: readonly string[];
  readonly columns: readonly {
    readonly name: string;
    /** In the engine's words; null: unknown, and the engine must take it for anything. */
    readonly type: string | null;
  }[];
}

/**
 * What a refusal rests upon, so that the caller can tell whether it is certain.
 * query: the text alone, but for what a star stands for (grammar, missing group by) · name: which columns there are · type: of which
 * types they are · catalog: which functions and types the engine has, where macros or hooks may have made others
 */
export type RefusalGround = "query" | "name" | "type" | "catalog";

export interface Refusal {
  readonly ground: RefusalGround;
  /** The kind of mistake, for its code. */
  readonly mistake: "syntax" | "column" | "ambiguous" | "grouping" | "width" | "type" | "function" | "other";
  readonly facts: DatabaseErrorFacts;
}

/**
 * unsure: the engine could not tell, for instance because a relation or file was not there for it · lost: it took too
 * long or broke down over this query
 */
export type Verdict =
  | {
      readonly kind: "accepted";
      readonly columns: readonly { readonly name: string; readonly type: string }[];
    }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "unsure" }
  | { readonly kind: "lost"; readonly reason: string };

/** Nothing is opened before the first query is checked. */
export interface QueryChecker {
  /** Changes with whatever its verdicts depend on besides queries: versions, settings. */
  readonly key: string;
  /** Looks at one query without running it. Never throws. */
  check(sql: string, relations: readonly EmptyRelation[]): Promise<Verdict>;
  close(): Promise<void>;
}
