// Functions in FROM: which columns they give, and from what.

import type { Call, FunctionSource, SqlDialect } from "../sql/query-tree.ts";
import { named } from "./named-source.ts";
import { type Column, noOrigins, type Origins, type Rowset, type SqlType } from "./rowset.ts";
import type { Scope, ScopeSource } from "./scope.ts";
import { originsOf, type Tracer } from "./tracer.ts";

const FLATTEN = ["SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS"];
const PAIR = ["key", "value"];
const DUCK_JSON = ["key", "value", "type", "atom", "id", "parent", "fullkey", "path"];
/** The columns of functions that always give the same. */
const FUNCTION_COLUMNS: Partial<Record<SqlDialect, Readonly<Record<string, readonly string[] | undefined>>>> =
  {
    snowflake: { flatten: FLATTEN },
    duckdb: { json_each: DUCK_JSON, json_tree: DUCK_JSON },
    postgres: {
      json_each: PAIR,
      jsonb_each: PAIR,
      json_each_text: PAIR,
      jsonb_each_text: PAIR,
      json_array_elements: ["value"],
      jsonb_array_elements: ["value"],
      json_array_elements_text: ["value"],
      jsonb_array_elements_text: ["value"],
    },
  };
/** Functions whose one column is called as the function in DuckDB, and as the alias elsewhere. */
const ONE_COLUMN = new Set([
  "unnest",
  "generate_series",
  "range",
  "explode",
  "generate_date_array",
  "generate_array",
]);

/** Of what a function of one column gives. */
function elementType({ name, args }: FunctionSource, left: Scope, tracer: Tracer): SqlType {
  const [of] = args;
  if (name !== "unnest" || of === undefined) return null;
  const quiet: Tracer = { ...tracer, problems: [] };
  return tracer.types.elementType(quiet.expression(of, left, new Map()));
}

/** Functions of BigQuery that give lists of plain values. */
const PLAIN_LISTS =
  /^(?:generate_(?:date_|timestamp_)?array|split|regexp_extract_all|json_(?:query|value|extract)_array|json_extract_string_array)$/;

const OPENS_STRUCTS: ReadonlySet<SqlDialect> = new Set(["bigquery", "trino", "athena"]);

/** An UNNEST that shows the fields of structs, and other values under its alias; unknown ones may be either. */
function unnested(
  source: FunctionSource,
  left: Scope,
  origins: Origins,
  tracer: Tracer,
  offset: readonly Column[],
): Rowset {
  const [of] = source.args;
  const type = elementType(source, left, tracer);
  const fields = tracer.types.fields(type);
  const isPlain =
    type !== null || (of?.kind === "call" && (PLAIN_LISTS.test(of.name) || isListOfLiterals(of)));
  const shown = fields ?? (isPlain && source.alias !== null ? [{ name: source.alias.text, type }] : []);
  const columns = shown.map((field) => madeColumn(field.name, origins, tracer, field.type));
  return { columns: [...columns, ...offset], unknown: fields !== null || isPlain ? [] : [""] };
}

function isListOfLiterals({ name, args }: Call): boolean {
  return /^array/.test(name) && args.every(({ kind }) => kind === "literal");
}

/** Functions that take several values and make a column of each. */
const SIDE_BY_SIDE = new Set(["unnest", "rows_from"]);

/** The rows of a function, whose columns come from its arguments. */
export function traceFunction(source: FunctionSource, left: Scope, tracer: Tracer): ScopeSource {
  const origins = originsOf(source.args, left, tracer);
  // As many rows as the value has elements.
  left.env.note(origins, "join");
  const plain = { alias: source.alias, columns: [] };
  if (source.columns.length > 0)
    return named({ columns: listedColumns(source, left, origins, tracer), unknown: [] }, plain, tracer);
  const { dialect } = tracer.identifiers;
  const offset = source.offset === null ? [] : [madeColumn(source.offset.text, noOrigins, tracer)];
  const known = FUNCTION_COLUMNS[dialect]?.[source.name];
  if (known !== undefined) {
    const columns = [...known.map((name) => madeColumn(name, origins, tracer)), ...offset];
    return named({ columns, unknown: [] }, plain, tracer, [], known.length === 1 ? origins : null);
  }
  if (source.name === "unnest" && OPENS_STRUCTS.has(dialect))
    return named(unnested(source, left, origins, tracer, offset), plain, tracer, [], origins);
  if (ONE_COLUMN.has(source.name)) {
    const isDuck = dialect === "duckdb";
    const name = isDuck || source.alias === null ? source.name : source.alias.text;
    // Postgres takes several arrays side by side.
    const columns =
      source.args.length > 1 && source.name === "unnest"
        ? source.args.map((arg) => madeColumn(source.name, originsOf([arg], left, tracer), tracer))
        : [madeColumn(name, origins, tracer, elementType(source, left, tracer))];
    const rows = { columns: [...columns, ...offset], unknown: [] };
    return named(rows, plain, tracer, [], isDuck ? null : origins);
  }
  const fromNothing = origins.size === 0;
  const rows = { columns: offset, unknown: fromNothing ? [""] : [] };
  return named(rows, plain, tracer, [], fromNothing ? null : origins);
}

/** The columns that stand in the alias (`as t(a int, b)`), with one for the place of the row where it has a name beside them. */
function listedColumns(source: FunctionSource, left: Scope, origins: Origins, tracer: Tracer): Column[] {
  const { spelled, columnKey } = tracer.identifiers;
  const isLast = (index: number): boolean => index === source.columns.length - 1;
  // The list has a name for the place, too, or leaves it its own.
  const isPlaceListed =
    source.offset !== null && source.columns.length > (source.name === "unnest" ? source.args.length : 1);
  const width = source.columns.length - (isPlaceListed ? 1 : 0);
  const isSideBySide = SIDE_BY_SIDE.has(source.name) && source.args.length === width;
  const columns = source.columns.map((name, index): Column => {
    const own = isSideBySide ? source.args[index] : undefined;
    const values = own === undefined ? origins : originsOf([own], left, tracer);
    const from = isPlaceListed && isLast(index) ? noOrigins : values;
    const type = source.types[index];
    const made = madeColumn(spelled(name), from, tracer, type ? tracer.types.castType(type) : null);
    return { ...made, key: columnKey(name) };
  });
  if (source.offset === null || isPlaceListed) return columns;
  return [...columns, madeColumn(source.offset.text, noOrigins, tracer)];
}

function madeColumn(name: string, origins: Origins, tracer: Tracer, type: SqlType = null): Column {
  return { name, key: tracer.identifiers.catalogKey(name), origins, type, computedAt: null };
}
