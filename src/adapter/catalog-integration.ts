// Catalogs beside the warehouse's own one that tables can be written to, as catalogs.yml names them (dbt 1.10): what a
// project says of one, and what an adapter knows of their types. Not the catalog that docs show.

import type { OperationData, OperationMap } from "./operation.ts";

/** A catalog with its active write integration. */
export interface CatalogIntegration {
  /** As models call it (`catalog_name`). */
  readonly name: string;
  /** A type of `CatalogSupport.types`, as it stands there. */
  readonly type: string;
  /** The name of the integration, which is what templates see as `catalog_name`. */
  readonly catalogName: string | null;
  readonly tableFormat: string | null;
  readonly fileFormat: string | null;
  readonly externalVolume: string | null;
  /** `adapter_properties`. */
  readonly properties: OperationMap;
}

/** Catalogs by their names as the adapter compares them. */
export type Catalogs = ReadonlyMap<string, CatalogIntegration>;

/** A key with what is wrong with it. */
export interface CatalogProblem {
  /** Path below the integration in catalogs.yml, or the name of a node's config. */
  readonly path: readonly string[];
  readonly message: string;
  readonly help?: string;
}

/** A node, as far as its place in a catalog depends on it. */
export interface CatalogNode {
  readonly config: OperationMap;
  readonly schema: string;
  readonly name: string;
  /** The name of its relation. */
  readonly alias: string;
}

export interface CatalogType {
  readonly type: string;
  /** `adapter_properties` that have an effect. */
  readonly properties: readonly string[];
  /** What is wrong with an integration besides its form. */
  check?(integration: CatalogIntegration): readonly CatalogProblem[];
  /** What is wrong with a node that is written to such a catalog. */
  checkNode?(integration: CatalogIntegration, config: OperationMap): readonly CatalogProblem[];
}

/** What an adapter knows of catalogs. */
export interface CatalogSupport {
  readonly types: readonly CatalogType[];
  /** Catalogs that every project has, without a catalogs.yml. */
  readonly builtIn: readonly CatalogIntegration[];
  /** Two names mean the same catalog where this is the same. */
  fold(name: string): string;
  /** The configs that `nameOf` looks at. */
  readonly namedBy: readonly string[];
  /** The name of the catalog that the configs of a node lead to. */
  nameOf(config: OperationMap): string;
  /** What templates get of `adapter.build_catalog_relation`: dbt's names of attributes. */
  relation(integration: CatalogIntegration, node: CatalogNode): OperationMap;
  /** Names of relations that the catalog decides unless the node does. */
  names?(integration: CatalogIntegration): { readonly database?: string; readonly lowerSchema?: boolean };
}

/** Whether a config or property says anything. */
export function isSet(value: OperationData | undefined): boolean {
  return value !== undefined && value !== null && value !== "";
}

/** The first folder of tables in a volume, unless a node has a `base_location_root` of its own (dbt's name). */
export function locationRoot({ base_location_root: root }: OperationMap): string {
  return isSet(root) ? String(root) : "_dbt";
}

/** Folders with that of the `base_location_subpath` of a node, if it has one, as a path. */
export function locationPath(
  folders: readonly string[],
  { base_location_subpath: subpath }: OperationMap,
): string {
  return [...folders, ...(isSet(subpath) ? [String(subpath)] : [])].join("/");
}
