// What stands in FROM, from the parser's tree to ours: tables, queries, functions that give tables, joins.

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
  nodeOf,
  type PolyglotNode,
  type TreeReader,
  textField,
} from "./polyglot-node.ts";
import type { Expression, FromItem, FunctionSource, Join, Name, Query, Source } from "./query-tree.ts";
import { dataTypeText } from "./read-data-type.ts";
import { queryKinds } from "./read-expression.ts";
import { readAll, readOrdered } from "./read-parts.ts";
import { readPivot, readUnpivot } from "./read-pivot.ts";
import { plainStar, qualifierOf } from "./read-star.ts";
import { UNNAMED } from "./repair-set-operations.ts";

/** FROM with all its joins and lateral views. @param fields of a select or of joins in parentheses */
export function readFrom(first: readonly PolyglotNode[], fields: Fields, reader: TreeReader): FromItem[] {
  const items: FromItem[] = first.map((node) => ({ source: reader.source(node), join: null }));
  items.push(...readJoins(childList(fields, "joins").filter(isFields), reader));
  for (const view of childList(fields, "lateral_views"))
    if (isFields(view)) items.push({ source: readLateralView(view, reader), join: null });
  return items;
}

/** In `a join b join c on .. on ..` the condition of b stands behind that of c, and sees it. */
function readJoins(joins: readonly Fields[], reader: TreeReader): FromItem[] {
  let deferred: readonly Expression[] = [];
  return joins.map((fields) => {
    const { source, join } = readJoin(fields, reader);
    const conditions = [...join.conditions, ...deferred];
    const isDeferred = fields.deferred_condition === true;
    deferred = isDeferred ? conditions : [];
    return { source, join: { ...join, conditions: isDeferred ? [] : conditions } };
  });
}

function readJoin(fields: Fields, reader: TreeReader): FromItem & { readonly join: Join } {
  let source = reader.source(neededNode(fields, "this"));
  for (const node of childNodes(fields, "pivots")) source = pivoted(node, source, reader);
  const conditions = [fields.on, fields.match_condition].flatMap((value) => nodeOf(value) ?? []);
  const kind = textField(fields, "kind") ?? "Inner";
  return {
    source,
    join: {
      side: sideOf(kind),
      natural: kind.startsWith("Natural"),
      using: namesOf(childList(fields, "using"), reader),
      conditions: readAll(conditions, reader),
    },
  };
}

function sideOf(kind: string): Join["side"] {
  if (/Semi$/.test(kind)) return "semi";
  if (/Anti$/.test(kind)) return "anti";
  if (/Left$|^Left|^OuterApply$/.test(kind)) return "left";
  if (/Right$/.test(kind)) return "right";
  if (/Full$|^Outer$/.test(kind)) return "full";
  return "inner";
}

function readLateralView(fields: Fields, reader: TreeReader): Source {
  const source = functionSource(reader.expression(neededNode(fields, "this")));
  return {
    ...source,
    alias: nameOf(fields.table_alias, reader),
    columns: namesOf(childList(fields, "column_aliases"), reader),
  };
}

export function readSource(node: PolyglotNode, reader: TreeReader): Source {
  const { kind, fields } = node;
  switch (kind) {
    case "table":
    case "column":
      return readTable(kind === "column" ? columnAsTable(fields) : fields, reader);
    case "subquery":
      return readSubquery(fields, reader);
    case "alias":
    case "paren":
    case "annotated":
      return withAlias(readSource(neededNode(fields, "this"), reader), fields, reader);
    case "joined_table": {
      const from = readFrom(childNodes({ left: [fields.left] }, "left"), fields, reader);
      return { kind: "joined", from, ...aliasOf(fields, reader) };
    }
    case "pivot":
      return fields.unpivot === true
        ? readUnpivot(fields, undefined, reader)
        : readPivot(fields, undefined, reader);
    case "unpivot":
      return readUnpivot(fields, undefined, reader);
    case "unnest":
      return readUnnest(fields, reader);
    case "lateral":
      return readLateral(fields, reader);
    case "tuple":
      return readDeclaredFunction(fields, reader);
    case "at_index":
      return { ...readArray(neededNode(fields, "this"), reader), offset: nameOf(fields.expression, reader) };
    case "match_recognize":
      return readMatch(fields, reader);
    case "x_m_l_table":
    case "j_s_o_n_table":
      return readDocumentTable(fields, kind, reader);
    default:
      if (queryKinds.has(kind)) return derived(reader.query(node), aliasOf(fields, reader));
      return { ...functionSource(reader.expression(node)), offset: ordinalityOf(node) };
  }
}

