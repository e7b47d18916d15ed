// A session: nothing lies between statements, each is a job that is kept or not kept as a whole. `begin` and `commit` only
// mark what belongs together; a transaction within one script is the service's own affair.

import type { ExecuteOptions, SeedFile, Session } from "../../src/adapter/adapter.ts";
import { DatabaseError } from "../../src/adapter/database-error.ts";
import type { OperationData } from "../../src/adapter/operation.ts";
import type { Relation } from "../../src/adapter/relation.ts";
import type { QueryResult } from "../../src/adapter/result.ts";
import { columnsOf } from "./cells.ts";
import type { Client } from "./client.ts";
import { databaseError } from "./errors.ts";
import { Cancelled, isNetworkError, Refusal } from "./failures.ts";
import { cancelJob, getJob, insertJob, type Job, type JobReference, newReference } from "./jobs.ts";
import { labelsOf } from "./labels.ts";
import { loadCsv } from "./load-csv.ts";
import { operate } from "./operations.ts";
import { parameterOf, type QueryParameter } from "./parameters.ts";
import { responseOf } from "./response.ts";
import { countRows, firstPage, type Rows, readRows } from "./rows.ts";
import { isPreparing, isQuery, statementHeads, withPlaces } from "./statements.ts";

interface QueryOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly parameters?: readonly QueryParameter[];
  readonly dryRun?: boolean;
}

export class BigQuerySession implements Session {
  #begun = false;
  #abort = new AbortController();
  #running: JobReference | undefined;
  #busy = false;
  /** What the node that has the session asks of its jobs, in place of what the profile says. */
  #limits: { readonly jobSeconds?: number; readonly reservation?: string } = {};

  constructor(
    readonly name: string,
    private readonly client: Client,
  ) {}

  get inTransaction(): boolean {
    return this.#begun;
  }

