// The names of dbt-bigquery's own methods of `adapter.*`, with three of ours: add_fields, limit_jobs, struct_selection. What
// they do is in operations.ts, in macros, or here where no service is asked.

import {
  isOperationMap,
  type Operation,
  type OperationData,
  OperationRefused,
} from "../../src/adapter/operation.ts";
import { nestedColumns, structSelection } from "./nested-columns.ts";

function asks(parameters: readonly string[], parsing: OperationData, reads = false): Operation {
  return { kind: "warehouse", parameters, parsing, reads };
}

/** dbt-bigquery's methods that are macros here. */
function written(macro: string, parameters: readonly string[], parsing: OperationData = null): Operation {
  return { kind: "macro", macro, parameters, parsing };
}

export const operations: Readonly<Record<string, Operation>> = {
  get_bq_table: asks(["relation"], null, true),
  get_dataset_location: asks(["relation"], null, true),
  update_columns: asks(["relation", "columns"], null),
  update_table_description: asks(["database", "schema", "identifier", "description"], null),
  limit_jobs: asks(["seconds", "reservation"], null, true),
  add_fields: asks(["relation", "source"], false),
  get_common_options: written("bigquery__common_options", ["config", "node", "temporary?"], {}),
  get_table_options: written("bigquery__table_options", ["config", "node", "temporary"], {}),
  get_view_options: written("bigquery__view_options", ["config", "node"], {}),
  alter_table_add_columns: written("bigquery__alter_relation_add_remove_columns", ["relation", "columns"]),
  alter_table_add_remove_columns: written("bigquery__alter_relation_add_remove_columns", [
    "relation",
    "add_columns",
    "remove_columns",
  ]),
  get_columns_in_select_sql: written("bigquery__columns_of_query", ["select_sql"], []),
  copy_table: asks(["source", "destination", "materialization"], ""),
  grant_access_to: asks(["entity", "entity_type", "role", "grant_target_dict"], null),
  parse_partition_by: {
    kind: "pure",
    parameters: ["raw_partition_by"],
    compute: ([raw]) => partition(raw ?? null),
  },
  nest_column_data_types: {
    kind: "pure",
    parameters: ["columns", "constraints?"],
    compute: ([columns]) => (isOperationMap(columns) ? nestedColumns(columns) : {}),
  },
  struct_selection: {
    kind: "pure",
    parameters: ["column_name", "data_type"],
    compute: ([name, type]) => structSelection(String(name), String(type ?? "")),
  },
};

/** `partition_by` with its defaults and in small letters, but for the field; null for none. */
function partition(raw: OperationData): OperationData {
  if (raw === null) return null;
  if (!isOperationMap(raw) || typeof raw.field !== "string")
    throw new OperationRefused(
      'partition_by must be a mapping with "field" and, unless it is a date, "data_type"',
    );
  const lower = Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key, typeof value === "string" ? value.toLowerCase() : value]),
  );
  return {
    data_type: "date",
    granularity: "day",
    range: null,
    time_ingestion_partitioning: false,
    copy_partitions: false,
    ...lower,
    field: raw.field,
  };
}
