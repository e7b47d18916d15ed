// What is known of the columns of nodes before any query is traced: those of sources, seeds and snapshots, and the columns
// that people declared.

import type { Manifest } from "../manifest/manifest.ts";
import type { Column, Model, NodeId, Resource, Snapshot } from "../manifest/node.ts";
import type { SqlDialect } from "../sql/query-tree.ts";
import { engineTypes } from "./engine-types.ts";
import type { ColumnEdge, LineageColumn } from "./lineage-graph.ts";
import type { NodeLineage } from "./node-lineage.ts";
import type { KnownColumn, KnownRelation } from "./query-lineage.ts";

/** Columns of relations as the warehouse or a file tells them, by node: all of them, in order. */
export type Schemas = ReadonlyMap<NodeId, readonly KnownColumn[]>;

/** The columns of a source or seed; those that are only declared may not be all. */
export function rootRelation(
  resource: Resource & { readonly columns: ReadonlyMap<string, Column> },
  schemas: Schemas,
  dialect: SqlDialect,
): KnownRelation {
  const known = schemas.get(resource.id);
  if (known !== undefined) return { id: resource.id, columns: known, isComplete: true };
  return { id: resource.id, columns: declaredColumns(resource, dialect), isComplete: false };
}

/** The columns of a model in its properties. */
export function declaredColumns(resource: Resource, dialect: SqlDialect): KnownColumn[] {
  if (!("columns" in resource) || !(resource.columns instanceof Map)) return [];
  const columns: ReadonlyMap<string, Column> = resource.columns;
  const { declared } = engineTypes(dialect);
  return [...columns.values()].map(({ name, dataType }) => ({
    name,
    type: dataType === null ? null : declared(dataType),
  }));
}

/** dbt's names of the columns that a snapshot adds, which `snapshot_meta_column_names` changes. */
const META_COLUMNS = ["dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to"] as const;

/** A snapshot has the columns of its query, and those that tell the time of each row. */
export function withSnapshotColumns(snapshot: Snapshot, lineage: NodeLineage): NodeLineage {
  const given = snapshot.config.get("snapshot_meta_column_names");
  const named = (name: string): string => {
    const other = given instanceof Map ? given.get(name) : undefined;
    return typeof other === "string" ? other : name;
  };
  const isMarked = snapshot.config.get("hard_deletes") === "new_record";
  const added = [...META_COLUMNS, ...(isMarked ? ["dbt_is_deleted"] : [])].map(named);
  const keys = textsOf(snapshot.config.get("unique_key"));
  const updatedAt = textsOf(snapshot.config.get("updated_at"));
  const edges = [
    ...metaEdges(lineage, [...keys, ...updatedAt], named("dbt_scd_id")),
    ...["dbt_updated_at", "dbt_valid_from", "dbt_valid_to"].flatMap((name) =>
      metaEdges(lineage, updatedAt, named(name)),
    ),
  ];
  const columns = added.map((name): LineageColumn => ({ name, type: null }));
  return {
    ...lineage,
    node: { ...lineage.node, columns: [...lineage.node.columns, ...columns] },
    edges: [...lineage.edges, ...edges],
  };
}

/** Edges from whatever the named columns of the snapshot come from. */
function metaEdges({ node, edges }: NodeLineage, names: readonly string[], column: string): ColumnEdge[] {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return edges
    .filter((edge) => wanted.has(edge.to.column.toLowerCase()))
    .map(({ from }) => ({ from, to: { node: node.id, column }, kind: "derive" }));
}

function textsOf(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === "string");
}

/** Whether a relation may have a primary key: what others made, and models that say so. */
export function mayHaveKey(resource: Resource | undefined): boolean {
  if (resource?.resourceType === "seed" || resource?.resourceType === "snapshot")
    return hooksMakeKey(resource);
  if (resource?.resourceType !== "model") return true;
  const constraints = [
    ...resource.constraints,
    ...[...resource.columns.values()].flatMap((one) => one.constraints),
  ];
  return constraints.some(({ type }) => type === "primary_key") || hooksMakeKey(resource);
}

function hooksMakeKey({ config }: Pick<Snapshot, "config">): boolean {
  const hooks = config.get("post-hook");
  const texts = Array.isArray(hooks)
    ? hooks.map((hook) => String(hook instanceof Map ? hook.get("sql") : hook))
    : [];
  // A macro may make one as well.
  return texts.some((text) => /primary\s+key|\{\{/i.test(text));
}

/** Nodes that have columns of their own and queries to trace. */
export function isTraceable(resource: Resource): resource is Model | Snapshot {
  return resource.resourceType === "model" || resource.resourceType === "snapshot";
}

/** Parents in the graph of columns: what relations a resource reads. */
export function relationParents(id: NodeId, { parents, resources }: Manifest): NodeId[] {
  return (parents.get(id) ?? []).filter((parent) => {
    const type = resources.get(parent)?.resourceType;
    return type === "model" || type === "seed" || type === "snapshot" || type === "source";
  });
}
