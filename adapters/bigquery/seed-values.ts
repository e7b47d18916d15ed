// Cells of a seed as JSON that BigQuery loads, and which of them it would refuse: told before anything is sent, since the
// service counts bytes where people count rows.

import type { SeedColumn } from "../../src/adapter/adapter.ts";
import type { Family } from "../../src/adapter/result.ts";
import { seedText } from "../../src/adapter/seed-text.ts";
import { family } from "./types.ts";

/** How one column of a seed is sent. */
export interface SeedValue {
  /** The value as JSON. */
  json(cell: string): string;
  /** False for what is surely no value of the column's type. */
  fits(cell: string): boolean;
}

export function seedValue(column: SeedColumn): SeedValue {
  const kind = family(column.type);
  const text = seedText(column, kind);
  const longest = /^(?:STRING|BYTES)\s*\(\s*(\d+)\s*\)$/i.exec(column.type.trim())?.[1];
  const check = checks[kind];
  return {
    json: (cell) => {
      const value = text(cell);
      return value === null ? "null" : (forms[kind]?.(value) ?? JSON.stringify(value));
    },
    fits: (cell) => {
      const value = text(cell);
      if (value === null) return true;
      return (check?.(value) ?? true) && (longest === undefined || [...value].length <= Number(longest));
    },
  };
}

const forms: Partial<Readonly<Record<Family, (value: string) => string>>> = {
  boolean: (value) => String(TRUE.test(value)),
  // No space stands before an offset.
  timestamptz: (value) => JSON.stringify(value.replace(/\s+(?=[+-]\d\d:\d\d$)/, "")),
  // Hexadecimal, as other engines read them, is base64 to JSON.
  binary: (value) => JSON.stringify(Buffer.from(value, "hex").toString("base64")),
  list: (value) => value,
  struct: (value) => value,
};

const TRUE = /^(?:true|t|yes|y|1|on)$/i;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const DATE = /^\d{4}-\d\d-\d\d$/;
const CLOCK = String.raw`\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?`;

const checks: Partial<Readonly<Record<Family, (value: string) => boolean>>> = {
  boolean: (value) => TRUE.test(value) || /^(?:false|f|no|n|0|off)$/i.test(value),
  integer: (value) => /^[+-]?\d+$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value),
  float: (value) => NUMBER.test(value) || /^(?:NaN|-?Infinity)$/.test(value),
  decimal: (value) => NUMBER.test(value),
  date: (value) => DATE.test(value) && isDay(value),
  time: (value) => new RegExp(`^${CLOCK}$`).test(value),
  timestamp: (value) => isMoment(value, ""),
  timestamptz: (value) => isMoment(value, String.raw`(?: ?(?:UTC|Z|[+-]\d\d(?::\d\d)?))?`),
  binary: (value) => /^(?:[\da-f]{2})*$/i.test(value),
  json: isJson,
  list: isJson,
  struct: isJson,
};

function isDay(value: string): boolean {
  const moment = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(value);
}

function isMoment(value: string, zone: string): boolean {
  return isDay(value.slice(0, 10)) && new RegExp(`^.{10}(?:[ T]${CLOCK}${zone})?$`).test(value);
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
