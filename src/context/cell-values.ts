// Cells of a query's result as the values that dbt's agate tables hold: integers stay int, floats and decimals are
// Decimal, dates and timestamps are Python's, and all that agate has no type for is text.

import type { Cell, Family } from "../adapter/result.ts";
import { toText } from "../jinja/operations.ts";
import { PyFloat, type Value } from "../jinja/value.ts";
import {
  dateFromText,
  dateTimeFromText,
  decimalFromDouble,
  decimalFromText,
  floatText,
} from "./python-moments.ts";
import type { AgateTypeName } from "./table-data.ts";

/** How a column of a family is shown: its agate type and what becomes of a cell that is not null. */
export interface CellReader {
  readonly type: AgateTypeName;
  readonly read: (cell: Exclude<Cell, null>) => Value;
}

const asText = (cell: Exclude<Cell, null>): Value => String(cell);

const READERS: Readonly<Record<Family, CellReader>> = {
  boolean: { type: "Boolean", read: (cell) => cell as boolean },
  integer: { type: "Integer", read: (cell) => cell as number | bigint },
  float: { type: "Number", read: (cell) => decimalFromDouble(cell as number) },
  decimal: { type: "Number", read: (cell) => decimalFromText(String(cell)) },
  text: { type: "Text", read: asText },
  date: { type: "Date", read: (cell) => dateFromText(String(cell)) },
  time: { type: "Text", read: (cell) => paddedFraction(String(cell)) },
  timestamp: { type: "DateTime", read: (cell) => dateTimeFromText(String(cell)) },
  timestamptz: { type: "DateTime", read: (cell) => dateTimeFromText(String(cell)) },
  interval: { type: "Text", read: (cell) => intervalText(String(cell)) },
  binary: { type: "Text", read: (cell) => (cell instanceof Uint8Array ? bytesText(cell) : String(cell)) },
  json: { type: "Text", read: asText },
  list: { type: "Text", read: (cell) => nestedText(cell) },
  struct: { type: "Text", read: (cell) => nestedText(cell) },
  other: { type: "Text", read: asText },
};

export function readerOf(family: Family): CellReader {
  return READERS[family];
}

/** A value of a template as a cell to be bound to a statement. */
export function cellOf(value: Value): Cell {
  if (value === null || typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "string") return value;
  return value instanceof PyFloat ? value.value : toText(value);
}

/** Python prints a time's fraction with six digits or not at all. */
function paddedFraction(text: string): string {
  return text.replace(/\.(\d{1,6})(?!\d)/, (_, digits: string) =>
    /^0+$/.test(digits) ? "" : `.${digits.padEnd(6, "0")}`,
  );
}

/** "1 day 02:03:04" in Python's form "1 day, 2:03:04"; months and years have no such form and stay as printed. */
function intervalText(text: string): string {
  const match = /^(?:(-?\d+) days?)?\s*(?:(-?)(\d+):(\d\d):(\d\d)(\.\d+)?)?$/.exec(text);
  if (!match || text === "") return text;
  const [, days = "0", sign = "", hours = "0", minutes = "00", seconds = "00", fraction = ""] = match;
  if (sign === "-") return text;
  const total = Number(days) + Math.floor(Number(hours) / 24);
  const clock = paddedFraction(`${Number(hours) % 24}:${minutes}:${seconds}${fraction}`);
  return total === 0 ? clock : `${total} day${Math.abs(total) === 1 ? "" : "s"}, ${clock}`;
}

const SHORT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [9, "\\t"],
  [10, "\\n"],
  [13, "\\r"],
  [92, "\\\\"],
]);

/** As Python prints bytes: b'...'. */
function bytesText(bytes: Uint8Array): string {
  const shown = [...bytes].map((byte) => {
    const short = SHORT_ESCAPES.get(byte);
    if (short !== undefined) return short;
    return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  });
  const text = shown.join("");
  return text.includes("'") && !text.includes('"') ? `b"${text}"` : `b'${text.replaceAll("'", "\\'")}'`;
}

/** Lists and structs as JSON, with the blanks that Python's json writes. */
function nestedText(cell: Cell): string {
  if (Array.isArray(cell)) return `[${cell.map((item: Cell) => nestedText(item)).join(", ")}]`;
  if (cell instanceof Map) {
    const fields = [...(cell as ReadonlyMap<string, Cell>)].map(
      ([key, item]) => `${jsonText(key)}: ${nestedText(item)}`,
    );
    return `{${fields.join(", ")}}`;
  }
  if (cell instanceof Uint8Array) return jsonText(bytesText(cell));
  if (typeof cell === "string") return jsonText(cell);
  if (typeof cell === "number" && !Number.isInteger(cell)) return floatText(cell);
  return cell === null ? "null" : String(cell);
}

/** A JSON string with everything beyond ASCII escaped. */
function jsonText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
