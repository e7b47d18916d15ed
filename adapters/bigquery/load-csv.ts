// Fills a table from a CSV file by a load job. The rows travel as JSON, a row a line: CSV of the service's kind has no
// sure way to tell NULL from an empty text, and breaks at line ends in cells. The file is read and sent as a stream, and
// a job is kept whole or not at all.

import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { SeedColumn, SeedFile } from "../../src/adapter/adapter.ts";
import { readSeedRows } from "../../src/adapter/infer-seed.ts";
import type { Relation } from "../../src/adapter/relation.ts";
import { refusedCell } from "../../src/adapter/seed-text.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import { type Client, refusal } from "./client.ts";
import { type Job, type JobReference, newReference, waitForJob } from "./jobs.ts";
import { type SeedValue, seedValue } from "./seed-values.ts";

/**
 * @param target an existing table with the seed's columns
 * @param started told of the job before it is sent
 * @returns how many rows were written
 * @throws EtlError(seed-cell, seed-ragged, seed-quote, seed-encoding) with the place, else what `Client` throws
 */
export async function loadCsv(
  client: Client,
  target: Relation,
  seed: SeedFile,
  started: (job: JobReference) => void,
  signal: AbortSignal,
): Promise<number> {
  const reference = newReference(client);
  started(reference);
  const lines = new PassThrough();
  const job = upload(client, reference, target, lines);
  // Who waits for it hears of a failure; until then nobody does.
  job.catch(() => lines.destroy());
  try {
    await writeRows(seed, lines, signal);
    lines.end();
  } catch (error) {
    lines.destroy(error instanceof Error ? error : undefined);
    if (error instanceof EtlError) throw error;
    await job;
    throw error;
  }
  const ended = await waitForJob(client, await job, signal);
  return Number(ended.statistics?.load?.outputRows ?? 0);
}

/** Sends the lines with the job that loads them, in one request. */
function upload(
  { bigquery, credentials }: Client,
  { jobId, projectId, location }: JobReference,
  { database, schema, identifier }: Relation,
  lines: PassThrough,
): Promise<Job> {
  const place = location === undefined ? {} : { location };
  const table = bigquery.dataset(schema ?? "", { projectId, ...place }).table(identifier ?? "", place);
  const stream = table.createWriteStream({
    jobId,
    destinationTable: {
      projectId: database ?? credentials.database,
      datasetId: schema ?? "",
      tableId: identifier ?? "",
    },
    sourceFormat: "NEWLINE_DELIMITED_JSON",
    createDisposition: "CREATE_NEVER",
    writeDisposition: "WRITE_APPEND",
  });
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(refusal(error));
    stream.on("error", fail);
    lines.on("error", fail);
    stream.on("job", ({ metadata }: { readonly metadata: Job }) => resolve(metadata));
    lines.pipe(stream);
  });
}

async function writeRows(seed: SeedFile, lines: PassThrough, signal: AbortSignal): Promise<void> {
  const values = seed.columns.map((column) => ({ column, value: seedValue(column) }));
  let waiting: string[] = [];
  let bad: { readonly index: number; readonly cell: string } | undefined;
  const send = async (): Promise<void> => {
    signal.throwIfAborted();
    if (bad) throw await refusedCell(seed, bad.index, bad.cell, "is not", undefined);
    const text = waiting.join("");
    waiting = [];
    if (text !== "" && !lines.write(text)) await once(lines, "drain", { signal });
  };
  await readSeedRows(
    seed,
    seed.columns.length,
    (cells) => {
      const unfit = cells.findIndex((cell, i) => values[i] !== undefined && !values[i].value.fits(cell));
      if (unfit >= 0) bad ??= { index: unfit, cell: cells[unfit] ?? "" };
      else waiting.push(`${rowOf(values, cells)}\n`);
    },
    send,
  );
  await send();
}

function rowOf(
  values: readonly { readonly column: SeedColumn; readonly value: SeedValue }[],
  cells: readonly string[],
): string {
  const pairs = values.map(
    ({ column, value }, i) => `${JSON.stringify(column.name)}:${value.json(cells[i] ?? "")}`,
  );
  return `{${pairs.join(",")}}`;
}
