// The Snowflake adapter: everything that is known without a connection.

import type { Adapter } from "../../src/adapter/adapter.ts";
import type { Capabilities } from "../../src/adapter/capabilities.ts";
import { macrosFolder } from "../../src/adapter/macros-folder.ts";
import { explain } from "./advice.ts";
import { catalogs } from "./catalog-integrations.ts";
import { readCredentials, type SnowflakeCredentials } from "./credentials.ts";
import { foldIdentifier, literal, quote } from "./names.ts";
import { operations } from "./operations.ts";
import { types } from "./types.ts";

const capabilities: Capabilities = {
  transactions: "dml",
  crossDatabaseWrites: true,
  maxParallel: Number.POSITIVE_INFINITY,
  concurrentBatches: true,
  sharedWrites: true,
  merge: { supported: true, bySource: false, rejectsDuplicateKeys: true },
  materializedViews: false,
  grants: true,
  comments: { relation: true, column: true },
  constraints: {
    not_null: "enforced",
    unique: "accepted",
    primary_key: "accepted",
    foreign_key: "accepted",
    check: "unsupported",
  },
  cancel: true,
  // 255 characters, of which each may take four bytes; the warehouse itself refuses more.
  maxIdentifierBytes: 255,
  functions: true,
  subqueryAlias: false,
  typedTimes: false,
  renames: ["table", "view", "dynamic_table"],
  replaces: ["table", "view", "dynamic_table"],
};

export const adapter: Adapter = {
  type: "snowflake",
  dialect: "snowflake",
  capabilities,
  types,
  macros: macrosFolder("snowflake", import.meta.url),
  incrementalStrategies: ["append", "merge", "delete+insert", "insert_overwrite", "microbatch"],
  defaultQuoting: { database: false, schema: false, identifier: false },
  // The warehouse takes comments away that stand before a statement.
  appendsQueryComment: true,
  configKeys: [
    "transient",
    "cluster_by",
    "automatic_clustering",
    "secure",
    "copy_grants",
    "copy_tags",
    "snowflake_warehouse",
    "query_tag",
    "tmp_relation_type",
    "target_lag",
    "refresh_mode",
    "initialize",
    "scheduler",
    "refresh_warehouse",
    "snowflake_initialization_warehouse",
    "immutable_where",
    "row_access_policy",
    "table_tag",
    "overwrite_columns",
    "change_tracking",
    "table_format",
    "external_volume",
    "base_location_root",
    "base_location_subpath",
    "partition_by",
    "storage_serialization_policy",
    "iceberg_version",
    "data_retention_time_in_days",
    "max_data_extension_time_in_days",
    "target_file_size",
    "auto_refresh",
  ],
  catalogs,
  operations,
  errorClass: "Database",
  foldIdentifier,
  quote,
  literal,
  // A column without a zone, or of days, is compared with it as well (dbt-snowflake's event time filter).
  moment: (text) => `to_timestamp_tz('${text}')`,
  credentials: readCredentials,
  async open(credentials: SnowflakeCredentials, { host }) {
    const { openWarehouse } = await import("./warehouse.ts");
    return openWarehouse(credentials, host);
  },
  sampleProfile: [
    "type: snowflake",
    "account: organization-account",
    "user: analyst",
    "private_key_path: ~/.ssh/snowflake_key.p8",
    `private_key_passphrase: "{{ env_var('DBT_ENV_SECRET_SNOWFLAKE_PASSPHRASE') }}"`,
    "role: transformer",
    "warehouse: transforming",
    "database: analytics",
    "schema: dev",
    "threads: 4",
    "",
  ].join("\n"),
  explain,
};
