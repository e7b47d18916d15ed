// From the reader's wish to a scene: which nodes, in which layout. Up to 300 nodes are drawn one by one; more fold
// into folders, unless the reader wants everything, which stands where the generator put it. What was selected by name
// grows: the scene before is kept in place as far as it is part of the new one.

import { buildFolderTree, type Folder, type FolderTree } from "../../../../src/docs/layout/folder-tree.ts";
import type { Layout } from "../../../../src/docs/layout/graph.ts";
import { growLayout, type Stand } from "../../../../src/docs/layout/grow.ts";
import { layoutFolds } from "../../../../src/docs/layout/layout-folds.ts";
import { layoutGraph } from "../../../../src/docs/layout/layout-graph.ts";
import { routePlaced } from "../../../../src/docs/layout/placed.ts";
import { assignRanks } from "../../../../src/docs/layout/ranks.ts";
import type { GraphEdge } from "../../../../src/docs/site-data.ts";
import { bridgesBetween } from "./bridges.ts";
import { edgesAmong, type GraphModel } from "./graph-model.ts";
import {
  type ColumnRow,
  folderKey,
  type LeafBox,
  leafHeight,
  leafKey,
  makeScene,
  type Scene,
  type SceneBox,
  type Stands,
} from "./scene.ts";

/** More nodes than this fold. */
export const MOST_UNFOLDED = 300;
/** Widths of nodes in a layout that grows, where all have the same; longer names are shortened. */
const NARROWEST_CARD = 150;
const WIDEST_CARD = 250;
/** Between two columns of cards: room for two handles and for lines to turn. */
const CARD_DISTANCE = 116;
/** Columns longer than this are wrapped at first, and such a layout is not kept when it grows. */
const LONGEST_COLUMN = 18;
/** As many boxes as the first look may show. */
const FIRST_BOXES = 36;

export interface Wish {
  /** Nodes to show, in order. */
  readonly members: readonly number[];
  /** Whether they were selected: then the layout can grow, and hidden neighbours are counted. */
  readonly selected: boolean;
  readonly everything: boolean;
  /** Keys of open folders; undefined for what is best at first. */
  readonly open: ReadonlySet<string> | undefined;
  /** Columns of the nodes that show them. */
  readonly columns: ReadonlyMap<number, readonly ColumnRow[]>;
  /** The node that must not move. */
  readonly anchor: number | undefined;
}

export function buildScene(model: GraphModel, wish: Wish, before: Scene | undefined): Scene {
  const folds = wish.members.length > MOST_UNFOLDED && !wish.everything;
  if (folds) return foldedScene(model, wish);
  if (wish.selected) return selectedScene(model, wish, before);
  return wholeScene(model, wish);
}

/** Whether a number of nodes is shown in folders. */
export function isFolded(wish: Pick<Wish, "members" | "everything">): boolean {
  return wish.members.length > MOST_UNFOLDED && !wish.everything;
}

function sizesOf(model: GraphModel, wish: Wish, width?: number) {
  return wish.members.map((node) => ({
    w: width ?? model.nodes[node]!.w,
    h: leafHeight(wish.columns.get(node)),
  }));
}

/** Everything: where the generator put it, or laid out here while columns are shown or places are missing. */
function wholeScene(model: GraphModel, wish: Wish): Scene {
  const graph = { nodes: sizesOf(model, wish), edges: edgesAmong(model, wish.members) };
  const corners = wish.members.map((node) => model.nodes[node]!);
  const isPlaced = wish.columns.size === 0 && corners.some(({ x, y }) => x !== 0 || y !== 0);
  const layout = isPlaced
    ? routePlaced(
        graph,
        Float64Array.from(corners, ({ x }) => x),
        Float64Array.from(corners, ({ y }) => y),
      )
    : layoutGraph(graph, { aspect: 1.6 });
  return flatScene(model, wish, graph.nodes, { edges: graph.edges, direct: graph.edges.length }, layout);
}

function selectedScene(model: GraphModel, wish: Wish, before: Scene | undefined): Scene {
  const direct = edgesAmong(model, wish.members);
  const edges = [...direct, ...bridgesBetween(model, wish.members, direct)];
  const stands = keptStands(wish, before) ?? freshStands(model, edges, wish);
  if (stands === undefined) {
    const sizes = sizesOf(model, wish);
    const layout = layoutGraph({ nodes: sizes, edges }, { aspect: 1.6 });
    return flatScene(model, wish, sizes, { edges, direct: direct.length }, layout);
  }
  const cards = sizesOf(model, wish, stands.width);
  const anchor = wish.anchor === undefined ? -1 : wish.members.indexOf(wish.anchor);
  const grown = growLayout(
    { nodes: cards, edges },
    wish.members.map((node) => stands.of.get(node)),
    { pitch: stands.width + CARD_DISTANCE, gap: 14, ...(anchor >= 0 && { anchor }) },
  );
  const places = wish.members.map((node, i): [number, Stand] => [
    node,
    { column: grown.column[i]!, y: grown.y[i]! },
  ]);
  const lines = { edges, direct: direct.length };
  return flatScene(model, wish, cards, lines, grown, { of: new Map(places), width: stands.width });
}

/** The places of the scene before, if all of it is still to be shown. */
function keptStands(wish: Wish, before: Scene | undefined): Stands | undefined {
  if (before?.stands === undefined) return undefined;
  const members = new Set(wish.members);
  return [...before.stands.of.keys()].every((node) => members.has(node)) ? before.stands : undefined;
}

