// What an engine can do, as a total record: the core asks a capability, never which adapter it has. Those that nothing in
// the core asks are for the conformance suite, which holds every adapter to what it says here.

import type { RelationKind } from "./relation.ts";

export interface Capabilities {
  /** ddl: create and drop roll back too; dml: only rows; none: every statement commits by itself. */
  readonly transactions: "ddl" | "dml" | "none";
  /** One transaction may write to several databases (DuckDB: one attached database only). */
  readonly crossDatabaseWrites: boolean;
  /** Statements that may run at the same time in one process against one warehouse; Infinity for no limit. */
  readonly maxParallel: number;
  /** Batches of one microbatch model may be written at the same time (dbt's MicrobatchConcurrency). */
  readonly concurrentBatches: boolean;
  /** Another process may write at the same time. */
  readonly sharedWrites: boolean;
  readonly merge: {
    readonly supported: boolean;
    readonly bySource: boolean;
    readonly rejectsDuplicateKeys: boolean;
  };
  readonly materializedViews: boolean;
  readonly grants: boolean;
  readonly comments: { readonly relation: boolean; readonly column: boolean };
  readonly constraints: Readonly<
    Record<
      "not_null" | "unique" | "primary_key" | "foreign_key" | "check",
      "enforced" | "accepted" | "unsupported"
    >
  >;
  /** A running statement can be cancelled from the outside. */
  readonly cancel: boolean;
  /** Longest identifier in bytes; Infinity for none. */
  readonly maxIdentifierBytes: number;
  /** Functions (`functions:` resources) can be created. */
  readonly functions: boolean;
  /** A subquery in FROM must have a name. */
  readonly subqueryAlias: boolean;
  /**
   * A text is not compared with a time: a moment must be written as `timestamp '...'`. "cast": nor is a date with a
   * moment, so the column is cast to timestamp, too.
   */
  readonly typedTimes: boolean | "cast";
  /** Kinds of relations that macros may rename, and those that they may replace in place (dbt's can_be_renamed ...). */
  readonly renames: readonly RelationKind[];
  readonly replaces: readonly RelationKind[];
}
