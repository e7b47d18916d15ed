// The PostgreSQL adapter: everything that is known without a connection. The driver is imported by `open`, so commands
// that run no statement never load it.

import type { Adapter } from "../../src/adapter/adapter.ts";
import type { Capabilities } from "../../src/adapter/capabilities.ts";
import { macrosFolder } from "../../src/adapter/macros-folder.ts";
import { explain } from "./advice.ts";
import { type PostgresCredentials, readCredentials } from "./credentials.ts";
import { foldIdentifier, literal, quote } from "./names.ts";
import { types } from "./types.ts";

const capabilities: Capabilities = {
  transactions: "ddl",
  crossDatabaseWrites: false,
  maxParallel: Number.POSITIVE_INFINITY,
  concurrentBatches: false,
  sharedWrites: true,
  // From version 15 on; `when not matched by source` came with 17.
  merge: { supported: true, bySource: false, rejectsDuplicateKeys: true },
  materializedViews: true,
  grants: true,
  comments: { relation: true, column: true },
  constraints: {
    not_null: "enforced",
    unique: "enforced",
    primary_key: "enforced",
    foreign_key: "enforced",
    check: "enforced",
  },
  cancel: true,
  maxIdentifierBytes: 63,
  functions: true,
  subqueryAlias: true,
  typedTimes: false,
  renames: ["view", "table"],
  replaces: ["view", "table"],
};

export const adapter: Adapter = {
  type: "postgres",
  dialect: "postgres",
  capabilities,
  types,
  macros: macrosFolder("postgres", import.meta.url),
  incrementalStrategies: ["append", "delete+insert", "merge", "microbatch"],
  defaultQuoting: { database: true, schema: true, identifier: true },
  configKeys: ["indexes", "unlogged", "dbname"],
  keyAliases: { dbname: "database" },
  errorClass: "Database",
  foldIdentifier,
  quote,
  literal,
  credentials: readCredentials,
  async open(credentials: PostgresCredentials, { host }) {
    const { openWarehouse } = await import("./warehouse.ts");
    return openWarehouse(credentials, host);
  },
  sampleProfile: [
    "type: postgres",
    "host: localhost",
    "port: 5432",
    "user: postgres",
    `password: "{{ env_var('DBT_ENV_SECRET_PASSWORD') }}"`,
    "dbname: analytics",
    "schema: dev",
    "threads: 4",
    "",
  ].join("\n"),
  explain,
};
