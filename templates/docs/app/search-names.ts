// Search over names, answered while one types: words in any order, parts of words, slips of the keyboard. Names are cut
// into words once; a query is held against the distinct words of all names, then against the names that have them.

import { editDistance, slipsFor } from "./edit-distance.ts";

export interface NameHit {
  readonly node: number;
  readonly score: number;
}

const WHOLE = 100;
const BEGINNING = 75;
const INSIDE = 45;
const SLIP = 25;

export class NameSearch {
  readonly #names: readonly string[];
  /** Names without what parts words. */
  readonly #joined: readonly string[];
  readonly #vocabulary: readonly string[];
  /** Numbers of the words of each name. */
  readonly #words: readonly (readonly number[])[];
  readonly #weight: (node: number) => number;

  /** @param weight of a node from 0 to 1: among equal hits the one that more is made of comes first */
  constructor(names: readonly string[], weight: (node: number) => number) {
    this.#names = names.map((name) => name.toLowerCase());
    this.#joined = this.#names.map((name) => name.replaceAll(/[^\p{L}\p{N}]+/gu, ""));
    this.#weight = weight;
    const numbers = new Map<string, number>();
    this.#words = this.#names.map((name) =>
      wordsOf(name).map((word) => {
        let number = numbers.get(word);
        if (number === undefined) {
          number = numbers.size;
          numbers.set(word, number);
        }
        return number;
      }),
    );
    this.#vocabulary = [...numbers.keys()];
  }

  /** Hits, best first. */
  find(query: string): readonly NameHit[] {
    const wanted = wordsOf(query);
    if (wanted.length === 0) return [];
    const scores = wanted.map((word) => this.#wordScores(word));
    const joined = wanted.join("");
    const full = query.trim().toLowerCase();
    const hits: NameHit[] = [];
    this.#names.forEach((name, node) => {
      const score = Math.max(this.#byWords(node, scores), this.#byText(node, name, full, joined));
      const start = name.startsWith(full) ? 10 : 0;
      if (score > 0)
        hits.push({ node, score: score + start + this.#weight(node) * 8 - Math.min(8, name.length / 10) });
    });
    return hits.sort((a, b) => b.score - a.score);
  }

  /** How well each word of the vocabulary answers a word of the query; 0: not at all. */
  #wordScores(word: string): readonly number[] {
    const slips = slipsFor(word);
    return this.#vocabulary.map((known) => {
      if (known === word) return WHOLE;
      const at = known.indexOf(word);
      if (at === 0) return BEGINNING;
      if (at > 0) return INSIDE;
      return slips > 0 && editDistance(word, known, slips) <= slips ? SLIP : 0;
    });
  }

  /** Every word of the query must be in the name. */
  #byWords(node: number, scores: readonly (readonly number[])[]): number {
    let sum = 0;
    for (const byWord of scores) {
      let best = 0;
      for (const word of this.#words[node] ?? []) best = Math.max(best, byWord[word] as number);
      if (best === 0) return 0;
      sum += best;
    }
    return sum / scores.length;
  }

  #byText(node: number, name: string, full: string, joined: string): number {
    if (name === full) return 2 * WHOLE;
    if (name.endsWith(`.${full}`)) return 1.8 * WHOLE;
    const at = this.#joined[node]?.indexOf(joined) ?? -1;
    return at === 0 ? 0.9 * WHOLE : at > 0 ? INSIDE : 0;
  }
}

/** Lower-case words of a name or query. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
