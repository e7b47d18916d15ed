// The site's data in the browser: the index at once, details when asked for. Nodes are their numbers.

import { applyPatch } from "../../../src/docs/line-patch.ts";
import type { NodeDetails } from "../../../src/docs/node-details.ts";
import type { RunDetails } from "../../../src/docs/run-details.ts";
import { CHUNK_SIZE } from "../../../src/docs/site-data.ts";
import { idAt, type SiteIndex } from "../../../src/docs/site-index.ts";

export class Site {
  readonly index: SiteIndex;
  readonly size: number;
  readonly #chunks = new Map<number, Promise<Chunk>>();
  #numbers: ReadonlyMap<string, number> | undefined;
  #neighbours: { readonly parents: readonly number[][]; readonly children: readonly number[][] } | undefined;

  constructor(index: SiteIndex) {
    this.index = index;
    this.size = index.label.length;
  }

  /** The number of a node, by its id. */
  numberOf(id: string): number | undefined {
    this.#numbers ??= new Map(this.index.label.map((_, node) => [idAt(this.index, node), node]));
    return this.#numbers.get(id);
  }

  parents(node: number): readonly number[] {
    return this.#linked().parents[node] ?? [];
  }

  children(node: number): readonly number[] {
    return this.#linked().children[node] ?? [];
  }

  #linked(): { readonly parents: readonly number[][]; readonly children: readonly number[][] } {
    if (this.#neighbours) return this.#neighbours;
    const parents: number[][] = this.index.label.map(() => []);
    const children: number[][] = this.index.label.map(() => []);
    const { edges } = this.index;
    for (let at = 0; at < edges.length; at += 2) {
      const [from, to] = [edges[at] as number, edges[at + 1] as number];
      children[from]?.push(to);
      parents[to]?.push(from);
    }
    this.#neighbours = { parents, children };
    return this.#neighbours;
  }

  /** Everything that is known of a node. */
  async details(node: number): Promise<NodeDetails> {
    const chunk = await this.chunk(Math.floor(node / CHUNK_SIZE));
    return detailsIn(chunk, node % CHUNK_SIZE);
  }

  get chunkCount(): number {
    return Math.ceil(this.size / CHUNK_SIZE);
  }

  /** All details have been read: texts are found at once. */
  get isRead(): boolean {
    return this.#chunks.size === this.chunkCount;
  }

  /** A chunk of details; inflated once. */
  chunk(number: number): Promise<Chunk> {
    let chunk = this.#chunks.get(number);
    if (!chunk) {
      chunk = inflated(`details-${number}`).then((text) => ({ text, starts: lineStarts(text) }));
      this.#chunks.set(number, chunk);
    }
    return chunk;
  }

  /** The last run; undefined when there was none. */
  async run(): Promise<RunDetails | undefined> {
    return this.index.results === 0 ? undefined : (JSON.parse(await inflated("run")) as RunDetails);
  }
}

/** Details of CHUNK_SIZE nodes: one line of JSON each. */
export interface Chunk {
  readonly text: string;
  /** Where each line begins. */
  readonly starts: readonly number[];
}

/** @param line of the node in its chunk */
export function detailsIn({ text, starts }: Chunk, line: number): NodeDetails {
  return JSON.parse(text.slice(starts[line], starts[line + 1] ?? text.length)) as NodeDetails;
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The SQL that a node was compiled to; undefined when it was not. */
export function compiledCode({ code, compiled }: NodeDetails): string | undefined {
  return compiled && applyPatch(code ?? "", compiled);
}

async function inflated(id: string): Promise<string> {
  const element = document.getElementById(id) ?? (await atTheEnd(id));
  const packed = atob(element?.textContent ?? "");
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at++) bytes[at] = packed.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text();
}

/** The details stand at the end of the file: a fast reader can ask for them before they have been read. */
function atTheEnd(id: string): Promise<HTMLElement | null> {
  if (document.readyState !== "loading") return Promise.resolve(document.getElementById(id));
  return new Promise((done) => {
    document.addEventListener("DOMContentLoaded", () => done(document.getElementById(id)), { once: true });
  });
}
