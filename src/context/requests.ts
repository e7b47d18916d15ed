// Everything that a template can ask of the warehouse. Templates yield these; a driver answers them: with DatabaseError
// or an answer of the type beside each. While parsing nothing is ever asked.

import type { SeedColumn } from "../adapter/adapter.ts";
import type { OperationData } from "../adapter/operation.ts";
import type { Relation, RelationParts } from "../adapter/relation.ts";
import type { Cell, QueryResult, ResultColumn } from "../adapter/result.ts";

export type WarehouseRequest =
  /** Runs SQL; with `autoBegin` a transaction is opened first when none is. */
  | {
      readonly kind: "execute";
      readonly sql: string;
      readonly fetch: boolean;
      readonly autoBegin: boolean;
      readonly limit: number | null;
      /** Values for the statement's placeholders; only macros that load seeds by themselves pass any. */
      readonly binds?: readonly Cell[];
    }
  /** `adapter.commit()` in materializations, `commit;`/`begin;` of hooks outside of transactions. The runner makes atomic with the data here what must be. */
  | { readonly kind: "begin" }
  | { readonly kind: "commit" }
  | { readonly kind: "rollback" }
  /** Makes sure that the relation cache knows these schemas. */
  | { readonly kind: "cache"; readonly schemas: readonly RelationParts<string | null>[] }
  | { readonly kind: "schemas"; readonly database: string }
  /** An end of the window of an incremental run, as SQL, or a word of the config `watermark`: `of` a relation, or the model's. */
  | {
      readonly kind: "watermark";
      readonly bound: "lower" | "upper" | "column" | "nulls";
      readonly of: Relation | null;
    }
  /** Tells where the rows lie that an incremental run is about to add. */
  | { readonly kind: "new-rows"; readonly relation: Relation }
  /** Tells where all new rows lie while the old relation still has its name, so that an audit keeps no reader waiting. */
  | { readonly kind: "unpublished"; readonly relation: Relation }
  /** The name under which the node's table is to be kept before it changes; see the config `keep_versions`. */
  | { readonly kind: "version-name" }
  /** Tells that the table was kept, and what must be run when it comes back. */
  | {
      readonly kind: "note-version";
      readonly relation: Relation;
      readonly how: "moved" | "copied";
      readonly script: string;
    }
  /** One of the adapter's own operations. */
  | {
      readonly kind: "operate";
      readonly name: string;
      readonly args: readonly OperationData[];
      readonly reads: boolean;
    }
  /** Columns of a query without running it. */
  | { readonly kind: "describe"; readonly sql: string }
  /** Columns of the current seed: names in file order, types by column_types or by what the file holds. */
  | { readonly kind: "seed-columns" }
  /** Streams the current seed's file into a relation. */
  | {
      readonly kind: "load-seed";
      readonly target: Relation;
      readonly columns: readonly SeedColumn[];
      readonly unquotedNames: boolean;
    };

/** The answer to each kind of request. */
export interface WarehouseAnswers {
  readonly execute: QueryResult;
  readonly begin: null;
  readonly commit: null;
  readonly rollback: null;
  readonly cache: null;
  readonly schemas: readonly string[];
  readonly watermark: string | null;
  readonly "new-rows": null;
  readonly unpublished: null;
  readonly "version-name": string | null;
  readonly "note-version": null;
  readonly operate: OperationData;
  readonly describe: readonly ResultColumn[];
  readonly "seed-columns": readonly SeedColumn[];
  /** Rows loaded. */
  readonly "load-seed": number;
}
