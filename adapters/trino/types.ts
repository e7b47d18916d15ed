// Trino's types: which family a type belongs to, how an alias is printed by the engine, and which type stands for each of
// dbt's abstract ones.

import type { TypeSystem } from "../../src/adapter/adapter.ts";
import type { Family } from "../../src/adapter/result.ts";
import { splitAtCommas } from "../../src/adapter/type-names.ts";

/** By the name without parameters. */
const families: Readonly<Record<string, Family>> = {
  boolean: "boolean",
  tinyint: "integer",
  smallint: "integer",
  integer: "integer",
  bigint: "integer",
  real: "float",
  double: "float",
  decimal: "decimal",
  varchar: "text",
  char: "text",
  uuid: "text",
  ipaddress: "text",
  date: "date",
  time: "time",
  "time with time zone": "time",
  timestamp: "timestamp",
  "timestamp with time zone": "timestamptz",
  "interval day to second": "interval",
  "interval year to month": "interval",
  varbinary: "binary",
  json: "json",
  array: "list",
  map: "struct",
  row: "struct",
};

/** Other spellings that Trino takes, with the name that it prints. */
const aliases: Readonly<Record<string, string>> = {
  int: "integer",
  dec: "decimal",
  numeric: "decimal",
  "double precision": "double",
};

/** Parameters that a type has when none are written. */
const defaults: Readonly<Record<string, string>> = {
  decimal: "(38, 0)",
  char: "(1)",
  time: "(3)",
  "time with time zone": "(3)",
  timestamp: "(3)",
  "timestamp with time zone": "(3)",
};

/** "timestamp(3) with time zone" taken apart: words, parameters, words. */
const TYPE = /^([^(]*?)\s*(?:\(([\s\S]*)\)\s*([a-z ]*?)\s*)?$/;

interface TypeParts {
  /** In lower case, aliases resolved, without parameters. */
  readonly name: string;
  readonly parameters: string | undefined;
}

function partsOf(type: string): TypeParts {
  const match = TYPE.exec(type.trim().replaceAll(/\s+/g, " "));
  const [, head = type, parameters, tail = ""] = match ?? [];
  const words = `${head} ${tail}`
    .trim()
    .toLowerCase()
    .replace(/ without time zone$/, "");
  return { name: aliases[words] ?? words, parameters };
}

/** @returns the type as Trino prints it: lower case, aliases resolved, the parameters that it has when none are written */
function normalize(type: string): string {
  const { name, parameters } = partsOf(type);
  if (name === "array" || name === "map")
    return parameters === undefined
      ? name
      : `${name}(${splitAtCommas(parameters).map(normalize).join(", ")})`;
  if (name === "row")
    return parameters === undefined ? name : `row(${splitAtCommas(parameters).map(field).join(", ")})`;
  // Trino prints these two in capitals.
  if (name.startsWith("interval ")) return name.toUpperCase();
  const scaled =
    name === "decimal" && parameters !== undefined && !parameters.includes(",")
      ? `${parameters}, 0`
      : parameters;
  const shown = scaled === undefined ? (defaults[name] ?? "") : `(${splitAtCommas(scaled).join(", ")})`;
  const zone = /^(time|timestamp)( with time zone)$/.exec(name);
  return zone ? `${zone[1]}${shown}${zone[2]}` : name + shown;
}

/** A field of a row: a type, or a name and a type. */
function field(text: string): string {
  const match = /^("(?:[^"]|"")*"|[A-Za-z_]\w*)\s+([\s\S]+)$/.exec(text);
  if (!match || isType(text)) return normalize(text);
  return `${match[1]} ${normalize(match[2] ?? "")}`;
}

function isType(text: string): boolean {
  return Object.hasOwn(families, partsOf(text).name);
}

/** @param type as the engine or a user writes it · @returns "other" for what is none of these (HyperLogLog, geometries) */
export function family(type: string): Family {
  return families[partsOf(type).name] ?? "other";
}

/** What dbt-trino compares contracts by: the name up to its parameters, in capitals. */
function contractName(type: string): string {
  return (type.split("(")[0] ?? type).toUpperCase();
}

/**
 * The names are those of dbt-trino: TrinoColumn.TYPE_LABELS and, for seeds, its convert_*_type. Whole numbers that do not
 * fit an integer get a type that holds them, where dbt fails.
 */
export const types: TypeSystem = {
  names: {
    string: "VARCHAR",
    integer: "INTEGER",
    bigint: "BIGINT",
    float: "DOUBLE",
    numeric: "DECIMAL(28,6)",
    boolean: "BOOLEAN",
    date: "DATE",
    time: "TIME",
    timestamp: "TIMESTAMP",
  },
  seeds: {
    integer: "INTEGER",
    bigint: "BIGINT",
    huge: "DECIMAL(38,0)",
    float: "DOUBLE",
    date: "DATE",
    timestamp: "TIMESTAMP",
    isoTimestamp: "TIMESTAMP",
    boolean: "BOOLEAN",
    text: "VARCHAR",
  },
  family,
  normalize,
  // TrinoColumn's.
  text: { types: ["varchar", "char"], size: 2_147_483_646, sized: (size) => `varchar(${size})` },
  contractName,
};
