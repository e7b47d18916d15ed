// Column lineage in the graph: where a column comes from and goes to, among the nodes on screen. Details are asked for
// as they are needed and kept, since neighbouring paths share most of them.

import type {
  ColumnEdgeKind,
  GraphColumn,
  GraphColumnEdge,
  GraphOptions,
} from "../../../../src/docs/site-data.ts";
import type { GraphModel } from "./graph-model.ts";
import { columnRect } from "./paint-boxes.ts";
import { type ColumnRow, type LeafBox, leafKey, type Scene } from "./scene.ts";

export interface ColumnRef {
  /** Index of the node. */
  readonly node: number;
  readonly column: string;
}

/** Columns by node, and the edges between them. */
export interface ColumnPath {
  readonly columns: ReadonlyMap<number, ReadonlySet<string>>;
  readonly edges: readonly GraphColumnEdge[];
}

/** An edge between two columns that are on screen: boxes and rows by index. */
export interface ColumnLine {
  readonly from: number;
  readonly fromRow: number;
  readonly to: number;
  readonly toRow: number;
  readonly kind: ColumnEdgeKind;
  readonly expression: string | undefined;
}

export class ColumnPaths {
  readonly #columns = new Map<number, Promise<readonly GraphColumn[]>>();
  readonly #edges = new Map<number, Promise<readonly GraphColumnEdge[]>>();

  constructor(
    private readonly model: GraphModel,
    private readonly source: Pick<GraphOptions, "columnsOf" | "columnEdgesOf">,
  ) {}

  columnsOf(node: number): Promise<readonly GraphColumn[]> {
    return kept(this.#columns, node, () => this.source.columnsOf(this.model.nodes[node]!.id));
  }

  /** Edges that end or begin at columns of a node. */
  edgesOf(node: number): Promise<readonly GraphColumnEdge[]> {
    return kept(this.#edges, node, () => this.source.columnEdgesOf(this.model.nodes[node]!.id));
  }

  /** All that flows into a column and out of it, within a set of nodes. */
  async trace(start: ColumnRef, within: ReadonlySet<number>): Promise<ColumnPath> {
    const columns = new Map([[start.node, new Set([start.column])]]);
    const edges = new Set<GraphColumnEdge>();
    for (const [near, far] of [
      ["to", "from"],
      ["from", "to"],
    ] as const) {
      const met = new Set([`${start.node} ${start.column}`]);
      let rim: ColumnRef[] = [start];
      while (rim.length > 0) {
        const next: ColumnRef[] = [];
        const known = await Promise.all(rim.map(({ node }) => this.edgesOf(node)));
        rim.forEach(({ node, column }, i) => {
          for (const edge of known[i]!) {
            const other = this.model.byId.get(edge[far][0]);
            const isHere = edge[near][0] === this.model.nodes[node]!.id && edge[near][1] === column;
            if (!isHere || other === undefined || !within.has(other)) continue;
            edges.add(edge);
            const key = `${other} ${edge[far][1]}`;
            if (met.has(key)) continue;
            met.add(key);
            const list = columns.get(other);
            if (list) list.add(edge[far][1]);
            else columns.set(other, new Set([edge[far][1]]));
            next.push({ node: other, column: edge[far][1] });
          }
        });
        rim = next;
      }
    }
    return { columns, edges: [...edges] };
  }

  /** Rows of a node, all of its columns or those on a path. */
  async rowsOf(node: number, only?: ReadonlySet<string>): Promise<readonly ColumnRow[]> {
    const columns = await this.columnsOf(node);
    if (only === undefined) return columns;
    const known = columns.filter(({ name }) => only.has(name));
    const names = new Set(known.map(({ name }) => name));
    return [...known, ...[...only].filter((name) => !names.has(name)).map((name) => ({ name, type: null }))];
  }

  /** The edges whose columns are both on screen. */
  async linesOf(scene: Scene): Promise<readonly ColumnLine[]> {
    const open = scene.boxes.filter(
      (box): box is LeafBox => box.kind === "leaf" && box.columns !== undefined,
    );
    const edges = new Set((await Promise.all(open.map(({ node }) => this.edgesOf(node)))).flat());
    const seat = ([id, column]: readonly [string, string]) => {
      const box = scene.byKey.get(leafKey(this.model.byId.get(id) ?? -1));
      const leaf = box === undefined ? undefined : scene.boxes[box];
      const row = leaf?.kind === "leaf" ? leaf.columns?.findIndex(({ name }) => name === column) : undefined;
      return box === undefined || row === undefined || row < 0 ? undefined : { box, row };
    };
    const seen = new Map<string, ColumnLine>();
    for (const { from, to, kind, expression } of edges) {
      const [start, end] = [seat(from), seat(to)];
      if (!start || !end) continue;
      const line = { from: start.box, fromRow: start.row, to: end.box, toRow: end.row, kind, expression };
      const key = `${line.from} ${line.fromRow} ${line.to} ${line.toRow}`;
      // Each edge is told by both of its nodes; only the one it leads to may know the expression.
      if (expression !== undefined || !seen.has(key)) seen.set(key, line);
    }
    return [...seen.values()];
  }
}

function kept<T>(store: Map<number, Promise<T>>, key: number, make: () => Promise<T>): Promise<T> {
  let value = store.get(key);
  if (value === undefined) {
    value = make();
    store.set(key, value);
  }
  return value;
}

/** From the right side of one row to the left side of the other: x, y of both ends. */
export function lineEnds(
  scene: Scene,
  line: ColumnLine,
): readonly [number, number, number, number] | undefined {
  const [from, to] = [scene.boxes[line.from], scene.boxes[line.to]];
  if (from?.kind !== "leaf" || to?.kind !== "leaf") return undefined;
  const [start, end] = [columnRect(from, line.fromRow), columnRect(to, line.toRow)];
  return [from.x + from.w, start.y + start.h / 2, to.x, end.y + end.h / 2];
}
