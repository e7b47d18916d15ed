// The rows of a query: waited for, read page by page, and counted where a statement has made a table of them.

import type { Cell, QueryResult } from "../../src/adapter/result.ts";
import { columnsOf, toCell } from "./cells.ts";
import type { Client } from "./client.ts";
import { Refusal } from "./failures.ts";
import { type Job, type JobReference, type ResultPage, resultPage } from "./jobs.ts";
import { tablePath } from "./names.ts";

export interface Rows {
  readonly columns: QueryResult["columns"];
  readonly rows: QueryResult["rows"];
  readonly total: number | undefined;
}

/** Waits for the end of a query. */
export async function firstPage(
  client: Client,
  job: JobReference,
  maxRows: number,
  signal: AbortSignal,
): Promise<ResultPage> {
  const maxResults = Number.isFinite(maxRows) ? maxRows : undefined;
  for (;;) {
    const page = await resultPage(client, job, { maxResults }, signal).catch(ofJob(job));
    if (page.jobComplete) return page;
  }
}

export async function readRows(
  client: Client,
  job: JobReference,
  maxRows: number,
  signal: AbortSignal,
): Promise<Rows> {
  let page = await firstPage(client, job, maxRows, signal);
  const fields = page.schema?.fields ?? [];
  const converters = fields.map(toCell);
  const rows: (readonly Cell[])[] = [];
  const total = page.totalRows === undefined ? undefined : Number(page.totalRows);
  for (;;) {
    for (const { f } of page.rows ?? []) {
      if (rows.length >= maxRows) break;
      rows.push(f.map(({ v }, i) => converters[i]?.(v) ?? null));
    }
    const { pageToken } = page;
    if (pageToken === undefined || rows.length >= maxRows) break;
    page = await resultPage(client, job, { pageToken }, signal).catch(ofJob(job));
  }
  return { columns: columnsOf(fields), rows, total };
}

/** How many rows a new table has; undefined when it is gone already. */
export async function countRows(
  client: Client,
  { configuration }: Job,
  signal: AbortSignal,
): Promise<number | undefined> {
  const table = configuration?.query?.destinationTable;
  if (table === undefined) return undefined;
  const { projectId, datasetId, tableId } = table;
  try {
    const path = tablePath(datasetId, tableId);
    const found = await client.request<{ readonly numRows?: string }>(
      { method: "GET", path, project: projectId, query: { view: "STORAGE_STATS" } },
      signal,
    );
    return found.numRows === undefined ? undefined : Number(found.numRows);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Errors of a query come as the answer to the question for its result: then they are the job's. */
function ofJob({ jobId }: JobReference): (error: unknown) => never {
  return (error) => {
    throw error instanceof Refusal ? new Refusal(error.status, error.proto, jobId, { cause: error }) : error;
  };
}
