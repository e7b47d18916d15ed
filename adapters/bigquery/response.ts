// What a job cost and did, as dbt's adapter_response has it (dbt-bigquery's BigQueryAdapterResponse).

import type { QueryResult } from "../../src/adapter/result.ts";
import type { Job } from "./jobs.ts";

type Response = QueryResult["response"];

/** @param rows how many rows the statement gave or wrote; undefined where nobody knows */
export function responseOf(job: Job, rows: number | undefined): Response {
  const { jobReference, statistics } = job;
  const { query } = statistics ?? {};
  const code = codes[query?.statementType ?? ""] ?? query?.statementType?.replaceAll("_", " ") ?? null;
  const bytes = numberOf(query?.totalBytesProcessed ?? statistics?.totalBytesProcessed);
  const processed = bytes === null ? "" : `${formatBytes(bytes)} processed`;
  const shown = [rows === undefined ? "" : `${formatRows(rows)} rows`, processed].filter(Boolean).join(", ");
  return {
    _message: shown === "" ? String(code) : `${code} (${shown})`,
    code,
    rows_affected: rows ?? null,
    bytes_processed: bytes,
    bytes_billed: numberOf(query?.totalBytesBilled),
    location: jobReference.location ?? null,
    project_id: jobReference.projectId,
    job_id: jobReference.jobId,
    slot_ms: numberOf(query?.totalSlotMs ?? statistics?.totalSlotMs),
  };
}

/** dbt's own words for two of them. */
const codes: Readonly<Record<string, string>> = {
  CREATE_TABLE_AS_SELECT: "CREATE TABLE",
  CREATE_VIEW: "CREATE VIEW",
};

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

/** "12.5 MiB" */
function formatBytes(bytes: number): string {
  return scaled(bytes, 1024, [" Bytes", " KiB", " MiB", " GiB", " TiB", " PiB"]);
}

/** "1.5k" */
function formatRows(rows: number): string {
  return scaled(rows, 1000, ["", "k", "m", "b", "t"]);
}

function scaled(amount: number, step: number, units: readonly string[]): string {
  let rest = amount;
  let i = 0;
  while (Math.abs(rest) >= step && i < units.length - 1) {
    rest /= step;
    i++;
  }
  return rest.toFixed(1) + units[i];
}
