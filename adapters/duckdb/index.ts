// The DuckDB adapter: everything that is known without a connection. The driver is imported by `open`, so commands
// that run no statement never load it.

import type { Adapter } from "../../src/adapter/adapter.ts";
import type { Capabilities } from "../../src/adapter/capabilities.ts";
import { macrosFolder } from "../../src/adapter/macros-folder.ts";
import { explain } from "./advice.ts";
import { type DuckDBCredentials, defaultCredentials, readCredentials } from "./credentials.ts";
import { isFilePath } from "./database-path.ts";
import { externalSource } from "./external-source.ts";
import { foldIdentifier, literal, quote } from "./names.ts";
import { types } from "./types.ts";

const capabilities: Capabilities = {
  transactions: "ddl",
  crossDatabaseWrites: false,
  maxParallel: Number.POSITIVE_INFINITY,
  concurrentBatches: true,
  sharedWrites: false,
  merge: { supported: true, bySource: true, rejectsDuplicateKeys: false },
  materializedViews: false,
  grants: false,
  comments: { relation: true, column: true },
  constraints: {
    not_null: "enforced",
    unique: "enforced",
    primary_key: "enforced",
    foreign_key: "enforced",
    check: "enforced",
  },
  cancel: true,
  maxIdentifierBytes: Number.POSITIVE_INFINITY,
  functions: true,
  subqueryAlias: false,
  typedTimes: false,
  renames: [],
  replaces: [],
};

/** Node configs that the macros of dbt-duckdb 1.11 read beyond dbt's own. */
const configKeys = [
  "location",
  "format",
  "delimiter",
  "options",
  "plugin",
  "fast",
  "indexes",
  "parameters",
  "parquet_read_options",
  "csv_read_options",
  "json_read_options",
  "partition_by",
  "partitioned_by",
  "partition_columns",
  "sort_by",
  "sorted_by",
  "glue_register",
  "glue_database",
  "predicates",
  "merge_clauses",
  "merge_on_using_columns",
  "merge_update_condition",
  "merge_insert_condition",
  "merge_update_set_expressions",
  "merge_returning_columns",
  "external_location",
  "formatter",
  "temp_schema_name",
];

export const adapter: Adapter = {
  type: "duckdb",
  dialect: "duckdb",
  capabilities,
  types,
  macros: macrosFolder("duckdb", import.meta.url),
  incrementalStrategies: ["append", "delete+insert", "merge", "microbatch"],
  defaultQuoting: { database: true, schema: true, identifier: true },
  configKeys,
  errorClass: "Runtime",
  foldIdentifier,
  quote,
  literal,
  credentials: readCredentials,
  defaultCredentials,
  async open(credentials: DuckDBCredentials, { host }) {
    const { openWarehouse } = await import("./warehouse.ts");
    return openWarehouse(credentials, host);
  },
  isThere({ openPath, attachments }: DuckDBCredentials, { files }) {
    return attachments.length > 0 || !isFilePath(openPath) || files.stat(openPath) !== undefined;
  },
  async openChecker(credentials: DuckDBCredentials) {
    const { ProcessChecker } = await import("./checker.ts");
    return new ProcessChecker(credentials);
  },
  sampleProfile: ["type: duckdb", "path: warehouse.duckdb", "threads: 4", ""].join("\n"),
  externalSource,
  explain,
};
