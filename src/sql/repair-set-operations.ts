// Mends two mistakes of the parser, both without a word from it:
// `select .. where a > (select 1) union all select ..` makes the union part of the comparison, and outside of DuckDB
// `from (select ..) union all (select ..)` makes it part of the derived table.

import { isFields } from "./polyglot-node.ts";
import type { Insertion } from "./source-text.ts";
import { type SqlWord, sqlWords } from "./words.ts";

const SET_OPERATORS = new Set(["union", "except", "intersect", "minus"]);
const SUSPICIOUS = /\)\s*(?:union|except|intersect|minus)\b/i;
/** An alias that nobody writes: with one, the parser sees where the derived table ends. */
export const UNNAMED = "etl_unnamed";

/** Whether a text can hold one of the mistakes at all. */
export function isSuspicious(sql: string): boolean {
  return SUSPICIOUS.test(sql);
}

/** Aliases for derived tables without one that a set operator follows. */
export function nameDerivedTables(sql: string): Insertion[] {
  const words = sqlWords(sql);
  const opened: number[] = [];
  const insertions: Insertion[] = [];
  words.forEach((word, index) => {
    if (word.kind !== "sign") return;
    if (word.text === "(") opened.push(index);
    if (word.text !== ")") return;
    const open = opened.pop();
    const isBefore = SET_OPERATORS.has(words[index + 1]?.text ?? "");
    if (open !== undefined && isBefore && isDerivedTable(words, open))
      insertions.push({ at: word.end, text: ` ${UNNAMED} ` });
  });
  return insertions;
}

function isDerivedTable(words: readonly SqlWord[], open: number): boolean {
  const before = words[open - 1];
  return before?.kind === "word" && (before.text === "from" || before.text === "join");
}

type Mutable = Record<string, unknown>;
const SET_KINDS = new Set(["union", "except", "intersect"]);
/** Fields of a select that hold whole queries of their own. */
const OWN_QUERIES = new Set(["from", "with", "lateral_views", "span"]);

/**
 * Takes set operations out of conditions in place.
 * @param tree the parser's tree, as read from its JSON: it belongs to the caller, who may change it
 */
export function repairSetOperations(tree: unknown): void {
  if (Array.isArray(tree)) {
    for (const item of tree) repairSetOperations(item);
    return;
  }
  if (!isMutable(tree)) return;
  for (const key in tree) if (key !== "span") repairSetOperations(tree[key]);
  const select = tree.select;
  if (!isMutable(select) || Object.keys(tree).length !== 1) return;
  const found = findMisplaced(select, true);
  if (found === undefined) return;
  const { holder, key, kind, set } = found;
  const innermost = leftmost(set);
  holder[key] = innermost.left;
  innermost.left = { select };
  if (select.with) {
    set.with = select.with;
    select.with = null;
  }
  delete tree.select;
  tree[kind] = set;
}

function isMutable(value: unknown): value is Mutable {
  return isFields(value);
}

interface Misplaced {
  readonly holder: Mutable;
  readonly key: string;
  readonly kind: string;
  readonly set: Mutable;
}

function findMisplaced(within: Mutable, isTop: boolean): Misplaced | undefined {
  for (const key in within) {
    if (key === "span" || (isTop && OWN_QUERIES.has(key))) continue;
    const value = within[key];
    const found = Array.isArray(value)
      ? findInList(value)
      : isMutable(value)
        ? (misplacedAt(within, key, value) ?? descend(value))
        : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function findInList(list: readonly unknown[]): Misplaced | undefined {
  for (const item of list) {
    const found = Array.isArray(item) ? findInList(item) : isMutable(item) ? descend(item) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function descend(value: Mutable): Misplaced | undefined {
  const [kind] = Object.keys(value);
  const isQuery = kind === "select" || kind === "subquery" || (kind !== undefined && SET_KINDS.has(kind));
  return isQuery ? undefined : findMisplaced(value, false);
}

/** A set operation whose first operand stands in parentheses, where a value is wanted. */
function misplacedAt(holder: Mutable, key: string, value: Mutable): Misplaced | undefined {
  for (const kind of SET_KINDS) {
    const set = value[kind];
    if (!isMutable(set) || !isFields(set.left)) continue;
    const first: unknown = leftmost(set).left;
    if (isFields(first) && isFields(first.subquery)) return { holder, key, kind, set };
  }
  return undefined;
}

function leftmost(set: Mutable): Mutable {
  let at = set;
  for (;;) {
    const left: unknown = at.left;
    const [kind] = isFields(left) ? Object.keys(left) : [];
    const inner: unknown =
      isFields(left) && kind !== undefined && SET_KINDS.has(kind) ? left[kind] : undefined;
    if (!isMutable(inner)) return at;
    at = inner;
  }
}
