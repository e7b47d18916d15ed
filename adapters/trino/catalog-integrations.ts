// Catalogs of catalogs.yml on Trino. Which metastore a catalog has is a matter of its connector; what can be said here are
// properties of the tables: their formats and where their files lie. Facts from dbt-trino 1.11, catalogs/*.py.

import {
  type CatalogIntegration,
  type CatalogNode,
  type CatalogSupport,
  isSet,
  locationPath,
  locationRoot,
} from "../../src/adapter/catalog-integration.ts";

export const catalogs: CatalogSupport = {
  types: [{ type: "trino", properties: ["storage_uri"] }],
  builtIn: [
    {
      name: "trino_default",
      type: "trino",
      catalogName: "trino_default",
      tableFormat: null,
      fileFormat: null,
      externalVolume: null,
      properties: {},
    },
  ],
  fold: (name) => name,
  namedBy: ["catalog_name"],
  nameOf: ({ catalog_name: name }) => (isSet(name) ? String(name) : "trino_default"),
  relation: (integration, node) => ({
    catalog_type: integration.type,
    catalog_name: integration.catalogName,
    table_format: integration.tableFormat,
    file_format: integration.fileFormat,
    external_volume: integration.externalVolume,
    storage_uri: storageUri(integration, node),
  }),
};

/** The folder of a table's files: the node's own, or one of its own in the catalog's volume. */
function storageUri(
  { externalVolume }: CatalogIntegration,
  { config, schema, name }: CatalogNode,
): string | null {
  if (isSet(config.storage_uri)) return String(config.storage_uri);
  if (externalVolume === null) return null;
  const root = config.omit_base_location_root === true ? [] : [locationRoot(config)];
  return locationPath([externalVolume, ...root, schema, name], config);
}
