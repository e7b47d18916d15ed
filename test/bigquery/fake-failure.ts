// What the fake service says of a statement that failed: DuckDB's words in BigQuery's.

import type { ErrorProto } from "../../adapters/bigquery/failures.ts";
import { readEngineError } from "../../adapters/duckdb/errors.ts";
import { NotBigQuery, PROJECT } from "./fake-dialect.ts";

/** A failure in the form of the API. */
export class FakeFailure extends Error {
  constructor(
    readonly proto: ErrorProto,
    readonly status: number,
  ) {
    super(proto.message);
  }
}

/** DuckDB's words in BigQuery's. */
export function failureOf(error: unknown, sql: string): FakeFailure {
  if (error instanceof FakeFailure) return error;
  if (error instanceof NotBigQuery) return failure("invalidQuery", error.message);
  const { message } = readEngineError(error instanceof Error ? error.message : String(error));
  if (/interrupt/i.test(message))
    return failure("stopped", "Job execution was cancelled: User requested cancellation");
  const column = /Referenced column "([^"]+)" not found|does not have a column named "([^"]+)"/.exec(message);
  if (column) {
    const name = column[1] ?? column[2] ?? "";
    return failure("invalidQuery", `Unrecognized name: ${name}${placeOf(name, sql)}`);
  }
  const table = /Table with name (\S+) does not exist/.exec(message);
  if (table)
    return failure("notFound", `Not found: Table ${PROJECT}:${table[1]} was not found in location US`, 404);
  if (/already exists/.test(message)) return failure("duplicate", `Already Exists: ${message}`, 409);
  if (/Schema with name|schema .*does not exist/i.test(message))
    return failure("notFound", `Not found: Dataset ${message}`, 404);
  if (/write-write conflict|Conflict on|transaction conflict/i.test(message))
    return failure("invalidQuery", "Could not serialize access to table due to concurrent update");
  return failure("invalidQuery", message);
}

function failure(reason: string, message: string, status = 400): FakeFailure {
  return new FakeFailure({ reason, message }, status);
}

function placeOf(name: string, sql: string): string {
  const at = sql.search(new RegExp(`\\b${name.replaceAll(/\W/g, "\\$&")}\\b`));
  if (at < 0) return "";
  const lines = sql.slice(0, at).split("\n");
  return ` at [${lines.length}:${[...(lines.at(-1) ?? "")].length + 1}]`;
}
