// What went wrong with a node, twice: as dbt's message for run_results.json and as diagnostics that point into the file
// that the user wrote. The warehouse's words come in one line.

import type { DatabaseError } from "../adapter/database-error.ts";
import { type Diagnostic, EtlError, errorAt, type Note, type Place } from "../base/diagnostic.ts";
import type { CompiledNode } from "../compile/compile-node.ts";
import { diagnose } from "../context/diagnose.ts";
import type { SharedScope } from "../context/scope.ts";
import { type CallSite, JinjaError } from "../jinja/errors.ts";
import type { SourcePlace } from "../jinja/source.ts";
import type { Resource } from "../manifest/node.ts";
import { databaseErrorOf } from "./run-context.ts";

export interface NodeError {
  readonly message: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The run was interrupted; the node is no mistake of the user. */
  readonly cancelled: boolean;
}

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
  const refused = databaseErrorOf(error);
  if (refused) return describeRefusal(refused, error, resource, shared, compiled);
  if (error instanceof EtlError) {
    const lines = error.diagnostics.map((diagnostic) => diagnostic.message);
    return {
      message: dbtMessage("Compilation", resource, lines),
      diagnostics: error.diagnostics,
      cancelled: false,
    };
  }
  if (error instanceof JinjaError) {
    const caused = etlErrorOf(error);
    if (caused) return describeNodeError(caused, resource, shared, compiled);
    const diagnostic = diagnose(error, {
      subject: subjectOf(resource),
      place: resource.place,
      macros: shared.macros,
      packageName: resource.packageName,
    });
    return {
      message: dbtMessage("Compilation", resource, error.detail.split("\n")),
      diagnostics: [diagnostic],
      cancelled: false,
    };
  }
  throw error;
}

/** `model "orders"`: how sentences name a resource. */
export function subjectOf(resource: Resource): string {
  const words: Partial<Record<Resource["resourceType"], string>> = {
    unit_test: "unit test",
    operation: "hook",
    sql_operation: "query",
  };
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
  if (facts.kind === "cancelled") return { message: "interrupted", diagnostics: [], cancelled: true };
  const words = facts.code === undefined ? facts.message : `${facts.code}: ${facts.message}`;
  const found = placeOf(refused, error, compiled);
  const advice = shared.adapter.explain(facts, refused.sql ?? "");
  const notes = [...found.notes, ...(advice?.notes ?? [])];
  const diagnostic = errorAt(
    "sql-error",
    `${subjectOf(resource)}: ${oneLine(words)}`,
    found.place ?? resource.place,
    {
      ...(notes.length > 0 ? { notes } : {}),
      ...(advice?.help === undefined ? {} : { help: advice.help }),
    },
  );
  return {
    message: dbtMessage("Runtime", resource, words.split("\n")),
    diagnostics: [diagnostic],
    cancelled: false,
  };
}

/** The place in the user's text: through the compiled SQL if the statement holds it, else where a template sent it. */
function placeOf(
  refused: DatabaseError,
  error: unknown,
  compiled: CompiledNode | undefined,
): { readonly place?: Place; readonly notes: readonly Note[] } {
  const offset = compiled && offsetInCode(refused, compiled.code);
  const mapped = offset === undefined ? undefined : compiled?.places.placeAt(offset);
  if (mapped) return inUserFile(mapped.place, mapped.calls);
  const sent = jinjaErrorOf(error);
  const statement =
    refused.sql === undefined ? [] : [{ message: `the statement: ${shorten(oneLine(refused.sql))}` }];
  if (!sent?.place) return { notes: statement };
  const found = inUserFile(sent.place, sent.calls);
  return found.place && !isOutside(found.place.file)
    ? { ...found, notes: [...found.notes, ...statement] }
    : { notes: statement };
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
function inUserFile(
  place: SourcePlace,
  calls: readonly CallSite[],
): { readonly place?: Place; readonly notes: readonly Note[] } {
  const notes = calls.map((call): Note => {
    const message = `in macro "${call.macro}"${call.place ? ", called here" : ""}`;
    return call.place ? { message, place: toPlace(call.place) } : { message };
  });
  if (!isOutside(place.file)) return { place: toPlace(place), notes };
  const caller = calls.find((call) => call.place !== undefined && !isOutside(call.place.file))?.place;
  return caller ? { place: toPlace(caller), notes } : { notes };
}

/** Macros that come with etl have no file that the user could open; their names stand in angle brackets. */
function isOutside(file: string): boolean {
  return file.startsWith("<");
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

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
