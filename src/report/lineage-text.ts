// Column lineage for the terminal: a tree upwards and a tree downwards, one line a column.

import { groupBy } from "../base/groups.ts";
import type { ColumnAddress } from "../lineage/column-address.ts";
import type { ColumnRef, LineageGraph } from "../lineage/lineage-graph.ts";
import type { Way } from "../lineage/walk-lineage.ts";
import type { NodeId } from "../manifest/node.ts";

export interface LineageView {
  readonly address: ColumnAddress;
  readonly graph: LineageGraph;
  /** Absent where only the other direction was asked for. */
  readonly upstream?: Way;
  readonly downstream?: Way;
  /** How nodes are called. */
  readonly nameOf: (id: NodeId) => string;
}

/** The whole answer of `etl lineage`. */
export function lineageText({ address, graph, upstream, downstream, nameOf }: LineageView): string {
  const node = graph.nodes.find(({ id }) => id === address.node);
  const lines: string[] = [];
  for (const { name, type } of node?.columns ?? []) {
    if (address.column !== null && name !== address.column) continue;
    if (lines.length > 0) lines.push("");
    lines.push(`${nameOf(address.node)}.${name}${type === null ? "" : `  ${type}`}`);
    const ref = { node: address.node, column: name };
    if (upstream) lines.push(...branches(ref, upstream, "up", nameOf));
    if (downstream) lines.push(...branches(ref, downstream, "down", nameOf));
  }
  if (lines.length === 0) lines.push(`${nameOf(address.node)}: none of its columns is known`);
  if (node?.status.kind === "table-level") lines.push("", `incomplete: ${node.status.reason}`);
  return lines.join("\n");
}

type Direction = "up" | "down";

/** Columns that were shown once are not opened again. */
function branches(
  start: ColumnRef,
  way: Way,
  direction: Direction,
  nameOf: (id: NodeId) => string,
): string[] {
  const byStart = groupBy(way.edges, ({ from, to }) => keyOf(direction === "up" ? to : from));
  const lines: string[] = [];
  const shown = new Set<string>();
  const arrow = direction === "up" ? "<-" : "->";
  const open = (ref: ColumnRef, indent: string): void => {
    for (const edge of byStart.get(keyOf(ref)) ?? []) {
      const other = direction === "up" ? edge.from : edge.to;
      const isNew = !shown.has(keyOf(other));
      const how =
        edge.kind === "derive" ? `computed${edge.expression ? `: ${edge.expression}` : ""}` : edge.kind;
      lines.push(
        `${indent}${arrow} ${nameOf(other.node)}.${other.column}  ${how}${isNew ? "" : " (see above)"}`,
      );
      if (!isNew) continue;
      shown.add(keyOf(other));
      open(other, `${indent}   `);
    }
    if (direction === "up") return;
    for (const { from, to, use } of way.indirect)
      if (keyOf(from) === keyOf(ref)) lines.push(`${indent}~> ${nameOf(to)}  ${use}`);
  };
  open(start, "  ");
  for (const { from, to } of way.tables) {
    const isNear = direction === "up" ? to === start.node : from === start.node;
    if (isNear) lines.push(`  ${arrow} ${nameOf(direction === "up" ? from : to)}  whole table`);
  }
  return lines;
}

function keyOf({ node, column }: ColumnRef): string {
  return `${node}\0${column.toLowerCase()}`;
}
