// What `docs generate` tells of the warehouse: the relations of all nodes and sources with columns, comments, statistics,
// read in bulk for the schemas that the project uses. Behaviour of dbt (task/docs/generate.py).

import type { CatalogRelation } from "../adapter/adapter.ts";
import type { RelationParts } from "../adapter/relation.ts";
import { addTo } from "../base/groups.ts";
import type { RunDeps } from "../compile/deps.ts";
import { isEphemeral } from "../compile/node-relation.ts";
import { isRefable, type NodeId, type Resource } from "../manifest/node.ts";

export interface CatalogReport {
  readonly generatedAt: Date;
  readonly nodes: ReadonlyMap<NodeId, CatalogRelation>;
  readonly sources: ReadonlyMap<NodeId, CatalogRelation>;
}

/**
 * @param selection only these nodes and sources; undefined for all
 * @throws EtlError, DatabaseError when the warehouse cannot be read
 */
export async function readCatalog(deps: RunDeps, selection?: ReadonlySet<NodeId>): Promise<CatalogReport> {
  const { shared, manifest, openWarehouse } = deps;
  const wanted = new Map<string, NodeId[]>();
  const schemas = new Map<string, RelationParts<string | null>>();
  for (const resource of manifest.resources.values()) {
    if (selection && !selection.has(resource.id)) continue;
    const parts = locate(resource);
    if (!parts) continue;
    addTo(wanted, keyOf(parts, deps), resource.id);
    schemas.set(keyOf({ ...parts, identifier: "" }, deps), { ...parts, identifier: null });
  }
  const relations = schemas.size === 0 ? [] : await (await openWarehouse()).catalog([...schemas.values()]);
  const nodes = new Map<NodeId, CatalogRelation>();
  const sources = new Map<NodeId, CatalogRelation>();
  for (const found of relations) {
    for (const id of wanted.get(keyOf(found.relation, deps)) ?? [])
      (id.startsWith("source.") ? sources : nodes).set(id, found);
  }
  return { generatedAt: shared.host.now(), nodes, sources };
}

function locate(resource: Resource): RelationParts<string | null> | undefined {
  if (resource.resourceType === "source") {
    const { database, schema, identifier } = resource;
    return { database, schema, identifier };
  }
  if (!isRefable(resource) || isEphemeral(resource)) return undefined;
  const { database, schema, alias } = resource;
  return { database, schema, identifier: alias };
}

function keyOf(
  { database, schema, identifier }: RelationParts<string | null>,
  { shared: { adapter } }: RunDeps,
): string {
  return [database, schema, identifier].map((part) => adapter.foldIdentifier(part ?? "")).join("\0");
}
