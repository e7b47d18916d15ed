// Queries of the parser's tree to ours: SELECT, set operations, VALUES, WITH.

import {
  childFields,
  childList,
  childNode,
  childNodes,
  type Fields,
  isFields,
  nameOf,
  namesOf,
  neededNode,
  type PolyglotNode,
  type TreeReader,
  UnreadableTree,
} from "./polyglot-node.ts";
import type { Cte, Expression, Name, Query, Select, SelectItem, SetOperation, Source } from "./query-tree.ts";
import { readWindow } from "./read-expression.ts";
import { call, cutOf, readAll, readOrdered, selectOf } from "./read-parts.ts";
import { readFrom } from "./read-source.ts";
import { plainStar } from "./read-star.ts";

/** @throws UnreadableTree for what is no query */
export function readQuery(node: PolyglotNode, reader: TreeReader): Query {
  const { kind, fields } = node;
  switch (kind) {
    case "select":
      return readSelect(fields, reader);
    case "union":
    case "intersect":
    case "except":
      return readSetOperation(kind, fields, reader);
    case "values":
      return { kind: "values", rows: readRows(fields, reader), ...tails(fields, reader) };
    case "insert":
    case "update":
    case "delete":
    case "merge":
      throw new UnreadableTree(`a part of the query changes rows (${kind})`);
    case "subquery":
    case "paren":
    case "annotated":
    case "with": {
      const { ctes, recursive, orderBy } = tails(
        kind === "with" ? { ...fields, with: fields } : fields,
        reader,
      );
      const query = reader.query(neededNode(fields, "this"));
      return {
        ...query,
        ctes: [...ctes, ...query.ctes],
        recursive: recursive || query.recursive,
        orderBy: [...query.orderBy, ...orderBy],
      };
    }
    case "pivot":
    case "unpivot":
    case "table":
      return { ...everythingFrom(reader.source(node)), ...tails(fields, reader) };
    default:
      throw new UnreadableTree(`the statement is not a query (${kind.replaceAll("_", " ")})`);
  }
}

/** WITH and ORDER BY, which all queries can have. */
function tails(fields: Fields, reader: TreeReader) {
  const within = childFields(fields, "with");
  const order = childFields(fields, "order_by");
  const ctes = within === undefined ? [] : childList(within, "ctes").flatMap((cte) => readCte(cte, reader));
  const added = within === undefined ? [] : searchColumns(within, reader);
  return {
    ctes:
      added.length === 0
        ? ctes
        : ctes.map((cte, index) => (index === ctes.length - 1 ? { ...cte, added } : cte)),
    recursive: within?.recursive === true,
    orderBy: order === undefined ? [] : readOrdered(childList(order, "expressions"), reader),
  };
}

/** `search depth first by x set y`, `cycle x set y using z`, which stand behind the last CTE. */
function searchColumns(within: Fields, reader: TreeReader): Name[] {
  const search = childNode(within, "search");
  const nodes =
    search === undefined ? [] : childNodes({ all: [search.fields.expression, search.fields.using] }, "all");
  return readAll(nodes, reader).flatMap((column) => (column.kind === "column" ? column.parts : []));
}

function readCte(cte: unknown, reader: TreeReader): Cte[] {
  if (!isFields(cte)) return [];
  const name = nameOf(cte.alias, reader);
  if (name === null) throw new UnreadableTree("a common table expression has no name");
  const columns = namesOf(childList(cte, "columns"), reader);
  return [{ name, columns, query: reader.query(neededNode(cte, "this")), added: [] }];
}

function everythingFrom(source: Source): Select {
  const everything = { value: plainStar, alias: null, at: null };
  return { ...selectOf([everything]), from: [{ source, join: null }] };
}

function readRows(fields: Fields, reader: TreeReader): Expression[][] {
  return childList(fields, "expressions").map((row) => {
    if (!isFields(row)) return [];
    const tuple = childFields(row, "tuple") ?? childFields(row, "paren") ?? row;
    if (Array.isArray(tuple.expressions)) return readAll(childNodes(tuple, "expressions"), reader);
    const single = childNode(tuple, "this");
    return single === undefined ? [] : readAll([single], reader);
  });
}

/** Long chains of one operator lean to the left: they are read in a loop, and become one list. */
function readSetOperation(
  operator: SetOperation["operator"],
  fields: Fields,
  reader: TreeReader,
): SetOperation {
  const rest: Query[] = [];
  let at = fields;
  let left = neededNode(at, "left");
  let isDistinct = operator !== "union";
  for (;;) {
    isDistinct ||= at.all !== true;
    rest.push(reader.query(neededNode(at, "right")));
    left = neededNode(at, "left");
    const isSame = left.kind === operator && left.fields.by_name === fields.by_name;
    if (!isSame || left.fields.with || left.fields.order_by) break;
    at = left.fields;
  }
  return {
    kind: "set",
    operator,
    byName: fields.by_name === true || fields.corresponding === true,
    isDistinct,
    first: reader.query(left),
    rest: rest.reverse(),
    ...tails(fields, reader),
  };
}

