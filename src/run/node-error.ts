// What went wrong with a node, twice: as dbt's message for run_results.json and as diagnostics that point into the file
// that the user wrote. The warehouse's words come in one line.

import type { DatabaseError } from "../adapter/database-error.ts";
import { type Diagnostic, EtlError, errorAt, type Note, type Place } from "../base/diagnostic.ts";
import { Interrupted } from "../base/interrupts.ts";
import { nearest } from "../base/nearest.ts";
import { wholeWord } from "../base/whole-word.ts";
import { type CompiledNode, EphemeralFailure } from "../compile/compile-node.ts";
import { ContractMismatch } from "../context/contract-error.ts";
import { callNotes, diagnose, isOutside, userCall } from "../context/diagnose.ts";
import type { SharedScope } from "../context/scope.ts";
import { type CallSite, JinjaError } from "../jinja/errors.ts";
import type { SourcePlace } from "../jinja/source.ts";
import type { Resource } from "../manifest/node.ts";
import { contractDiagnostic } from "./contract-diagnostic.ts";
import { blameFixture, blameRow, blameValue, blameWords, wordsOf } from "./error-place.ts";
import { databaseErrorOf } from "./run-context.ts";
import { sqlAdvice } from "./sql-advice.ts";

export interface NodeError {
  readonly message: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The run was interrupted; the node is no mistake of the user. */
  readonly cancelled: boolean;
}

const INTERRUPTED: NodeError = { message: "interrupted", diagnostics: [], cancelled: true };

/**
 * @param compiled the node's SQL, when it came so far
 * @throws the error itself when it is no mistake of the user or the warehouse, but a bug
 */
export function describeNodeError(
  error: unknown,
  resource: Resource,
  shared: SharedScope,
  compiled?: CompiledNode,
): NodeError {
  if (error instanceof EphemeralFailure) return describeNodeError(error.cause, error.node, shared);
  if (Interrupted.isCauseOf(error)) return INTERRUPTED;
  const told = etlErrorOf(error);
  // Whatever made diagnostics of the warehouse's words (a seed's bad cell) knew more than they tell.
  const refused = databaseErrorOf(error);
  if (refused && !(told && databaseErrorOf(told)))
    return describeRefusal(refused, error, resource, shared, compiled);
  if (told) {
    const lines = told.diagnostics.map((diagnostic) => diagnostic.message);
    return {
      message: dbtMessage("Compilation", resource, lines),
      diagnostics: told.diagnostics,
      cancelled: false,
    };
  }
  if (error instanceof JinjaError) {
    return {
      message: dbtMessage("Compilation", resource, error.detail.split("\n")),
      diagnostics: [describeTemplate(error, resource, shared)],
      cancelled: false,
    };
  }
  throw error;
}

function describeTemplate(error: JinjaError, resource: Resource, shared: SharedScope): Diagnostic {
  if (error.cause instanceof ContractMismatch) return contractDiagnostic(error.cause, resource, shared);
  const ours = error.place !== undefined && isOutside(error.place.file) && !userCall(error);
  const blamed = !ours
    ? undefined
    : resource.resourceType === "unit_test"
      ? blameFixture(error.detail, resource, shared)
      : (blameValue(error.detail, resource, shared) ??
        (error.undefinedName === undefined
          ? undefined
          : blameWords([error.undefinedName], resource, shared)?.place));
  const diagnostic = diagnose(error, {
    subject: subjectOf(resource),
    place: blamed ?? resource.place,
    macros: shared.macros,
    packageName: resource.packageName,
    ...("rawCode" in resource ? { text: resource.rawCode } : {}),
  });
  return ours ? { ...diagnostic, ...sentenceOf(diagnostic.message, subjectOf(resource)) } : diagnostic;
}