/** The column that WITH ORDINALITY adds, which the parser leaves in the function's name. */
function ordinalityOf({ fields }: PolyglotNode): Name | null {
  return / with ordinality$/i.test(textField(fields, "name") ?? "") ? ordinality : null;
}

const ordinality: Name = { text: "ordinality", quoted: false, at: null };

interface Alias {
  readonly alias: Name | null;
  readonly columns: readonly Name[];
}

function aliasOf(fields: Fields, reader: TreeReader): Alias {
  return {
    alias: unlessOurs(nameOf(fields.alias, reader)),
    columns: namesOf([...childList(fields, "column_aliases"), ...childList(fields, "alias_columns")], reader),
  };
}

/** The alias that `repair-set-operations.ts` puts there hides nothing: joins in parentheses stay open. */
function unlessOurs(alias: Name | null): Name | null {
  return alias?.text === UNNAMED ? null : alias;
}

function withAlias(source: Source, fields: Fields, reader: TreeReader): Source {
  const { alias, columns } = aliasOf(fields, reader);
  return {
    ...source,
    alias: alias ?? source.alias,
    columns: columns.length > 0 ? columns : source.columns,
  };
}

function derived(query: Query, alias: Alias): Source {
  return { kind: "derived", query, ...alias };
}

/** DuckDB's `pivot t on ...` gives the table as a column. */
function columnAsTable(fields: Fields): Fields {
  return { name: fields.name, schema: fields.table };
}

function readTable(fields: Fields, reader: TreeReader): Source {
  const parts = namesOf([fields.catalog, fields.schema, fields.name], reader);
  // BigQuery quotes whole paths: `project.dataset.table`.
  const name =
    reader.dialect === "bigquery"
      ? parts.flatMap((part) => part.text.split(".").map((text) => ({ ...part, text })))
      : parts;
  const source: Source = { kind: "table", ...unlessCommand(name, aliasOf(fields, reader)) };
  return childNodes(fields, "pivots").reduce<Source>((of, node) => pivoted(node, of, reader), source);
}

/** `(table t)`, the short form of a query, comes as a table of that name under an alias. */
function unlessCommand(
  name: readonly Name[],
  { alias, columns }: Alias,
): Alias & { readonly name: readonly Name[] } {
  const [only, more] = name;
  const isCommand =
    only?.text.toLowerCase() === "table" && !only.quoted && more === undefined && alias !== null;
  return isCommand ? { name: [alias], alias: null, columns } : { name, alias, columns };
}

function pivoted(node: PolyglotNode, source: Source, reader: TreeReader): Source {
  const isUnpivot = node.kind === "unpivot" || node.fields.unpivot === true;
  return isUnpivot ? readUnpivot(node.fields, source, reader) : readPivot(node.fields, source, reader);
}

function readSubquery(fields: Fields, reader: TreeReader): Source {
  const of = neededNode(fields, "this");
  const source: Source = queryKinds.has(of.kind)
    ? derived(reader.query({ kind: "subquery", fields: { ...fields, alias: null } }), aliasOf(fields, reader))
    : withAlias(readSource(of, reader), fields, reader);
  return childNodes(fields, "pivots").reduce<Source>((input, node) => pivoted(node, input, reader), source);
}

/** Any expression that stands for a table. */
function functionSource(value: Expression): FunctionSource {
  const base = { kind: "function", alias: null, columns: [], offset: null, types: [] } as const;
  if (value.kind !== "call") return { ...base, name: "", args: [value] };
  const [only] = value.args;
  if (value.name === "table" && value.args.length === 1 && only?.kind === "call") return functionSource(only);
  return { ...base, name: value.name, args: value.args };
}

function readUnnest(fields: Fields, reader: TreeReader): Source {
  const args = readAll([neededNode(fields, "this"), ...childNodes(fields, "expressions")], reader);
  const text = reader.dialect === "bigquery" ? "offset" : "ordinality";
  const unnamed: Name | null = fields.with_ordinality === true ? { text, quoted: false, at: null } : null;
  const offset = nameOf(fields.offset_alias, reader) ?? unnamed;
  return { kind: "function", name: "unnest", args, offset, types: [], ...aliasOf(fields, reader) };
}

