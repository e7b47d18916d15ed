// The resources of the fake service: jobs, their results, tables, datasets.

import type { DuckDBConnection } from "@duckdb/node-api";
import type { ApiField } from "../../adapters/bigquery/types.ts";
import { datasetRequest } from "./fake-datasets.ts";
import { PROJECT } from "./fake-dialect.ts";
import type { FakeAnswer, FakeEngine } from "./fake-engine.ts";
import { FakeFailure } from "./fake-failure.ts";
import type { SeenRequest } from "./fake-server.ts";
import { jsonLines } from "./fake-uploads.ts";

const ROWS_OF_PAGE = 4_000;
const LONG_POLL_MS = 200;

/** The dataset in which the rows of each query are a table with the name of its job. */
const RESULTS = "_results";

interface FakeJob {
  readonly resource: Record<string, unknown>;
  connection?: DuckDBConnection;
  answer?: FakeAnswer;
  failure?: FakeFailure;
  work: Promise<void>;
  stopped: boolean;
}

interface JobConfiguration {
  readonly dryRun?: boolean;
  readonly query?: { readonly query: string; readonly queryParameters?: readonly unknown[] };
  readonly load?: Load;
  readonly copy?: {
    readonly sourceTables: readonly TableName[];
    readonly destinationTable: TableName;
    readonly writeDisposition: string;
  };
}

interface Load {
  readonly destinationTable: TableName;
  /** Of a table that is made for the rows. */
  readonly schema?: { readonly fields: readonly ApiField[] };
  readonly sourceFormat?: string;
  readonly skipLeadingRows?: string;
}

interface TableName {
  readonly projectId: string;
  readonly datasetId: string;
  readonly tableId: string;
}

export class FakeApi {
  readonly #jobs = new Map<string, FakeJob>();

  constructor(private readonly engine: FakeEngine) {}

  /** @throws FakeFailure */
  async answer(seen: SeenRequest): Promise<unknown> {
    const [project = "", kind = "", ...rest] = seen.path.split("/").map(decodeURIComponent);
    if (project !== PROJECT)
      throw new FakeFailure({ reason: "notFound", message: `Not found: Project ${project}` }, 404);
    if (kind === "jobs") return this.#jobRequest(seen, rest);
    if (kind === "queries") return this.#results(seen, rest[0] ?? "");
    if (kind === "datasets" && rest[0] === RESULTS) return this.#resultTable(seen, rest);
    if (kind === "datasets") return datasetRequest(this.engine, seen, rest);
    throw new FakeFailure({ reason: "notFound", message: `no route ${seen.path}` }, 404);
  }

  /** Ends everything that runs. */
  stopAll(): void {
    for (const job of this.#jobs.values()) this.#stop(job);
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#jobs.values()].map(({ work }) => work));
    for (const job of this.#jobs.values()) release(job);
  }

  async #resultTable(
    seen: SeenRequest,
    [datasetId, , tableId = "", data]: readonly string[],
  ): Promise<unknown> {
    const results = await this.#results(seen, tableId);
    return data === "data"
      ? results
      : { ...results, tableReference: { projectId: PROJECT, datasetId, tableId } };
  }

  async #jobRequest(seen: SeenRequest, [id = "", verb]: readonly string[]): Promise<unknown> {
    if (seen.method !== "GET" && id === "") return this.#insert(seen);
    const job = this.#job(id);
    if (verb === "cancel") {
      this.#stop(job);
      await job.work;
    }
    return job.resource;
  }

