// How things look at present: palette, what colours mean, what is written on folders. Made anew when scheme, colouring
// or data change; answers about folders are kept, since they run over all nodes below.

import type { GraphNode } from "../../../../src/docs/site-data.ts";
import { FitText } from "./fit-text.ts";
import type { Colouring } from "./graph-state.ts";
import { colouringOf, type Meaning, type Palette } from "./palette.ts";
import type { FolderBox } from "./scene.ts";

/** A part of a folder's bar. */
export interface Share extends Meaning {
  readonly count: number;
}

export class Look {
  readonly text = new FitText();
  /**
   * How much of its colour a card's ground has: little for kinds, which are mostly the same, more for what one
   * asked for.
   */
  readonly tint: number;
  readonly #meaningOf: (node: GraphNode) => Meaning;
  readonly #shares = new Map<string, readonly Share[]>();

  constructor(
    readonly palette: Palette,
    readonly nodes: readonly GraphNode[],
    colouring: Colouring,
  ) {
    this.#meaningOf = colouringOf(nodes, colouring);
    this.tint = colouring === "kind" ? 0.04 : 0.2;
  }

  meaning(node: number): Meaning {
    return this.#meaningOf(this.nodes[node]!);
  }

  colour(node: number): string {
    return this.palette[this.meaning(node).colour];
  }

  hasFailed(node: number): boolean {
    return this.nodes[node]!.status === "fail";
  }

  /** The colour of the sign for nodes that need looking after; undefined for all others. */
  alarm(node: number): string | undefined {
    const { status, freshness } = this.nodes[node]!;
    if (status === "fail" || freshness === "fail") return this.palette["health-fail"];
    if (status === "warn" || freshness === "warn") return this.palette["health-warn"];
    return undefined;
  }

  /** What the nodes of a folder are, the most common first. */
  shares({ key, nodes }: FolderBox): readonly Share[] {
    const id = `${key} ${nodes.length}`;
    let shares = this.#shares.get(id);
    if (shares === undefined) {
      shares = countMeanings(nodes.map((node) => this.meaning(node)));
      this.#shares.set(id, shares);
    }
    return shares;
  }

  /** "120 nodes", and what failed. */
  note(folder: FolderBox): string {
    const failed = folder.nodes.filter((node) => this.hasFailed(node)).length;
    const count = `${folder.nodes.length.toLocaleString("en")} ${folder.nodes.length === 1 ? "node" : "nodes"}`;
    return failed > 0 ? `${count} · ${failed} failed` : count;
  }
}

export function countMeanings(meanings: readonly Meaning[]): readonly Share[] {
  const counts = new Map<string, Share>();
  for (const { word, colour } of meanings) {
    counts.set(word, { word, colour, count: (counts.get(word)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

/** A colour between two computed ones, `share` of the first. */
export function mix(first: string, second: string, share: number): string {
  return `color-mix(in srgb, ${first} ${Math.round(share * 100)}%, ${second})`;
}