/** What a macro of ours says begins with a capital and may have several lines: the first is the sentence. */
function sentenceOf(message: string, subject: string): Pick<Diagnostic, "message" | "help"> {
  const [first = "", ...lines] = message
    .slice(subject.length + 2)
    .split("\n")
    .map((line) => line.trim());
  const begin = /^[A-Z][a-z]/.test(first) ? first.charAt(0).toLowerCase() + first.slice(1) : first;
  const listed = / (?:its columns are|the columns are|known:) (.+)$/.exec(first)?.[1]?.split(", ") ?? [];
  const quoted = /'([^']+)'/.exec(first)?.[1];
  const near = quoted === undefined ? undefined : nearest(quoted, listed);
  const ways = lines
    .find((line) => line.startsWith("Ways out:"))
    ?.slice("Ways out:".length)
    .trim();
  const told = lines.filter((line) => line !== "" && !line.startsWith("Ways out:"));
  const help = near === undefined ? ways : `did you mean "${near}"?`;
  return {
    message: `${subject}: ${[begin, ...told].join("\n")}`,
    ...(help === undefined ? {} : { help }),
  };
}

/** `model "orders"`: how sentences name a resource. */
function subjectOf(resource: Resource): string {
  const words: Partial<Record<Resource["resourceType"], string>> = {
    unit_test: "unit test",
    operation: "hook",
    sql_operation: "query",
  };
  if (resource.resourceType === "operation" && resource.on === null) return `macro "${resource.name}"`;
  return `${words[resource.resourceType] ?? resource.resourceType} "${resource.name}"`;
}

function describeRefusal(
  refused: DatabaseError,
  error: unknown,
  resource: Resource,
  shared: SharedScope,
  compiled: CompiledNode | undefined,
): NodeError {
  const { facts } = refused;
  if (facts.kind === "cancelled") return INTERRUPTED;
  const words = engineWords(facts);
  const mapped = inOwnCode(refused, compiled);
  const blamed = mapped ? undefined : blameWords(wordsOf(refused), resource, shared);
  const row =
    mapped || resource.resourceType !== "unit_test"
      ? undefined
      : blameRow(wordsOf(refused), resource, shared);
  const found = mapped ?? sentFrom(refused, error, row ?? blamed?.place ?? resource.place);
  const advice = shared.adapter.explain(facts, refused.sql ?? "");
  const help = seedAdvice(resource, facts) ?? sqlAdvice(refused, compiled?.code) ?? advice?.help;
  const notes = [...found.notes, ...(advice?.notes ?? [])];
  const isLost = facts.retry === "reconnect";
  const diagnostic = errorAt(
    isLost ? "connection-lost" : "sql-error",
    `${blamed?.what === undefined ? "" : `${blamed.what} of `}${subjectOf(resource)}: ${withoutList(oneLine(words))}`,
    found.place ?? resource.place,
    {
      // Its text has nothing to do with it.
      ...(isLost ? { frame: false } : {}),
      ...(notes.length > 0 ? { notes } : {}),
      help,
    },
  );
  return {
    message: dbtMessage(shared.adapter.errorClass, resource, [
      ...words.split("\n"),
      ...(facts.detail === undefined ? [] : [`DETAIL:  ${facts.detail}`]),
      ...(facts.hint === undefined ? [] : [`HINT:  ${facts.hint}`]),
    ]),
    diagnostics: [diagnostic],
    cancelled: false,
  };
}

/** Rows of a seed are put into the table that is there, which has the columns of the file as it was. */
function seedAdvice({ resourceType }: Resource, { missing }: DatabaseError["facts"]): string | undefined {
  if (resourceType !== "seed" || missing?.kind !== "column") return undefined;
  return "the table was made when the file had other columns: etl seed --full-refresh makes it anew";
}

/** A class in words belongs to what the engine says; a number tells people nothing. */
function engineWords({ code, message }: DatabaseError["facts"]): string {
  return code !== undefined && /[a-z]/.test(code) ? `${code}: ${message}` : message;
}

