// A result as text: the table of `print_table` (agate's form: numbers to the right, at most 20 rows, 6 columns, 20
// characters and 3 decimals unless asked otherwise), its structure, CSV and JSON.

import { toJson } from "../jinja/json.ts";
import { toText } from "../jinja/operations.ts";
import type { Value } from "../jinja/value.ts";
import type { TableData } from "./table-data.ts";

export interface TableLimits {
  readonly maxRows: number;
  readonly maxColumns: number;
  readonly maxWidth: number;
  readonly maxPrecision: number;
}

const ELLIPSIS = "...";

/** The table in Markdown form, one line each, with a newline at the end. */
export function tableText(data: TableData, limits: TableLimits): string {
  const more = data.names.length > limits.maxColumns;
  const names = data.names.slice(0, limits.maxColumns).map((name) => shorten(name, limits.maxWidth));
  const rows = data.rows.slice(0, limits.maxRows);
  const formats = names.map((_, i) =>
    data.types[i] === "Number" ? numberFormat(rows, i, limits.maxPrecision) : toText,
  );
  const cells = rows.map((row) => {
    const shown = names.map((_, i) =>
      shorten(cellText(row[i] ?? null, formats[i] ?? toText), limits.maxWidth),
    );
    return more ? [...shown, ELLIPSIS] : shown;
  });
  const header = more ? [...names, ELLIPSIS] : names;
  const widths = header.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `|${row.map((text, i) => ` ${data.types[i] === "Text" ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)} `).join("|")}|`;
  const lines = [
    line(header),
    `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`,
    ...cells.map(line),
  ];
  if (data.rows.length > limits.maxRows) lines.push(line(header.map(() => ELLIPSIS)));
  return `${lines.join("\n")}\n`;
}

/** Names and types of the columns, as `{{ table }}` prints it. */
export function structureText(data: TableData): string {
  const rows = data.names.map((name, i): Value[] => [name, data.types[i] ?? "Text"]);
  const limits = { maxRows: rows.length, maxColumns: 2, maxWidth: Number.POSITIVE_INFINITY, maxPrecision: 3 };
  return tableText({ names: ["column", "data_type"], types: ["Text", "Text"], rows }, limits);
}

/** With a header line; a field is quoted when it must be. */
export function csvText(data: TableData): string {
  const field = (value: Value, index: number): string => {
    const shown = value === null ? "" : toText(value);
    const text = data.types[index] === "DateTime" ? shown.replace(" ", "T") : shown;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [data.names, ...data.rows].map((row) => `${row.map(field).join(",")}\n`).join("");
}

/** A list of objects; numbers stay numbers, everything else that JSON lacks is text. */
export function jsonText(data: TableData): string {
  const plain = (value: Value): Value =>
    value === null || typeof value === "number" || typeof value === "boolean" ? value : toText(value);
  const rows = data.rows.map(
    (row) => new Map<Value, Value>(data.names.map((name, i) => [name, plain(row[i] ?? null)])),
  );
  return toJson(rows);
}

function shorten(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - ELLIPSIS.length)}${ELLIPSIS}` : text;
}

function cellText(value: Value, format: (value: Value) => string): string {
  return value === null ? "" : format(value);
}

/** Grouped digits with as many decimals as the column's longest value has, at most `maxPrecision`, then an ellipsis. */
function numberFormat(
  rows: readonly (readonly Value[])[],
  index: number,
  maxPrecision: number,
): (value: Value) => string {
  const texts = rows.map((row) => plainDigits(row[index] ?? null));
  const places = Math.max(0, ...texts.map((text) => (text.split(".")[1] ?? "").replace(/0+$/, "").length));
  const shown = Math.min(places, maxPrecision);
  const suffix = places > maxPrecision ? "…" : "";
  return (value) => {
    const digits = plainDigits(value);
    return /^-?\d/.test(digits) ? grouped(roundText(digits, shown)) + suffix : toText(value);
  };
}

function plainDigits(value: Value): string {
  const text = value === null ? "" : toText(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) return text;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const shift = Number(exponent);
  const digits = whole + fraction;
  const point = whole.length + shift;
  if (shift === 0) return text;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return point >= digits.length
    ? sign + digits.padEnd(point, "0")
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Rounds half to even, as Python formats decimals. */
function roundText(text: string, places: number): string {
  const negative = text.startsWith("-");
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const kept = BigInt(whole + fraction.slice(0, places).padEnd(places, "0"));
  const rest = fraction.slice(places);
  const half = `5${"0".repeat(Math.max(0, rest.length - 1))}`;
  const up = rest !== "" && (rest > half || (rest === half && kept % 2n === 1n));
  const digits = (up ? kept + 1n : kept).toString().padStart(places + 1, "0");
  const body = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return negative ? `-${body}` : body;
}

function grouped(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const digits = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}
