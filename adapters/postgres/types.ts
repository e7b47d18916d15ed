// Postgres' types: which family a type belongs to, how an alias is printed by the engine, which type stands for each
// of dbt's abstract ones, and what is known of the built-in types by their number (pg_type.dat, stable for ever).

import type { TypeSystem } from "../../src/adapter/adapter.ts";
import type { Family } from "../../src/adapter/result.ts";
import { defaultSeedTypes, defaultTypeNames } from "../../src/adapter/type-names.ts";

/** What a type of a result is, by its number. */
export interface TypeFacts {
  /** As format_type() prints it, without a modifier. */
  readonly name: string;
  readonly family: Family;
  /** For arrays: their elements. */
  readonly element?: TypeFacts;
}

const scalars: readonly (readonly [oid: number, array: number, name: string, family: Family])[] = [
  [16, 1000, "boolean", "boolean"],
  [17, 1001, "bytea", "binary"],
  [18, 1002, '"char"', "text"],
  [19, 1003, "name", "text"],
  [20, 1016, "bigint", "integer"],
  [21, 1005, "smallint", "integer"],
  [23, 1007, "integer", "integer"],
  [25, 1009, "text", "text"],
  [26, 1028, "oid", "integer"],
  [114, 199, "json", "json"],
  [142, 143, "xml", "text"],
  [700, 1021, "real", "float"],
  [701, 1022, "double precision", "float"],
  [790, 791, "money", "text"],
  [829, 1040, "macaddr", "text"],
  [869, 1041, "inet", "text"],
  [650, 651, "cidr", "text"],
  [1042, 1014, "character", "text"],
  [1043, 1015, "character varying", "text"],
  [1082, 1182, "date", "date"],
  [1083, 1183, "time without time zone", "time"],
  [1114, 1115, "timestamp without time zone", "timestamp"],
  [1184, 1185, "timestamp with time zone", "timestamptz"],
  [1186, 1187, "interval", "interval"],
  [1266, 1270, "time with time zone", "time"],
  [1560, 1561, "bit", "other"],
  [1562, 1563, "bit varying", "other"],
  [1700, 1231, "numeric", "decimal"],
  [2205, 2210, "regclass", "text"],
  [2206, 2211, "regtype", "text"],
  [2950, 2951, "uuid", "text"],
  [3802, 3807, "jsonb", "json"],
];

/** The built-in types that results usually have; others are asked of the catalog. */
export const builtinTypes: ReadonlyMap<number, TypeFacts> = new Map(
  scalars.flatMap(([oid, array, name, family]): [number, TypeFacts][] => {
    const element = { name, family };
    return [
      [oid, element],
      [array, { name: `${name}[]`, family: "list", element }],
    ];
  }),
);

const families: ReadonlyMap<string, Family> = new Map(scalars.map(([, , name, family]) => [name, family]));

/** Other spellings that Postgres takes, with the name that it prints. */
const aliases: Readonly<Record<string, string>> = {
  bool: "boolean",
  int: "integer",
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  serial: "integer",
  serial4: "integer",
  bigserial: "bigint",
  serial8: "bigint",
  smallserial: "smallint",
  serial2: "smallint",
  float: "double precision",
  float4: "real",
  float8: "double precision",
  decimal: "numeric",
  dec: "numeric",
  char: "character",
  varchar: "character varying",
  "national character": "character",
  "national character varying": "character varying",
  nchar: "character",
  varbit: "bit varying",
  time: "time without time zone",
  timetz: "time with time zone",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
};

/** "timestamp(3) with time zone" taken apart: words, modifier, words, array brackets. */
const TYPE = /^([^([]*?)\s*(?:(\([^)]*\))\s*([a-z ]*?)\s*)?((?:\[\d*\]\s*)*)$/;

/** @returns the type as Postgres prints it: lower case, aliases resolved, every array as `[]` */
function normalize(type: string): string {
  const text = type.trim().replaceAll(/\s+/g, " ");
  // Quoted names are the user's own types.
  if (text.includes('"')) return text;
  const match = TYPE.exec(text.toLowerCase());
  if (!match) return text;
  const [, head = "", modifier = "", tail = "", brackets = ""] = match;
  const words = `${head} ${tail}`.trim();
  const name = aliases[words] ?? words;
  return withModifier(name, modifier.replaceAll(" ", "")) + (brackets === "" ? "" : "[]");
}

/** The modifier stands behind the first word of times: "time(3) without time zone". */
function withModifier(name: string, modifier: string): string {
  if (modifier === "") return name === "character" || name === "bit" ? `${name}(1)` : name;
  if (name === "double precision") return Number(modifier.slice(1, -1)) < 25 ? "real" : name;
  if (name === "numeric")
    return modifier.includes(",") ? `${name}${modifier}` : `${name}(${modifier.slice(1, -1)},0)`;
  const zone = /^(time|timestamp)( with(?:out)? time zone)$/.exec(name);
  return zone ? `${zone[1]}${modifier}${zone[2]}` : name + modifier;
}

function family(type: string): Family {
  const name = normalize(type);
  if (name.endsWith("[]")) return "list";
  return families.get(name.replace(/\([^)]*\)/, "")) ?? "other";
}

/** @returns the type with the modifier that a result tells (pg_attribute.atttypmod), as format_type() prints it */
export function typeWithModifier({ name, element }: TypeFacts, modifier: number): string {
  if (element) return `${typeWithModifier(element, modifier)}[]`;
  if (modifier < 0) return name;
  switch (name) {
    case "character":
    case "character varying":
      return `${name}(${modifier - 4})`;
    case "bit":
    case "bit varying":
      return `${name}(${modifier})`;
    case "numeric": {
      // The scale is signed since Postgres 15.
      const scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024;
      return `numeric(${((modifier - 4) >> 16) & 0xffff},${scale})`;
    }
    case "interval":
      return name;
    default:
      return withModifier(name, `(${modifier})`);
  }
}

/** What psycopg2 calls the types of a result's columns, which is what dbt compares contracts by; its STRING is dbt's TEXT. */
const driverNames: Readonly<Record<string, string>> = {
  boolean: "BOOLEAN",
  bytea: "BINARY",
  '"char"': "TEXT",
  name: "TEXT",
  bigint: "LONGINTEGER",
  smallint: "INTEGER",
  integer: "INTEGER",
  text: "TEXT",
  oid: "ROWID",
  json: "JSON",
  jsonb: "JSONB",
  real: "FLOAT",
  "double precision": "FLOAT",
  character: "TEXT",
  "character varying": "TEXT",
  date: "DATE",
  "time without time zone": "TIME",
  "time with time zone": "TIME",
  "timestamp without time zone": "DATETIME",
  "timestamp with time zone": "DATETIMETZ",
  interval: "INTERVAL",
  numeric: "DECIMAL",
};

function contractName(type: string): string {
  const name = normalize(type).replace(/\([^)]*\)/, "");
  if (!name.endsWith("[]")) return driverNames[name] ?? type;
  const element = driverNames[name.slice(0, -2)];
  return element === undefined ? type : `${element === "TEXT" ? "STRING" : element}ARRAY`;
}

/** dbt-postgres keeps the names of dbt's defaults. */
export const types: TypeSystem = {
  names: defaultTypeNames,
  seeds: { ...defaultSeedTypes, huge: "numeric" },
  family,
  normalize,
  contractName,
};