  #job(id: string): FakeJob {
    const job = this.#jobs.get(id);
    if (!job) throw new FakeFailure({ reason: "notFound", message: `Not found: Job ${id}` }, 404);
    return job;
  }

  async #insert(seen: SeenRequest): Promise<unknown> {
    const { jobReference, configuration } = seen.body as {
      readonly jobReference: { readonly jobId: string };
      readonly configuration: JobConfiguration;
    };
    const { jobId } = jobReference;
    if (this.#jobs.has(jobId))
      throw new FakeFailure({ reason: "duplicate", message: `Already Exists: Job ${jobId}` }, 409);
    const reference = { location: "US", ...jobReference };
    if (configuration.dryRun) return this.#dryRun(configuration.query?.query ?? "", reference);
    const job: FakeJob = {
      resource: {
        jobReference: reference,
        configuration: { ...configuration },
        status: { state: "RUNNING" },
        statistics: {},
      },
      work: Promise.resolve(),
      stopped: false,
    };
    this.#jobs.set(jobId, job);
    job.work = this.#work(job, configuration, seen.data);
    if (configuration.query === undefined) await Promise.race([job.work, pause(LONG_POLL_MS)]);
    return job.resource;
  }

  async #dryRun(sql: string, jobReference: object): Promise<unknown> {
    const { fields, statementType } = await this.engine.describe(sql);
    const query = {
      statementType,
      totalBytesProcessed: "100",
      ...(fields.length > 0 ? { schema: { fields } } : {}),
    };
    return { jobReference, status: { state: "DONE" }, statistics: { totalBytesProcessed: "100", query } };
  }

  async #work(job: FakeJob, configuration: JobConfiguration, data: string): Promise<void> {
    const { resource } = job;
    try {
      job.connection = await this.engine.connect();
      if (job.stopped)
        throw new FakeFailure({ reason: "stopped", message: "Job execution was cancelled" }, 400);
      resource.statistics = await this.#run(job, job.connection, configuration, data);
      resource.status = { state: "DONE" };
    } catch (error) {
      job.failure =
        error instanceof FakeFailure
          ? error
          : new FakeFailure({ reason: "internalError", message: String(error) }, 500);
      resource.status = { state: "DONE", errorResult: job.failure.proto };
    } finally {
      // Rows of a result are read when they are asked for.
      if (!job.answer?.more) release(job);
    }
  }

  async #run(
    job: FakeJob,
    connection: DuckDBConnection,
    { query, load, copy }: JobConfiguration,
    data: string,
  ): Promise<unknown> {
    if (load) return { load: { outputRows: String(await this.#load(connection, load, data)) } };
    if (copy) return this.#copy(connection, copy);
    const answer = await this.engine.run(connection, query?.query ?? "", query?.queryParameters);
    job.answer = answer;
    const { jobId } = job.resource.jobReference as { readonly jobId: string };
    const [projectId, datasetId, tableId] = answer.made ?? [PROJECT, RESULTS, jobId];
    if (answer.made || answer.statementType === "SELECT")
      job.resource.configuration = {
        query: { ...query, destinationTable: { projectId, datasetId, tableId } },
      };
    return {
      totalBytesProcessed: "100",
      totalSlotMs: "5",
      query: {
        statementType: answer.statementType,
        totalBytesProcessed: "100",
        totalBytesBilled: "10485760",
        totalSlotMs: "5",
        ...(answer.affected === undefined ? {} : { numDmlAffectedRows: String(answer.affected) }),
      },
    };
  }

  async #load(
    connection: DuckDBConnection,
    { destinationTable: { datasetId, tableId }, schema, sourceFormat, skipLeadingRows }: Load,
    data: string,
  ): Promise<number> {
    const isJson = sourceFormat === "NEWLINE_DELIMITED_JSON";
    const text = isJson ? data : jsonLines(data, schema?.fields ?? [], Number(skipLeadingRows ?? 0));
    const lines = text.split("\n").filter((line) => line !== "");
    if (schema) {
      const columns = schema.fields.map(({ name, type }) => `\`${name}\` ${type}`).join(", ");
      await this.engine.run(
        connection,
        `create or replace table \`${PROJECT}\`.\`${datasetId}\`.\`${tableId}\` (${columns})`,
      );
    }
    const columns = await this.engine.fields(datasetId, tableId);
    const items = columns.map(({ name, type }) => {
      const value = `json_extract_string(line, '$."${name}"')`;
      return type === "BYTES" ? `from_base64(${value})` : value;
    });
    for (let i = 0; i < lines.length; i += 1_000) {
      const values = lines.slice(i, i + 1_000).map((line) => `('${line.replaceAll("'", "''")}')`);
      await connection.run(
        `INSERT INTO "${PROJECT}"."${datasetId}"."${tableId}" SELECT ${items.join(", ")} FROM (VALUES ${values.join(", ")}) AS t(line)`,
      );
    }
    return lines.length;
  }

  /** Partitions ("$20240101") are not told apart in DuckDB: rows of a day are. */
  async #copy(connection: DuckDBConnection, copy: NonNullable<JobConfiguration["copy"]>): Promise<unknown> {
    const { destinationTable: to, sourceTables, writeDisposition } = copy;
    const [table = "", day] = to.tableId.split("$");
    const target = `"${PROJECT}"."${to.datasetId}"."${table}"`;
    const field = this.engine.tables.get(`${to.datasetId}.${table}`)?.timePartitioning?.field;
    const isThere = (await this.engine.list(to.datasetId)).some(({ name }) => name === table);
    const where = day !== undefined && field ? ` WHERE strftime(${field}, '%Y%m%d') = '${day}'` : "";
    const queries = sourceTables.map(
      ({ datasetId, tableId }) =>
        `SELECT * FROM "${PROJECT}"."${datasetId}"."${tableId.split("$")[0]}"${where}`,
    );
    const union = queries.join(" UNION ALL ");
    if (!isThere) await connection.run(`CREATE TABLE ${target} AS ${union}`);
    else {
      await connection.run("BEGIN");
      if (writeDisposition === "WRITE_TRUNCATE") await connection.run(`DELETE FROM ${target}${where}`);
      await connection.run(`INSERT INTO ${target} ${union}`);
      await connection.run("COMMIT");
    }
    return {};
  }

  #stop(job: FakeJob): void {
    job.stopped = true;
    // An interrupt that comes before DuckDB has begun is lost.
    const timer = setInterval(() => job.connection?.interrupt(), 10);
    void job.work.finally(() => clearInterval(timer));
  }

  async #results(seen: SeenRequest, id: string): Promise<object> {
    const job = this.#job(id);
    const { jobReference } = job.resource;
    await Promise.race([job.work, pause(LONG_POLL_MS)]);
    if (job.failure) throw job.failure;
    if (!job.answer) return { jobReference, jobComplete: false };
    const { fields, rows, more } = job.answer;
    const from = Number(seen.query.get("pageToken") ?? 0);
    const most = Math.min(ROWS_OF_PAGE, Number(seen.query.get("maxResults") ?? ROWS_OF_PAGE));
    let isWhole = more === undefined || job.connection === undefined;
    // Who asks for no row wants to know how many there are.
    while (!isWhole && (most === 0 || rows.length <= from + most)) isWhole = !(await more?.());
    if (isWhole) release(job);
    const part = rows.slice(from, from + most);
    const next = from + part.length;
    return {
      jobReference,
      jobComplete: true,
      ...(isWhole ? { totalRows: String(rows.length) } : {}),
      ...(fields.length > 0 ? { schema: { fields } } : {}),
      ...(most > 0 ? { rows: part.map((row) => ({ f: row.map((v) => ({ v })) })) } : {}),
      ...(next < rows.length && part.length > 0 ? { pageToken: String(next) } : {}),
    };
  }
}

/** A late interrupt must not hit a later job. */
function release(job: FakeJob): void {
  job.connection?.closeSync();
  delete job.connection;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
