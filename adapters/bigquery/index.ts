// The BigQuery adapter: everything that is known without the service.

import type { Adapter } from "../../src/adapter/adapter.ts";
import type { Capabilities } from "../../src/adapter/capabilities.ts";
import { macrosFolder } from "../../src/adapter/macros-folder.ts";
import { explain } from "./advice.ts";
import { catalogs } from "./catalog-integrations.ts";
import { type BigQueryCredentials, readCredentials } from "./credentials.ts";
import { foldIdentifier, literal, quote } from "./names.ts";
import { operations } from "./operation-list.ts";
import { types } from "./types.ts";

const capabilities: Capabilities = {
  transactions: "none",
  crossDatabaseWrites: true,
  maxParallel: Number.POSITIVE_INFINITY,
  concurrentBatches: true,
  sharedWrites: true,
  merge: { supported: true, bySource: true, rejectsDuplicateKeys: true },
  materializedViews: true,
  grants: true,
  comments: { relation: true, column: true },
  constraints: {
    not_null: "enforced",
    unique: "unsupported",
    primary_key: "accepted",
    foreign_key: "accepted",
    check: "unsupported",
  },
  cancel: true,
  maxIdentifierBytes: 1024,
  functions: true,
  subqueryAlias: false,
  typedTimes: "cast",
  renames: ["table"],
  replaces: ["table", "view"],
};

export const adapter: Adapter = {
  type: "bigquery",
  dialect: "bigquery",
  capabilities,
  types,
  macros: macrosFolder("bigquery", import.meta.url),
  incrementalStrategies: ["append", "delete+insert", "merge", "insert_overwrite", "microbatch"],
  defaultQuoting: { database: true, schema: true, identifier: true },
  configKeys: [
    "partition_by",
    "cluster_by",
    "partitions",
    "labels",
    "labels_from_meta",
    "resource_tags",
    "hours_to_expiration",
    "kms_key_name",
    "require_partition_filter",
    "partition_expiration_days",
    "enable_change_history",
    "grant_access_to",
    "enable_refresh",
    "refresh_interval_minutes",
    "max_staleness",
    "copy_materialization",
    "dataset",
    "project",
    "job_execution_timeout_seconds",
    "reservation",
    // Of Python models alone.
    "enable_list_inference",
    "intermediate_format",
    "notebook_template_id",
    "catalog",
    "storage_uri",
    "base_location_root",
    "base_location_subpath",
  ],
  catalogs,
  keyAliases: {
    project: "database",
    dataset: "schema",
    target_project: "target_database",
    target_dataset: "target_schema",
  },
  operations,
  errorClass: "Database",
  foldIdentifier,
  quote,
  literal,
  credentials: readCredentials,
  async open(credentials: BigQueryCredentials, { host }) {
    const { openWarehouse } = await import("./warehouse.ts");
    return openWarehouse(credentials, host);
  },
  sampleProfile: [
    "type: bigquery",
    "method: oauth              # gcloud auth application-default login",
    "project: my-project",
    "dataset: dev",
    "location: EU",
    "threads: 4",
    "",
  ].join("\n"),
  explain,
};
