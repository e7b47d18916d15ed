// Puts ephemeral models as CTEs in front of a query, character by character as dbt does (compilation.py,
// inject_ctes_into_sql), so that compiled files are equal. Unlike dbt it looks for WITH only where a query begins.

import type { Piece } from "./sql-places.ts";

export interface Cte {
  /** unique_id of the ephemeral model. */
  readonly id: string;
  readonly name: string;
  readonly sql: string;
  readonly pieces: readonly Piece[];
}

export interface PlacedSql {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/**
 * @param query rendered SQL
 * @param ctes in the order in which they are written; none gives the query back
 * @returns the query with the CTEs behind its own WITH (or WITH RECURSIVE), or with a WITH of their own in front
 */
export function injectCtes(query: PlacedSql, ctes: readonly Cte[]): PlacedSql {
  if (ctes.length === 0) return query;
  const { begin, afterWith } = findStart(query.text);
  const at = afterWith ?? begin;
  const builder = new Builder();
  builder.copy(query, 0, at);
  if (afterWith === undefined) builder.add("with");
  ctes.forEach((cte, i) => {
    builder.add(`${i === 0 ? "" : ", "} ${cte.name} as (\n`);
    builder.copy({ text: cte.sql, pieces: cte.pieces }, 0, cte.sql.length);
    builder.add("\n)");
  });
  builder.add(afterWith === undefined ? " " : ", ");
  builder.copy(query, at, query.text.length);
  return builder.result();
}

/** Where a query begins behind white space, and where its first own CTE begins if it has any. */
function findStart(sql: string): { readonly begin: number; readonly afterWith: number | undefined } {
  const begin = /^\s*/.exec(sql)?.[0].length ?? 0;
  const keyword = skipSpace(sql, begin);
  const rest = wordAt(sql, keyword, "with");
  if (rest === undefined) return { begin, afterWith: undefined };
  const next = skipSpace(sql, rest);
  const recursive = wordAt(sql, next, "recursive");
  const end = recursive ?? rest;
  return { begin, afterWith: end + (/^\s*/.exec(sql.slice(end))?.[0].length ?? 0) };
}

/** The offset behind a keyword that stands at `at`, in any case. */
function wordAt(sql: string, at: number, word: string): number | undefined {
  const end = at + word.length;
  if (sql.slice(at, end).toLowerCase() !== word) return undefined;
  return /[\w$]/.test(sql.charAt(end)) ? undefined : end;
}

/** Over white space and comments. */
function skipSpace(sql: string, start: number): number {
  const pattern = /\s+|--[^\n]*|\/\*[\s\S]*?\*\//y;
  pattern.lastIndex = start;
  let end = start;
  while (pattern.test(sql)) end = pattern.lastIndex;
  return end;
}

class Builder {
  private readonly parts: string[] = [];
  private readonly pieces: Piece[] = [];
  private length = 0;

  add(text: string): void {
    this.parts.push(text);
    this.length += text.length;
  }

  copy({ text, pieces }: PlacedSql, from: number, to: number): void {
    const shift = this.length - from;
    for (const piece of pieces) {
      const start = Math.max(piece.start, from);
      const end = Math.min(piece.end, to);
      if (start < end) {
        this.pieces.push({
          start: start + shift,
          end: end + shift,
          map: piece.map,
          from: piece.from + start - piece.start,
        });
      }
    }
    this.add(text.slice(from, to));
  }

  result(): PlacedSql {
    return { text: this.parts.join(""), pieces: this.pieces };
  }
}
