// How engines call the types that literals, casts and the commonest functions give. Recorded from the engines' own answers
// (DESCRIBE, pg_typeof); what stands in no table is unknown.

import type { Literal, SqlDialect } from "../sql/query-tree.ts";
import { postgresCall, postgresLiteral } from "./postgres-types.ts";
import type { SqlType } from "./rowset.ts";

export interface EngineTypes {
  readonly boolean: SqlType;
  readonly count: SqlType;
  readonly text: SqlType;
  literal(type: Literal["type"], text: string): SqlType;
  cast(type: string): SqlType;
  /** A type as people declare it in YAML. */
  declared(type: string): SqlType;
  call(name: string, args: readonly SqlType[]): SqlType;
}

type TypeNames = Readonly<Record<string, string | undefined>>;

const DUCKDB: TypeNames = {
  boolean: "BOOLEAN",
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  int: "INTEGER",
  bigint: "BIGINT",
  hugeint: "HUGEINT",
  utinyint: "UTINYINT",
  usmallint: "USMALLINT",
  uinteger: "UINTEGER",
  ubigint: "UBIGINT",
  float: "FLOAT",
  double: "DOUBLE",
  decimal: "DECIMAL(18,3)",
  varchar: "VARCHAR",
  char: "VARCHAR",
  text: "VARCHAR",
  string: "VARCHAR",
  date: "DATE",
  time: "TIME",
  timestamp: "TIMESTAMP",
  "timestamp with time zone": "TIMESTAMP WITH TIME ZONE",
  interval: "INTERVAL",
  uuid: "UUID",
  json: "JSON",
  blob: "BLOB",
};

const POSTGRES: TypeNames = {
  boolean: "boolean",
  smallint: "smallint",
  int: "integer",
  bigint: "bigint",
  double: "double precision",
  decimal: "numeric",
  varchar: "character varying",
  text: "text",
  date: "date",
  timestamp: "timestamp without time zone",
  "timestamp with time zone": "timestamp with time zone",
  uuid: "uuid",
  json: "json",
  jsonb: "jsonb",
};

const SNOWFLAKE: TypeNames = {
  boolean: "BOOLEAN",
  int: "NUMBER(38,0)",
  bigint: "NUMBER(38,0)",
  decimal: "NUMBER(38,0)",
  float: "FLOAT",
  double: "FLOAT",
  varchar: "VARCHAR",
  text: "VARCHAR",
  string: "VARCHAR",
  date: "DATE",
  timestampntz: "TIMESTAMP_NTZ",
  timestampltz: "TIMESTAMP_LTZ",
  timestamptz: "TIMESTAMP_TZ",
  variant: "VARIANT",
  object: "OBJECT",
  array: "ARRAY",
};

const BIGQUERY: TypeNames = {
  boolean: "BOOL",
  bool: "BOOL",
  int: "INT64",
  int64: "INT64",
  bigint: "INT64",
  float64: "FLOAT64",
  double: "FLOAT64",
  decimal: "NUMERIC",
  bignumeric: "BIGNUMERIC",
  string: "STRING",
  text: "STRING",
  varchar: "STRING",
  bytes: "BYTES",
  date: "DATE",
  datetime: "DATETIME",
  timestamp: "TIMESTAMP",
  json: "JSON",
};

const TABLES: Partial<Record<SqlDialect, TypeNames>> = {
  duckdb: DUCKDB,
  postgres: POSTGRES,
  redshift: POSTGRES,
  snowflake: SNOWFLAKE,
  bigquery: BIGQUERY,
};

export function engineTypes(dialect: SqlDialect): EngineTypes {
  const names = TABLES[dialect] ?? {};
  const isDuck = dialect === "duckdb";
  return {
    boolean: names.boolean ?? null,
    count: dialect === "snowflake" ? "NUMBER(18,0)" : (names.bigint ?? null),
    text: names.text ?? null,
    literal: (type, text) =>
      isDuck
        ? duckLiteral(type, text)
        : dialect === "postgres"
          ? postgresLiteral(type, text)
          : plainLiteral(type, names),
    cast: (type) => castName(type, names, isDuck),
    declared: (type) => castName(plainSpelling(type), names, isDuck),
    call: (name, args) =>
      isDuck ? duckCall(name, args) : dialect === "postgres" ? postgresCall(name, args) : null,
  };
}

