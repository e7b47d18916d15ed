// The index as the graph wants it, and what the graph asks of details.

import { edgeKinds } from "../../../src/docs/node-details.ts";
import type { GraphColumn, GraphColumnEdge, GraphData, GraphNode } from "../../../src/docs/site-data.ts";
import {
  folderAt,
  freshnessAt,
  healthAt,
  idAt,
  isDrawn,
  kindAt,
  labelAt,
  NODE_HEIGHT,
  nodeWidth,
  packageAt,
  tagsAt,
} from "../../../src/docs/site-index.ts";
import type { Site } from "./site.ts";

export function graphData(site: Site): GraphData {
  const { index } = site;
  const places = new Map<number, number>();
  const nodes: GraphNode[] = [];
  for (let node = 0; node < site.size; node++) {
    if (!isDrawn(index, node)) continue;
    places.set(node, nodes.length);
    nodes.push(graphNode(site, node));
  }
  const edges: (readonly [number, number])[] = [];
  for (let at = 0; at < index.edges.length; at += 2) {
    const [from, to] = [places.get(index.edges[at] as number), places.get(index.edges[at + 1] as number)];
    if (from !== undefined && to !== undefined) edges.push([from, to]);
  }
  return { nodes, edges };
}

function graphNode({ index }: Site, node: number): GraphNode {
  const label = labelAt(index, node);
  return {
    id: idAt(index, node),
    label,
    kind: kindAt(index, node),
    group: [packageAt(index, node), ...folderAt(index, node).split("/")].filter(Boolean),
    x: index.x[node] as number,
    y: index.y[node] as number,
    w: nodeWidth(label),
    h: NODE_HEIGHT,
    tags: tagsAt(index, node),
    status: healthAt(index, node),
    seconds: index.seconds[node] || null,
    freshness: freshnessAt(index, node),
  };
}

/** A node and its neighbours in the words of the graph's selector box. */
export function selectorAround({ index }: Site, node: number): string {
  const kind = kindAt(index, node);
  const method = kind === "source" || kind === "exposure" || kind === "metric" ? `${kind}:` : "";
  return `1+${method}${labelAt(index, node)}+1`;
}

export async function graphColumns(site: Site, id: string): Promise<readonly GraphColumn[]> {
  const node = site.numberOf(id);
  const { columns = [] } = node === undefined ? {} : await site.details(node);
  return columns.map(({ name, type }) => ({ name, type: type ?? null }));
}

export async function graphColumnEdges(site: Site, id: string): Promise<readonly GraphColumnEdge[]> {
  const node = site.numberOf(id);
  const { columns = [] } = node === undefined ? {} : await site.details(node);
  return columns.flatMap(({ name, up = [], down = [] }) => [
    ...up.map(
      ([other, column, kind, expression]): GraphColumnEdge => ({
        from: [idAt(site.index, other), column],
        to: [id, name],
        kind: edgeKinds[kind] ?? "derive",
        ...(expression !== undefined && { expression }),
      }),
    ),
    ...down.map(
      ([other, column, kind]): GraphColumnEdge => ({
        from: [id, name],
        to: [idAt(site.index, other), column],
        kind: edgeKinds[kind] ?? "derive",
      }),
    ),
  ]);
}
