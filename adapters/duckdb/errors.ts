// What DuckDB says about a statement, classified once. Instances are opened with errors_as_json, so an error comes
// as {exception_type, exception_message, position, candidates ...}: no prose is parsed but for the few conflicts
// that have no type of their own. DuckDB has no error codes; its exception type ("Binder") serves as one.

import {
  type Classification,
  DatabaseError,
  type DatabaseErrorFacts,
} from "../../src/adapter/database-error.ts";
import { type MissingNameWords, missingName } from "../../src/adapter/missing-name.ts";
import { wholeWord } from "../../src/base/whole-word.ts";

interface EngineError {
  readonly type: string | undefined;
  readonly message: string;
  /** Byte offset in the UTF-8 text of the whole statement text. */
  readonly position: number | undefined;
  readonly candidates: readonly string[];
}

/** Losing against a transaction of another connection; seen with 1.5, each goes well when the transaction is run again. */
const conflicts =
  /write-write conflict|Conflict on (?:update|tuple deletion)|transaction conflict|another transaction|has been altered|Could not commit creation of dependency/i;

/** Trouble with something remote (httpfs, object stores) that may pass by itself. */
const remoteTrouble =
  /HTTP (?:GET|PUT|POST|HEAD)? ?error|Could not establish connection|Connection (?:error|reset|timed? ?out)|timeout was reached|SlowDown|\b50[0234]\b/i;

const unknownNames: MissingNameWords = [
  ["column", /does not have a column (?:named|with name) "([^"]+)"/],
  ["column", /Referenced column "(?:[^"]+\.)?([^".]+)" not found/],
  ["column", /column "(\w+)" does not exist/i],
  ["column", /does not contain column (\w+)/],
  ["table", /Table with name "?(\w+)"? does not exist/],
  ["function", /Function with name "?(\w+)"? does not exist/],
];

/**
 * @param error what the driver threw
 * @param sql the statement as sent
 * @returns the same as DatabaseError; a DatabaseError is given back as it is
 */
export function databaseError(error: unknown, sql: string | undefined): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const engine = readEngineError(error instanceof Error ? error.message : String(error));
  const position = sql === undefined ? undefined : placeOf(engine, sql);
  const missing = missingName(unknownNames, engine.message);
  const facts: DatabaseErrorFacts = {
    ...classify(engine),
    message: engine.message,
    ...(engine.type === undefined ? {} : { code: `${engine.type} Error` }),
    ...(position === undefined ? {} : { position }),
    ...(missing === undefined ? {} : { missing }),
    ...(engine.candidates.length > 0 ? { candidates: engine.candidates } : {}),
  };
  return new DatabaseError(facts, sql, { cause: error });
}

/** @returns the parts of a message, be it JSON (behind a prefix of the driver or not) or plain text. */
export function readEngineError(text: string): EngineError {
  const plain = text.replace(/^(?:Failed to extract statements: )?(?:[A-Z]\w* Error: (?=\{))?/, "");
  const json = parseJson(plain);
  if (json) {
    const message = String(json.exception_message ?? plain).trim();
    const position = Number(json.position);
    return {
      type: typeof json.exception_type === "string" ? json.exception_type : undefined,
      message,
      position: json.position === undefined || Number.isNaN(position) ? undefined : position,
      candidates: readCandidates(message, json.candidates),
    };
  }
  const prefix = /^([A-Z][A-Za-z ]*?) Error: /.exec(plain);
  const message = plain.slice(prefix?.[0].length ?? 0).replace(/\n+LINE \d+:[\s\S]*$/, "");
  return {
    type: prefix?.[1],
    message: message.trim(),
    position: undefined,
    candidates: readCandidates(message, undefined),
  };
}

function parseJson(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/**
 * Names that the engine proposes: the quoted ones behind "Candidate bindings:" and "Did you mean", which are sorted by
 * nearness and kept short, else the `candidates` of the JSON (for settings it lists every one that exists).
 */
function readCandidates(message: string, listed: unknown): readonly string[] {
  const said = /(?:Candidate (?:bindings|tables|entries)|Did you mean)\b([\s\S]*)$/.exec(message)?.[1];
  const quoted =
    said === undefined ? [] : [...said.matchAll(/"((?:[^"]|"")*)"/g)].map((match) => match[1] as string);
  if (quoted.length > 0) return quoted;
  return typeof listed === "string" && listed.length < 200 ? listed.split(", ") : [];
}

function classify(error: EngineError): Classification {
  if (error.type === "INTERRUPT" || error.type === "Interrupt") return { kind: "cancelled", retry: "never" };
  if (error.type !== "Constraint" && conflicts.test(error.message))
    return { kind: "transient", retry: "transaction" };
  if ((error.type === "IO" || error.type === "HTTP") && remoteTrouble.test(error.message))
    return { kind: "transient", retry: "statement" };
  return { kind: "permanent", retry: "never" };
}

/** What messages are about that come without a place, or with that of something around it. */
const ABOUT = [
  /column named "([^"]+)"/,
  /Column "([^"]+)" in \w+ list/,
  /^column "?(\w+)"? must appear/,
  /specifier "([^"]+)"/,
  /in (COALESCE) operator/,
];

/**
 * Where a message points at: of `t.naem` the engine points at `t`, and at nothing at all where it speaks of a list. Then it
 * is the word that the message is about, if that stands in the statement once.
 */
function placeOf({ message, position }: EngineError, sql: string): number | undefined {
  const from = position === undefined ? undefined : codeUnitOffset(sql, position);
  const name = ABOUT.map((pattern) => pattern.exec(message)?.[1]).find((found) => found !== undefined);
  if (name === undefined) return from;
  const places = [...sql.matchAll(wholeWord(name, "gi"))].map(({ index }) => index);
  if (from !== undefined) return places.find((place) => place >= from) ?? from;
  return places.length === 1 ? places[0] : undefined;
}

function codeUnitOffset(sql: string, byteOffset: number): number {
  const bytes = Buffer.from(sql, "utf8");
  return bytes.subarray(0, Math.min(byteOffset, bytes.length)).toString("utf8").length;
}
