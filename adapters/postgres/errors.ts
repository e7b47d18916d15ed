// What Postgres says about a statement, classified once by its SQLSTATE (appendix A of its manual). What the driver
// says about a connection has no code and is told by Node's.

import {
  type Classification,
  DatabaseError,
  type DatabaseErrorFacts,
} from "../../src/adapter/database-error.ts";
import { type MissingNameWords, missingName } from "../../src/adapter/missing-name.ts";
import { offsetAfter } from "../../src/sql/character-places.ts";

/** The fields of an error of the server that are used here. */
interface ServerError extends Error {
  readonly severity?: string;
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  /** 1-based, in characters. */
  readonly position?: string;
  readonly where?: string;
  readonly constraint?: string;
}

/** The statement that an error is about. */
export interface SentText {
  readonly sql?: string;
  /** So many characters were put in front of it. */
  readonly prefix?: number;
}

export interface ErrorContext extends SentText {
  /** The session was told to cancel what it runs. */
  readonly cancelled?: boolean;
}

const unknownNames: MissingNameWords = [
  ["column", /column "?(?:\w+\.)?(\w+)"? does not exist/],
  ["table", /relation "(\w+)" does not exist/],
];

/**
 * @param error what the driver threw
 * @returns the same as DatabaseError; a DatabaseError is given back as it is
 */
export function databaseError(error: unknown, context: ErrorContext = {}): DatabaseError {
  const { sql, prefix = 0, cancelled = false } = context;
  if (error instanceof DatabaseError) return error;
  const server = (error instanceof Error ? error : new Error(String(error))) as ServerError;
  const position =
    server.position === undefined || sql === undefined
      ? undefined
      : offsetAfter(sql, Number(server.position) - 1 - prefix);
  const missing = missingName(unknownNames, server.message);
  const candidates = readCandidates(server.hint);
  const facts: DatabaseErrorFacts = {
    ...classify(server, cancelled),
    ...(sql !== undefined && isAbrupt(server) ? { abrupt: true as const } : {}),
    message: server.message.trim(),
    ...(isSqlState(server.code) ? { code: server.code } : {}),
    ...(server.detail ? { detail: server.detail } : {}),
    ...(server.hint ? { hint: server.hint } : {}),
    ...(server.where ? { context: server.where } : {}),
    ...(position === undefined ? {} : { position }),
    ...(missing === undefined ? {} : { missing }),
    ...(candidates.length > 0 ? { candidates } : {}),
  };
  return new DatabaseError(facts, sql, { cause: error });
}

/** True when the connection is gone with the error. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof DatabaseError) return false;
  const { code, severity } = error as ServerError;
  return !isSqlState(code) || severity === "FATAL" || severity === "PANIC" || code.startsWith("08");
}

const passing: Classification = { kind: "transient", retry: "transaction" };
const unreachable: Classification = { kind: "transient", retry: "reconnect" };

/** Codes of conflicts with other transactions, and of a server that is full, starts or stops. */
const byCode: Readonly<Record<string, Classification>> = {
  "40001": passing,
  "40P01": passing,
  // Another run made the relation after this one had looked: looked at again, it is replaced.
  "42P07": passing,
  "55P03": { kind: "timeout", retry: "transaction" },
  "57014": { kind: "timeout", retry: "never" },
  "53300": unreachable,
  "57P01": unreachable,
  "57P02": unreachable,
  "57P03": unreachable,
  "57P05": unreachable,
  "25P03": { kind: "timeout", retry: "never" },
};

function classify(error: ServerError, cancelled: boolean): Classification {
  const { code } = error;
  if (cancelled && code === "57014") return { kind: "cancelled", retry: "never" };
  // A cancel that the server did not hear.
  if (cancelled && !isSqlState(code)) return { kind: "cancelled", retry: "reconnect" };
  if (!isSqlState(code) || code.startsWith("08")) return unreachable;
  if (isCatalogRace(error)) return passing;
  return byCode[code] ?? { kind: "permanent", retry: "never" };
}

/**
 * Two sessions that create the same thing at once: `if not exists` looks before the other one commits, and the loser
 * meets a unique index of the catalog. Once it is committed the same statement succeeds or says what is in the way.
 * So it is with what another session drops while it is being described.
 */
function isCatalogRace({ code, constraint, message }: ServerError): boolean {
  if (code === "23505") return constraint?.startsWith("pg_") === true;
  return (
    code === "XX000" &&
    /tuple concurrently (?:updated|deleted)|could not open relation with OID|cache lookup failed for/.test(
      message,
    )
  );
}

/** A server process that is killed says nothing; one that is told to go, or whose neighbour crashed, says so. */
function isAbrupt({ code, message }: ServerError): boolean {
  return !isSqlState(code) && /ECONNRESET|EPIPE|terminated unexpectedly/.test(`${code} ${message}`);
}

function isSqlState(code: string | undefined): code is string {
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code);
}

/** "Perhaps you meant to reference the column "o.amount" or the column "o.id"." */
function readCandidates(hint: string | undefined): string[] {
  if (hint === undefined || !hint.startsWith("Perhaps you meant")) return [];
  return [...hint.matchAll(/"((?:[^"]|"")*)"/g)].map((match) => match[1] as string);
}