function plainLiteral(type: Literal["type"], names: TypeNames): SqlType {
  return type === "boolean" || type === "date" ? (names[type] ?? null) : null;
}

function duckLiteral(type: Literal["type"], text: string): SqlType {
  switch (type) {
    case "string":
      return "VARCHAR";
    case "boolean":
      return "BOOLEAN";
    case "date":
      return "DATE";
    case "timestamp":
      return "TIMESTAMP";
    case "interval":
      return "INTERVAL";
    case "number":
      if (/^\d{1,9}$/.test(text)) return "INTEGER";
      return /^\d*\.\d+$/.test(text) ? decimalOf(text) : null;
    default:
      return null;
  }
}

/** 1.50 is DECIMAL(3,2). */
function decimalOf(text: string): SqlType {
  const [whole = "", fraction = ""] = text.split(".");
  const digits = whole.replace(/^0+/, "").length + fraction.length;
  return digits > 0 && digits <= 38 ? `DECIMAL(${Math.max(digits, 1)},${fraction.length})` : null;
}

/** Sizes matter for decimals only: DuckDB drops those of texts, and other engines print them each in their way. */
function castName(type: string, names: TypeNames, isDuck: boolean): SqlType {
  const list = /^(.*)\[\]$/.exec(type);
  if (list?.[1] !== undefined) {
    const element = isDuck ? castName(list[1], names, isDuck) : null;
    return element === null ? null : `${element}[]`;
  }
  const decimal = /^decimal\((\d+)(?:,(\d+))?\)$/.exec(type);
  if (decimal !== null) {
    const name = names.decimal?.replace(/\(.*/, "");
    return name === undefined || name === "numeric" ? null : `${name}(${decimal[1]},${decimal[2] ?? 0})`;
  }
  if (isDuck && /^(?:varchar|char)\(\d+\)$/.test(type)) return "VARCHAR";
  return names[type] ?? null;
}

const SPELLINGS: Readonly<Record<string, string | undefined>> = {
  integer: "int",
  int4: "int",
  int32: "int",
  int8: "bigint",
  int2: "smallint",
  numeric: "decimal",
  number: "decimal",
  bool: "boolean",
  real: "float",
  float4: "float",
  float8: "double",
  "double precision": "double",
  "character varying": "varchar",
  timestamptz: "timestamp with time zone",
  "timestamp without time zone": "timestamp",
  datetime: "timestamp",
};

/** The spelling that the parser gives of a cast to the same type. */
function plainSpelling(type: string): string {
  const [, word = "", size = ""] = /^\s*([^(]*?)\s*(\(.*\))?\s*$/.exec(type.toLowerCase()) ?? [];
  return (SPELLINGS[word] ?? word) + size.replaceAll(/\s/g, "");
}

const DUCK_INTEGERS = new Set(["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"]);
const DUCK_DOUBLES = new Set([
  "avg",
  "stddev",
  "stddev_samp",
  "variance",
  "corr",
  "sqrt",
  "ln",
  "exp",
  "div",
]);

function duckCall(name: string, args: readonly SqlType[]): SqlType {
  const [first = null, second = null] = args;
  if (name === "sum" && first !== null) {
    if (DUCK_INTEGERS.has(first)) return "HUGEINT";
    if (first === "DOUBLE" || first === "FLOAT") return "DOUBLE";
    const scale = /^DECIMAL\(\d+,(\d+)\)$/.exec(first)?.[1];
    return scale === undefined ? null : `DECIMAL(38,${scale})`;
  }
  if (DUCK_DOUBLES.has(name)) return first !== null && isDuckNumber(first) ? "DOUBLE" : null;
  if (name === "concat" && first === "VARCHAR" && second === "VARCHAR") return "VARCHAR";
  if ((name === "add" || name === "sub") && first !== null && args.every((type) => type === first))
    return DUCK_INTEGERS.has(first) || first === "DOUBLE" ? first : null;
  if (name === "length" && first === "VARCHAR") return "BIGINT";
  return null;
}

function isDuckNumber(type: string): boolean {
  return DUCK_INTEGERS.has(type) || type === "DOUBLE" || type === "FLOAT" || type.startsWith("DECIMAL");
}
