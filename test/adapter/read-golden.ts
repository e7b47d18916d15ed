// Reads the statements of golden SQL with the SQL parser in their dialect. What the parser does not know is named clause by
// clause: the rest of such a statement is read all the same, and a clause that it has learnt meanwhile is told.

import { loadPolyglot } from "../../src/sql/load-polyglot.ts";
import type { SqlDialect } from "../../src/sql/query-tree.ts";
import type { Polyglot } from "../../src/sql/read-statement.ts";

/** A clause that the engine has and the parser has not, and what is read in its place. */
export interface UnknownClause {
  readonly clause: RegExp;
  readonly instead: string;
}

export class GoldenReader {
  readonly #needed = new Set<UnknownClause>();

  private constructor(
    private readonly polyglot: Polyglot,
    private readonly dialect: SqlDialect,
    private readonly unknown: readonly UnknownClause[],
  ) {}

  /** @param unknown tried in this order, all that match */
  static async open(dialect: SqlDialect, unknown: readonly UnknownClause[]): Promise<GoldenReader> {
    return new GoldenReader(await loadPolyglot(), dialect, unknown);
  }

  /** @returns what the parser says of statements that it refuses, their unknown clauses left aside */
  refused(statements: readonly string[]): readonly string[] {
    return statements.flatMap((sql) => {
      if (this.polyglot(sql, this.dialect).success) return [];
      const { success, error } = this.polyglot(this.#withoutUnknown(sql), this.dialect);
      return success ? [] : [`${error}: ${sql}`];
    });
  }

  /** Clauses that no statement so far needed. */
  get unneeded(): readonly string[] {
    return this.unknown.filter((one) => !this.#needed.has(one)).map(({ clause }) => clause.source);
  }

  #withoutUnknown(sql: string): string {
    let text = sql;
    for (const one of this.unknown) {
      const next = text.replace(one.clause, one.instead);
      if (next !== text) this.#needed.add(one);
      text = next;
    }
    return text;
  }
}
