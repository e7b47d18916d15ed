// Cells of a seed as SQL: the text that is sent, and the expression that makes the column's type of it.

import type { SeedColumn } from "../../src/adapter/adapter.ts";
import type { Family } from "../../src/adapter/result.ts";
import { seedText } from "../../src/adapter/seed-text.ts";
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

export function seedValue(column: SeedColumn): SeedValue {
  const { type } = column;
  const kind = family(type);
  if (kind === "text" && !/^(?:uuid|ipaddress)/i.test(type)) {
    const longest = /^(?:var)?char\s*\(\s*(\d+)\s*\)$/i.exec(type.trim())?.[1];
    return {
      text: seedText(column, "text"),
      // Assigned, not cast: a cast to varchar(3) would cut the text in silence.
      expression: (name) => name,
      longest: longest === undefined ? undefined : Number(longest),
    };
  }
  return {
    text: seedText(column, kind === "text" ? "other" : kind),
    expression: (name) => (casts[kind] ?? ((text) => `CAST(${text} AS ${type})`))(name, type),
    longest: undefined,
  };
}

const casts: Partial<Readonly<Record<Family, (column: string, type: string) => string>>> = {
  binary: (column) => `from_hex(${column})`,
  json: (column) => `json_parse(${column})`,
  list: (column, type) => `CAST(json_parse(${column}) AS ${type})`,
  struct: (column, type) => `CAST(json_parse(${column}) AS ${type})`,
};