function readSelect(fields: Fields, reader: TreeReader): Query {
  const nodes = childNodes(fields, "expressions");
  const [only] = nodes;
  const cut = only && nodes.length === 1 && !fields.from ? cutOf(only, reader) : undefined;
  if (cut !== undefined && "kind" in cut) return cut;
  const from = childFields(fields, "from");
  const excluded = namesOf(childList(fields, "exclude"), reader);
  return {
    kind: "select",
    ...tails(fields, reader),
    distinct: fields.distinct === true,
    distinctOn: readAll(childNodes(fields, "distinct_on"), reader),
    items: nodes.flatMap((node) => readItem(node, excluded, reader)),
    from: readFrom(from === undefined ? [] : childNodes(from, "expressions"), fields, reader),
    where: conditionOf(fields, ["prewhere", "where_clause"], reader),
    groupBy: readGroupBy(childFields(fields, "group_by"), reader),
    having: conditionOf(fields, ["having"], reader),
    qualify: conditionOf(fields, ["qualify"], reader),
    windows: readWindows(fields, reader),
    hierarchy: readOrdered(Object.values(childFields(fields, "connect") ?? {}), reader),
  };
}

function conditionOf(fields: Fields, keys: readonly string[], reader: TreeReader): Expression | null {
  const conditions = readOrdered(
    keys.map((key) => fields[key]),
    reader,
  );
  const [first, ...others] = conditions;
  if (first === undefined) return null;
  return others.length === 0 ? first : call("and", conditions);
}

function readGroupBy(fields: Fields | undefined, reader: TreeReader): readonly Expression[] | "all" {
  if (fields === undefined) return [];
  const keys = readOrdered(childList(fields, "expressions"), reader);
  const [only] = keys.length === 1 ? keys : [];
  return fields.all === true || (only !== undefined && meansAll(only)) ? "all" : keys;
}

/** DuckDB's `GROUP BY *`; and ALL behind a FROM without a SELECT, which the parser takes for a column. */
function meansAll(key: Expression): boolean {
  if (key.kind === "star") return true;
  const [name, more] = key.kind === "column" ? key.parts : [];
  return more === undefined && name?.quoted === false && name.text.toLowerCase() === "all";
}

function readWindows(fields: Fields, reader: TreeReader): Select["windows"] {
  return childList(fields, "windows").flatMap((entry) => {
    const name = isFields(entry) ? nameOf(entry.name, reader) : null;
    if (!isFields(entry) || name === null) return [];
    return [{ name, window: readWindow(childFields(entry, "spec"), reader) }];
  });
}

function readItem(node: PolyglotNode, excluded: readonly Name[], reader: TreeReader): SelectItem[] {
  let at = node;
  while (at.kind === "annotated") at = neededNode(at.fields, "this");
  at = reader.dialect === "tsql" ? withAssignedAlias(at) : withOuterAlias(at);
  const alias = at.kind === "alias" ? nameOf(at.fields.alias, reader) : null;
  const values = readAll([alias === null ? at : neededNode(at.fields, "this")], reader);
  return values.map((value) => {
    const starred = value.kind === "star" && excluded.length > 0;
    const inner = starred ? { ...value, except: [...value.except, ...excluded] } : value;
    return { value: inner, alias, at: itemSpan(inner, alias, reader) };
  });
}

/** `(a, b) = (c, d) as e`: the parser gives the alias to the tuple. */
function withOuterAlias({ kind, fields }: PolyglotNode): PolyglotNode {
  const right = childNode(fields, "right");
  const tuple = right?.kind === "alias" ? childNode(right.fields, "this") : undefined;
  if (right === undefined || tuple?.kind !== "tuple") return { kind, fields };
  const inner = { [kind]: { ...fields, right: { tuple: tuple.fields } } };
  return { kind: "alias", fields: { ...right.fields, this: inner } };
}

/** T-SQL's `name = value`: no condition can stand in a select list there. */
function withAssignedAlias({ kind, fields }: PolyglotNode): PolyglotNode {
  const left = childNode(fields, "left");
  const isName = kind === "eq" && left?.kind === "column" && !left.fields.table;
  return isName
    ? { kind: "alias", fields: { this: fields.right, alias: left.fields.name } }
    : { kind, fields };
}

function itemSpan(value: Expression, alias: Name | null, reader: TreeReader): SelectItem["at"] {
  if (value.kind === "column" || value.kind === "star") return value.at;
  const within = value.at ?? alias?.at ?? null;
  return within === null ? null : reader.itemSpan(within, alias?.at ?? null);
}
