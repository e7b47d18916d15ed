// The layout of a folded graph, from the inside out: the inside of each open folder is laid out for itself, then it is
// a box in the folder around it. What stands in which column and in which order does not depend on what is open
// further in, so opening a box makes room and moves nothing else about.

import { type Box, type FoldEdge, type FoldedGraph, foldGraph, type Inside } from "./fold-edges.ts";
import type { FolderTree } from "./folder-tree.ts";
import { defaultSpacing, type Layout, type LayoutEdge, type LayoutNode, type Route } from "./graph.ts";
import { layoutGraph } from "./layout-graph.ts";
import type { Size } from "./pack.ts";
import { assignRanks } from "./ranks.ts";

/** A box with its place: left upper corner and size. */
export type PlacedBox = Box & {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
};

export interface FoldLayout {
  /** Open folders before what is in them. */
  readonly boxes: readonly PlacedBox[];
  /** Ends are indexes into `boxes`. */
  readonly edges: readonly (Pick<FoldEdge, "from" | "to" | "count"> & { readonly route: Route })[];
  readonly width: number;
  readonly height: number;
}

export interface FoldSizes {
  /** Of nodes, by index. */
  readonly leaves: readonly Size[];
  /** Of each closed folder. */
  readonly folder: Size;
  /** Between the border of an open folder and what is in it; `top` leaves room for its name. */
  readonly padding: { readonly side: number; readonly top: number };
}

/** Boxes of one column that are drawn apart where edges lead from one to the other. */
const MOST_APART = 4;

/** A laid out inside, its ports included. */
interface Drawing {
  readonly layout: Layout;
  readonly inside: Inside;
}

/**
 * @param edges between nodes
 * @param open folders to show open
 */
export function layoutFolds(
  tree: FolderTree,
  edges: readonly LayoutEdge[],
  open: ReadonlySet<number>,
  sizes: FoldSizes,
): FoldLayout {
  const graph = foldGraph(tree, edges, open);
  const depth = meanDepths(tree, edges);
  const drawings = new Map<number, Drawing>();
  const sizeOfOpen = new Map<number, Size>();
  for (const [folder, inside] of [...graph.insides].reverse()) {
    const nodes = inside.boxes.map((box): LayoutNode => {
      const it = graph.boxes[box]!;
      if (it.kind === "leaf") return { ...sizes.leaves[it.leaf]!, rank: depth.leaf[it.leaf]! };
      return {
        ...(sizeOfOpen.get(it.folder) ?? sizes.folder),
        rank: Math.round(depth.folder[it.folder]!),
      };
    });
    const layout = drawInside(apartByEdges(nodes, inside), inside);
    drawings.set(folder, { layout, inside });
    const { side, top } = sizes.padding;
    sizeOfOpen.set(folder, { w: layout.width + 2 * side, h: layout.height + top + side });
  }
  return assemble(graph, drawings, sizes);
}

/**
 * Boxes of one column stand in columns of their own where edges lead from one to the other, unless these are so many
 * that a long thread would come of it.
 */
function apartByEdges(nodes: readonly LayoutNode[], { edges }: Inside): LayoutNode[] {
  const columns = new Map<number, number[]>();
  nodes.forEach(({ rank = 0 }, v) => {
    const column = columns.get(rank);
    if (column) column.push(v);
    else columns.set(rank, [v]);
  });
  const step = new Int32Array(nodes.length);
  for (const members of columns.values()) {
    if (members.length < 2 || members.length > MOST_APART) continue;
    const place = new Map(members.map((v, i) => [v, i]));
    const among = edges.flatMap(([from, to]): LayoutEdge[] => {
      const [a, b] = [place.get(from), place.get(to)];
      return a === undefined || b === undefined ? [] : [[a, b]];
    });
    const ranks = assignRanks(members.length, among.sort(byEnds));
    members.forEach((v, i) => {
      step[v] = ranks[i]!;
    });
  }
  return nodes.map((node, v) => ({ ...node, rank: (node.rank ?? 0) * (MOST_APART + 1) + step[v]! }));
}

/**
 * Ports stand in columns of their own, before and after all others. Ports and edges are put into an order that does not
 * depend on what is open elsewhere, so that the drawing does not either.
 */
