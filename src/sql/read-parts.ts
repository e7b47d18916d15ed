// Lists of nodes to lists of expressions, and what all readers of expressions share.

import { hull, isFields, nameOf, nodeOf, type PolyglotNode, type TreeReader } from "./polyglot-node.ts";
import type { Expression, Select, SelectItem } from "./query-tree.ts";

/** Expressions of a list of nodes; a part that was cut out gives all its expressions. */
export function readAll(nodes: readonly PolyglotNode[], reader: TreeReader): Expression[] {
  return nodes.flatMap((node) => {
    const cut = cutOf(node, reader);
    if (cut !== undefined) return "kind" in cut ? [{ kind: "query", query: cut, at: null }] : cut;
    return [reader.expression(node)];
  });
}

/** What stood where a name of `cut-nesting.ts` now stands. */
export function cutOf(node: PolyglotNode, reader: TreeReader) {
  if (reader.cuts.size === 0 || node.kind !== "column") return undefined;
  const name = nameOf(node.fields.name, reader);
  return name === null ? undefined : reader.cuts.get(name.text);
}

/** One expression; several, of a part that was cut out, as a row. */
export function readOne(node: PolyglotNode, reader: TreeReader): Expression {
  const all = readAll([node], reader);
  const only = all[0];
  return only !== undefined && all.length === 1 ? only : call("row", all);
}

/** A function or an operator. @param written null for operators and other syntax */
export function call(
  name: string,
  args: readonly Expression[],
  also: readonly Expression[] = [],
  written: string | null = null,
): Expression {
  const at = hull([...args, ...also].map((part) => part.at));
  return { kind: "call", name, written, receiver: null, args, also, at };
}

/** Fields that hold no expressions, or whose expressions mean no columns. */
export const SKIPPED = new Set([
  "span",
  "to",
  "data_type",
  "inferred_type",
  "comments",
  "trailing_comments",
  "leading_comments",
  "left_comments",
  "operator_comments",
  "pre_alias_comments",
  "frame",
  "unit",
  "name",
  "original_name",
  "operator",
  "returning",
]);
/** Objects of one key that are no nodes. */
const WRAPPERS = new Set(["this", "expression", "expressions", "value", "args", "order_by"]);

/** The nodes in a value that is itself none: a list, an `Ordered`, a pair. */
export function nodesWithin(value: unknown, into: PolyglotNode[]): void {
  if (Array.isArray(value)) {
    for (const item of value) nodesWithin(item, into);
    return;
  }
  if (!isFields(value) || typeof value.quoted === "boolean") return;
  const keys = Object.keys(value);
  const only = keys[0];
  if (keys.length === 1 && only !== undefined && !WRAPPERS.has(only)) {
    const node = SKIPPED.has(only) ? undefined : nodeOf(value);
    if (node) into.push(node);
    return;
  }
  for (const key of keys) if (!SKIPPED.has(key)) nodesWithin(value[key], into);
}

/** @param list ORDER BY items, GROUP BY items: nodes or objects with `this` */
export function readOrdered(list: readonly unknown[], reader: TreeReader): Expression[] {
  const nodes: PolyglotNode[] = [];
  nodesWithin(list, nodes);
  return readAll(nodes, reader);
}

/** A SELECT of some items and nothing else. */
export function selectOf(items: readonly SelectItem[]): Select {
  return {
    kind: "select",
    ctes: [],
    recursive: false,
    orderBy: [],
    distinct: false,
    distinctOn: [],
    items,
    from: [],
    where: null,
    groupBy: [],
    having: null,
    qualify: null,
    windows: [],
    hierarchy: [],
  };
}
