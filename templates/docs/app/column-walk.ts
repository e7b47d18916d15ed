// Walks column lineage from node to node, as far as values go. Details of nodes are read on the way.

import {
  type ColumnDetails,
  type ColumnLink,
  edgeKinds,
  type NodeDetails,
} from "../../../src/docs/node-details.ts";
import type { ColumnEdgeKind } from "../../../src/docs/site-data.ts";
import type { Site } from "./site.ts";

export interface Point {
  readonly node: number;
  readonly column: string;
}

export interface WalkEdge {
  readonly from: Point;
  readonly to: Point;
  readonly kind: ColumnEdgeKind;
  readonly expression?: string;
}

export interface Walk {
  readonly points: readonly Point[];
  readonly edges: readonly WalkEdge[];
  /** There is more than was walked. */
  readonly isCut: boolean;
}

/** What one reader can look at. */
const MOST_POINTS = 160;

export function keyOf({ node, column }: Point): string {
  return `${node} ${column}`;
}

/** All columns that values come from ("up") or go to ("down"), the start included. */
export async function walkColumns(site: Site, start: Point, direction: "up" | "down"): Promise<Walk> {
  const points = new Map<string, Point>([[keyOf(start), start]]);
  const edges: WalkEdge[] = [];
  let isCut = false;
  // The map grows while it is read: it is the queue, too.
  for (const point of points.values()) {
    const column = columnOf(await site.details(point.node), point.column);
    for (const link of column?.[direction] ?? []) {
      const other: Point = { node: link[0], column: link[1] };
      if (!points.has(keyOf(other)) && points.size >= MOST_POINTS) {
        isCut = true;
        continue;
      }
      points.set(keyOf(other), other);
      edges.push(direction === "up" ? edgeOf(other, point, link) : edgeOf(point, other, link));
    }
  }
  return { points: [...points.values()], edges, isCut };
}

function edgeOf(from: Point, to: Point, [, , kind, expression]: ColumnLink): WalkEdge {
  return { from, to, kind: edgeKinds[kind] ?? "derive", ...(expression !== undefined && { expression }) };
}

export function columnOf({ columns = [] }: NodeDetails, name: string): ColumnDetails | undefined {
  return columns.find((column) => column.name === name);
}

/** Nodes whose rows a column decides about: it filters, joins or orders them. */
export async function decidedBy(site: Site, points: readonly Point[]): Promise<ReadonlyMap<number, string>> {
  const keys = new Set(points.map(keyOf));
  const found = new Map<number, string>();
  for (const parent of new Set(points.map(({ node }) => node))) {
    for (const child of site.children(parent)) {
      const { indirect = [] } = await site.details(child);
      const use = indirect.find(([node, column]) => keys.has(keyOf({ node, column })));
      if (use) found.set(child, use[2]);
    }
  }
  return found;
}
