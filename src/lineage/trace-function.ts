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
  const { catalogKey } = tracer.identifiers;
  const shown = fields ?? (isPlain && source.alias !== null ? [{ name: source.alias.text, type }] : []);
  const columns = shown.map(
    (field): Column => ({
      name: field.name,
      key: catalogKey(field.name),
      origins,
      type: field.type,
      computedAt: null,
    }),
  );
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
  const column = (name: string, from: Origins, type: string | null = null): Column => ({
    name,
    key: tracer.identifiers.catalogKey(name),
    origins: from,
    type,
    computedAt: null,
  });
  // A list of names has one for the place of the row as well, or leaves it its own.
  const isOffsetNamed = source.columns.length > (source.name === "unnest" ? source.args.length : 1);
  const offset = source.offset === null || isOffsetNamed ? [] : [column(source.offset.text, noOrigins)];
  const plain = { alias: source.alias, columns: [] };
  if (source.columns.length > 0) {
    const width = source.columns.length - (isOffsetNamed && source.offset !== null ? 1 : 0);
    const isSideBySide = SIDE_BY_SIDE.has(source.name) && source.args.length === width;
    const columns = source.columns.map((name, index): Column => {
      const own = isSideBySide ? source.args[index] : undefined;
      const isPlace = isOffsetNamed && source.offset !== null && index === source.columns.length - 1;
      const from = isPlace ? noOrigins : own === undefined ? origins : originsOf([own], left, tracer);
      const type = source.types[index];
      const { spelled, columnKey } = tracer.identifiers;
      return {
        ...column(spelled(name), from, type ? tracer.types.castType(type) : null),
        key: columnKey(name),
      };
    });
    return named({ columns: [...columns, ...offset], unknown: [] }, plain, tracer);
  }
  const known = FUNCTION_COLUMNS[tracer.identifiers.dialect]?.[source.name];
  if (known !== undefined) {
    const columns = [...known.map((name) => column(name, origins)), ...offset];
    return named({ columns, unknown: [] }, plain, tracer, [], known.length === 1 ? origins : null);
  }
  if (source.name === "unnest" && OPENS_STRUCTS.has(tracer.identifiers.dialect))
    return named(unnested(source, left, origins, tracer, offset), plain, tracer, [], origins);
  if (ONE_COLUMN.has(source.name)) {
    const isDuck = tracer.identifiers.dialect === "duckdb";
    const name = isDuck || source.alias === null ? source.name : source.alias.text;
    // Postgres takes several arrays side by side.
    const columns =
      source.args.length > 1 && source.name === "unnest"
        ? source.args.map((arg) => column(source.name, originsOf([arg], left, tracer)))
        : [column(name, origins, elementType(source, left, tracer))];
    return named(
      { columns: [...columns, ...offset], unknown: [] },
      plain,
      tracer,
      [],
      isDuck ? null : origins,
    );
  }
  const fromNothing = origins.size === 0;
  return named(
    { columns: offset, unknown: fromNothing ? [""] : [] },
    plain,
    tracer,
    [],
    fromNothing ? null : origins,
  );
}
