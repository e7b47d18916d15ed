// A statement that ends the server's process (out of memory, a crash in an extension) looks like a lost connection. Run
// again and again it would end the work of everybody on that server, so one that lost its connection twice is given up.

import { DatabaseError } from "../adapter/database-error.ts";

/** The losses of one node, by statement. */
export class AbruptLosses {
  readonly #counts = new Map<string, number>();

  /** Counts an error. @returns how often its statement has lost its connection without a word; 0 for other errors */
  count({ facts, sql = "" }: DatabaseError): number {
    if (!facts.abrupt) return 0;
    // Names of temporary relations hold the time.
    const statement = sql.replaceAll(/\d+/g, "0");
    const count = (this.#counts.get(statement) ?? 0) + 1;
    this.#counts.set(statement, count);
    return count;
  }
}

/** What is told instead of the last loss, which is not repeated. */
export function deadlyStatement(error: DatabaseError, times: number): DatabaseError {
  return new DatabaseError(
    {
      kind: "permanent",
      retry: "never",
      message: `the connection was lost ${times} times while this statement ran`,
      detail: error.facts.message,
      hint: "it probably ends the server's process (out of memory, a crash of an extension): the server's log tells. The config retries tries it more often",
    },
    error.sql,
    { cause: error },
  );
}
