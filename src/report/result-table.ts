// Rows as a table for people: a header, a rule, aligned cells. For failing rows of tests and for `etl show`.

import { cutEnd, padEnd, padStart, textWidth } from "../base/text-width.ts";
import { visibleLine } from "../base/visible-text.ts";

export interface TableRows {
  readonly columns: readonly string[];
  /** Cells as text; null is SQL null. */
  readonly rows: readonly (readonly (string | null)[])[];
}

/** A cell is cut beyond this width, or a table of long texts could not be read. */
const WIDEST = 40;

/**
 * @param width columns that a line may take; columns that have no room are left out, and a line says how many
 * @returns lines: header, rule, rows
 */
export function tableLines({ columns, rows }: TableRows, width = Number.POSITIVE_INFINITY): string[] {
  const texts = rows.map((row) => columns.map((_, index) => visibleLine(row[index] ?? "null")));
  const numeric = columns.map(
    (_, index) => rows.some((row) => row[index] != null) && rows.every((row) => isNumber(row[index])),
  );
  const widths = columns.map((name, index) =>
    Math.min(
      WIDEST,
      Math.max(textWidth(visibleLine(name)), ...texts.map((row) => textWidth(row[index] ?? "")), 1),
    ),
  );
  const fitting = countFitting(widths, width);
  const align = (cells: readonly string[]): string =>
    widths
      .slice(0, fitting)
      .map((room, index) => (numeric[index] ? padStart : padEnd)(cutEnd(cells[index] ?? "", room), room))
      .join(" | ")
      .trimEnd();
  const lines = [
    align(columns.map(visibleLine)),
    widths
      .slice(0, fitting)
      .map((room) => "-".repeat(room))
      .join("-+-"),
    ...texts.map(align),
  ];
  if (fitting < columns.length)
    lines.push(
      `(${columns.length - fitting} more columns: ${columns.slice(fitting).map(visibleLine).join(", ")})`,
    );
  return lines;
}

/** How many columns fit; at least one. */
function countFitting(widths: readonly number[], room: number): number {
  let used = -3;
  const over = widths.findIndex((width) => {
    used += width + 3;
    return used > room;
  });
  return over < 0 ? widths.length : Math.max(1, over);
}

function isNumber(cell: string | null | undefined): boolean {
  return cell == null || /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(cell);
}
