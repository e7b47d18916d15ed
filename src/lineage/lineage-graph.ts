// The column lineage of a whole project as plain data: what `traceLineage` gives, what target/lineage.json holds, and
// what the docs site, checks and OpenLineage read. Flat lists and no methods, so that it can be written, cached and
// sent as it is; walking it is the work of `walk-lineage.ts`.

import type { NodeId } from "../manifest/node.ts";

/** A column of a node. The name is spelled as the node gives it, so it equals the name in `LineageNode.columns`. */
export interface ColumnRef {
  readonly node: NodeId;
  readonly column: string;
}

/**
 * How a value gets from one column to another: unchanged under the same name (`copy`; names are compared as the
 * warehouse compares them), unchanged under another name (`rename`), or as part of an expression (`derive`; a cast,
 * too).
 */
export type EdgeKind = "copy" | "rename" | "derive";

/** Values of `from` end in `to`. One pair of columns has one edge: the least faithful kind of all its ways. */
export interface ColumnEdge {
  readonly from: ColumnRef;
  readonly to: ColumnRef;
  readonly kind: EdgeKind;
  /** For `derive`: the SQL that computes it, as compiled, on one line and cut where it is very long. */
  readonly expression?: string;
}

/** Where a column decides about the rows of a node without its values ending in them. */
export type IndirectUse = "filter" | "join" | "group" | "order" | "set";

/** The column `from` decides which rows of the node `to` there are, or in which order, or how they are grouped. */
export interface IndirectEdge {
  readonly from: ColumnRef;
  readonly to: NodeId;
  readonly use: IndirectUse;
}

/** All columns of `to` can depend on all columns of `from`: the most that can be said of a node without columns. */
export interface TableEdge {
  readonly from: NodeId;
  readonly to: NodeId;
}

export interface LineageColumn {
  readonly name: string;
  /** In the words of the warehouse; null where it is not known for sure. */
  readonly type: string | null;
}

/**
 * `traced`: columns and edges are complete. `table-level`: the query could not be read or its columns could not be
 * told; `reason` says why in one sentence, and `tables` leads from all its parents to it.
 */
export type LineageStatus =
  | { readonly kind: "traced" }
  | { readonly kind: "table-level"; readonly reason: string };

export interface LineageNode {
  readonly id: NodeId;
  /** In the order of the relation. What is known of them where the status is table-level, maybe none. */
  readonly columns: readonly LineageColumn[];
  readonly status: LineageStatus;
}

export interface LineageGraph {
  /** Sources, seeds, models, snapshots and exposures (these have no columns), sorted by id. */
  readonly nodes: readonly LineageNode[];
  /** Sorted by the target's node and column order, then by source. */
  readonly edges: readonly ColumnEdge[];
  readonly indirect: readonly IndirectEdge[];
  readonly tables: readonly TableEdge[];
}
