// Expressions of the parser's tree to ours. The parser has several hundred kinds of nodes, most of them functions with
// fields of their own: those that mean something special to names and types are read one by one, all others become a
// call whose arguments are the expressions inside.

import {
  childFields,
  childList,
  childNode,
  childNodes,
  type Fields,
  hull,
  isFields,
  nameOf,
  namesOf,
  neededNode,
  nodeOf,
  type PolyglotNode,
  type TreeReader,
  textField,
} from "./polyglot-node.ts";
import type { Expression, Literal, Name, Span, Window } from "./query-tree.ts";
import { dataTypeText } from "./read-data-type.ts";
import { call, nodesWithin, readAll, readOne, readOrdered, SKIPPED } from "./read-parts.ts";
import { qualifierOf, readColumnsCall, readStar } from "./read-star.ts";

type Read = (fields: Fields, reader: TreeReader, kind: string) => Expression;

/** Kinds of nodes that are queries and can stand where a value can. */
export const queryKinds: ReadonlySet<string> = new Set([
  "select",
  "union",
  "intersect",
  "except",
  "subquery",
  "values",
]);

export function readExpression(node: PolyglotNode, reader: TreeReader): Expression {
  if (queryKinds.has(node.kind)) return { kind: "query", query: reader.query(node), at: null };
  const read = SPECIAL[node.kind];
  if (read) return read(node.fields, reader, node.kind);
  if (isFields(node.fields.left) && isFields(node.fields.right)) return readOperator(node, reader);
  return readCall(node.fields, reader, node.kind);
}

/** `a and b and c`, however long, becomes one call with many arguments; the parser makes a chain or a tree of it. */
function readOperator({ kind, fields }: PolyglotNode, reader: TreeReader): Expression {
  const operands: PolyglotNode[] = [];
  const rest: Expression[] = [];
  const waiting: PolyglotNode[] = [{ kind, fields }];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.kind !== kind || !isFields(at.fields.left) || !isFields(at.fields.right)) {
      operands.push(at);
      continue;
    }
    const escaped = childNode(at.fields, "escape");
    if (escaped) rest.push(reader.expression(escaped));
    waiting.push(neededNode(at.fields, "right"), neededNode(at.fields, "left"));
  }
  return call(kind, readAll(operands, reader), rest);
}

/** Fields of functions that say something beside the arguments. */
const BESIDE = new Set(["filter", "order_by", "having_max", "limit", "separator", "characters", "escape"]);
function readCall(fields: Fields, reader: TreeReader, kind: string): Expression {
  const args: Expression[] = [];
  const also: Expression[] = [];
  for (const key in fields) {
    if (SKIPPED.has(key)) continue;
    const nodes: PolyglotNode[] = [];
    nodesWithin(fields[key], nodes);
    const found = readAll(nodes, reader);
    (BESIDE.has(key) ? also : args).push(...found);
  }
  const written = (textField(fields, "name") ?? textField(fields, "original_name"))?.toLowerCase();
  return call(written ?? kind.replace(/^j_s_o_n_/, "json_"), args, also, written ?? reader.calledName(kind));
}

/** @param over an `Over`, or undefined for OVER () */
export function readWindow(over: Fields | undefined, reader: TreeReader): Window {
  if (over === undefined) return { name: null, partitionBy: [], orderBy: [] };
  return {
    name: nameOf(over.window_name, reader),
    partitionBy: readAll(childNodes(over, "partition_by"), reader),
    orderBy: readOrdered(childList(over, "order_by"), reader),
  };
}

function literal(type: Literal["type"], text: string): Literal {
  return { kind: "literal", type, text, at: null };
}

const LITERAL_TYPES: Readonly<Record<string, Literal["type"]>> = {
  number: "number",
  string: "string",
  escape_string: "string",
  dollar_string: "string",
  raw_string: "string",
  national_string: "string",
  triple_quoted_string: "string",
  date: "date",
  time: "time",
  timestamp: "timestamp",
  datetime: "timestamp",
};

function readColumn(fields: Fields, reader: TreeReader): Expression {
  const parts = namesOf([fields.catalog, fields.schema, fields.table, fields.name], reader);
  if (parts.at(-1)?.text === "*" && parts.at(-1)?.quoted === false)
    return readStar(fields, parts.slice(0, -1), reader);
  return { kind: "column", parts, at: hull(parts.map(({ at }) => at)) };
}

