// A session: what the client remembers between statements, and one query at a time. Most connectors write in no
// transaction, so `begin` and `commit` only mark what belongs together; each statement is kept when it has ended.

import type { ExecuteOptions, SeedFile, Session } from "../../src/adapter/adapter.ts";
import { DatabaseError, interrupted } from "../../src/adapter/database-error.ts";
import type { OperationData } from "../../src/adapter/operation.ts";
import type { Relation } from "../../src/adapter/relation.ts";
import type { QueryResult } from "../../src/adapter/result.ts";
import { ClientState } from "./client-state.ts";
import { databaseError, type SentText } from "./errors.ts";
import { loadCsv } from "./load-csv.ts";
import { Query, type QueryAnswer, type QueryOptions } from "./query.ts";
import { readRouting } from "./routing.ts";
import { type Statement, statementsOf, withValues } from "./statements.ts";
import type { Transport } from "./transport.ts";

/** Statements in front of a query that change the session alone, and may run before it is described. */
const SETTINGS = new Set(["set", "reset", "use"]);
/** First words of statements that may be ended when enough rows are read. */
const READING = new Set(["select", "with", "values", "table", "show", "("]);

export class TrinoSession implements Session {
  readonly #state: ClientState;
  #begun = false;
  #running: Query | undefined;
  /** Asked to cancel while something ran; stays until what ran has heard of it. */
  #cancelled = false;
  #busy = false;

  constructor(
    readonly name: string,
    private readonly transport: Transport,
  ) {
    this.#state = new ClientState(transport.credentials);
  }

  get inTransaction(): boolean {
    return this.#begun || this.#state.inTransaction;
  }

  async execute(sql: string, options: ExecuteOptions = {}): Promise<QueryResult> {
    const { fetch = true, limit, binds } = options;
    const bound = binds === undefined ? sql : withValues(sql, binds);
    const statements = statementsOf(bound);
    const last = statements.at(-1);
    if (!last) return NOTHING;
    return this.#working(async () => {
      for (const one of statements.slice(0, -1)) await this.#run(bound, one, { maxRows: 0, drain: true });
      const maxRows = fetch ? (limit ?? Number.POSITIVE_INFINITY) : 0;
      // What writes is never ended early.
      const drain = limit === undefined || !READING.has(last.words[0] ?? "");
      return resultOf(await this.#run(bound, last, { maxRows, drain }));
    });
  }

  async begin(): Promise<void> {
    this.#begun = true;
  }

  async commit(): Promise<void> {
    this.#begun = false;
    if (this.#state.inTransaction) await this.execute("COMMIT");
  }

  async rollback(): Promise<void> {
    this.#begun = false;
    if (!this.#state.inTransaction) return;
    await this.execute("ROLLBACK").catch(() => {
      // The server has forgotten it, or will: nothing of it is kept.
    });
    this.#state.forgetTransaction();
  }

  /** By a query of no rows over it. Settings in front of it, such as those of a model's sql_header, are made. */
  async describe(sql: string): Promise<QueryResult["columns"]> {
    const statements = statementsOf(sql);
    const last = statements.at(-1);
    if (!last) return [];
    const others = statements.slice(0, -1);
    if (!others.every(({ words }) => SETTINGS.has(words[0] ?? "")))
      throw new DatabaseError({ kind: "permanent", retry: "never", message: SEVERAL }, sql);
    return this.#working(async () => {
      for (const one of others) await this.#run(sql, one, { maxRows: 0, drain: true });
      const text = `${DESCRIBE}${last.sql}\n) LIMIT 0`;
      const sent = { sql, start: last.start, prefix: DESCRIBE.length };
      return (await this.#send(text, sent, { maxRows: 0, drain: true })).columns;
    });
  }

  /** Fills a table from a CSV file. @throws EtlError with file, row, column and value, DatabaseError for anything else */
  loadCsv(target: Relation, seed: SeedFile): Promise<number> {
    return loadCsv((sql) => this.execute(sql, { fetch: false }), target, seed);
  }

  /** The one operation: tags and headers of the node, for all that its session sends from now on. */
  async operate(_name: string, [tags, headers]: readonly OperationData[]): Promise<OperationData> {
    const routing = readRouting(tags ?? null, headers ?? null);
    if (typeof routing === "string")
      throw new DatabaseError({ kind: "permanent", retry: "never", message: routing }, undefined);
    this.#state.route(routing.tags, routing.headers);
    return null;
  }

  async cancel(): Promise<void> {
    if (!this.#busy) return;
    this.#cancelled = true;
    await this.#running?.cancel();
  }

  async #working<T>(work: () => Promise<T>): Promise<T> {
    this.#busy = true;
    this.#cancelled = false;
    try {
      return await work();
    } finally {
      this.#busy = false;
    }
  }

  #run(sql: string, { sql: text, start }: Statement, options: QueryOptions): Promise<QueryAnswer> {
    return this.#send(text, { sql, start }, options);
  }

  async #send(text: string, sent: SentText, options: QueryOptions): Promise<QueryAnswer> {
    if (this.#cancelled) throw interrupted(sent.sql);
    const query = new Query(this.transport, this.#state);
    this.#running = query;
    try {
      return await query.run(text, options);
    } catch (error) {
      const { facts } = databaseError(error, sent);
      const cancelled = this.#cancelled ? { kind: "cancelled" as const, retry: "never" as const } : {};
      if (facts.retry === "reconnect") this.#begun = false;
      throw new DatabaseError({ ...facts, ...cancelled }, sent.sql, { cause: error });
    } finally {
      this.#running = undefined;
    }
  }
}

const DESCRIBE = "SELECT * FROM (";
const SEVERAL = "several statements cannot be described, only a query with SET, RESET or USE in front of it";

const NOTHING: QueryResult = { columns: [], rows: [], response: { _message: "", rows_affected: -1 } };

/** dbt-trino's adapter_response without the query's text, which would repeat every model in run_results.json. */
function resultOf({ columns, rows, id, updateType, updateCount, bytes }: QueryAnswer): QueryResult {
  const code = updateType ?? "SUCCESS";
  const shown =
    updateCount === undefined ? "" : ` (${updateCount.toLocaleString("en-US").replaceAll(",", "_")} rows)`;
  const isUpdate = updateType !== undefined;
  return {
    // A statement that writes answers with the number of rows, which is told apart.
    columns: isUpdate ? [] : columns,
    rows: isUpdate ? [] : rows,
    ...(updateCount === undefined ? {} : { affected: updateCount }),
    response: {
      _message: `${code}${shown}`,
      rows_affected: updateCount ?? -1,
      query_id: id,
      ...(bytes > 0 ? { bytes_processed: bytes } : {}),
    },
  };
}
