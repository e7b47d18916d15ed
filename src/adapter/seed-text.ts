// What adapters have in common when they load a seed: the columns to fill, cells brought to the form that engines read (dbt
// takes more than they do: 1_000, 1e3, 2024-1-5), and what is said of a cell that one of them refuses.

import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { SeedColumn, SeedFile } from "./adapter.ts";
import { findSeedCell } from "./infer-seed.ts";
import type { Family } from "./result.ts";

/** @returns the columns of the target as SQL, in the order of the file */
export function targetColumns(
  { columns, unquotedNames }: SeedFile,
  quote: (identifier: string) => string,
): string {
  return columns.map(({ name }) => (unquotedNames ? name : quote(name))).join(", ");
}

/**
 * @param family of the column's type
 * @returns the text that is sent for a cell; null for NULL
 */
export function seedText({ nullWords }: SeedColumn, family: Family): (cell: string) => string | null {
  if (family === "text") return (cell) => (cell === "" || (nullWords && isNullWord(cell)) ? null : cell);
  const shape = shapes[family] ?? ((cell) => cell);
  return (cell) => (cell === "" || isNullWord(cell) ? null : shape(cell.trim()));
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
      .replace(/Z$/, " +00:00")
      .replace(/\s*([+-]\d\d):?(\d\d)$/, " $1:$2"),
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

/**
 * What is said of a cell that the engine refuses.
 * @param index of its column, from 0 on · @param why what the cell is: "is not", "is longer"
 * @returns EtlError(seed-cell) with the place, undefined when the file holds no such cell
 */
export async function refusedCell(
  seed: SeedFile,
  index: number,
  cell: string,
  why: string,
  cause: unknown,
): Promise<EtlError | undefined> {
  const column = seed.columns[index];
  const found = column && (await findSeedCell(seed, index, cell));
  if (!found) return undefined;
  const shown = `'${cell.length > 60 ? `${cell.slice(0, 59)}…` : cell}'`;
  const text = `${column.name} is ${column.type.toLowerCase()}, ${shown} ${why}`;
  const diagnostic = errorAt("seed-cell", text, found.place, {
    notes: [{ message: `row ${found.row} of the seed, without its header` }],
    help: "correct the cell, leave it empty for NULL, or give the column another type under column_types",
  });
  return new EtlError([diagnostic], { cause });
}
