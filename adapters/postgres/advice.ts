// What to do about an error of Postgres, in one line: its own hint where it says something definite, else the usual way
// out.

import { type Advice, adviceOf, type WaysOut, wayOut } from "../../src/adapter/advice.ts";
import type { DatabaseErrorFacts } from "../../src/adapter/database-error.ts";

/**
 * @param error facts of a failed statement
 * @returns a line of help and what the server adds, undefined when there is nothing to add
 */
export function explain(error: DatabaseErrorFacts): Advice | undefined {
  const { message, code = "", detail, hint } = error;
  return adviceOf(serverProposal(error) ?? waysOut[code] ?? wayOut(words, message) ?? hint, detail);
}

function serverProposal({ candidates = [] }: DatabaseErrorFacts): string | undefined {
  const [first] = candidates;
  return first === undefined ? undefined : `did you mean "${first.split(".").at(-1)}"?`;
}

/** By SQLSTATE. */
const waysOut: Readonly<Record<string, string>> = {
  "40001": "another transaction changed the same rows: run again",
  "40P01":
    "another session held what this one needed, and the other way round: run again, or with fewer threads",
  "22012": "divide by nullif(x, 0) for NULL instead of an error",
  "22P02": "clean the text before the cast, for example with nullif(x, 'n/a')",
  "23505": "remove the duplicates, or the unique index or constraint",
  "42883": "correct its name, or cast the arguments to types that it takes: x::integer",
  "42803": "add the column to group by, or take one of its values with min() or max()",
  "42804": "cast one side to the type of the other: cast(... as ...)",
  "42501": "the role of the profile lacks this right: ask the owner to grant it",
  "53100": "the server's disk is full: free space there, then run again",
  "53200": "the server is out of memory: lower work_mem or the number of threads",
  "53300": "the server takes no more connections: run with fewer threads, or raise max_connections",
  "54000": "the statement is beyond a limit of the server: split it",
  "55P03": "another session holds the lock: look into pg_stat_activity, then run again",
  "57014":
    "statement_timeout of the role, the database or the session ended it: raise it, or make the query faster",
  "57P01": "the server was shut down: run again when it is back",
  "57P02": "the server crashed: run again when it is back",
  "57P03": "the server is starting or stopping: run again in a moment",
  "25006":
    "the server takes no changes here: name its primary as host, or look at default_transaction_read_only",
  "25P02": "an earlier statement of the transaction failed: its error comes first",
  "2BP01": "other objects read it: drop them first, or use cascade",
};

const words: WaysOut = [
  [
    /each UNION query must have the same number of columns/,
    "select the same number of columns on both sides of the union",
  ],
  [/UNION types .* cannot be matched/, "cast one side of the union to the type of the other"],
  [/aggregate functions are not allowed in WHERE/, "conditions on aggregates belong in having"],
  [/window functions are not allowed in WHERE/, "conditions on window functions need a subquery around them"],
  [
    /cross-database references are not implemented/,
    "Postgres reads one database: bring the table here, or use a foreign table",
  ],
  [
    /syntax error at or near "merge"/i,
    "merge came with Postgres 15, and microbatch needs it: on an older server take incremental_strategy: delete+insert",
  ],
  [/must be an alias|subquery in FROM must have an alias/, "give the subquery a name: (...) as name"],
  [/Connection terminated|ECONNRESET|EPIPE/, "the server or the network ended the connection: run again"],
];