/** `a.b.c`: more names of a column, unless what stands before the dot is a value of its own. */
function readDot(fields: Fields, reader: TreeReader): Expression {
  const name = nameOf(fields.field, reader);
  const base = neededNode(fields, "this");
  const of = readOne(base, reader);
  if (name === null) return of;
  if (name.text === "*" && !name.quoted) {
    const isName = of.kind === "column";
    return { ...readStar(fields, isName ? of.parts : [], reader), of: isName ? null : of, at: of.at };
  }
  const at = hull([of.at, name.at]);
  if (of.kind === "column" && base.kind !== "paren")
    return { kind: "column", parts: [...of.parts, name], at };
  return { kind: "field", of, name, at };
}

function readFunction(fields: Fields, reader: TreeReader): Expression {
  const name = (textField(fields, "name") ?? "").toLowerCase();
  const args = readAll(childNodes(fields, "args"), reader);
  if (name === "columns") return readColumnsCall(args);
  if (name === "_columns") return sideBySide(readColumnsCall(args));
  const also = readOrdered([fields.filter, fields.order_by, fields.limit], reader);
  const plain = name.replace(/ with ordinality$/, "");
  return call(plain, args, also, plain);
}

function readCase(fields: Fields, reader: TreeReader): Expression {
  const conditions: Expression[] = [];
  const results: Expression[] = [];
  const operand = childNode(fields, "operand");
  if (operand) conditions.push(readOne(operand, reader));
  for (const pair of childList(fields, "whens")) {
    const [when, then] = Array.isArray(pair) ? pair.map(nodeOf) : [];
    if (when) conditions.push(readOne(when, reader));
    if (then) results.push(readOne(then, reader));
  }
  const otherwise = childNode(fields, "else_");
  if (otherwise) results.push(readOne(otherwise, reader));
  const at = hull([...conditions, ...results].map((part) => part.at));
  return { kind: "case", conditions, results, hasElse: otherwise !== undefined, at };
}

function readIf(fields: Fields, reader: TreeReader): Expression {
  const conditions = readAll([neededNode(fields, "condition")], reader);
  const results = readAll(
    [fields.true_value, fields.false_value].flatMap((value) => nodeOf(value) ?? []),
    reader,
  );
  const at = hull([...conditions, ...results].map((part) => part.at));
  return { kind: "case", conditions, results, hasElse: results.length > 1, at };
}

function readCast(fields: Fields, reader: TreeReader): Expression {
  const value = readOne(neededNode(fields, "this"), reader);
  return { kind: "cast", value, type: dataTypeText(childFields(fields, "to")), at: value.at };
}

function readNamed(fields: Fields, reader: TreeReader): Expression {
  const name = nameOf(fields.name ?? fields.alias, reader);
  const value = readOne(childNode(fields, "value") ?? neededNode(fields, "this"), reader);
  return name === null ? value : { kind: "argument", name, value, at: hull([value.at, name.at]) };
}

function readLambda(fields: Fields, reader: TreeReader): Expression {
  const body = readAll([neededNode(fields, "body")], reader);
  const parameters = namesOf(childList(fields, "parameters"), reader);
  return { kind: "lambda", parameters, body, at: hull(body.map(({ at }) => at)) };
}

/** `[x + 1 for x in list if x > 0]` */
function readComprehension(fields: Fields, reader: TreeReader): Expression {
  const variables = readAll(childNodes({ all: [fields.expression, fields.position] }, "all"), reader);
  const body = readAll(childNodes({ all: [fields.this, fields.condition] }, "all"), reader);
  const parameters = variables.flatMap((variable) => (variable.kind === "column" ? variable.parts : []));
  const lambda: Expression = { kind: "lambda", parameters, body, at: hull(body.map(({ at }) => at)) };
  return call("list_comprehension", [...readAll([neededNode(fields, "iterator")], reader), lambda]);
}

function readMethod(fields: Fields, reader: TreeReader): Expression {
  const receiver = readOne(neededNode(fields, "this"), reader);
  const args = readAll(childNodes(fields, "args"), reader);
  const name = nameOf(fields.method, reader)?.text.toLowerCase() ?? "";
  const at: Span | null = hull([receiver.at, ...args.map((arg) => arg.at)]);
  return { kind: "call", name, written: name, receiver, args, also: [], at };
}

/** `COLUMNS(...)`; with a star before it, its columns are arguments side by side: `coalesce(*columns('^price'))`. */
function readColumns(fields: Fields, reader: TreeReader): Expression {
  const columns = readColumnsCall(readAll([neededNode(fields, "this")], reader));
  return fields.unpack ? sideBySide(columns) : columns;
}

