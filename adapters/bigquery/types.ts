// BigQuery's types: which family a type belongs to, the one name of those that have several, and the names of its API
// (INTEGER, RECORD) as SQL has them.

import type { TypeSystem } from "../../src/adapter/adapter.ts";
import type { Family } from "../../src/adapter/result.ts";
import { splitAtCommas } from "../../src/adapter/type-names.ts";

/** By the name without parameters. */
const families: Readonly<Record<string, Family>> = {
  BOOL: "boolean",
  INT64: "integer",
  FLOAT64: "float",
  NUMERIC: "decimal",
  BIGNUMERIC: "decimal",
  STRING: "text",
  DATE: "date",
  TIME: "time",
  DATETIME: "timestamp",
  TIMESTAMP: "timestamptz",
  INTERVAL: "interval",
  BYTES: "binary",
  JSON: "json",
  ARRAY: "list",
  STRUCT: "struct",
};

/** Other names of SQL and of the API. */
const aliases: Readonly<Record<string, string>> = {
  BOOLEAN: "BOOL",
  INT: "INT64",
  SMALLINT: "INT64",
  INTEGER: "INT64",
  BIGINT: "INT64",
  TINYINT: "INT64",
  BYTEINT: "INT64",
  FLOAT: "FLOAT64",
  DECIMAL: "NUMERIC",
  BIGDECIMAL: "BIGNUMERIC",
  RECORD: "STRUCT",
};

/** One field of a schema as the API has it. */
export interface ApiField {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly fields?: readonly ApiField[];
  readonly description?: string;
  readonly rangeElementType?: { readonly type: string };
}

/** @returns the type in SQL: "ARRAY<STRUCT<`a` INT64>>" */
export function typeOfField({ type, mode, fields = [], rangeElementType }: ApiField): string {
  const name = aliases[type.toUpperCase()] ?? type.toUpperCase();
  const members = fields.map((field) => `\`${field.name}\` ${typeOfField(field)}`).join(", ");
  const whole =
    name === "STRUCT"
      ? `STRUCT<${members}>`
      : name === "RANGE"
        ? `RANGE<${rangeElementType?.type ?? "DATE"}>`
        : name;
  return mode?.toUpperCase() === "REPEATED" ? `ARRAY<${whole}>` : whole;
}

const TYPE = /^([A-Za-z]\w*)\s*(?:<([\s\S]*)>|\(([^)]*)\))?$/;

/** @returns the type as BigQuery writes it: in capitals, aliases resolved, inside of ARRAY and STRUCT too */
function normalize(type: string): string {
  const match = TYPE.exec(type.trim());
  if (!match) return type.trim();
  const [, word = "", inner, parameters] = match;
  const name = aliases[word.toUpperCase()] ?? word.toUpperCase();
  if (inner !== undefined) {
    const parts = splitAtCommas(inner).map((part) => (name === "STRUCT" ? field(part) : normalize(part)));
    return `${name}<${parts.join(", ")}>`;
  }
  return parameters === undefined
    ? name
    : `${name}(${parameters
        .split(",")
        .map((part) => part.trim())
        .join(", ")})`;
}

/** A field of a struct: a name and a type, or a type alone. */
function field(text: string): string {
  const match = /^(`[^`]+`|[A-Za-z_]\w*)\s+([\s\S]+)$/.exec(text);
  return match ? `${match[1]} ${normalize(match[2] ?? "")}` : normalize(text);
}

/** @param type as SQL or the API writes it · @returns "other" for what is none of these (GEOGRAPHY, RANGE) */
export function family(type: string): Family {
  const name = /^\w+/.exec(type.trim())?.[0].toUpperCase() ?? "";
  return families[aliases[name] ?? name] ?? "other";
}

/** The names are those of dbt-bigquery: BigQueryColumn.TYPE_LABELS and, for seeds, its convert_*_type. */
export const types: TypeSystem = {
  names: {
    string: "STRING",
    integer: "INT64",
    bigint: "INT64",
    float: "FLOAT64",
    numeric: "NUMERIC",
    boolean: "BOOL",
    date: "DATE",
    time: "TIME",
    timestamp: "TIMESTAMP",
  },
  seeds: {
    integer: "INT64",
    bigint: "INT64",
    huge: "BIGNUMERIC",
    float: "FLOAT64",
    date: "DATE",
    timestamp: "DATETIME",
    isoTimestamp: "DATETIME",
    boolean: "BOOL",
    text: "STRING",
  },
  family,
  normalize,
  text: { types: ["string"], size: 256, sized: (size) => `STRING(${size})` },
  contractName: (type) => normalize(type).replace(/\([^)]*\)$/, ""),
};