  async execute(sql: string, options: ExecuteOptions = {}): Promise<QueryResult> {
    const { fetch = true, limit, binds, labels } = options;
    const heads = statementHeads(sql);
    if (heads.length === 0) return NOTHING;
    const bound = binds === undefined ? undefined : withPlaces(sql, binds);
    return this.#working(sql, async (signal) => {
      const job = await this.#start(
        bound?.sql ?? sql,
        {
          ...(labels === undefined ? {} : { labels }),
          ...(bound === undefined ? {} : { parameters: bound.binds.map(parameterOf) }),
        },
        signal,
      );
      const maxRows = !fetch
        ? 0
        : isQuery(heads.at(-1))
          ? (limit ?? Number.POSITIVE_INFINITY)
          : Number.POSITIVE_INFINITY;
      const answer = await readRows(this.client, job.jobReference, maxRows, signal);
      const ended = await getJob(this.client, job.jobReference, signal);
      return this.#resultOf(ended, answer, signal);
    });
  }

  async begin(): Promise<void> {
    this.#begun = true;
  }

  async commit(): Promise<void> {
    this.#begun = false;
  }

  async rollback(): Promise<void> {
    this.#begun = false;
  }

  /** By a dry run, which is free; a query behind declarations and temporary functions is run for no rows. */
  async describe(sql: string): Promise<QueryResult["columns"]> {
    const heads = statementHeads(sql);
    if (heads.length === 0) return [];
    if (!heads.slice(0, -1).every(isPreparing))
      throw new DatabaseError({ kind: "permanent", retry: "never", message: SEVERAL }, sql);
    return this.#working(sql, async (signal) => {
      const isScript = heads.length > 1;
      const job = await this.#start(sql, { dryRun: !isScript }, signal);
      const schema = isScript
        ? (await firstPage(this.client, job.jobReference, 0, signal)).schema
        : job.statistics?.query?.schema;
      return columnsOf(schema?.fields ?? []);
    });
  }

  /** By a dry run, which is free. */
  async estimate(sql: string): Promise<number> {
    return this.#working(sql, async (signal) => {
      const { statistics } = await this.#start(sql, { dryRun: true }, signal);
      return Number(statistics?.query?.totalBytesProcessed ?? statistics?.totalBytesProcessed ?? 0);
    });
  }

  /** Adds the rows of a CSV file to a table. @throws EtlError with file, row, column and value, DatabaseError for anything else */
  loadCsv(target: Relation, seed: SeedFile): Promise<number> {
    return this.#working(undefined, (signal) =>
      loadCsv(this.client, target, seed, (job) => this.#note(job), signal),
    );
  }

  async operate(name: string, args: readonly OperationData[]): Promise<OperationData> {
    if (name === "limit_jobs") {
      const [seconds, reservation] = args;
      this.#limits = {
        ...(seconds === null ? {} : { jobSeconds: Number(seconds) }),
        ...(reservation === null ? {} : { reservation: String(reservation) }),
      };
      return null;
    }
    return this.#working(undefined, (signal) =>
      operate(name, args, { client: this.client, signal, started: (job) => this.#note(job) }),
    );
  }

  async cancel(): Promise<void> {
    if (!this.#busy) return;
    this.#abort.abort();
    if (this.#running) await cancelJob(this.client, this.#running);
  }

  /** What `cancel` ends besides the wait. */
  #note(job: JobReference): void {
    this.#running = job;
  }

  async #working<T>(sql: string | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#busy = true;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      return await work(signal);
    } catch (error) {
      // Whatever the service says of a job that was cancelled.
      const told = signal.aborted && !(error instanceof Cancelled) && error instanceof Refusal;
      if (told) throw databaseError(new Cancelled("cancelled", { cause: error }), sql);
      throw isOfService(error) ? databaseError(error, sql) : error;
    } finally {
      this.#busy = false;
      this.#running = undefined;
    }
  }

  async #start(sql: string, options: QueryOptions, signal: AbortSignal): Promise<Job> {
    const { priority, maximumBytesBilled, jobSeconds, reservation } = {
      ...this.client.credentials,
      ...this.#limits,
    };
    const { labels = {}, parameters, dryRun = false } = options;
    const reference = newReference(this.client);
    if (!dryRun) this.#note(reference);
    const configuration = {
      query: {
        query: sql,
        useLegacySql: false,
        priority,
        ...(maximumBytesBilled === undefined ? {} : { maximumBytesBilled }),
        ...(parameters === undefined ? {} : { parameterMode: "POSITIONAL", queryParameters: parameters }),
      },
      labels: labelsOf(labels),
      ...(jobSeconds === undefined ? {} : { jobTimeoutMs: String(jobSeconds * 1000) }),
      ...(reservation === undefined ? {} : { reservation }),
      ...(dryRun ? { dryRun } : {}),
    };
    const job = await insertJob(this.client, reference, configuration, signal);
    // The service may have found out the location, without which it does not find the job again.
    if (!dryRun) this.#note(job.jobReference);
    return job;
  }

  async #resultOf(job: Job, { columns, rows, total }: Rows, signal: AbortSignal): Promise<QueryResult> {
    const { statementType = "", numDmlAffectedRows } = job.statistics?.query ?? {};
    const changed = numDmlAffectedRows === undefined ? undefined : Number(numDmlAffectedRows);
    const written =
      statementType === "CREATE_TABLE_AS_SELECT" ? await countRows(this.client, job, signal) : changed;
    const gives = statementType === "SELECT" || statementType === "SCRIPT";
    return {
      columns: gives ? columns : [],
      rows: gives ? rows : [],
      ...(written === undefined ? {} : { affected: written }),
      response: responseOf(job, written ?? (statementType === "SELECT" ? total : undefined)),
    };
  }
}

const SEVERAL =
  "several statements cannot be described, only a query with declarations and temporary functions in front of it";

const NOTHING: QueryResult = {
  columns: [],
  rows: [],
  response: { _message: "", code: null, rows_affected: null },
};

/** What the service, the login or the network says, rather than one of our own errors with a place in a file. */
function isOfService(error: unknown): boolean {
  return (
    error instanceof Cancelled ||
    error instanceof Refusal ||
    isNetworkError(error) ||
    (error instanceof Error && error.name === "GaxiosError")
  );
}
