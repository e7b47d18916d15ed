// What the docs site is made of, as data: the shapes that `etl docs generate` writes and the page in the browser reads.
// Two parts, so that a page of ten thousand models is usable at once: a small index, parsed when the page opens, and
// details in deflated chunks, one line of JSON for each node, parsed when a node is asked for. The graph has shapes of
// its own (`GraphData`), which both the page and `src/docs/layout` understand. This file imports nothing: it is bundled
// for the browser, too.

/** How many nodes share a chunk of details. */
export const CHUNK_SIZE = 200;

/** What has a page: dbt's resource types without operations, generic tests being shown where they test. */
export const siteKinds = [
  "source",
  "seed",
  "snapshot",
  "model",
  "function",
  "semantic_model",
  "metric",
  "saved_query",
  "exposure",
  "analysis",
  "test",
  "unit_test",
  "macro",
  "doc",
] as const;

export type SiteKind = (typeof siteKinds)[number];

/** Kinds that the graph draws. */
export const graphKinds: ReadonlySet<SiteKind> = new Set<SiteKind>([
  "source",
  "seed",
  "snapshot",
  "model",
  "function",
  "semantic_model",
  "metric",
  "saved_query",
  "exposure",
  "analysis",
]);

/** How the last run left a node, its own tests included: the worst of them. "none": it was not run. */
export const healths = ["none", "ok", "skipped", "warn", "fail"] as const;

export type Health = (typeof healths)[number];

/** A node of the graph. Lengths are in pixels at zoom 1; x and y are the upper left corner in the layout of everything. */
export interface GraphNode {
  readonly id: string;
  readonly label: string;
  readonly kind: SiteKind;
  /** From the outermost to the innermost box: package, then folders ("shop", "models", "staging"). */
  readonly group: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly tags: readonly string[];
  readonly status: Health;
  /** Of the last run; null where it was not run. */
  readonly seconds: number | null;
  /** Sources only: how fresh they were when last looked at. */
  readonly freshness: Health;
}

/** Indexes into `nodes`; values flow from the first to the second. */
export type GraphEdge = readonly [from: number, to: number];

export interface GraphData {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphColumn {
  readonly name: string;
  /** In the words of the warehouse; null where it is not known. */
  readonly type: string | null;
}

/** As in column lineage: unchanged under the same name, unchanged under another name, computed. */
export type ColumnEdgeKind = "copy" | "rename" | "derive";

export interface GraphColumnEdge {
  /** Node id and column. */
  readonly from: readonly [node: string, column: string];
  readonly to: readonly [node: string, column: string];
  readonly kind: ColumnEdgeKind;
  /** Of computed columns. */
  readonly expression?: string;
}

/** What the address holds of the graph's state: selector, colouring, zoom ... Keys and values are the graph's own. */
export type GraphState = Readonly<Record<string, string>>;

/** What the page lends to the graph. */
export interface GraphOptions {
  /** From the address; empty for the first look. */
  readonly state: GraphState;
  /** A small picture without tools: no selector box, no exports, folded. */
  readonly compact?: boolean;
  /** The user wants the page of a node. */
  onOpen(id: string): void;
  /** The state changed; the page writes it into the address. Not called for what `setState` set. */
  onState(state: GraphState): void;
  /** Columns of a node, in the order of the relation. */
  columnsOf(id: string): Promise<readonly GraphColumn[]>;
  /** Edges that end or begin at columns of a node; empty when there is no column lineage. */
  columnEdgesOf(id: string): Promise<readonly GraphColumnEdge[]>;
}

/**
 * What `mountGraph(element: HTMLElement, data: GraphData, options: GraphOptions)` of templates/docs/app/graph gives: a
 * graph that is on screen in an element with a size of its own. After every whole drawing it sets
 * `window.__dag` to { nodes, edges, layoutMs }.
 */
export interface MountedGraph {
  /** Another address: back, forward, or a link into the graph. */
  setState(state: GraphState): void;
  /** Takes it off the screen and ends all listening. */
  destroy(): void;
}