function readLateral(fields: Fields, reader: TreeReader): Source {
  const of = neededNode(fields, "this");
  const text = textField(fields, "alias");
  const alias: Name | null =
    text === undefined || text === "" ? null : { text, quoted: fields.alias_quoted === true, at: null };
  const columns = namesOf(childList(fields, "column_aliases"), reader);
  if (queryKinds.has(of.kind)) return derived(reader.query(of), { alias, columns });
  if (of.kind === "unnest") return { ...readUnnest(of.fields, reader), alias, columns };
  const isNumbered = childNode(fields, "ordinality") !== undefined;
  return { ...functionSource(reader.expression(of)), offset: isNumbered ? ordinality : null, alias, columns };
}

/** `f(x) as t(a int, b text)` comes as a pair of the function and its alias. */
function readDeclaredFunction(fields: Fields, reader: TreeReader): Source {
  const [first, second] = childNodes(fields, "expressions");
  if (first === undefined || second?.kind !== "table_alias")
    return functionSource(reader.expression({ kind: "tuple", fields }));
  const definitions = childNodes(second.fields, "columns");
  return {
    ...functionSource(reader.expression(first)),
    alias: nameOf(second.fields.this, reader),
    columns: namesOf(
      definitions.map(({ fields: definition }) => definition.name),
      reader,
    ),
    types: definitions.map(({ fields: definition }) => dataTypeText(childFields(definition, "data_type"))),
  };
}

/** Redshift's `t.items as i at place`: the elements of a column, which comes as one name with dots. */
function readArray(node: PolyglotNode, reader: TreeReader): FunctionSource {
  const { alias, columns } = aliasOf(node.fields, reader);
  const of = node.kind === "alias" ? neededNode(node.fields, "this") : node;
  const column: Expression = { kind: "column", parts: qualifierOf(of.fields.name, reader), at: null };
  return { kind: "function", name: "elements", args: [column], offset: null, types: [], alias, columns };
}

/** XMLTABLE and JSON_TABLE: columns that the query declares, all of one document. */
function readDocumentTable(fields: Fields, kind: string, reader: TreeReader): Source {
  const documents = childNodes({ all: [fields.this, fields.passing] }, "all");
  const schema = childFields(childFields(fields, "schema") ?? {}, "j_s_o_n_schema");
  const definitions = [...childNodes(fields, "columns"), ...childNodes(schema ?? {}, "expressions")];
  const named = definitions.map(({ fields: each }) => ({
    name: nameOf(each.name ?? each.this, reader),
    type: textField(each, "kind")?.toLowerCase() ?? dataTypeText(childFields(each, "data_type")),
  }));
  return {
    kind: "function",
    name: kind.replaceAll("_", ""),
    args: readAll(documents, reader),
    offset: null,
    alias: null,
    columns: named.flatMap(({ name }) => name ?? []),
    types: named.flatMap(({ name, type }) => (name === null ? [] : [type])),
  };
}

/** The names that the pattern of MATCH_RECOGNIZE gives to rows: columns can be qualified by them. */
function patternNames(fields: Fields): Name[] {
  const words = textField(fields, "pattern")?.match(/[\p{L}_][\w$]*/gu) ?? [];
  return [...new Set(words)].map((text) => ({ text, quoted: false, at: null }));
}

/** The rows that are matched, and once more under each name of the pattern, which a star does not show. */
function matchedRows(source: Source, names: readonly Name[]): FromItem[] {
  const byName = names.map(
    (alias): FromItem => ({
      source: { ...source, alias },
      join: { side: "semi", natural: false, using: [], conditions: [] },
    }),
  );
  return [{ source, join: null }, ...byName];
}

/** MATCH_RECOGNIZE gives the columns that part the rows and its measures; with ALL ROWS all the others, too. */
function readMatch(fields: Fields, reader: TreeReader): Source {
  const input = childNode(fields, "this");
  const partition = readAll(childNodes(fields, "partition_by"), reader);
  const isAllRows = JSON.stringify(fields.rows ?? "").includes("All");
  const measures = readOrdered(childList(fields, "measures"), reader);
  const star: Expression[] = isAllRows ? [plainStar] : partition;
  const query: Query = {
    kind: "select",
    ctes: [],
    recursive: false,
    orderBy: readOrdered(childList(fields, "order_by"), reader),
    distinct: false,
    distinctOn: [],
    items: [...star, ...measures].map((value) =>
      value.kind === "argument"
        ? { value: value.value, alias: value.name, at: value.value.at }
        : { value, alias: null, at: value.at },
    ),
    from: input === undefined ? [] : matchedRows(reader.source(input), patternNames(fields)),
    where: null,
    groupBy: [],
    having: null,
    qualify: null,
    windows: [],
    hierarchy: readOrdered(childList(fields, "define"), reader),
  };
  return derived(query, aliasOf(fields, reader));
}
