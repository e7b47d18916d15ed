// Types of DuckDB as the fields of the service's API, and values as its rows have them.

import type { ApiField } from "../../adapters/bigquery/types.ts";
import { splitAtCommas } from "../../src/adapter/type-names.ts";

const names: Readonly<Record<string, string>> = {
  BIGINT: "INTEGER",
  INTEGER: "INTEGER",
  SMALLINT: "INTEGER",
  TINYINT: "INTEGER",
  HUGEINT: "INTEGER",
  UBIGINT: "INTEGER",
  DOUBLE: "FLOAT",
  FLOAT: "FLOAT",
  VARCHAR: "STRING",
  BOOLEAN: "BOOLEAN",
  DATE: "DATE",
  TIME: "TIME",
  TIMESTAMP: "DATETIME",
  "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
  BLOB: "BYTES",
  JSON: "JSON",
  INTERVAL: "INTERVAL",
  '"NULL"': "INTEGER",
};

/** @param type as DuckDB prints it: "STRUCT(a BIGINT, b VARCHAR)[]" */
export function fieldOf(name: string, type: string): ApiField {
  const repeated = type.endsWith("[]");
  const one = repeated ? type.slice(0, -2) : type;
  const mode = repeated ? "REPEATED" : "NULLABLE";
  const members = /^STRUCT\(([\s\S]*)\)$/.exec(one)?.[1];
  if (members !== undefined) {
    const fields = splitAtCommas(members).map((member) => {
      const [, field = "", fieldType = ""] = /^("(?:[^"]|"")*"|\S+)\s+([\s\S]+)$/.exec(member) ?? [];
      return fieldOf(field.replaceAll('"', ""), fieldType);
    });
    return { name, type: "RECORD", mode, fields };
  }
  return { name, type: one.startsWith("DECIMAL") ? "NUMERIC" : (names[one] ?? "STRING"), mode };
}

/** A value of DuckDB's JSON as a cell of the API. */
export function cellOf(value: unknown, field: ApiField): unknown {
  if (value === null || value === undefined) return field.mode === "REPEATED" ? [] : null;
  if (field.mode === "REPEATED")
    return (value as unknown[]).map((item) => ({ v: cellOf(item, { ...field, mode: "NULLABLE" }) }));
  if (field.fields) {
    const record = value as Readonly<Record<string, unknown>>;
    return { f: field.fields.map((one) => ({ v: cellOf(record[one.name], one) })) };
  }
  switch (field.type) {
    case "TIMESTAMP":
      return String(micros(String(value)));
    case "DATETIME":
      return String(value).replace(" ", "T");
    case "BYTES":
      return bytesOf(String(value)).toString("base64");
    default:
      return String(value);
  }
}

/** "2024-01-31 13:05:07.123456+00" */
function micros(text: string): bigint {
  const [, head = "", fraction = "", zone = "+00"] =
    /^([^.+]*?)(?:\.(\d+))?([+-]\d\d(?::\d\d)?)?$/.exec(text) ?? [];
  const moment = Date.parse(`${head.replace(" ", "T")}${zone.length === 3 ? `${zone}:00` : zone}`);
  return BigInt(moment) * 1000n + BigInt(fraction.padEnd(6, "0"));
}

/** DuckDB writes other bytes than printable ones as \xFF. */
function bytesOf(text: string): Buffer {
  const bytes: number[] = [];
  for (const [, hex, sign] of text.matchAll(/\\x([0-9A-F]{2})|([\s\S])/g))
    bytes.push(hex === undefined ? (sign?.codePointAt(0) ?? 0) : Number.parseInt(hex, 16));
  return Buffer.from(bytes);
}
