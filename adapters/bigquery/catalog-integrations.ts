// Catalogs that tables on BigQuery can be written to: its own tables, and Iceberg tables whose files lie in a bucket
// (BigLake). Facts from dbt-bigquery 1.11, catalogs/*.py.

import {
  type CatalogIntegration,
  type CatalogNode,
  type CatalogSupport,
  isSet,
  locationPath,
  locationRoot,
} from "../../src/adapter/catalog-integration.ts";

const BIGLAKE = "biglake_metastore";

const builtIn: readonly CatalogIntegration[] = [
  made("info_schema", "INFO_SCHEMA", "default", "default"),
  made("managed_iceberg", BIGLAKE, "iceberg", "parquet"),
];

function made(name: string, type: string, tableFormat: string, fileFormat: string): CatalogIntegration {
  return { name, type, catalogName: name, tableFormat, fileFormat, externalVolume: null, properties: {} };
}

export const catalogs: CatalogSupport = {
  types: [
    {
      type: BIGLAKE,
      properties: [],
      check: ({ tableFormat, fileFormat, externalVolume }) => [
        ...only("table_format", tableFormat, "iceberg"),
        ...only("file_format", fileFormat, "parquet"),
        ...(externalVolume === null || externalVolume.startsWith("gs://")
          ? []
          : [
              {
                path: ["external_volume"],
                message: "external_volume must be a folder of a bucket",
                help: "write external_volume: gs://bucket",
              },
            ]),
      ],
      checkNode: (integration, config) => [
        ...(storageUri(integration, { config, schema: "", name: "", alias: "" }) === null
          ? [
              {
                path: ["catalog_name"],
                message: `nothing says where the files of its Iceberg table lie`,
                help: "add storage_uri: gs://bucket/folder, or external_volume: gs://bucket to the catalog in catalogs.yml",
              },
            ]
          : []),
      ],
    },
    { type: "INFO_SCHEMA", properties: [] },
  ],
  builtIn,
  fold: (name) => name,
  namedBy: ["catalog_name", "catalog"],
  // `catalog` is the key's older name.
  nameOf: ({ catalog_name: name, catalog: older }) =>
    isSet(name) ? String(name) : isSet(older) ? String(older) : "info_schema",
  relation: (integration, node) => ({
    catalog_type: integration.type,
    catalog_name: integration.catalogName,
    // The only ones there are.
    table_format: integration.type === BIGLAKE ? "iceberg" : "default",
    file_format: integration.type === BIGLAKE ? "parquet" : "default",
    external_volume: integration.externalVolume,
    storage_uri: integration.type === BIGLAKE ? storageUri(integration, node) : null,
  }),
};

function only(key: string, value: string | null, wanted: string) {
  if (value === null || value.toLowerCase() === wanted) return [];
  return [
    { path: [key], message: `${key} must be ${wanted}, not "${value}"`, help: `write ${key}: ${wanted}` },
  ];
}

/** The folder of a table's files: the node's own, or one of its own in the catalog's volume. */
function storageUri(
  { externalVolume }: CatalogIntegration,
  { config, schema, name }: CatalogNode,
): string | null {
  if (isSet(config.storage_uri)) return String(config.storage_uri);
  if (externalVolume === null) return null;
  return locationPath([externalVolume, locationRoot(config), schema, name], config);
}
