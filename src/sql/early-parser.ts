// Has queries parsed before anybody asks for their trees, so that the parser's thread works while SQL is still compiled.

import type { SqlDialect, SqlTree } from "./query-tree.ts";
import { SqlParser } from "./sql-parser.ts";

export class EarlyParser {
  private readonly parser: SqlParser;
  private readonly trees = new Map<string, Promise<SqlTree>>();

  constructor(dialect: SqlDialect) {
    this.parser = new SqlParser(dialect);
  }

  /** Begins to load the parser. */
  warmUp(): void {
    this.parser.warmUp();
  }

  /** Begins to parse a query that will be asked for. */
  begin(sql: string): void {
    if (!this.trees.has(sql)) this.trees.set(sql, this.parser.parse(sql));
  }

  /** Never throws; see SqlParser. */
  parse(sql: string): Promise<SqlTree> {
    const begun = this.trees.get(sql);
    this.trees.delete(sql);
    return begun ?? this.parser.parse(sql);
  }

  /** Ends the parser's thread. */
  close(): Promise<void> {
    return this.parser.close();
  }
}
