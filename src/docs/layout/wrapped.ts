// The drawing of a graph with long columns: 3,000 staging models one below the other are a thread no screen shows. A
// long column becomes a block of several, filled row by row, so that the order of the column stays the order of the
// heights. Lines run between the rows, where many share a lane, and never behind a box.

import type { Layout, LayoutEdge, LayoutNode, Spacing } from "./graph.ts";
import { keepApart } from "./keep-apart.ts";
import { type Block, routeByLanes, type Seat } from "./lanes.ts";
import { cutIntoLayers, hasTooLongTrunks, shortEdges } from "./layers.ts";
import { orderLayers } from "./order.ts";

const SWEEPS = 4;

/** Between the columns of one block: a line turns into its lane there. */
const SUB_GAP = 28;

/** One column of the graph, as a table: the node at `i` stands in row `floor(i / across)`, at `i % across`. */
interface Table extends Block {
  readonly members: readonly number[];
}

/**
 * @param rank the column of each node, without empty columns
 * @param rows the most rows of a block
 * @returns the drawing, with its left upper corner at 0, 0
 */
export function drawWrapped(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  rank: Int32Array,
  rows: number,
  spacing: Spacing,
): Layout {
  const layers = cutIntoLayers(rank, hasTooLongTrunks(rank, edges) ? shortEdges(rank, edges) : edges);
  orderLayers(layers);
  const members = layers.layers.map((layer) => Array.from(layer).filter((vertex) => vertex < nodes.length));
  const blocks = placeColumns(members, nodes, rows, spacing);
  const seats = seatsOf(blocks, nodes.length);
  placeRows(blocks, seats, nodes, edges, rank, spacing);
  const x = new Float64Array(nodes.length);
  const y = new Float64Array(nodes.length);
  nodes.forEach(({ h }, v) => {
    const block = blocks[rank[v]!]!;
    const { row, place } = seats[v]!;
    x[v] = block.edges[place]!;
    y[v] = block.top[row]! + (block.tall[row]! - h) / 2;
  });
  const scene = { nodes, blocks, seats, block: rank, x, y };
  return {
    x,
    y,
    rank,
    routes: edges.map((edge) => routeByLanes(edge, scene)),
    width: blocks.at(-1)?.edges.at(-1) ?? 0,
    height: Math.max(0, ...blocks.map(bottomOf)),
  };
}

/** Tables of all columns, side by side; rows are stacked without regard to other columns yet. */
function placeColumns(
  members: readonly (readonly number[])[],
  nodes: readonly LayoutNode[],
  rows: number,
  spacing: Spacing,
): Table[] {
  let at = 0;
  return members.map((list) => {
    const across = isPortColumn(list, nodes) ? 1 : Math.max(1, Math.ceil(list.length / rows));
    const gap = gapOf(list, nodes, spacing);
    const count = Math.ceil(list.length / across);
    const tall = new Float64Array(count);
    const wide = new Float64Array(across);
    list.forEach((v, i) => {
      const row = Math.floor(i / across);
      tall[row] = Math.max(tall[row]!, nodes[v]!.h);
      wide[i % across] = Math.max(wide[i % across]!, nodes[v]!.w);
    });
    const edges = [at];
    wide.forEach((w, i) => {
      const isLast = i === across - 1;
      edges.push(edges[i]! + w + (isLast ? 0 : SUB_GAP));
    });
    at = edges.at(-1)! + spacing.rank * 2;
    const top = new Float64Array(count);
    for (let row = 1; row < count; row++) top[row] = top[row - 1]! + tall[row - 1]! + gap;
    return { members: list, across, top, tall, edges };
  });
}

/**
 * Points at the border of a box, where lines enter and leave, stand in a column of their own; it is never wrapped.
 */
function isPortColumn(members: readonly number[], nodes: readonly LayoutNode[]): boolean {
  return members.every((v) => nodes[v]!.h === 0);
}

function gapOf(members: readonly number[], nodes: readonly LayoutNode[], spacing: Spacing): number {
  return isPortColumn(members, nodes) ? spacing.edge : spacing.node;
}

function seatsOf(blocks: readonly Table[], count: number): Seat[] {
  const seats = new Array<Seat>(count);
  for (const { members, across } of blocks) {
    members.forEach((v, i) => {
      seats[v] = { row: Math.floor(i / across), place: i % across };
    });
  }
  return seats;
}

function bottomOf({ top, tall }: Table): number {
  return top.length === 0 ? 0 : top[top.length - 1]! + tall[tall.length - 1]!;
}

/**
 * Moves rows towards the neighbours of what stands in them, to the right and back, within the height of the
 * tallest block.
 */
function placeRows(
  blocks: readonly Table[],
  seats: readonly Seat[],
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  rank: Int32Array,
  spacing: Spacing,
): void {
  const height = Math.max(0, ...blocks.map(bottomOf));
  const middleOf = (v: number) => {
    const { top, tall } = blocks[rank[v]!]!;
    return top[seats[v]!.row]! + tall[seats[v]!.row]! / 2;
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const toRight = sweep % 2 === 0;
    const sum = new Float64Array(nodes.length);
    const count = new Int32Array(nodes.length);
    const byBlock = blocks.map((): LayoutEdge[] => []);
    for (const edge of edges) byBlock[rank[toRight ? edge[1] : edge[0]]!]!.push(edge);
    for (const column of toRight ? blocks.keys() : [...blocks.keys()].reverse()) {
      for (const [from, to] of byBlock[column]!) {
        const [self, other] = toRight ? [to, from] : [from, to];
        sum[self]! += middleOf(other);
        count[self]!++;
      }
      const gap = gapOf(blocks[column]!.members, nodes, spacing);
      moveRows(blocks[column]!, sum, count, height, gap);
    }
  }
}

function moveRows(block: Table, sum: Float64Array, count: Int32Array, height: number, gap: number): void {
  const wanted = block.top.slice();
  const weight = new Float64Array(block.top.length).fill(0.1);
  for (let row = 0; row < wanted.length; row++) {
    let total = 0;
    let neighbours = 0;
    for (const v of block.members.slice(row * block.across, (row + 1) * block.across)) {
      total += sum[v]!;
      neighbours += count[v]!;
    }
    if (neighbours === 0) continue;
    wanted[row] = total / neighbours - block.tall[row]! / 2;
    weight[row] = neighbours;
  }
  block.top.set(keepApart(wanted, block.tall, weight, gap, 0, height));
}
