// The graph of nodes as text for other tools: Mermaid, to be pasted into Markdown, and DOT, for Graphviz.

import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId } from "../manifest/node.ts";
import { graphKinds } from "./site-data.ts";
import { type SiteEntry, siteEntries } from "./site-entries.ts";

/** @param chosen only these nodes, and edges between them */
export function mermaidText(manifest: Manifest, chosen: ReadonlySet<NodeId>): string {
  const { entries, edges } = graphOf(manifest, chosen);
  const shape = ({ kind, label }: SiteEntry) => {
    const text = `"${label.replaceAll(/["<>&\][{}|]/g, " ")}"`;
    return kind === "source" || kind === "seed"
      ? `[(${text})]`
      : kind === "exposure"
        ? `([${text}])`
        : `[${text}]`;
  };
  return lines([
    "flowchart LR",
    ...entries.map((entry, at) => `  n${at}${shape(entry)}`),
    ...edges.map(([from, to]) => `  n${from} --> n${to}`),
  ]);
}

/** @param chosen only these nodes, and edges between them */
export function dotText(manifest: Manifest, chosen: ReadonlySet<NodeId>): string {
  const { entries, edges } = graphOf(manifest, chosen);
  const text = (value: string) =>
    `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
  return lines([
    `digraph ${text(manifest.projectName)} {`,
    "  rankdir=LR;",
    "  node [shape=box];",
    ...entries.map(({ id, label, kind }) => `  ${text(id)} [label=${text(label)}, class=${text(kind)}];`),
    ...edges.map(([from, to]) => `  ${text(entries[from]?.id ?? "")} -> ${text(entries[to]?.id ?? "")};`),
    "}",
  ]);
}

function lines(list: readonly string[]): string {
  return `${list.join("\n")}\n`;
}

/** What the graph of the site draws, as far as it is chosen; edges are places in the list. */
function graphOf(
  manifest: Manifest,
  chosen: ReadonlySet<NodeId>,
): { readonly entries: readonly SiteEntry[]; readonly edges: readonly (readonly [number, number])[] } {
  const entries = siteEntries(manifest).list.filter(({ id, kind }) => graphKinds.has(kind) && chosen.has(id));
  const places = new Map(entries.map(({ id }, at) => [id, at]));
  const edges = entries.flatMap(({ id }, to) =>
    (manifest.parents.get(id) ?? []).flatMap((parent) => {
      const from = places.get(parent);
      return from === undefined ? [] : [[from, to] as const];
    }),
  );
  return { entries, edges };
}
