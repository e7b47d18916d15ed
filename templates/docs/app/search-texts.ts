// Search over everything that is said of nodes: columns, tags, descriptions, meta, owners, tests, SQL. The lines of
// details are searched as text, with the words that stand in them; what a hit means is told by parsing that one line.

import type { ColumnDetails, NodeDetails, TestDetails } from "../../../src/docs/node-details.ts";
import { CHUNK_SIZE } from "../../../src/docs/site-data.ts";
import { editDistance, slipsFor } from "./edit-distance.ts";
import { type Chunk, detailsIn, type Site } from "./site.ts";

export interface TextHit {
  readonly node: number;
  readonly score: number;
  /** "column", "tag", "description" ... */
  readonly where: Field;
  /** The text around the hit, plain. */
  readonly text: string;
  readonly column?: string;
}

export type Field = "column" | "tag" | "description" | "owner" | "meta" | "test" | "fact" | "sql";

/** What counts more comes first. */
const SCORES: Readonly<Record<Field, number>> = {
  column: 90,
  tag: 80,
  owner: 70,
  description: 60,
  test: 55,
  meta: 50,
  fact: 45,
  sql: 30,
};

/** Lines that are parsed for one query at most. */
const MOST_LINES = 300;

/**
 * @param words lower case; all must stand in what is said of a node
 * @param fields where; all when undefined
 * @param isWanted asked while details are read, which takes a while the first time; when it says no, nothing is found
 */
export async function findTexts(
  site: Site,
  words: readonly string[],
  fields: ReadonlySet<Field> | undefined,
  isWanted: () => boolean,
): Promise<readonly TextHit[]> {
  const chunks = words.length === 0 ? undefined : await allChunks(site, isWanted);
  if (!chunks) return [];
  const names = new RegExp(`"name":"[^"]*${escapeRegExp(longest(words))}`, "gi");
  const any = new RegExp(escapeRegExp(longest(words)), "gi");
  const lines = new Set<number>();
  for (const pattern of [names, any]) collectLines(chunks, pattern, lines);
  const hits: TextHit[] = [];
  for (const node of lines) {
    const chunk = chunks[Math.floor(node / CHUNK_SIZE)];
    if (chunk) hits.push(...hitsIn(node, detailsIn(chunk, node % CHUNK_SIZE), words, fields));
  }
  return hits.sort((a, b) => b.score - a.score);
}

/** The word that is nearest to a mistyped one among the names of all columns. */
export async function nearestWord(site: Site, word: string): Promise<string | undefined> {
  const slips = slipsFor(word);
  if (slips === 0) return undefined;
  const seen = new Set<string>();
  for (const { text } of (await allChunks(site, () => true)) ?? [])
    for (const [, name = ""] of text.matchAll(/"name":"([^"\\]+)"/g)) seen.add(name.toLowerCase());
  let best: string | undefined;
  let least = slips + 1;
  for (const name of seen) {
    const distance = editDistance(word, name, slips);
    if (distance < least) [best, least] = [name, distance];
  }
  return best;
}

/** All details, read one chunk after the other, so that the page can do other things in between. */
async function allChunks(site: Site, isWanted: () => boolean): Promise<readonly Chunk[] | undefined> {
  const chunks: Chunk[] = [];
  for (let number = 0; number < site.chunkCount; number++) {
    if (!isWanted()) return undefined;
    chunks.push(await site.chunk(number));
  }
  return chunks;
}

function collectLines(chunks: readonly Chunk[], pattern: RegExp, lines: Set<number>): void {
  const most = lines.size + MOST_LINES;
  for (const [number, { text, starts }] of chunks.entries()) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match && lines.size < most; match = pattern.exec(text)) {
      const line = lineAt(starts, match.index);
      lines.add(number * CHUNK_SIZE + line);
      // One hit a line is enough to look at it.
      pattern.lastIndex = starts[line + 1] ?? text.length;
    }
  }
}

function lineAt(starts: readonly number[], at: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

function hitsIn(
  node: number,
  details: NodeDetails,
  words: readonly string[],
  fields: ReadonlySet<Field> | undefined,
): readonly TextHit[] {
  const hits: TextHit[] = [];
  const seen = new Set<string>();
  for (const [where, text, column] of textsOf(details)) {
    if (fields && !fields.has(where)) continue;
    const key = where === "column" ? `${where} ${column}` : where;
    const low = text.toLowerCase();
    if (seen.has(key) || !words.every((word) => low.includes(word))) continue;
    seen.add(key);
    const exact = where === "column" && low === words.join("_") ? 8 : 0;
    const hit = {
      node,
      where,
      score: SCORES[where] + exact,
      text: around(text, low.indexOf(words[0] ?? "")),
    };
    hits.push(column === undefined ? hit : { ...hit, column });
  }
  return hits;
}

/** All that is said of a node, piece by piece. */
function* textsOf(details: NodeDetails): Iterable<readonly [Field, string, string?]> {
  for (const column of details.columns ?? []) yield* columnTexts(column);
  if (details.owner) yield ["owner", [details.owner, details.email].filter(Boolean).join(" ")];
  if (details.description) yield ["description", plain(details.description)];
  for (const test of details.tests ?? []) yield ["test", testText(test)];
  for (const [key, value] of details.meta ?? []) yield ["meta", `${key}: ${value}`];
  for (const [key, value] of details.facts ?? []) yield ["fact", `${key}: ${value}`];
  if (details.group) yield ["fact", `group: ${details.group}`];
  for (const line of (details.code ?? "").split("\n")) yield ["sql", line];
}

function* columnTexts(column: ColumnDetails): Iterable<readonly [Field, string, string]> {
  const { name } = column;
  yield ["column", name, name];
  if (column.description) yield ["description", `${name}: ${plain(column.description)}`, name];
  for (const tag of column.tags ?? []) yield ["tag", tag, name];
  for (const [key, value] of column.meta ?? []) yield ["meta", `${key}: ${value}`, name];
  for (const test of column.tests ?? []) yield ["test", testText(test), name];
}

function testText({ label, id }: TestDetails): string {
  return `${label} ${id.split(".").slice(2).join(".")}`;
}

/** Rendered Markdown as plain text. */
function plain(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function around(text: string, at: number): string {
  const start = Math.max(0, at - 50);
  const cut = text.slice(start, start + 140).trim();
  return `${start > 0 ? "…" : ""}${cut}${start + 140 < text.length ? "…" : ""}`;
}

function longest(words: readonly string[]): string {
  return words.reduce((long, word) => (word.length > long.length ? word : long), "");
}

/** A word as a regular expression that matches it and nothing else. */
export function escapeRegExp(word: string): string {
  return word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
