// What BigQuery says about a statement, classified once by its reasons (the table of errors in its documentation), and
// what happens to a connection on the way.

import {
  type Classification,
  DatabaseError,
  type DatabaseErrorFacts,
} from "../../src/adapter/database-error.ts";
import { type MissingNameWords, missingName } from "../../src/adapter/missing-name.ts";
import { offsetInLine } from "../../src/sql/character-places.ts";
import { Cancelled, isNetworkError, isPassing, Refusal } from "./failures.ts";

/**
 * @param error what `Client.request` threw
 * @param sql the statement as it was sent
 * @returns the same as DatabaseError; a DatabaseError is given back as it is
 */
export function databaseError(error: unknown, sql?: string): DatabaseError {
  if (error instanceof DatabaseError) return error;
  return new DatabaseError(factsOf(error, sql), sql, { cause: error });
}

/** The job failed as a whole, and nothing of it was kept. */
const passing: Classification = { kind: "transient", retry: "transaction" };
const lost: Classification = { kind: "transient", retry: "reconnect" };
const permanent: Classification = { kind: "permanent", retry: "never" };

function factsOf(error: unknown, sql: string | undefined): DatabaseErrorFacts {
  if (error instanceof Cancelled) return { kind: "cancelled", retry: "never", message: "cancelled" };
  if (error instanceof Refusal) return refusalFacts(error, sql);
  const message = error instanceof Error ? error.message : String(error);
  return isNetworkError(error)
    ? { ...lost, message: message || "the connection to the service is lost" }
    : { ...permanent, message };
}

function refusalFacts(error: Refusal, sql: string | undefined): DatabaseErrorFacts {
  const { reason, message: said } = error.proto;
  const { message, position } = placed(said, sql);
  const near = /Did you mean ([\w.`]+)\?/.exec(message)?.[1]?.replaceAll("`", "");
  const missing = missingName(unknownNames, message);
  return {
    ...classified(error, message),
    message: inWords(message),
    code: reason,
    ...(error.jobId === undefined ? {} : { context: `job ${error.jobId}` }),
    ...(position === undefined ? {} : { position }),
    ...(near === undefined ? {} : { candidates: [near] }),
    ...(missing === undefined ? {} : { missing }),
  };
}

/** Where it proposes a name itself, it does so behind these words. */
const unknownNames: MissingNameWords = [
  ["column", /^Unrecognized name: `?(\w+)`?$/],
  ["column", /^Name (\w+) not found inside \w+$/],
  ["function", /^Function not found: (\w+)$/],
];

function classified(error: Refusal, message: string): Classification {
  const { reason } = error.proto;
  if (reason === "stopped" || reason === "timeout") {
    const isLimit = reason === "timeout" || /timed? ?out|timeout/i.test(message);
    return isLimit ? { kind: "timeout", retry: "never" } : { kind: "cancelled", retry: "never" };
  }
  if (CONFLICT.test(message)) return passing;
  // A script may have done some of its statements.
  if (isPassing(error))
    return /at \[\d+:\d+\]/.test(error.proto.message) ? { kind: "transient", retry: "never" } : passing;
  return permanent;
}

/** Another job changed the table meanwhile; or too many were at it. */
const CONFLICT =
  /Could not serialize access|due to concurrent update|Transaction is aborted due to concurrent|too many (?:table update|DML)|Exceeded rate limits/i;

/** " at [3:5]" at the end counts lines and characters from 1 on. */
function placed(
  said: string,
  sql: string | undefined,
): { readonly message: string; readonly position?: number } {
  const message = said.replace(/^Query error: /, "").trim();
  const match = /\s*at \[(\d+):(\d+)\]$/.exec(message);
  if (!match) return { message };
  const [place, line, column] = match;
  const text = message.slice(0, -place.length);
  const position = sql === undefined ? undefined : offsetInLine(sql, Number(line), Number(column) - 1);
  return position === undefined ? { message: text } : { message: text, position };
}

/** Syntax errors in the words that the other engines have for them. */
function inWords(message: string): string {
  const match = /^Syntax error: ([\s\S]*)$/.exec(message);
  if (!match) return message;
  const [, rest = ""] = match;
  const found =
    /(?:got|Unexpected) (?:keyword |identifier |string literal |integer literal |end of )?("[^"]*"|`[^`]*`|\w+)/.exec(
      rest,
    )?.[1];
  return found === undefined
    ? `syntax error: ${rest}`
    : `syntax error at or near "${found.replaceAll(/^["`]|["`]$/g, "")}" (${rest})`;
}
