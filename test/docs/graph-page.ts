// A page with nothing but the graph, for tests: the graph bundled as the site bundles it, over data of the test's own.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { layoutGraph } from "../../src/docs/layout/layout-graph.ts";
import type {
  GraphColumn,
  GraphColumnEdge,
  GraphEdge,
  GraphNode,
  SiteKind,
} from "../../src/docs/site-data.ts";

export interface PageData {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly columns: Readonly<Record<string, readonly GraphColumn[]>>;
  readonly columnEdges: readonly GraphColumnEdge[];
}

/** A node as the site describes it. */
export function graphNode(label: string, group: readonly string[], more: Partial<GraphNode> = {}): GraphNode {
  const kind: SiteKind = more.kind ?? "model";
  const size = { x: 0, y: 0, w: Math.round(46 + label.length * 7.6), h: 34 };
  const run = { tags: [], status: "ok", seconds: 1.5, freshness: "none" } as const;
  return { id: `${kind}.shop.${label}`, label, kind, group, ...size, ...run, ...more };
}

/** Nodes with the places that the generator would give them. */
export function placed(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): GraphNode[] {
  const { x, y } = layoutGraph({ nodes, edges }, { aspect: 1.6 });
  return nodes.map((node, i) => ({ ...node, x: Math.round(x[i]!), y: Math.round(y[i]!) }));
}

/** Folders of staging and marts, `count` nodes; every third node leads to a later one. */
export function largeData(count: number): PageData {
  const nodes = Array.from({ length: count }, (_, i) =>
    graphNode(`m${i}`, ["shop", "models", i < count / 2 ? "staging" : "marts", `part_${i % 5}`]),
  );
  const edges = nodes.slice(0, count / 2).map((_, i): GraphEdge => [i, count / 2 + ((i * 7) % (count / 2))]);
  return { nodes: placed(nodes, edges), edges, columns: {}, columnEdges: [] };
}

const PAGE_SCRIPT = `
  import { mountGraph } from "./templates/docs/app/graph/index.ts";
  const data = JSON.parse(document.getElementById("data").textContent);
  const touching = (id) => data.columnEdges.filter(({ from, to }) => from[0] === id || to[0] === id);
  window.states = [];
  window.opened = [];
  window.graph = mountGraph(document.getElementById("graph"), data, {
    state: Object.fromEntries(new URLSearchParams(location.hash.slice(1))),
    onOpen: (id) => window.opened.push(id),
    onState: (state) => window.states.push(state),
    columnsOf: async (id) => data.columns[id] ?? [],
    columnEdgesOf: async (id) => touching(id),
  });
`;

/** Writes the page. @returns its address, to which a state can be added behind "#" */
export async function writeGraphPage(data: PageData): Promise<string> {
  const root = join(import.meta.dirname, "../..");
  const bundle = (contents: string, loader: "ts" | "css") =>
    build({ stdin: { contents, resolveDir: root, loader }, bundle: true, write: false, logLevel: "error" });
  const script = (await bundle(PAGE_SCRIPT, "ts")).outputFiles[0]!.text;
  const style = (await bundle('@import "./templates/docs/app/graph/graph.css";', "css")).outputFiles[0]!.text;
  const folder = mkdtempSync(join(tmpdir(), "graph-page-"));
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  const file = join(folder, "index.html");
  writeFileSync(
    file,
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Graph</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>:root { color-scheme: light dark } body { margin: 0; font: 15px/1.5 sans-serif } #graph { height: 100vh }</style>
<style>${style}</style>
<body><main><h1 class="graph-hidden">Graph</h1><div id="graph"></div></main><div id="toast" role="status"></div>
<script type="application/json" id="data">${json}</script>
<script>${script.replaceAll("</script", "<\\/script")}</script>`,
  );
  return pathToFileURL(file).href;
}
