// What `etl show` and `etl compile` print: tables for people, dbt's JSON for programs.

import type { Cell, QueryResult } from "../adapter/result.ts";
import { visibleLine } from "../base/visible-text.ts";
import { tableLines } from "../report/result-table.ts";
import { cellText } from "../run/tests/run-test.ts";

export interface ShowOptions {
  readonly asJson: boolean;
  /** Width of the terminal; undefined where lines may be of any length. */
  readonly columns: number | undefined;
}

/** One result of `etl show`. @param name undefined for an inline query */
export function shownRows(
  name: string | undefined,
  { columns, rows }: QueryResult,
  options: ShowOptions,
): string {
  if (options.asJson) {
    const objects = rows.map((row) =>
      Object.fromEntries(
        columns.map((column, index) => [column.name, plainCell(row[index] ?? null, column.family)]),
      ),
    );
    return JSON.stringify(name === undefined ? { show: objects } : { node: name, show: objects }, null, 2);
  }
  const cells = rows.map((row) => row.map(cellText));
  const table = tableLines({ columns: columns.map((column) => column.name), rows: cells }, options.columns);
  return [
    ...(name === undefined ? [] : [`${visibleLine(name)}:`]),
    ...table,
    ...(rows.length === 0 ? ["(no rows)"] : []),
  ].join("\n");
}

/** One result of `etl compile`. @param name undefined for an inline template */
export function compiledText(name: string | undefined, code: string, asJson: boolean): string {
  if (asJson)
    return JSON.stringify(name === undefined ? { compiled: code } : { node: name, compiled: code }, null, 2);
  return name === undefined ? code : `-- ${name}\n${code.trim()}\n`;
}

type PlainCell =
  | null
  | boolean
  | number
  | string
  | readonly PlainCell[]
  | { readonly [key: string]: PlainCell };

/** As JSON: decimals become numbers, as dbt prints them, unless digits would be lost. */
function plainCell(cell: Cell, family: string): PlainCell {
  if (cell === null || typeof cell === "boolean" || typeof cell === "number") return cell;
  if (typeof cell === "bigint") return String(cell);
  if (typeof cell === "string") {
    if (family !== "decimal") return cell;
    const number = Number(cell);
    return Number.isFinite(number) && cell.replace(/^-|\.?0*$|\./g, "").length <= 15 ? number : cell;
  }
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString("hex");
  if (isList(cell)) return cell.map((item) => plainCell(item, "other"));
  return Object.fromEntries([...cell].map(([key, value]) => [key, plainCell(value, "other")]));
}

function isList(cell: Cell): cell is readonly Cell[] {
  return Array.isArray(cell);
}
