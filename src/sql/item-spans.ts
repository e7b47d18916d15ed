// Where the items of select lists begin and end in the text. The parser knows the places of names only, but lineage shows
// the whole expression that computes a column. So the words of the text are cut into items: by commas, from SELECT to
// FROM, on each level of parentheses.

import type { Span } from "./query-tree.ts";
import { type SqlWord, sqlWords } from "./words.ts";

/** Words that can only stand behind a select list, but for the pairs below. */
const BEHIND_ITEMS = new Set(
  "from where group union except intersect minus having qualify order limit window".split(" "),
);
const NOT_BEHIND = new Set(["distinct from", "within group", "* except"]);

interface Item {
  /** Indexes of words, both inclusive. */
  readonly first: number;
  readonly last: number;
}

export class ItemSpans {
  private words: readonly SqlWord[] = [];
  /** By where they begin. */
  private items: readonly Item[] | undefined;

  constructor(private readonly sql: string) {}

  /**
   * @param within a span inside of the item
   * @param aliasAt where its alias stands, which is no part of the expression
   * @returns the innermost item around the span
   */
  around(within: Span, aliasAt: Span | null): Span | null {
    if (this.items === undefined) {
      this.words = sqlWords(this.sql);
      this.items = cutItems(this.words);
    }
    const { words, items } = this;
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (startOf(words, items[middle]) <= within.start) low = middle + 1;
      else high = middle;
    }
    for (let index = low - 1; index >= 0; index -= 1) {
      const item = items[index];
      if (item === undefined || (words[item.last]?.end ?? 0) < within.end) continue;
      const last = aliasAt === null ? item.last : lastBefore(words, item, aliasAt);
      return last < item.first ? null : { start: startOf(words, item), end: words[last]?.end ?? 0 };
    }
    return null;
  }
}

function startOf(words: readonly SqlWord[], item: Item | undefined): number {
  return item === undefined ? 0 : (words[item.first]?.start ?? 0);
}

function lastBefore(words: readonly SqlWord[], item: Item, aliasAt: Span): number {
  let last = item.last;
  while (last >= item.first && (words[last]?.start ?? 0) >= aliasAt.start) last -= 1;
  return words[last]?.text === "as" ? last - 1 : last;
}

function cutItems(words: readonly SqlWord[]): Item[] {
  const items: Item[] = [];
  /** By depth: the word that the item begins with which is open there. */
  const open: (number | undefined)[] = [];
  const close = (depth: number, last: number) => {
    for (let at = open.length - 1; at >= depth; at -= 1) {
      const first = open[at];
      if (first !== undefined && first <= last) items.push({ first, last });
    }
    open.length = Math.min(open.length, depth);
  };
  words.forEach(({ kind, text, depth }, index) => {
    if (kind === "sign") {
      if (text === ")") close(depth + 1, index - 1);
      if (text !== "," || open[depth] === undefined) return;
      close(depth, index - 1);
      open[depth] = index + 1;
    } else if (kind === "word") {
      const before = words[index - 1]?.text ?? "";
      if (text === "select") {
        close(depth, index - 1);
        open[depth] = index + 1;
      } else if ((text === "distinct" || text === "all") && open[depth] === index) open[depth] = index + 1;
      else if (BEHIND_ITEMS.has(text) && !NOT_BEHIND.has(`${before} ${text}`)) close(depth, index - 1);
    }
  });
  close(0, words.length - 1);
  return items.sort((a, b) => a.first - b.first);
}
