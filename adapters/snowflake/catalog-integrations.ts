// Catalogs that tables on Snowflake can be written to: its own tables, Iceberg tables in its own catalog, and Iceberg tables
// of another catalog (REST) through a database that is linked to it. Facts from dbt-snowflake 1.11, catalogs/*.py.

import {
  type CatalogIntegration,
  type CatalogNode,
  type CatalogProblem,
  type CatalogSupport,
  type CatalogType,
  isSet,
  locationPath,
  locationRoot,
} from "../../src/adapter/catalog-integration.ts";
import type { OperationData, OperationMap } from "../../src/adapter/operation.ts";

const FORMAT = "ICEBERG";

/** What Snowflake itself is as a catalog: the first stands for its ordinary tables. */
const builtIn: readonly CatalogIntegration[] = [
  made("INFO_SCHEMA", "INFO_SCHEMA", "DEFAULT"),
  made("SNOWFLAKE", "BUILT_IN", FORMAT),
];

function made(name: string, type: string, tableFormat: string): CatalogIntegration {
  return {
    name,
    type,
    catalogName: name,
    tableFormat,
    fileFormat: null,
    externalVolume: null,
    properties: {},
  };
}

/** Settings of an Iceberg table in Snowflake's catalog: of a model, else of the catalog. */
const builtInProperties = [
  "storage_serialization_policy",
  "data_retention_time_in_days",
  "max_data_extension_time_in_days",
  "change_tracking",
];
/** Settings of an Iceberg table in another catalog. */
const restProperties = ["target_file_size", "auto_refresh", "max_data_extension_time_in_days"];

const types: readonly CatalogType[] = [
  {
    type: "BUILT_IN",
    properties: builtInProperties,
    check: (integration) => [
      ...tableFormat(integration),
      ...values(integration.properties, ["adapter_properties"]),
    ],
    checkNode: (_, config) => values(config, []),
  },
  {
    type: "ICEBERG_REST",
    properties: ["catalog_linked_database", "catalog_linked_database_type", ...restProperties],
    check: (integration) => [...tableFormat(integration), ...linked(integration)],
    checkNode: (_, config) => [
      ...refused(config, "cluster_by", "partition_by divides such a table"),
      ...refused(config, "external_volume", "the catalog decides where its files lie"),
      ...refusedStrategy(config),
    ],
  },
  { type: "INFO_SCHEMA", properties: [] },
];

function tableFormat({ tableFormat: format }: CatalogIntegration): CatalogProblem[] {
  if (format === null || format.toUpperCase() === FORMAT) return [];
  return [
    {
      path: ["table_format"],
      message: `table_format must be iceberg, not "${format}"`,
      help: "write table_format: iceberg",
    },
  ];
}

function values(of: OperationMap, path: readonly string[]): CatalogProblem[] {
  const { storage_serialization_policy: policy, change_tracking: tracking } = of;
  const problems: CatalogProblem[] = [];
  const say = (key: string, wanted: string, help: string): void => {
    problems.push({ path: [...path, key], message: `${key} must be ${wanted}`, help });
  };
  if (isSet(policy) && !["COMPATIBLE", "OPTIMIZED"].includes(String(policy).toUpperCase()))
    say(
      "storage_serialization_policy",
      "COMPATIBLE or OPTIMIZED",
      "write storage_serialization_policy: COMPATIBLE",
    );
  if (isSet(tracking) && !["true", "false"].includes(String(tracking).toLowerCase()))
    say("change_tracking", "true or false", "write change_tracking: true");
  return problems;
}

function linked({ properties }: CatalogIntegration): CatalogProblem[] {
  const { catalog_linked_database: database, catalog_linked_database_type: type } = properties;
  if (typeof database === "string" && database !== "")
    return !isSet(type) || type === "glue"
      ? []
      : [
          {
            path: ["adapter_properties", "catalog_linked_database_type"],
            message: `catalog_linked_database_type must be glue, or be left out, not "${String(type)}"`,
          },
        ];
  return [
    {
      path: isSet(properties) && Object.keys(properties).length > 0 ? ["adapter_properties"] : [],
      message: "it has no catalog_linked_database, through which tables of another catalog are written",
      help: "add adapter_properties: {catalog_linked_database: the database that is linked to the catalog}",
    },
  ];
}