interface Found {
  readonly place?: Place;
  readonly notes: readonly Note[];
}

/** Where the engine points at in the user's text, if the statement holds the node's SQL. */
function inOwnCode(refused: DatabaseError, compiled: CompiledNode | undefined): Found | undefined {
  const offset = compiled && offsetInCode(refused, compiled.code);
  if (!compiled || offset === undefined) return undefined;
  const word = wordAt(compiled.code, offset, wordsOf(refused)[0]);
  const mapped = compiled.places.placeAt(word.start) ?? compiled.places.placeAt(offset);
  if (!mapped) return undefined;
  const { place, notes } = inUserFile(mapped.place, mapped.calls);
  if (!place) return undefined;
  const literal = mapped.place.length === 1;
  return { place: literal ? { ...place, length: word.length } : place, notes };
}

/** The word to mark: the one that the message is about when it stands in the rest of the line, else what is pointed at. */
function wordAt(code: string, offset: number, about: string | undefined): { start: number; length: number } {
  const line = code.slice(offset).split("\n", 1)[0] ?? "";
  const later = about === undefined ? -1 : line.search(wholeWord(about));
  // Only within one name: `orders.amount` is pointed at by its first letter.
  if (about !== undefined && later > 0 && /^[\w$."]+$/.test(line.slice(0, later)))
    return { start: offset + later, length: about.length };
  return { start: offset, length: Math.max(1, /^[\w$.]+/.exec(line)?.[0].length ?? 1) };
}

/** Where a template sent the statement from, with the statement; `otherwise` when that was a macro of ours. */
function sentFrom(refused: DatabaseError, error: unknown, otherwise: Place): Found {
  const sent = jinjaErrorOf(error);
  const statement =
    refused.sql === undefined ? [] : [{ message: `the statement: ${shorten(oneLine(refused.sql))}` }];
  if (!sent?.place) return { place: otherwise, notes: statement };
  const found = inUserFile(sent.place, sent.calls);
  return { place: found.place ?? otherwise, notes: [...found.notes, ...statement] };
}

/** Where the engine points at, counted in the node's own SQL; undefined outside of it. */
function offsetInCode({ facts, sql }: DatabaseError, code: string): number | undefined {
  if (facts.position === undefined || sql === undefined) return undefined;
  const own = code.trim();
  const start = sql.indexOf(own);
  const inOwn = facts.position - start;
  if (start < 0 || own === "" || inOwn < 0 || inOwn > own.length) return undefined;
  return code.indexOf(own) + Math.min(inOwn, own.length - 1);
}

/** Text that a built-in macro made is shown where the user called it. */
function inUserFile(place: SourcePlace, calls: readonly CallSite[]): Found {
  const notes = callNotes(calls);
  if (!isOutside(place.file)) return { place: toPlace(place), notes };
  const caller = calls.find((call) => call.place !== undefined && !isOutside(call.place.file))?.place;
  return caller ? { place: toPlace(caller), notes: notes.slice(1) } : { notes };
}

function toPlace({ file, line, column, length }: SourcePlace): Place {
  return { file, line, column, length };
}

function jinjaErrorOf(error: unknown): JinjaError | undefined {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof JinjaError) return cause;
  return undefined;
}

function etlErrorOf(error: unknown): EtlError | undefined {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof EtlError) return cause;
  return undefined;
}

/** The form of dbt's exceptions: the kind, the node with its file, the words indented below. */
function dbtMessage(kind: string, resource: Resource, lines: readonly string[]): string {
  return [
    `${kind} Error in ${resource.resourceType} ${resource.name} (${resource.originalFilePath})`,
    ...lines.map((line) => `  ${line}`),
  ].join("\n");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}

/** Engines list all ways to call a function, which may be forty. */
function withoutList(text: string): string {
  const list = text.length > 300 ? text.search(/ (?:You might need|Candidate functions:)/) : -1;
  return list < 0 ? text : text.slice(0, list);
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
