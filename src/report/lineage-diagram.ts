// Column lineage as a diagram in the notation of Graphviz or Mermaid: a box a node, its columns in it.

import type { ColumnRef } from "../lineage/lineage-graph.ts";
import type { Way } from "../lineage/walk-lineage.ts";
import type { NodeId } from "../manifest/node.ts";
import type { LineageView } from "./lineage-text.ts";

interface Drawing {
  /** Columns to show, by node; a node without any stands for itself. */
  readonly nodes: ReadonlyMap<NodeId, ReadonlySet<string>>;
  readonly edges: readonly { readonly from: ColumnRef; readonly to: ColumnRef; readonly label: string }[];
}

/** Graphviz: `etl lineage orders.amount --output dot | dot -Tsvg` */
export function lineageDot(view: LineageView): string {
  const { nodes, edges } = drawingOf(view);
  const quoted = (text: string) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  const idOf = ({ node, column }: ColumnRef) => quoted(`${node}.${column}`);
  const lines = ["digraph lineage {", "  rankdir=LR;", "  node [shape=box];"];
  [...nodes].forEach(([node, columns], index) => {
    lines.push(`  subgraph cluster_${index} {`, `    label=${quoted(view.nameOf(node))};`);
    for (const column of columns.size === 0 ? [""] : columns)
      lines.push(`    ${idOf({ node, column })} [label=${quoted(column || "all columns")}];`);
    lines.push("  }");
  });
  for (const { from, to, label } of edges) {
    const style = label === "copy" || label === "rename" ? "" : ", style=dashed";
    lines.push(`  ${idOf(from)} -> ${idOf(to)} [label=${quoted(label)}${style}];`);
  }
  return [...lines, "}"].join("\n");
}

/** Mermaid, which GitHub and GitLab draw in Markdown. */
export function lineageMermaid(view: LineageView): string {
  const { nodes, edges } = drawingOf(view);
  const numbers = new Map<string, string>();
  const idOf = ({ node, column }: ColumnRef): string => {
    const key = `${node}\0${column}`;
    const known = numbers.get(key) ?? `c${numbers.size}`;
    numbers.set(key, known);
    return known;
  };
  const quoted = (text: string) => `"${text.replaceAll("#", "#35;").replaceAll('"', "#quot;")}"`;
  const lines = ["flowchart LR"];
  [...nodes].forEach(([node, columns], index) => {
    lines.push(`  subgraph n${index}[${quoted(view.nameOf(node))}]`);
    for (const column of columns.size === 0 ? [""] : columns)
      lines.push(`    ${idOf({ node, column })}[${quoted(column || "all columns")}]`);
    lines.push("  end");
  });
  for (const { from, to, label } of edges) {
    const arrow = label === "copy" || label === "rename" ? "-->" : "-.->";
    lines.push(`  ${idOf(from)} ${arrow}|${label}| ${idOf(to)}`);
  }
  return lines.join("\n");
}

function drawingOf({ address, upstream, downstream, graph }: LineageView): Drawing {
  const nodes = new Map<NodeId, Set<string>>();
  const edges: { from: ColumnRef; to: ColumnRef; label: string }[] = [];
  const show = ({ node, column }: ColumnRef): void => {
    const columns = nodes.get(node) ?? new Set();
    nodes.set(node, columns);
    if (column !== "") columns.add(column);
  };
  for (const { name } of graph.nodes.find(({ id }) => id === address.node)?.columns ?? [])
    if (address.column === null || address.column === name) show({ node: address.node, column: name });
  for (const way of [upstream, downstream]) if (way) addEdges(way, edges);
  for (const { from, to } of edges) {
    show(from);
    show(to);
  }
  return { nodes, edges };
}

function addEdges(way: Way, into: { from: ColumnRef; to: ColumnRef; label: string }[]): void {
  for (const { from, to, kind } of way.edges)
    into.push({ from, to, label: kind === "derive" ? "computed" : kind });
  for (const { from, to, use } of way.indirect) into.push({ from, to: { node: to, column: "" }, label: use });
  for (const { from, to } of way.tables)
    into.push({ from: { node: from, column: "" }, to: { node: to, column: "" }, label: "table" });
}
