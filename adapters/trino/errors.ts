// What Trino says about a statement, classified once by its error names (StandardErrorCode and those of connectors), and
// what happens to a connection on the way.

import {
  type Classification,
  DatabaseError,
  type DatabaseErrorFacts,
} from "../../src/adapter/database-error.ts";
import { type MissingNameWords, missingName } from "../../src/adapter/missing-name.ts";
import { offsetInLine } from "../../src/sql/character-places.ts";
import { LoginFailed } from "./external-login.ts";
import { QueryCancelled, QueryFailure, QueryGone, type TrinoFailure } from "./failures.ts";
import { HttpStatusError } from "./transport.ts";

/** The text that an error is about: the one that was handed in, and where in it the statement that failed begins. */
export interface SentText {
  readonly sql: string;
  readonly start: number;
  /** So many characters were put in front of the statement. */
  readonly prefix?: number;
}

/**
 * @param error what `Query.run` threw
 * @returns the same as DatabaseError; a DatabaseError is given back as it is
 */
export function databaseError(error: unknown, sent?: SentText): DatabaseError {
  if (error instanceof DatabaseError) return error;
  return new DatabaseError(factsOf(error, sent), sent?.sql, { cause: error });
}

/** The query failed as a whole, and the engine kept nothing of it. */
const passing: Classification = { kind: "transient", retry: "transaction" };
const lost: Classification = { kind: "transient", retry: "reconnect" };
const permanent: Classification = { kind: "permanent", retry: "never" };
const limited: Classification = { kind: "timeout", retry: "never" };

function factsOf(error: unknown, sent: SentText | undefined): DatabaseErrorFacts {
  if (error instanceof QueryCancelled) return { kind: "cancelled", retry: "never", message: "cancelled" };
  if (error instanceof QueryFailure) return failureFacts(error.failure, sent);
  const message = error instanceof Error ? firstError(error).message : String(error);
  if (error instanceof HttpStatusError) {
    const code = `HTTP ${error.status}`;
    return { ...(error.status >= 500 || error.status === 429 ? lost : permanent), message, code };
  }
  if (error instanceof LoginFailed) return { ...permanent, message };
  if (error instanceof QueryGone) return { ...lost, message };
  return { ...lost, message: message || "the connection to the server is lost" };
}

function failureFacts(failure: TrinoFailure, sent: SentText | undefined): DatabaseErrorFacts {
  const { errorName, errorLocation } = failure;
  const { message, detail } = inWords(failure);
  const missing = missingName(unknownNames, message);
  const position = sent && errorLocation ? offsetIn(sent, errorLocation) : undefined;
  return {
    ...(byName[errorName] ?? byWords(failure) ?? permanent),
    message,
    code: errorName,
    ...(detail === undefined ? {} : { detail }),
    ...(position === undefined ? {} : { position }),
    ...(missing === undefined ? {} : { missing }),
  };
}

const unknownNames: MissingNameWords = [
  ["column", /Column '(?:[^']+\.)?([^'.]+)' cannot be resolved/],
  ["table", /Table '(?:[^']+\.)?([^'.]+)' does not exist/],
  ["function", /Function '(\w+)' not registered/],
];

const byName: Readonly<Record<string, Classification>> = {
  // Another writer was first.
  TRANSACTION_CONFLICT: passing,
  ICEBERG_COMMIT_ERROR: passing,
  TABLE_ALREADY_EXISTS: passing,
  SCHEMA_ALREADY_EXISTS: passing,
  // A worker or the coordinator is away, new or full.
  SERVER_STARTING_UP: passing,
  SERVER_SHUTTING_DOWN: passing,
  NO_NODES_AVAILABLE: passing,
  REMOTE_HOST_GONE: passing,
  REMOTE_TASK_ERROR: passing,
  REMOTE_TASK_MISMATCH: passing,
  PAGE_TRANSPORT_ERROR: passing,
  PAGE_TRANSPORT_TIMEOUT: passing,
  TOO_MANY_REQUESTS_FAILED: passing,
  CLUSTER_OUT_OF_MEMORY: passing,
  ADMINISTRATIVELY_PREEMPTED: passing,
  QUERY_QUEUE_FULL: passing,
  CATALOG_UNAVAILABLE: passing,
  EXCEEDED_TIME_LIMIT: limited,
  EXCEEDED_CPU_LIMIT: limited,
  EXCEEDED_SCAN_LIMIT: limited,
  ABANDONED_QUERY: limited,
};

/** Connectors name some conflicts by a code that means any trouble. */
function byWords({ message }: TrinoFailure): Classification | undefined {
  return /conflicting (?:files|commits)|Failed to commit.*(?:concurrent|conflict)|was concurrently modified|Metastore.*changed concurrently/i.test(
    message,
  )
    ? passing
    : undefined;
}

/** Without "line 1:8: ", which counts in what was sent; syntax errors in the words that the other engines have for them. */
function inWords({ message, errorName }: TrinoFailure): {
  readonly message: string;
  readonly detail?: string;
} {
  const text = message.replace(/^line \d+:\d+: /, "").trim();
  if (errorName !== "SYNTAX_ERROR") return { message: text };
  const match = /^mismatched input '([\s\S]*?)'\. Expecting: ([\s\S]*)$/.exec(text);
  if (!match) return { message: `syntax error at or near ${text}` };
  const [, found = "", expected = ""] = match;
  const place = found === "<EOF>" ? "syntax error at or near the end" : `syntax error at or near "${found}"`;
  return expected.length > 200 ? { message: place } : { message: place, detail: `expected: ${expected}` };
}

function offsetIn(
  { sql, start, prefix = 0 }: SentText,
  { lineNumber, columnNumber }: NonNullable<TrinoFailure["errorLocation"]>,
): number | undefined {
  const characters = columnNumber - 1 - (lineNumber === 1 ? prefix : 0);
  return offsetInLine(sql, lineNumber, characters, start);
}

/** A host with several addresses fails with the errors of all of them. */
export function firstError(error: Error): Error {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first : error;
}
