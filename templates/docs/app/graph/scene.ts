// What is on screen: boxes with places and lines between them, however they came about. Everything that draws,
// exports, hits or lists the graph reads a scene and knows nothing of layouts.

import { type Adjacency, adjacencyOf, type Route } from "../../../../src/docs/layout/graph.ts";
import type { Stand } from "../../../../src/docs/layout/grow.ts";
import type { Rect } from "./camera.ts";

/** A column as a row of an open node. */
export interface ColumnRow {
  readonly name: string;
  readonly type: string | null;
}

interface PlacedBox extends Rect {
  /** The same for the same thing in every scene, so that it can be followed from one to the next. */
  readonly key: string;
  readonly label: string;
}

export interface LeafBox extends PlacedBox {
  readonly kind: "leaf";
  /** Index of the node. */
  readonly node: number;
  /** Undefined while the columns are not shown. */
  readonly columns: readonly ColumnRow[] | undefined;
  /** Parents and children that are not on screen. */
  readonly hidden: { readonly parents: number; readonly children: number };
}

export interface FolderBox extends PlacedBox {
  readonly kind: "folder";
  readonly folder: string;
  readonly open: boolean;
  /** All nodes below it. */
  readonly nodes: readonly number[];
}

export type SceneBox = LeafBox | FolderBox;

export interface SceneEdge {
  /** Indexes into the boxes. */
  readonly from: number;
  readonly to: number;
  /** How many edges of the project it stands for; 0 when it leads over nodes that are not shown. */
  readonly count: number;
  readonly route: Route;
}

/** The places of nodes, and the width that all of them have. */
export interface Stands {
  readonly of: ReadonlyMap<number, Stand>;
  readonly width: number;
}

export interface Scene {
  /** Open folders before what is in them. */
  readonly boxes: readonly SceneBox[];
  readonly edges: readonly SceneEdge[];
  readonly bounds: Rect;
  readonly byKey: ReadonlyMap<string, number>;
  /** Where nodes stand in a layout that can grow; undefined for other layouts. */
  readonly stands: Stands | undefined;
  /** How many nodes of the project it shows, those within closed folders too. */
  readonly nodeCount: number;
  /** Edges from each box and to each box; made when first asked for. */
  links(): readonly [from: Adjacency, to: Adjacency];
}

/** Height of a node's name, of each of its columns, and of the space below these. */
export const HEAD_HEIGHT = 34;
export const ROW_HEIGHT = 21;
const FOOT_HEIGHT = 6;

export function leafHeight(columns: readonly ColumnRow[] | undefined): number {
  return columns ? HEAD_HEIGHT + columns.length * ROW_HEIGHT + FOOT_HEIGHT : HEAD_HEIGHT;
}

export function makeScene(
  boxes: readonly SceneBox[],
  edges: readonly SceneEdge[],
  nodeCount: number,
  stands?: Stands,
): Scene {
  let links: readonly [Adjacency, Adjacency] | undefined;
  return {
    links: () => {
      links ??= linksOf(boxes.length, edges);
      return links;
    },
    boxes,
    edges,
    nodeCount,
    stands,
    bounds: boundsOf(boxes),
    byKey: new Map(boxes.map((box, index) => [box.key, index])),
  };
}

function linksOf(count: number, edges: readonly SceneEdge[]): readonly [Adjacency, Adjacency] {
  const from = edges.map((edge) => edge.from);
  const to = edges.map((edge) => edge.to);
  return [adjacencyOf(count, from, to), adjacencyOf(count, to, from)];
}

export function boundsOf(boxes: readonly Rect[]): Rect {
  if (boxes.length === 0) return { x: 0, y: 0, w: 0, h: 0 };
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, w, h } of boxes) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + w);
    bottom = Math.max(bottom, y + h);
  }
  return { x: left, y: top, w: right - left, h: bottom - top };
}

export function leafKey(node: number): string {
  return `node ${node}`;
}

export function folderKey(folder: string): string {
  return `folder ${folder}`;
}

/** Boxes that lead to a box and that it leads to, with the edges on the way. */
export interface Trail {
  readonly boxes: ReadonlySet<number>;
  readonly edges: ReadonlySet<number>;
}

/** @returns a box, its neighbours, and the edges between it and them */
export function nearTrail(scene: Scene, start: number): Trail {
  const boxes = new Set([start]);
  const edges = new Set<number>();
  for (const { start: first, list, via } of scene.links()) {
    for (let i = first[start]!; i < first[start + 1]!; i++) {
      boxes.add(list[i]!);
      edges.add(via[i]!);
    }
  }
  return { boxes, edges };
}

/** @returns all that is upstream and downstream of a box in the scene, itself included */
export function trailOf(scene: Scene, start: number): Trail {
  const boxes = new Set([start]);
  const edges = new Set<number>();
  for (const { start: first, list, via } of scene.links()) {
    const rim = [start];
    const met = new Set(rim);
    for (let box = rim.pop(); box !== undefined; box = rim.pop()) {
      for (let i = first[box]!; i < first[box + 1]!; i++) {
        const other = list[i]!;
        edges.add(via[i]!);
        if (met.has(other)) continue;
        met.add(other);
        boxes.add(other);
        rim.push(other);
      }
    }
  }
  return { boxes, edges };
}
