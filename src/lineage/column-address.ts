// "orders.amount" as people write it, to a column of a node: by name, by id, a source by its own and its table's name,
// each with the package before it where that is needed.

import { EtlError, errorAt } from "../base/diagnostic.ts";
import { didYouMean, nearest } from "../base/nearest.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId, Resource } from "../manifest/node.ts";
import type { ColumnRef, LineageGraph, LineageNode } from "./lineage-graph.ts";

export interface ColumnAddress {
  readonly node: NodeId;
  /** Spelled as the graph has it; null: all columns of the node. */
  readonly column: string | null;
}

/**
 * @param address "orders.amount", "shop.orders.amount", "raw.orders.amount", "model.shop.orders.amount", "orders"
 * @throws EtlError(column-not-found) when no node or column is called so
 */
export function findColumnAddress(address: string, graph: LineageGraph, manifest: Manifest): ColumnAddress {
  const parts = address.split(".");
  const byName = namesOf(graph, manifest);
  let found: LineageNode | undefined;
  for (let length = parts.length; length >= 1; length -= 1) {
    const node = byName.get(parts.slice(0, length).join(".").toLowerCase());
    if (node === undefined) continue;
    if (length === parts.length) return { node: node.id, column: null };
    const wanted = parts.slice(length).join(".").toLowerCase();
    const column = node.columns.find(({ name }) => name.toLowerCase() === wanted);
    if (column !== undefined) return { node: node.id, column: column.name };
    found ??= node;
  }
  throw notFound(address, found, manifest, [...byName.keys()]);
}

/** The columns that an address means. */
export function columnsAt({ node, column }: ColumnAddress, graph: LineageGraph): ColumnRef[] {
  if (column !== null) return [{ node, column }];
  const columns = graph.nodes.find(({ id }) => id === node)?.columns ?? [];
  return columns.map(({ name }) => ({ node, column: name }));
}

/** How a node is called in lists: a source by its own name and its table's. */
export function shownName(resource: Resource): string {
  return resource.resourceType === "source" ? `${resource.sourceName}.${resource.name}` : resource.name;
}

/** Nodes by all their names in lower case; the root project's win. */
function namesOf(graph: LineageGraph, manifest: Manifest): Map<string, LineageNode> {
  const names = new Map<string, LineageNode>();
  for (const node of graph.nodes) {
    const resource = manifest.resources.get(node.id);
    if (resource === undefined) continue;
    const own = shownName(resource);
    for (const name of [node.id, own, `${resource.packageName}.${own}`]) {
      const key = name.toLowerCase();
      if (!names.has(key) || resource.packageName === manifest.projectName) names.set(key, node);
    }
  }
  return names;
}

function notFound(
  address: string,
  node: LineageNode | undefined,
  { resources }: Manifest,
  names: readonly string[],
): EtlError {
  if (node === undefined) {
    const wanted = address.split(".").slice(0, -1).join(".") || address;
    return new EtlError([
      errorAt("column-not-found", `there is no node for "${address}"`, undefined, {
        help: didYouMean(wanted, names) ?? "write it as model.column",
      }),
    ]);
  }
  const resource = resources.get(node.id);
  const name = resource === undefined ? node.id : shownName(resource);
  const wanted = address.slice(address.lastIndexOf(".") + 1);
  const columns = node.columns.map((column) => column.name);
  const near = nearest(wanted, columns);
  const known = columns.length === 0 ? "none of its columns is known" : `its columns: ${columns.join(", ")}`;
  return new EtlError([
    errorAt("column-not-found", `"${name}" has no column "${wanted}"`, undefined, {
      help: near === undefined ? known : `did you mean "${name}.${near}"?`,
    }),
  ]);
}
