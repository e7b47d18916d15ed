// Snowflake's types: which family a type belongs to, how an alias is printed by the engine, and which type stands for each
// of dbt's abstract ones.

import type { TypeSystem } from "../../src/adapter/adapter.ts";
import type { Family } from "../../src/adapter/result.ts";
import { defaultSeedTypes, defaultTypeNames } from "../../src/adapter/type-names.ts";

/** Spellings that Snowflake takes, with the name that it prints. */
const aliases: Readonly<Record<string, string>> = {
  ...named("NUMBER", "DECIMAL NUMERIC INT INTEGER BIGINT SMALLINT TINYINT BYTEINT FIXED"),
  ...named("FLOAT", "FLOAT4 FLOAT8 DOUBLE REAL", "DOUBLE PRECISION"),
  ...named("VARCHAR", "CHAR CHARACTER STRING TEXT NVARCHAR NCHAR", "CHARACTER VARYING", "CHAR VARYING"),
  ...named("BINARY", "VARBINARY"),
  ...named("TIMESTAMP_NTZ", "DATETIME TIMESTAMP TIMESTAMPNTZ", "TIMESTAMP WITHOUT TIME ZONE"),
  ...named("TIMESTAMP_LTZ", "TIMESTAMPLTZ", "TIMESTAMP WITH LOCAL TIME ZONE"),
  ...named("TIMESTAMP_TZ", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"),
};

function named(name: string, words: string, ...more: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries([...words.split(" "), ...more].map((alias) => [alias, name]));
}

/** NUMBER is told apart by its scale. */
const families: Readonly<Record<string, Family>> = {
  FLOAT: "float",
  DECFLOAT: "decimal",
  VARCHAR: "text",
  BOOLEAN: "boolean",
  DATE: "date",
  TIME: "time",
  TIMESTAMP_NTZ: "timestamp",
  TIMESTAMP_LTZ: "timestamptz",
  TIMESTAMP_TZ: "timestamptz",
  BINARY: "binary",
  VARIANT: "json",
  OBJECT: "json",
  ARRAY: "json",
  MAP: "json",
};

interface TypeParts {
  /** In capitals, aliases resolved, without parameters. */
  readonly name: string;
  readonly parameters: string | undefined;
}

function partsOf(type: string): TypeParts {
  const plain = type.trim().replace(/\s+collate\s.*$/is, "");
  const [, head = plain, parameters] = /^([^(]+?)\s*(?:\(([\s\S]*)\))?$/.exec(plain) ?? [];
  const words = head.replaceAll(/\s+/g, " ").toUpperCase();
  return { name: aliases[words] ?? words, parameters };
}

/** @returns the type as Snowflake prints it: NUMBER always with precision and scale, texts with their length where they have one */
function normalize(type: string): string {
  const { name, parameters } = partsOf(type);
  if (name === "NUMBER") {
    const [precision = "38", scale = "0"] = (parameters ?? "").split(",").map((part) => part.trim());
    return `NUMBER(${precision || "38"},${scale})`;
  }
  return parameters === undefined ? name : `${name}(${parameters.replaceAll(/\s*,\s*/g, ", ")})`;
}

/**
 * @param type as the engine or a user writes it; a number without precision and scale is a decimal, as columns of dbt-snowflake
 *   are numeric and never integers: what is made of them has both
 * @returns "other" for what is none of these (GEOGRAPHY, VECTOR)
 */
export function family(type: string): Family {
  const { name, parameters } = partsOf(type);
  if (name === "NUMBER" && parameters === undefined) return "decimal";
  if (name === "NUMBER") return /,\s*0*[1-9]/.test(parameters ?? "") ? "decimal" : "integer";
  return families[name] ?? "other";
}

/** What the connector of dbt-snowflake calls the types of a query's columns: contracts compare by it. */
function contractName(type: string): string {
  const { name } = partsOf(type);
  return { NUMBER: "FIXED", FLOAT: "REAL", VARCHAR: "TEXT" }[name] ?? name;
}

/** The names are dbt's defaults, which Snowflake takes. All whole numbers are NUMBER(38,0), whatever they are called. */
export const types: TypeSystem = {
  names: defaultTypeNames,
  seeds: { ...defaultSeedTypes, huge: "number(38,0)" },
  family,
  normalize,
  // SnowflakeColumn's.
  text: {
    types: ["text", "character varying", "character", "varchar"],
    size: 16_777_216,
    sized: (size) => `character varying(${size})`,
  },
  contractName,
};
