// What to do about an error of DuckDB, in one line: the engine's own proposal said plainly, or the usual way out.

import { type Advice, adviceOf, type WaysOut, wayOut } from "../../src/adapter/advice.ts";
import type { DatabaseErrorFacts } from "../../src/adapter/database-error.ts";
import { didYouMean } from "../../src/base/nearest.ts";
import { functionAdvice } from "./function-advice.ts";

/**
 * @param error facts of a failed statement
 * @returns a line of help, or undefined when there is nothing to add to the engine's words
 */
export function explain(error: DatabaseErrorFacts): Advice | undefined {
  return adviceOf(functionAdvice(error) ?? nameMeant(error) ?? wayOut(waysOut, error.message));
}

/** The name that an error is about. */
const MISSING = [
  /column (?:named|with name) "([^"]+)"/,
  /Referenced (?:column|table) "(?:[^"]+\.)?([^".]+)"/,
  /with name "?(\S+?)"? does not exist/,
  /parameter "([^"]+)"/,
];

function nameMeant(error: DatabaseErrorFacts): string | undefined {
  const { message, candidates = [] } = error;
  const ambiguous = /Ambiguous reference to column name "([^"]+)" \(use: (.+)\)/.exec(message);
  if (ambiguous) return `say which one: ${ambiguous[2]?.replaceAll('"', "")}`;
  const missing = MISSING.map((pattern) => pattern.exec(message)?.[1]).find((name) => name !== undefined);
  if (candidates.length === 0 || missing === undefined) return undefined;
  // The engine sorts by its own measure and always proposes something; only what is near is worth saying.
  return didYouMean(
    missing,
    candidates.map((name) => name.split(".").at(-1) ?? name),
  );
}

const waysOut: WaysOut = [
  [/types '\+\([^)]*(?:VARCHAR|STRING_LITERAL)/, "texts are joined with ||"],
  [/types '!?~~\*?\(/, "like compares texts: cast the value as varchar"],
  [
    /No function matches the given name and argument types|Could not choose a best candidate function/,
    "cast the arguments to types that the function takes, for example x::integer",
  ],
  [
    /must appear in the GROUP BY clause/,
    "add the column to group by, or take one of its values with any_value()",
  ],
  [/Set operations can only apply/, "select the same number of columns on both sides of the union"],
  [/WHERE clause cannot contain aggregates/, "conditions on aggregates belong in having"],
  [/WHERE clause cannot contain window functions/, "conditions on window functions belong in qualify"],
  [/Cannot (?:compare|mix) values of type/, "cast one side to the type of the other: cast(... as ...)"],
  [/Could not convert string/, "use try_cast(... as ...) for NULL instead of an error"],
  [/Extension ".*" not found|Install it first/, "list the extension under extensions: in the profile"],
  [
    /writ(?:e|ing) to (?:database|multiple)/i,
    "DuckDB writes to one attached database in a transaction: put the models of one run step into one database",
  ],
  [
    /attached in read-only mode/,
    "remove read_only from its entry under attach: in the profile, or give the model another database",
  ],
  [
    /cross-database references are not implemented/,
    "Postgres keeps the text of a view: attach the database under its own name (alias: its dbname), or build a table",
  ],
  [
    /Failed to execute query "CREATE VIEW [\s\S]*near "\.": syntax error/,
    "SQLite keeps the text of a view and knows no other databases in it: build a table",
  ],
  [
    /Only altering tables is supported/,
    "an attached database of another kind takes no comments: set persist_docs to {relation: false, columns: false} for its models",
  ],
  [
    /Out of Memory/i,
    "set memory_limit or temp_directory under settings: in the profile, or run with fewer threads",
  ],
  [/No files found that match the pattern/, "paths are relative to the project folder"],
  [/syntax error at or near "?;/, "remove the semicolon: the text is put inside of a larger statement"],
];
