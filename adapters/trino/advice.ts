// What to do about an error of Trino, in one line.

import { type Advice, adviceOf, type WaysOut, wayOut } from "../../src/adapter/advice.ts";
import type { DatabaseErrorFacts } from "../../src/adapter/database-error.ts";

/** @returns a line of help and what the server adds, undefined when there is nothing to add */
export function explain(error: DatabaseErrorFacts): Advice | undefined {
  return adviceOf(wayOut(words, error.message) ?? waysOut[error.code ?? ""], error.detail);
}

/** By errorName. */
const waysOut: Readonly<Record<string, string>> = {
  DIVISION_BY_ZERO: "divide by nullif(x, 0) for NULL instead of an error",
  INVALID_CAST_ARGUMENT: "use try_cast for NULL instead of an error, or clean the text before",
  TYPE_MISMATCH: "cast one side to the type of the other: cast(... as ...)",
  CATALOG_NOT_FOUND: "show catalogs lists those that there are",
  SCHEMA_NOT_FOUND: "create it, or correct its name",
  INVALID_VIEW: "the view reads something that is not there any more: build it again",
  VIEW_IS_STALE: "columns that the view reads have changed: build it again",
  PERMISSION_DENIED: "the user or role of the profile lacks this right: ask the owner to grant it",
  MERGE_TARGET_ROW_MULTIPLE_MATCHES: "unique_key is not unique in the new rows: remove the duplicates",
  EXCEEDED_TIME_LIMIT:
    "a limit of the server or of session_properties ended it: raise it, or make the query faster",
  EXCEEDED_LOCAL_MEMORY_LIMIT:
    "make the query smaller, or raise query_max_memory_per_node in session_properties",
  EXCEEDED_GLOBAL_MEMORY_LIMIT: "make the query smaller, or raise query_max_memory in session_properties",
  QUERY_TEXT_TOO_LARGE: "split the statement, or raise query.max-length of the server",
  QUERY_HAS_TOO_MANY_STAGES: "build part of it as a table of its own",
  QUERY_QUEUE_FULL: "the server takes no more queries: run with fewer threads",
  FUNCTION_NOT_FOUND: "correct its name, or cast the arguments to types that it takes",
  EXPRESSION_NOT_AGGREGATE: "add the column to group by, or take one of its values with min() or max()",
};

const words: WaysOut = [
  [
    /does not support modifying table rows/,
    "this catalog's connector has no update, delete and merge: use append, or a catalog that has them (Iceberg)",
  ],
  [/does not support replacing tables/, "remove on_table_exists: the table is then swapped by renames"],
  [
    /does not support renaming (?:tables|views)/,
    "set on_table_exists to drop or replace: this catalog's connector cannot rename",
  ],
  [/does not support creating materialized views/, "use a table, or a catalog that has them (Iceberg)"],
  [
    /does not support (?:creating )?views/,
    "use materialized: table, and views_enabled: false for incremental models",
  ],
  [/does not support permission management|does not support grants/, "remove the config grants"],
  [/does not support creating functions/, "use a catalog that keeps functions (Hive, memory)"],
  [
    /Catalog only supports writes using autocommit/,
    "this catalog's connector writes in no transaction: remove START TRANSACTION",
  ],
];