function refused(config: OperationMap, key: string, help: string): CatalogProblem[] {
  if (!isSet(config[key])) return [];
  return [{ path: [key], message: `an Iceberg table of another catalog takes no ${key}`, help }];
}

/** What cannot be written to another catalog. */
function refusedStrategy({ materialized }: OperationMap): CatalogProblem[] {
  if (materialized !== "dynamic_table") return [];
  return [
    {
      path: ["materialized"],
      message: "a dynamic table cannot be written to the catalog of another",
      help: "take a catalog of type built_in (or table_format: iceberg), or another materialization",
    },
  ];
}

export const catalogs: CatalogSupport = {
  types,
  builtIn,
  fold: (name) => name.toUpperCase(),
  namedBy: ["catalog_name", "table_format"],
  nameOf: ({ catalog_name: name, table_format: format }) =>
    isSet(name) ? String(name) : String(format ?? "").toUpperCase() === FORMAT ? "SNOWFLAKE" : "INFO_SCHEMA",
  relation: (integration, node) =>
    integration.type === "BUILT_IN"
      ? builtInRelation(integration, node)
      : integration.type === "ICEBERG_REST"
        ? restRelation(integration, node.config)
        : ordinaryRelation(node.config),
  names: ({ properties }) => ({
    ...(typeof properties.catalog_linked_database === "string"
      ? { database: properties.catalog_linked_database }
      : {}),
    // Glue knows no capitals.
    lowerSchema: properties.catalog_linked_database_type === "glue",
  }),
};

function ordinaryRelation(config: OperationMap): OperationMap {
  return {
    catalog_type: "INFO_SCHEMA",
    catalog_name: "INFO_SCHEMA",
    table_format: "DEFAULT",
    external_volume: null,
    file_format: null,
    cluster_by: clusterBy(config),
    automatic_clustering: config.automatic_clustering ?? false,
    is_transient: config.transient ?? true,
  };
}

function builtInRelation(integration: CatalogIntegration, node: CatalogNode): OperationMap {
  const { config } = node;
  const volume = isSet(config.external_volume) ? config.external_volume : integration.externalVolume;
  const setting = (key: string): OperationData =>
    (isSet(config[key]) ? config[key] : integration.properties[key]) ?? null;
  const tracking = setting("change_tracking");
  return {
    catalog_type: "BUILT_IN",
    catalog_name: "SNOWFLAKE",
    table_format: FORMAT,
    base_location: baseLocation(node),
    external_volume: volume ?? null,
    file_format: null,
    cluster_by: clusterBy(config),
    partition_by: config.partition_by ?? null,
    automatic_clustering: config.automatic_clustering ?? false,
    is_transient: false,
    data_retention_time_in_days: setting("data_retention_time_in_days"),
    max_data_extension_time_in_days: setting("max_data_extension_time_in_days"),
    storage_serialization_policy: setting("storage_serialization_policy"),
    change_tracking: tracking === null ? null : String(tracking).toUpperCase(),
  };
}

function restRelation({ name, properties }: CatalogIntegration, config: OperationMap): OperationMap {
  const setting = (key: string): OperationData =>
    (isSet(config[key]) ? config[key] : properties[key]) ?? null;
  return {
    catalog_type: "ICEBERG_REST",
    catalog_name: name.toUpperCase(),
    table_format: FORMAT,
    partition_by: config.partition_by ?? null,
    catalog_linked_database: properties.catalog_linked_database ?? null,
    catalog_linked_database_type: properties.catalog_linked_database_type ?? null,
    external_volume: null,
    file_format: null,
    ...Object.fromEntries(restProperties.map((key) => [key, setting(key)])),
  };
}

/** The folder of a table's files within its volume. */
function baseLocation({ config, schema, alias }: CatalogNode): string {
  return locationPath([locationRoot(config), schema, alias], config);
}

function clusterBy({ cluster_by: keys }: OperationMap): OperationData {
  return Array.isArray(keys) ? keys.join(", ") : (keys ?? null);
}
