// What Snowflake says about a statement, classified once by its error codes, and what happens to a connection on the way.

import {
  type Classification,
  DatabaseError,
  type DatabaseErrorFacts,
} from "../../src/adapter/database-error.ts";
import { offsetInLine } from "../../src/sql/character-places.ts";
import type { DriverError } from "./driver.ts";

/** The text that an error is about: the one that was handed in, and where in it the statement that failed begins. */
export interface SentText {
  readonly sql: string;
  readonly start: number;
}

/**
 * @param error what the driver gave
 * @returns the same as DatabaseError; a DatabaseError is given back as it is
 */
export function databaseError(error: unknown, sent?: SentText): DatabaseError {
  if (error instanceof DatabaseError) return error;
  return new DatabaseError(factsOf(error, sent), sent?.sql, { cause: error });
}

/** The statement failed as a whole, and its transaction is rolled back by who began it. */
const passing: Classification = { kind: "transient", retry: "transaction" };
const lost: Classification = { kind: "transient", retry: "reconnect" };
const permanent: Classification = { kind: "permanent", retry: "never" };
const limited: Classification = { kind: "timeout", retry: "never" };
const cancelled: Classification = { kind: "cancelled", retry: "never" };

export function isDriverError(error: unknown): error is DriverError {
  return error instanceof Error && "code" in error;
}

/** The number of an error, of the warehouse (2003) or of the driver (401001); undefined where it has none. */
export function errorNumber(error: DriverError): number | undefined {
  const number = Number(error.code);
  return Number.isInteger(number) ? number : undefined;
}

function factsOf(error: unknown, sent: SentText | undefined): DatabaseErrorFacts {
  const text = error instanceof Error ? error.message : String(error);
  if (!isDriverError(error)) return { ...lost, message: text || "the connection to the warehouse is lost" };
  const number = errorNumber(error);
  const code = number === undefined ? String(error.code) : String(number).padStart(6, "0");
  // What the driver says by itself (400000 to 499999) is about the connection.
  if (number === undefined || (number >= 400_000 && number < 500_000))
    return { ...lost, message: connectionWords(text), code };
  const { message, detail } = inWords(text);
  const position = sent && offsetIn(text, sent);
  return {
    ...(byNumber[number] ?? byWords(text) ?? permanent),
    message,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(position === undefined ? {} : { position }),
  };
}

const byNumber: Readonly<Record<number, Classification>> = {
  604: cancelled,
  // A limit of the statement, of its warehouse or of its queue.
  630: limited,
  // Another transaction holds the lock.
  620: passing,
  625: passing,
  // The session is over, or its token; logging in again may go well.
  390111: lost,
  390112: lost,
  390114: lost,
  390195: lost,
  // Snowflake's own trouble.
  603: passing,
  300002: passing,
};

/** Locks are told by more codes than are written down anywhere. */
function byWords(text: string): Classification | undefined {
  if (
    /has locked table|lock has not yet been released|deadlock|concurrent(?:ly)? (?:transaction|modif)/i.test(
      text,
    )
  )
    return passing;
  return /statement or warehouse timeout/i.test(text) ? limited : undefined;
}

/** The driver adds a line for itself. */
function connectionWords(text: string): string {
  const [first = ""] = text.split("\n");
  return first.trim() || "the connection to the warehouse is lost";
}

/** Values of rows stand in some messages, and are nobody's business, as in dbt. */
function withoutValues(text: string): string {
  return text
    .replaceAll(/Row Values: \[[\s\S]*\]/g, "Row Values: [redacted]")
    .replaceAll(/Duplicate field key '[\s\S]*'/g, "Duplicate field key '[redacted]'");
}

/** Without "SQL compilation error" and places; syntax errors in the words that the other engines have for them. */
function inWords(text: string): { readonly message: string; readonly detail?: string } {
  const plain = withoutValues(text).replace(/^SQL (?:compilation|execution) error:\s*/, "");
  const unexpected = /syntax error line \d+ at position \d+ unexpected '([\s\S]*?)'\.?(?:\n|$)/.exec(plain);
  if (unexpected) {
    const [, found = ""] = unexpected;
    const what = found === "<EOF>" ? "the end" : `"${found}"`;
    return { message: `syntax error at or near ${what}` };
  }
  const [first = "", ...rest] = plain
    .split("\n")
    .map((line) => line.replace(/^(?:error )?line \d+ at position \d+:?\s*/, "").trim())
    .filter((line) => line !== "");
  return rest.length === 0 ? { message: first } : { message: first, detail: rest.join("\n") };
}

/** Lines count from 1 on, positions in them from 0 on. */
function offsetIn(text: string, { sql, start }: SentText): number | undefined {
  const match = /line (\d+) at position (\d+)/.exec(text);
  return match ? offsetInLine(sql, Number(match[1]), Number(match[2]), start) : undefined;
}
