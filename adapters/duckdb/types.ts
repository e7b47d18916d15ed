// DuckDB's types by name: which family a type belongs to, how an alias is printed by the engine, and which type
// stands for each of dbt's abstract ones. Pure text, so that it works without the driver.

import type { TypeSystem } from "../../src/adapter/adapter.ts";
import type { Family } from "../../src/adapter/result.ts";
import { defaultSeedTypes, defaultTypeNames, splitAtCommas } from "../../src/adapter/type-names.ts";

const families: Readonly<Record<string, Family>> = {
  BOOLEAN: "boolean",
  TINYINT: "integer",
  SMALLINT: "integer",
  INTEGER: "integer",
  BIGINT: "integer",
  HUGEINT: "integer",
  UTINYINT: "integer",
  USMALLINT: "integer",
  UINTEGER: "integer",
  UBIGINT: "integer",
  UHUGEINT: "integer",
  BIGNUM: "integer",
  FLOAT: "float",
  DOUBLE: "float",
  DECIMAL: "decimal",
  VARCHAR: "text",
  ENUM: "text",
  UUID: "text",
  DATE: "date",
  TIME: "time",
  TIME_NS: "time",
  "TIME WITH TIME ZONE": "time",
  TIMESTAMP: "timestamp",
  TIMESTAMP_S: "timestamp",
  TIMESTAMP_MS: "timestamp",
  TIMESTAMP_NS: "timestamp",
  "TIMESTAMP WITH TIME ZONE": "timestamptz",
  INTERVAL: "interval",
  BLOB: "binary",
  JSON: "json",
  STRUCT: "struct",
  MAP: "struct",
};

/** Other spellings that DuckDB 1.5 takes, as `duckdb_types()` lists them, with the name that it prints. */
const aliases: Readonly<Record<string, string>> = {
  BOOL: "BOOLEAN",
  LOGICAL: "BOOLEAN",
  INT1: "TINYINT",
  INT2: "SMALLINT",
  INT16: "SMALLINT",
  SHORT: "SMALLINT",
  INT: "INTEGER",
  INT4: "INTEGER",
  INT32: "INTEGER",
  INTEGRAL: "INTEGER",
  SIGNED: "INTEGER",
  INT8: "BIGINT",
  INT64: "BIGINT",
  LONG: "BIGINT",
  OID: "BIGINT",
  INT128: "HUGEINT",
  UINT8: "UTINYINT",
  UINT16: "USMALLINT",
  UINT32: "UINTEGER",
  UINT64: "UBIGINT",
  UINT128: "UHUGEINT",
  FLOAT4: "FLOAT",
  REAL: "FLOAT",
  FLOAT8: "DOUBLE",
  "DOUBLE PRECISION": "DOUBLE",
  DEC: "DECIMAL",
  NUMERIC: "DECIMAL",
  CHAR: "VARCHAR",
  BPCHAR: "VARCHAR",
  NVARCHAR: "VARCHAR",
  STRING: "VARCHAR",
  TEXT: "VARCHAR",
  "CHARACTER VARYING": "VARCHAR",
  GUID: "UUID",
  BITSTRING: "BIT",
  BINARY: "BLOB",
  BYTEA: "BLOB",
  VARBINARY: "BLOB",
  DATETIME: "TIMESTAMP",
  TIMESTAMP_US: "TIMESTAMP",
  "TIMESTAMP WITHOUT TIME ZONE": "TIMESTAMP",
  TIMESTAMPTZ: "TIMESTAMP WITH TIME ZONE",
  "TIME WITHOUT TIME ZONE": "TIME",
  TIMETZ: "TIME WITH TIME ZONE",
  VARINT: "BIGNUM",
  ROW: "STRUCT",
};

/** Aliases whose length or precision the engine drops: `varchar(10)` is VARCHAR, `timestamp(3)` stays apart. */
const withoutArguments = new Set(["VARCHAR", "BLOB", "BIT", "TIME", "INTEGER", "BIGINT", "DOUBLE", "FLOAT"]);

/** @returns the type as DuckDB prints it: upper case, aliases resolved, DECIMAL with both numbers, `[]` suffixes kept. */
function normalize(type: string): string {
  const text = type.trim().replaceAll(/\s+/g, " ");
  const suffix = /(\s*\[\d*\])+$/.exec(text);
  if (suffix) return normalize(text.slice(0, suffix.index)) + suffix[0].replaceAll(" ", "");
  const open = text.indexOf("(");
  const name = (open < 0 ? text : text.slice(0, open)).trim().toUpperCase();
  const base = aliases[name] ?? name;
  const body = open < 0 ? undefined : text.slice(open + 1, text.lastIndexOf(")"));
  if (base === "DECIMAL") return normalizeDecimal(body);
  return body === undefined || withoutArguments.has(base) ? base : normalizeNested(base, body);
}

/** Without numbers it has three digits behind the point, with a width alone none. */
function normalizeDecimal(body: string | undefined): string {
  if (body === undefined) return "DECIMAL(18,3)";
  const [width, scale = "0"] = body.split(",").map((part) => part.trim());
  return `DECIMAL(${width},${scale})`;
}

function normalizeNested(base: string, body: string): string {
  if (base === "MAP") return `MAP(${splitAtCommas(body).map(normalize).join(", ")})`;
  if (base === "STRUCT" || base === "UNION") {
    const fields = splitAtCommas(body).map((field) => {
      const name = /^("(?:[^"]|"")*"|\S+)\s+/.exec(field);
      return name?.[1] === undefined ? field : `${name[1]} ${normalize(field.slice(name[0].length))}`;
    });
    return `${base}(${fields.join(", ")})`;
  }
  return `${base}(${body})`;
}

function family(type: string): Family {
  const name = normalize(type);
  if (name.endsWith("]")) return "list";
  const open = name.indexOf("(");
  return families[open < 0 ? name : name.slice(0, open)] ?? "other";
}

/** dbt-duckdb keeps the names of dbt's defaults. */
export const types: TypeSystem = {
  names: defaultTypeNames,
  seeds: { ...defaultSeedTypes, huge: "hugeint" },
  family,
  normalize,
  contractName: (type) => type,
};
