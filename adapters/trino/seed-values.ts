// Cells of a seed as SQL: brought to the form that Trino casts from (dbt's reader takes more than a cast does), and the
// expression that makes the column's type of it.

import type { SeedColumn } from "../../src/adapter/adapter.ts";
import type { Family } from "../../src/adapter/result.ts";
import { family } from "./types.ts";

/** How one column of a seed is sent. */
export interface SeedValue {
  /** The text that is sent; null for NULL. */
  text(cell: string): string | null;
  /** The expression over the text. @param column its name in SQL */
  expression(column: string): string;
  /** Characters that fit; undefined: any number. */
  readonly longest: number | undefined;
}

export function seedValue({ type, nullWords }: SeedColumn): SeedValue {
  const kind = family(type);
  if (kind === "text" && !/^(?:uuid|ipaddress)/i.test(type)) {
    const longest = /^(?:var)?char\s*\(\s*(\d+)\s*\)$/i.exec(type.trim())?.[1];
    return {
      text: (cell) => (cell === "" || (nullWords && isNullWord(cell)) ? null : cell),
      // Assigned, not cast: a cast to varchar(3) would cut the text in silence.
      expression: (column) => column,
      longest: longest === undefined ? undefined : Number(longest),
    };
  }
  const shape = shapes[kind] ?? ((cell) => cell);
  return {
    text: (cell) => (cell === "" || isNullWord(cell) ? null : shape(cell.trim())),
    expression: (column) => (casts[kind] ?? ((text) => `CAST(${text} AS ${type})`))(column, type),
    longest: undefined,
  };
}

function isNullWord(cell: string): boolean {
  const word = cell.trim().toLowerCase();
  return word === "" || word === "null";
}

const shapes: Partial<Readonly<Record<Family, (cell: string) => string>>> = {
  integer: wholeNumber,
  decimal: (cell) => cell.replaceAll("_", ""),
  float: (cell) => floats[cell.toLowerCase().replace(/^\+/, "")] ?? cell.replaceAll("_", ""),
  date: padded,
  // The zone of a text says nothing to a type without one.
  timestamp: (cell) => padded(cell).replace(/(?:Z|[+-]\d\d(?::?\d\d)?)$/, ""),
  timestamptz: (cell) =>
    padded(cell)
      .replace(/Z$/, " UTC")
      .replace(/\s*([+-]\d\d):?(\d\d)$/, " $1:$2"),
};

const casts: Partial<Readonly<Record<Family, (column: string, type: string) => string>>> = {
  binary: (column) => `from_hex(${column})`,
  json: (column) => `json_parse(${column})`,
  list: (column, type) => `CAST(json_parse(${column}) AS ${type})`,
  struct: (column, type) => `CAST(json_parse(${column}) AS ${type})`,
};

const floats: Readonly<Record<string, string>> = {
  nan: "NaN",
  inf: "Infinity",
  infinity: "Infinity",
  "-inf": "-Infinity",
  "-infinity": "-Infinity",
};

/** Python reads 1_000, 1.0 and 1e3 as whole numbers; what is none is left for the engine to refuse. */
function wholeNumber(cell: string): string {
  const plain = cell.replaceAll("_", "");
  if (/^[+-]?\d+$/.test(plain)) return plain;
  if (/^[+-]?\d+\.0*$/.test(plain)) return plain.replace(/\.0*$/, "");
  const value = Number(plain);
  return plain !== "" && Number.isSafeInteger(value) ? String(value) : cell;
}

/** "2024-1-5T1:02:03" as "2024-01-05 01:02:03". */
function padded(cell: string): string {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:T|\s+)(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(.*))?$/.exec(
    cell,
  );
  if (!match) return cell;
  const two = (part = "0"): string => part.padStart(2, "0");
  const [, year, month, day, hours, minutes, seconds, rest = ""] = match;
  const date = `${year}-${two(month)}-${two(day)}`;
  return hours === undefined ? date : `${date} ${two(hours)}:${two(minutes)}:${two(seconds)}${rest}`;
}