function drawInside(nodes: readonly LayoutNode[], { ports, edges }: Inside): Layout {
  const ranks = nodes.map((node) => node.rank ?? 0);
  const first = Math.min(...ranks) - 1;
  const last = Math.max(...ranks) + 1;
  const sorted = [...ports.entries()].sort(([, a], [, b]) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
  );
  const seat = new Map(sorted.map(([port], i) => [nodes.length + port, nodes.length + i]));
  const points = sorted.map(
    ([, { entering }]): LayoutNode => ({ w: 0, h: 0, rank: entering ? first : last }),
  );
  const numbered = edges
    .map(([from, to], index) => ({ ends: [seat.get(from) ?? from, seat.get(to) ?? to] as const, index }))
    .sort((a, b) => byEnds(a.ends, b.ends));
  const layout = layoutGraph(
    { nodes: [...nodes, ...points], edges: numbered.map(({ ends }) => ends) },
    { aspect: 1.5, spacing: { ...defaultSpacing, rank: 50 } },
  );
  const routes = new Array<Route>(edges.length);
  numbered.forEach(({ index }, i) => {
    routes[index] = layout.routes[i]!;
  });
  return { ...layout, routes };
}

function byEnds(a: LayoutEdge, b: LayoutEdge): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** How far from the sources a node is, and a folder's nodes are on the mean: that tells its column. */
function meanDepths(tree: FolderTree, edges: readonly LayoutEdge[]) {
  const leaf = assignRanks(tree.folderOf.length, edges);
  const sum = new Float64Array(tree.folders.length);
  for (let id = tree.folders.length - 1; id >= 0; id--) {
    const folder = tree.folders[id]!;
    for (const v of folder.leaves) sum[id]! += leaf[v]!;
    if (id > 0) sum[folder.parent]! += sum[id]!;
  }
  return { leaf, folder: sum.map((total, id) => total / Math.max(1, tree.folders[id]!.count)) };
}

/** Puts all insides at their places in the whole, and joins the pieces of edges. */
function assemble(graph: FoldedGraph, drawings: ReadonlyMap<number, Drawing>, sizes: FoldSizes): FoldLayout {
  const placed = new Array<PlacedBox>(graph.boxes.length);
  const origin = new Map<number, { x: number; y: number }>([[0, { x: 0, y: 0 }]]);
  const { side, top } = sizes.padding;
  for (const [folder, { layout, inside }] of [...drawings].reverse()) {
    const { x, y } = origin.get(folder)!;
    inside.boxes.forEach((box, i) => {
      const it = graph.boxes[box]!;
      const at = { x: x + layout.x[i]!, y: y + layout.y[i]! };
      const inner = it.kind === "folder" && it.open ? drawings.get(it.folder)!.layout : undefined;
      if (it.kind === "folder") origin.set(it.folder, { x: at.x + side, y: at.y + top });
      const size = it.kind === "leaf" ? sizes.leaves[it.leaf]! : sizes.folder;
      const { w, h } = inner ? { w: inner.width + 2 * side, h: inner.height + top + side } : size;
      placed[box] = { ...it, ...at, w, h };
    });
  }
  const whole = drawings.get(0)!.layout;
  return {
    boxes: placed,
    edges: graph.edges.map(({ from, to, count, pieces, meeting }) => {
      const parts = pieces.map(({ folder, edge }) =>
        shift(drawings.get(folder)!.layout.routes[edge]!, origin.get(folder)!),
      );
      const { layout, inside } = drawings.get(pieces[meeting]!.folder)!;
      const [start, end] = inside.edges[pieces[meeting]!.edge]!;
      const leadsRight = layout.rank[start]! < layout.rank[end]!;
      return { from, to, count, route: joinPieces(parts, meeting, leadsRight) };
    }),
    width: whole.width,
    height: whole.height,
  };
}

function shift(route: Route, { x, y }: { readonly x: number; readonly y: number }): Route {
  return route.map((value, i) => value + (i % 2 === 0 ? x : y));
}

/**
 * Joins pieces end to end. A piece outside begins and ends at the middle of a folder's side; where one inside continues
 * it, it takes the height of the port instead. Where the piece outside does not lead to the right (folders that need
 * each other), it would meet the wrong side: such an edge goes straight from end to end.
 *
 * @param meeting the piece that is outermost
 * @param leadsRight whether that one does
 */
function joinPieces(pieces: readonly Route[], meeting: number, leadsRight: boolean): Route {
  if (pieces.length > 1 && !leadsRight) return [...pieces[0]!.slice(0, 2), ...pieces.at(-1)!.slice(-2)];
  const joined = pieces.map((piece) => piece.slice());
  for (let i = 1; i <= meeting; i++) joined[i]![1] = joined[i - 1]!.at(-1)!;
  for (let i = joined.length - 2; i >= meeting; i--) joined[i]![joined[i]!.length - 1] = joined[i + 1]![1]!;
  return joined.flat();
}
