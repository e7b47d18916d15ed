// PIVOT and UNPIVOT, in the form that stands behind a table and in DuckDB's form of a statement.

import {
  childFields,
  childList,
  childNode,
  childNodes,
  type Fields,
  nameOf,
  namesOf,
  neededNode,
  type PolyglotNode,
  type TreeReader,
} from "./polyglot-node.ts";
import type { Expression, Name, PivotKey, Source } from "./query-tree.ts";
import { readAll, readOrdered } from "./read-parts.ts";

const aliasKinds = new Set(["alias", "pivot_alias"]);

interface Aliased {
  readonly value: Expression;
  readonly alias: Name | null;
}

/** @param input what is pivoted, where the node does not hold it */
export function readPivot(fields: Fields, input: Source | undefined, reader: TreeReader): Source {
  const isStatement = childList(fields, "fields").length === 0;
  const keys = childNodes(fields, isStatement ? "expressions" : "fields");
  const group = childNode(fields, "group");
  return {
    kind: "pivot",
    input: input ?? reader.source(neededNode(fields, "this")),
    aggregates: childNodes(fields, isStatement ? "using" : "expressions").map((node) =>
      aliased(node, reader),
    ),
    keys: keys.map((node) => readKey(node, reader)),
    groupBy: group ? readOrdered(childList(group.fields, "expressions"), reader) : null,
    alias: nameOf(fields.alias, reader),
    columns: namesOf(childList(fields, "alias_columns"), reader),
  };
}

function aliased(node: PolyglotNode, reader: TreeReader): Aliased {
  if (!aliasKinds.has(node.kind)) return { value: reader.expression(node), alias: null };
  return {
    value: reader.expression(neededNode(node.fields, "this")),
    alias: nameOf(node.fields.alias, reader),
  };
}

/** `month in ('jan', 'feb' as f)`, or a column alone, whose values nobody knows before the query runs. */
function readKey(node: PolyglotNode, reader: TreeReader): PivotKey {
  const from = node.kind === "alias" ? neededNode(node.fields, "this") : node;
  if (from.kind !== "in") return { value: reader.expression(from), values: null };
  const value = reader.expression(neededNode(from.fields, "this"));
  const values = childNodes(from.fields, "expressions");
  const isDynamic =
    childNode(from.fields, "query") !== undefined ||
    values.some(({ kind }) => kind === "pivot_any" || kind === "select" || kind === "subquery");
  return { value, values: isDynamic ? null : values.map((item) => aliased(item, reader)) };
}

/** @param input what is unpivoted, where the node does not hold it */
export function readUnpivot(fields: Fields, input: Source | undefined, reader: TreeReader): Source {
  const into = childNode(fields, "into");
  const isStatement = fields.unpivot === true;
  const unnamed = (text: string): Name => ({ text, quoted: false, at: null });
  const intoName = into === undefined ? null : nameOf(into.fields.this, reader);
  const intoValues = into === undefined ? [] : namesOf(childList(into.fields, "expressions"), reader);
  const written = [fields.value_column, ...childList(fields, "extra_value_columns")];
  const valueColumns = isStatement ? intoValues : namesOf(written, reader);
  return {
    kind: "unpivot",
    input: input ?? reader.source(neededNode(fields, "this")),
    nameColumn: (isStatement ? intoName : nameOf(fields.name_column, reader)) ?? unnamed("name"),
    valueColumns: valueColumns.length > 0 ? valueColumns : [unnamed("value")],
    groups: childNodes(fields, isStatement ? "expressions" : "columns").map((node) =>
      readGroup(node, reader),
    ),
    alias: nameOf(fields.alias, reader),
    columns: namesOf(childList(fields, "alias_columns"), reader),
  };
}

function readGroup(node: PolyglotNode, reader: TreeReader): readonly Expression[] {
  if (aliasKinds.has(node.kind) || node.kind === "paren" || node.kind === "annotated")
    return readGroup(neededNode(node.fields, "this"), reader);
  if (node.kind === "tuple") return readAll(childNodes(node.fields, "expressions"), reader);
  if (node.kind === "columns" && childFields(node.fields, "this") === undefined) return [];
  return [reader.expression(node)];
}
