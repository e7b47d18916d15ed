// Jobs: every statement, load and copy is one. Its id is made here, so that a request which is sent twice finds the job
// that the first one made (409) instead of running it again.

import { pause } from "../../src/base/pause.ts";
import type { ApiRow } from "./cells.ts";
import type { Client } from "./client.ts";
import { type ErrorProto, Refusal } from "./failures.ts";
import type { ApiField } from "./types.ts";

export interface JobReference {
  readonly projectId: string;
  readonly jobId: string;
  readonly location?: string;
}

/** A job as the API tells it, as far as it is used. */
export interface Job {
  readonly jobReference: JobReference;
  readonly status?: { readonly state: string; readonly errorResult?: ErrorProto };
  readonly statistics?: {
    readonly totalBytesProcessed?: string;
    readonly totalSlotMs?: string;
    readonly query?: {
      readonly statementType?: string;
      readonly totalBytesProcessed?: string;
      readonly totalBytesBilled?: string;
      readonly totalSlotMs?: string;
      readonly numDmlAffectedRows?: string;
      readonly schema?: { readonly fields?: readonly ApiField[] };
    };
    readonly load?: { readonly outputRows?: string };
  };
  readonly configuration?: {
    readonly query?: {
      readonly destinationTable?: {
        readonly projectId: string;
        readonly datasetId: string;
        readonly tableId: string;
      };
    };
  };
}

/** One page of a query's result. */
export interface ResultPage {
  readonly jobComplete: boolean;
  readonly jobReference?: JobReference;
  readonly schema?: { readonly fields?: readonly ApiField[] };
  readonly rows?: readonly ApiRow[];
  readonly totalRows?: string;
  readonly pageToken?: string;
}

/** How long the service holds a request for a result that is not there yet. */
const LONG_POLL_MS = 10_000;
const FIRST_LOOK_MS = 50;
const LONGEST_LOOK_MS = 2_000;

/** A new job's reference. */
export function newReference({ credentials }: Client): JobReference {
  const { executionProject, location } = credentials;
  return {
    projectId: executionProject,
    jobId: `etl_${crypto.randomUUID()}`,
    ...(location === undefined ? {} : { location }),
  };
}

/**
 * Makes a job.
 * @returns it as it is now, also when an earlier attempt of the same request had made it
 */
export async function insertJob(
  client: Client,
  jobReference: JobReference,
  configuration: object,
  signal: AbortSignal,
): Promise<Job> {
  const { creationSeconds } = client.credentials;
  try {
    return await client.request<Job>(
      {
        method: "POST",
        path: "/jobs",
        body: { jobReference, configuration },
        ...(creationSeconds === undefined ? {} : { timeout: creationSeconds * 1000 }),
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 409) throw error;
    return getJob(client, jobReference, signal);
  }
}

export function getJob(client: Client, reference: JobReference, signal?: AbortSignal): Promise<Job> {
  const { jobId, location } = reference;
  return client.request<Job>({ method: "GET", path: `/jobs/${jobId}`, query: { location } }, signal);
}

/** Waits until a job that is no query has ended. @throws Refusal with what it says when it failed, Cancelled */
export async function waitForJob(client: Client, job: Job, signal: AbortSignal): Promise<Job> {
  let last = job;
  for (let wait = FIRST_LOOK_MS; last.status?.state !== "DONE"; wait = Math.min(wait * 2, LONGEST_LOOK_MS)) {
    await pause(wait, signal);
    last = await getJob(client, job.jobReference, signal);
  }
  const failure = last.status.errorResult;
  if (failure) throw new Refusal(undefined, failure, last.jobReference.jobId);
  return last;
}

/** A page of a query's result; the service answers late while there is none. */
export function resultPage(
  client: Client,
  { jobId, location }: JobReference,
  options: { readonly pageToken?: string | undefined; readonly maxResults?: number | undefined },
  signal: AbortSignal,
): Promise<ResultPage> {
  const query = { location, timeoutMs: LONG_POLL_MS, "formatOptions.useInt64Timestamp": true, ...options };
  return client.request<ResultPage>({ method: "GET", path: `/queries/${jobId}`, query }, signal);
}

/** Asks the service to end a job; it tells when it has, by the job's own error. */
export async function cancelJob(client: Client, { jobId, location }: JobReference): Promise<void> {
  try {
    const signal = AbortSignal.timeout(LONG_POLL_MS);
    await client.request({ method: "POST", path: `/jobs/${jobId}/cancel`, query: { location } }, signal);
  } catch {
    // It has ended, or the service is gone.
  }
}
