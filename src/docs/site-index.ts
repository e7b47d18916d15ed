// The small part of the site's data, parsed when the page opens: what navigation, search by name and the graph need of
// every node. Lists run in parallel (entry i of each is node i), and what repeats is a number into a list of texts, so
// that ten thousand nodes are less than a megabyte and no object is made for a node that nobody looks at. Imports
// only types of the site: it is bundled for the browser, too.

import { graphKinds, type Health, healths, type SiteKind, siteKinds } from "./site-data.ts";

export interface SiteIndex {
  readonly project: string;
  readonly adapter: string;
  /** ISO 8601. */
  readonly generatedAt: string;
  /** Whether columns lead to columns; if not, why in one sentence. */
  readonly lineage: { readonly columns: boolean; readonly note: string | null };
  readonly packages: readonly string[];
  /** "models/staging". */
  readonly folders: readonly string[];
  readonly tags: readonly string[];
  /** Into `siteKinds`. */
  readonly kind: readonly number[];
  /** As shown: "orders", "orders.v2", "shop.raw_orders" for tables of sources. */
  readonly label: readonly string[];
  /** Ids that are not kind.package.label, by node. */
  readonly ids: Readonly<Record<number, string>>;
  /** Into `packages`. */
  readonly inPackage: readonly number[];
  /** Into `folders`. */
  readonly inFolder: readonly number[];
  /** Into `tags`, by node. */
  readonly tagged: Readonly<Record<number, readonly number[]>>;
  /** Into `healths`: the worst of a node's own result and those of its tests. */
  readonly health: readonly number[];
  /** Into `healths`, of sources that were looked at. */
  readonly freshness: Readonly<Record<number, number>>;
  /** Of the last run; 0 where it was not run. */
  readonly seconds: readonly number[];
  /** Upper left corners in the layout of everything; 0 for what the graph does not draw. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Pairs, flat: node, node that is made of it. */
  readonly edges: readonly number[];
  /** How many results the last run had; 0 without one. */
  readonly results: number;
}

/** Height of every box of the graph. */
export const NODE_HEIGHT = 34;

/** Width of a node's box, enough for its label at 13 pixels. */
export function nodeWidth(label: string): number {
  return Math.min(320, Math.max(96, Math.round(46 + label.length * 7.6)));
}

export function kindAt(index: SiteIndex, node: number): SiteKind {
  return siteKinds[index.kind[node] as number] as SiteKind;
}

export function labelAt(index: SiteIndex, node: number): string {
  return index.label[node] as string;
}

/** dbt's unique id. */
export function idAt(index: SiteIndex, node: number): string {
  return index.ids[node] ?? plainId(kindAt(index, node), packageAt(index, node), labelAt(index, node));
}

/** The id that most nodes have, which is not written. */
export function plainId(kind: SiteKind, packageName: string, label: string): string {
  return `${kind}.${packageName}.${label}`;
}

export function packageAt(index: SiteIndex, node: number): string {
  return index.packages[index.inPackage[node] as number] as string;
}

export function folderAt(index: SiteIndex, node: number): string {
  return index.folders[index.inFolder[node] as number] as string;
}

export function tagsAt(index: SiteIndex, node: number): readonly string[] {
  return (index.tagged[node] ?? []).map((tag) => index.tags[tag] as string);
}

export function healthAt(index: SiteIndex, node: number): Health {
  return healths[index.health[node] as number] as Health;
}

export function freshnessAt(index: SiteIndex, node: number): Health {
  return healths[index.freshness[node] ?? 0] as Health;
}

export function isDrawn(index: SiteIndex, node: number): boolean {
  return graphKinds.has(kindAt(index, node));
}