/** A layout in columns of one width, unless it had to be wrapped. */
function freshStands(model: GraphModel, edges: readonly GraphEdge[], wish: Wish): Stands | undefined {
  const rank = assignRanks(wish.members.length, edges);
  const counts = new Map<number, number>();
  for (const r of rank) counts.set(r, (counts.get(r) ?? 0) + 1);
  if (Math.max(...counts.values()) > LONGEST_COLUMN) return undefined;
  const widest = Math.max(...wish.members.map((node) => model.nodes[node]!.w));
  const width = Math.min(WIDEST_CARD, Math.max(NARROWEST_CARD, widest));
  const cards = sizesOf(model, wish, width);
  const { y } = layoutGraph({ nodes: cards.map((card, i) => ({ ...card, rank: rank[i]! })), edges });
  const places = wish.members.map((node, i): [number, Stand] => [node, { column: rank[i]!, y: y[i]! }]);
  return { of: new Map(places), width };
}

/** @param direct how many of the edges are edges of the project; the others lead over what is not shown */
function flatScene(
  model: GraphModel,
  wish: Wish,
  sizes: readonly { readonly w: number; readonly h: number }[],
  { edges, direct }: { readonly edges: readonly GraphEdge[]; readonly direct: number },
  { x, y, routes }: Layout,
  stands?: Stands,
): Scene {
  const shown = [new Int32Array(wish.members.length), new Int32Array(wish.members.length)] as const;
  for (const [from, to] of edges.slice(0, direct)) {
    shown[0][to]!++;
    shown[1][from]!++;
  }
  const boxes = wish.members.map((node, i) => {
    const hidden = wish.selected
      ? {
          parents: degree(model.parents, node) - shown[0][i]!,
          children: degree(model.children, node) - shown[1][i]!,
        }
      : { parents: 0, children: 0 };
    return leafBox(model, wish, node, { x: x[i]!, y: y[i]!, ...sizes[i]! }, hidden);
  });
  const lines = edges.map(([from, to], i) => ({ from, to, count: i < direct ? 1 : 0, route: routes[i]! }));
  return makeScene(boxes, lines, wish.members.length, stands);
}

function degree({ start }: GraphModel["parents"], node: number): number {
  return start[node + 1]! - start[node]!;
}

function leafBox(
  model: GraphModel,
  wish: Wish,
  node: number,
  rect: { readonly x: number; readonly y: number; readonly w: number; readonly h: number },
  hidden = { parents: 0, children: 0 },
): LeafBox {
  const columns = wish.columns.get(node);
  return {
    kind: "leaf",
    key: leafKey(node),
    node,
    label: model.nodes[node]!.label,
    ...rect,
    columns,
    hidden,
  };
}

function foldedScene(model: GraphModel, wish: Wish): Scene {
  const tree = buildFolderTree(
    wish.members.map((node) => model.nodes[node]!.group),
    wish.members.map((node) => model.nodes[node]!.label),
  );
  const open = wish.open ?? firstOpen(tree);
  const layout = layoutFolds(
    tree,
    edgesAmong(model, wish.members),
    new Set(tree.folders.filter(({ key }) => open.has(key)).map(({ id }) => id)),
    { leaves: sizesOf(model, wish), folder: { w: 216, h: 62 }, padding: { side: 28, top: 52 } },
  );
  const below = leavesBelow(tree);
  const boxes = layout.boxes.map((box): SceneBox => {
    const rect = { x: box.x, y: box.y, w: box.w, h: box.h };
    if (box.kind === "leaf") return leafBox(model, wish, wish.members[box.leaf]!, rect);
    const { key, label } = tree.folders[box.folder]!;
    const nodes = below[box.folder]!.map((leaf) => wish.members[leaf]!);
    return { kind: "folder", key: folderKey(key), folder: key, label, ...rect, open: box.open, nodes };
  });
  return makeScene(boxes, layout.edges, wish.members.length);
}

/**
 * Opens level by level, small folders first, as long as not too many boxes come of it: four boxes would say too little.
 */
function firstOpen(tree: FolderTree): ReadonlySet<string> {
  const open = new Set<string>();
  const sizeOf = ({ folders, leaves }: Folder) => folders.length + leaves.length;
  let boxes = sizeOf(tree.folders[0]!);
  let level = tree.folders[0]!.folders.map((id) => tree.folders[id]!);
  while (level.length > 0) {
    const outer = level.filter(
      ({ folders, leaves }) => folders.length > 0 && folders.length >= leaves.length,
    );
    level = [];
    for (const folder of outer.sort((a, b) => sizeOf(a) - sizeOf(b))) {
      if (boxes + sizeOf(folder) - 1 > FIRST_BOXES) break;
      boxes += sizeOf(folder) - 1;
      open.add(folder.key);
      level.push(...folder.folders.map((id) => tree.folders[id]!));
    }
  }
  return open;
}

function leavesBelow(tree: FolderTree): readonly (readonly number[])[] {
  const below = tree.folders.map(({ leaves }) => leaves.slice());
  for (let id = below.length - 1; id > 0; id--) {
    const outer = below[tree.folders[id]!.parent]!;
    for (const leaf of below[id]!) outer.push(leaf);
  }
  return below;
}
