// Checks that the catalogs which nodes are written to are there and take what the nodes ask of them, before anything runs.
// Facts from dbt-adapters 1.24, catalogs/_client.py.

import type { OperationMap } from "../adapter/operation.ts";
import { type Diagnostic, errorAt, warningAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import { catalogOf } from "../context/adapter-catalogs.ts";
import { toData } from "../context/adapter-operations.ts";
import type { SharedScope } from "../context/scope.ts";
import { type ManifestNode, materialization, type NodeId, type Resource } from "../manifest/node.ts";
import { configPlace } from "../project/config-place.ts";

const KEY = "catalog_name";

/** Tells of models, seeds and snapshots whose catalog is unknown, or does not take one of their configs. */
export function checkCatalogs(
  resources: ReadonlyMap<NodeId, Resource>,
  shared: SharedScope,
  diagnostics: Diagnostic[],
): void {
  for (const resource of resources.values()) {
    if (!("rawCode" in resource) || !isWritten(resource)) continue;
    if (shared.adapter.catalogs) checkNode(resource, shared, diagnostics);
    else if ((resource.config.get(KEY) ?? null) !== null)
      diagnostics.push(
        warningAt(
          "catalog-config",
          `${KEY} of ${resource.resourceType} "${resource.name}" has no effect: ${shared.adapter.type} knows no catalogs`,
          configPlace(resource, KEY, shared) ?? resource.place,
          { help: "take it out, or set it for targets of another warehouse" },
        ),
      );
  }
}

/** A node that becomes a table: views are in the warehouse's own catalog, whatever their configs say. */
function isWritten(node: ManifestNode): boolean {
  const { resourceType: type } = node;
  if (type === "seed" || type === "snapshot") return true;
  return type === "model" && !["view", "ephemeral"].includes(materialization(node));
}

function checkNode(node: ManifestNode, shared: SharedScope, diagnostics: Diagnostic[]): void {
  const { catalogs } = shared.adapter;
  const found = catalogOf(shared, node.config);
  const what = `${node.resourceType} "${node.name}"`;
  const placeOf = (key: string) =>
    configPlace(node, key, shared) ?? configPlace(node, KEY, shared) ?? node.patchPlace ?? node.place;
  if (!found || !catalogs) return;
  if (!found.integration) {
    const names = [...shared.config.catalogs.values()].map(({ name }) => name);
    const help = `catalogs.yml and the warehouse have: ${names.join(", ")}`;
    const text = `${what} is to be written to the catalog "${found.name}", which does not exist`;
    diagnostics.push(
      errorAt("catalog-unknown", text, placeOf(KEY), { help: didYouMean(found.name, names) ?? help }),
    );
    return;
  }
  const { type } = found.integration;
  const check = catalogs.types.find((one) => one.type === type)?.checkNode;
  if (!check) return;
  const config = toData(KEY, node.config) as OperationMap;
  for (const { path, message, help } of check(found.integration, config))
    diagnostics.push(errorAt("catalog-config", `${what}: ${message}`, placeOf(path[0] ?? KEY), { help }));
}