function sideBySide(columns: Expression): Expression {
  return columns.kind === "star" ? { ...columns, isColumns: false } : columns;
}

/** A column where the parser sees a word. */
function readName(node: PolyglotNode, reader: TreeReader): Expression {
  const name = node.kind === "var" ? nameOf(node.fields, reader) : null;
  return name === null ? readOne(node, reader) : { kind: "column", parts: [name], at: name.at };
}

/** `{name: value}`, whose names are fields and no columns, whatever their quotes; the keys of `map {key: value}` are values. */
function readBraces(fields: Fields, reader: TreeReader, kind: string): Expression {
  const isStruct = fields.curly_brace_syntax === true && fields.with_map_keyword !== true;
  if (!isStruct) return readCall(fields, reader, kind);
  const keys = childNodes(fields, "keys");
  const args = childNodes(fields, "values").map((node, index): Expression => {
    const value = readOne(node, reader);
    const name = fieldName(keys[index], reader);
    return name === null ? value : { kind: "argument", name, value, at: value.at };
  });
  return call("struct_pack", args);
}

/** A key of `{name: value}`, in quotes of names or of texts or in none. */
function fieldName(key: PolyglotNode | undefined, reader: TreeReader): Name | null {
  if (key === undefined) return null;
  if (key.kind !== "literal") return nameOf({ [key.kind]: key.fields }, reader);
  const text = textField(key.fields, "value");
  return text === undefined ? null : { text, quoted: true, at: null };
}

function readOver(fields: Fields, reader: TreeReader): Expression {
  const inner = readOne(neededNode(fields, "this"), reader);
  const window = readWindow(childFields(fields, "over"), reader);
  const at = hull([inner.at, ...[...window.partitionBy, ...window.orderBy].map((part) => part.at)]);
  return { kind: "over", call: inner, window, at };
}

const inner: Read = (fields, reader) => readOne(neededNode(fields, "this"), reader);

const SPECIAL: Readonly<Record<string, Read | undefined>> = {
  column: readColumn,
  identifier: (fields, reader) => {
    const name = nameOf(fields, reader);
    return name === null ? literal("other", "") : { kind: "column", parts: [name], at: name.at };
  },
  dot: readDot,
  star: (fields, reader) => readStar(fields, qualifierOf(fields.table, reader), reader),
  // Snowflake's `{*}`: an object of all columns.
  braced_wildcard: (fields, reader) =>
    call("object_construct", [
      readStar(
        childFields(fields, "star") ?? {},
        qualifierOf(childFields(fields, "star")?.table, reader),
        reader,
      ),
    ]),
  literal: (fields) => {
    const value = fields.value;
    const type = LITERAL_TYPES[textField(fields, "literal_type") ?? ""] ?? "other";
    return literal(type, typeof value === "string" ? value : Array.isArray(value) ? String(value[0]) : "");
  },
  boolean: (fields) => literal("boolean", String(fields.value)),
  null: () => literal("null", "null"),
  var: (fields) => literal("other", textField(fields, "this") ?? ""),
  parameter: () => literal("other", ""),
  placeholder: () => literal("other", ""),
  interval: (fields, reader) => {
    const value = childNode(fields, "this");
    const amount = value === undefined ? null : readOne(value, reader);
    return amount === null || amount.kind === "literal"
      ? literal("interval", "")
      : call("interval", [amount]);
  },
  paren: inner,
  annotated: inner,
  prior: inner,
  function: readFunction,
  aggregate_function: readFunction,
  columns: readColumns,
  connect_by_root: (fields, reader) => readName(neededNode(fields, "this"), reader),
  j_s_o_n_key_value: (fields, reader) =>
    call("pair", [
      readName(neededNode(fields, "this"), reader),
      ...readAll(childNodes({ all: [fields.expression] }, "all"), reader),
    ]),
  case: readCase,
  if_func: readIf,
  cast: readCast,
  try_cast: readCast,
  safe_cast: readCast,
  alias: readNamed,
  named_argument: readNamed,
  lambda: readLambda,
  comprehension: readComprehension,
  map_func: readBraces,
  // Its first argument is the name of the element.
  x_m_l_element: (fields, reader) =>
    call("xmlelement", readAll(childNodes(fields, "expressions"), reader), [], "xmlelement"),
  method_call: readMethod,
  window_function: readOver,
};
