// The Trino adapter: everything that is known without a connection. What a catalog can do depends on its connector; the
// capabilities are those of Iceberg's, and what another one refuses is told when it does (advice.ts).

import type { Adapter } from "../../src/adapter/adapter.ts";
import type { Capabilities } from "../../src/adapter/capabilities.ts";
import { macrosFolder } from "../../src/adapter/macros-folder.ts";
import { explain } from "./advice.ts";
import { catalogs } from "./catalog-integrations.ts";
import { readCredentials, type TrinoCredentials } from "./credentials.ts";
import { foldIdentifier, literal, quote } from "./names.ts";
import { operations } from "./routing.ts";
import { types } from "./types.ts";

const capabilities: Capabilities = {
  transactions: "none",
  crossDatabaseWrites: true,
  maxParallel: Number.POSITIVE_INFINITY,
  concurrentBatches: true,
  sharedWrites: true,
  merge: { supported: true, bySource: false, rejectsDuplicateKeys: true },
  materializedViews: true,
  grants: true,
  comments: { relation: true, column: true },
  constraints: {
    not_null: "enforced",
    unique: "unsupported",
    primary_key: "unsupported",
    foreign_key: "unsupported",
    check: "unsupported",
  },
  cancel: true,
  maxIdentifierBytes: Number.POSITIVE_INFINITY,
  functions: true,
  subqueryAlias: false,
  typedTimes: true,
  renames: ["table", "view", "materialized_view"],
  replaces: ["view"],
};

export const adapter: Adapter = {
  type: "trino",
  dialect: "trino",
  capabilities,
  types,
  macros: macrosFolder("trino", import.meta.url),
  incrementalStrategies: ["append", "delete+insert", "merge", "microbatch"],
  defaultQuoting: { database: true, schema: true, identifier: true },
  configKeys: [
    "properties",
    "on_table_exists",
    "views_enabled",
    "view_security",
    "file_format",
    "table_format",
    "grace_period",
    "catalog",
    "storage_uri",
    "base_location_root",
    "base_location_subpath",
    "omit_base_location_root",
    "client_tags",
    "http_headers",
  ],
  operations,
  catalogs,
  keyAliases: { catalog: "database" },
  errorClass: "Database",
  foldIdentifier,
  quote,
  literal,
  credentials: readCredentials,
  async open(credentials: TrinoCredentials, { host }) {
    const { openWarehouse } = await import("./warehouse.ts");
    return openWarehouse(credentials, host);
  },
  sampleProfile: [
    "type: trino",
    "method: ldap",
    "host: trino.example.com",
    "port: 443",
    "user: analyst",
    `password: "{{ env_var('DBT_ENV_SECRET_TRINO_PASSWORD') }}"`,
    "database: iceberg",
    "schema: dev",
    "threads: 4",
    "",
  ].join("\n"),
  explain,
};
