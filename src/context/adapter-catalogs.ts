// `adapter.*` methods of catalogs.yml: the catalog that a node is written to, as its macros need it.

import type { CatalogIntegration, CatalogNode } from "../adapter/catalog-integration.ts";
import type { OperationMap } from "../adapter/operation.ts";
import type { Config } from "../config/config.ts";
import { getItem, toText } from "../jinja/operations.ts";
import { PyObject, type Value } from "../jinja/value.ts";
import { type AdapterMethod, method } from "./adapter-method.ts";
import { toData, toValue } from "./adapter-operations.ts";
import { fail } from "./fail.ts";
import type { NodeContext } from "./node-context.ts";
import type { SharedScope } from "./scope.ts";

/** What `adapter.build_catalog_relation` and `adapter.get_catalog_integration` give: attributes by dbt's names. */
class CatalogValue extends PyObject {
  override readonly typeName = "CatalogRelation";

  constructor(private readonly facts: OperationMap) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    return Object.hasOwn(this.facts, name) ? toValue(this.facts[name] ?? null) : undefined;
  }

  override getItem(key: Value): Value | undefined {
    return typeof key === "string" ? this.getAttribute(key) : undefined;
  }

  override toText(): string {
    return `<catalog ${String(this.facts.catalog_name ?? "")}>`;
  }
}

/**
 * The catalog that configs lead to.
 * @returns its name, and the catalog where there is one of this name; undefined on a warehouse that knows no catalogs
 */
export function catalogOf(
  {
    adapter,
    config,
  }: { readonly adapter: SharedScope["adapter"]; readonly config: Pick<Config, "catalogs"> },
  configs: ReadonlyMap<Value, Value>,
): { readonly name: string; readonly integration: CatalogIntegration | undefined } | undefined {
  const { catalogs } = adapter;
  if (!catalogs) return undefined;
  // Every node is asked, and most configs are of no interest here.
  const naming = catalogs.namedBy.map((key) => [key, toData("catalog_name", configs.get(key) ?? null)]);
  const name = catalogs.nameOf(Object.fromEntries(naming));
  return { name, integration: config.catalogs.get(catalogs.fold(name)) };
}

export const catalogMethods: Readonly<Record<string, AdapterMethod>> = {
  build_catalog_relation: method(["config"], undefined, builtRelation),
  get_catalog_integration: method(["name"], undefined, (context, name) => {
    const { adapter, config } = context.scope.shared;
    const integration = config.catalogs.get(adapter.catalogs?.fold(toText(name)) ?? toText(name));
    if (!integration) return unknown(toText(name), [...config.catalogs.values()]);
    return new CatalogValue(factsOf(integration));
  }),
};

/** @param node what templates know as `model` or `config.model` */
function builtRelation(context: NodeContext, node: Value): Value {
  const { shared, execute } = context.scope;
  const { catalogs } = shared.adapter;
  const config = node instanceof Map ? node.get("config") : undefined;
  if (!catalogs || !(node instanceof Map) || !(config instanceof Map)) return null;
  const found = catalogOf(shared, config);
  if (!found?.integration)
    // A node that names no catalog of the project is told with its place when all nodes are known.
    return execute && found ? unknown(found.name, [...shared.config.catalogs.values()]) : null;
  const described: CatalogNode = {
    config: toData("build_catalog_relation", config) as OperationMap,
    schema: toText(getItem(node, "schema")),
    name: toText(getItem(node, "name")),
    alias: toText(getItem(node, "alias")),
  };
  return new CatalogValue(catalogs.relation(found.integration, described));
}

function unknown(name: string, all: readonly CatalogIntegration[]): never {
  return fail(
    "DbtRuntimeError",
    `there is no catalog "${name}"`,
    `catalogs.yml and the warehouse have: ${all.map((one) => one.name).join(", ")}`,
  );
}

function factsOf(integration: CatalogIntegration): OperationMap {
  const { name, type, catalogName, tableFormat, fileFormat, externalVolume, properties } = integration;
  return {
    ...properties,
    name,
    catalog_type: type,
    catalog_name: catalogName,
    table_format: tableFormat,
    file_format: fileFormat,
    external_volume: externalVolume,
  };
}
