// What a query means: prefixes (col:, tag:, sql:, owner:, test:, or a kind as model:), "orders.amount" for a column of a
// node, all else names first, then columns, then texts.

import type { SiteKind } from "../../../src/docs/site-data.ts";
import { siteKinds } from "../../../src/docs/site-data.ts";
import { kindAt, tagsAt } from "../../../src/docs/site-index.ts";
import { NameSearch } from "./search-names.ts";
import { type Field, findTexts, nearestWord, type TextHit } from "./search-texts.ts";
import type { Site } from "./site.ts";

export interface Hit {
  readonly node: number;
  readonly column?: string;
  /** Why it is here, when it is not for its name: a field and the text around the hit. */
  readonly where?: Field;
  readonly text?: string;
}

export interface Answer {
  readonly hits: readonly Hit[];
  /** A word that was taken for a mistyped one. */
  readonly instead?: string;
}

export interface Query {
  /** As typed, without the prefix. */
  readonly text: string;
  readonly words: readonly string[];
  readonly field?: Field;
  readonly kind?: SiteKind;
}

const PREFIXES: Readonly<Record<string, Field>> = {
  col: "column",
  column: "column",
  tag: "tag",
  sql: "sql",
  owner: "owner",
  test: "test",
  meta: "meta",
};

const MOST_NAMES = 12;
const MOST_TEXTS = 24;

export function readQuery(typed: string): Query {
  const [, prefix = "", rest = ""] = /^\s*([a-z_]+):(.*)$/is.exec(typed) ?? [];
  const field = PREFIXES[prefix.toLowerCase()];
  const kind = siteKinds.find((one) => one === prefix.toLowerCase());
  const text = (field || kind ? rest : typed).trim();
  const words = text.toLowerCase().match(/[\p{L}\p{N}_@-]+/gu) ?? [];
  return { text, words, ...(field && { field }), ...(kind && { kind }) };
}

export class Search {
  readonly #site: Site;
  #names: NameSearch | undefined;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Hits by name, at once. */
  names({ text, field, kind }: Query): readonly Hit[] {
    if (field === "tag") return this.#tagged(text.toLowerCase());
    if (field) return [];
    const { index } = this.#site;
    this.#names ??= new NameSearch(index.label, (node) => Math.min(1, this.#site.children(node).length / 20));
    const found = this.#names.find(text);
    return (kind ? found.filter(({ node }) => kindAt(index, node) === kind) : found).slice(0, MOST_NAMES);
  }

  #tagged(tag: string): readonly Hit[] {
    const { index } = this.#site;
    const hits: Hit[] = [];
    for (const node of Object.keys(index.tagged).map(Number)) {
      const found = tagsAt(index, node).find((one) => one.toLowerCase().includes(tag));
      if (found !== undefined) hits.push({ node, where: "tag", text: found });
      if (hits.length === MOST_TEXTS) break;
    }
    return hits;
  }

  /** Hits in what is said of nodes; reads all details the first time, as long as the answer is wanted. */
  async texts(query: Query, isWanted: () => boolean): Promise<Answer> {
    const { words, text, field, kind } = query;
    if (words.join("").length < 2) return { hits: [] };
    const own = await this.#columnOf(text);
    const fields = field && new Set([field]);
    let found = await findTexts(this.#site, words, fields, isWanted);
    let instead: string | undefined;
    const [word] = words;
    if (found.length === 0 && own.length === 0 && words.length === 1 && word && isWanted()) {
      instead = await nearestWord(this.#site, word);
      if (instead) found = await findTexts(this.#site, [instead], fields, isWanted);
    }
    const kept = kind ? found.filter(({ node }) => kindAt(this.#site.index, node) === kind) : found;
    const tagged = field || text === "" ? [] : this.#tagged(text.toLowerCase());
    const hits = [...own, ...tagged, ...kept].slice(0, MOST_TEXTS);
    return { hits, ...(instead !== undefined && { instead }) };
  }

  /** "orders.amount": columns of nodes of that name. */
  async #columnOf(text: string): Promise<readonly TextHit[]> {
    const [, name = "", wanted = ""] = /^(\S+)\.(\w+)$/.exec(text) ?? [];
    if (wanted === "" || !this.#names) return [];
    const hits: TextHit[] = [];
    for (const { node } of this.#names.find(name).slice(0, 8)) {
      const { columns = [] } = await this.#site.details(node);
      for (const column of columns)
        if (column.name.toLowerCase().startsWith(wanted.toLowerCase()))
          hits.push({ node, where: "column", score: 100, text: column.name, column: column.name });
    }
    return hits;
  }
}
