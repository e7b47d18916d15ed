// A session: one connection of the driver, one statement at a time. Snowflake's transactions hold rows only: DDL ends
// them and is kept at once. So `begin` says what belongs together, and BEGIN is sent with the first statement that
// changes rows: views and tables cost no request more, and an incremental model's rows and what is remembered of them
// are kept in one COMMIT.

import type { ExecuteOptions, SeedFile, Session } from "../../src/adapter/adapter.ts";
import { DatabaseError, interrupted } from "../../src/adapter/database-error.ts";
import type { OperationData } from "../../src/adapter/operation.ts";
import type { Relation } from "../../src/adapter/relation.ts";
import type { QueryResult } from "../../src/adapter/result.ts";
import type { SnowflakeConnection } from "./connection.ts";
import type { DriverStatement } from "./driver.ts";
import { databaseError } from "./errors.ts";
import { loadCsv } from "./load-csv.ts";
import { runStatement, type StatementOptions } from "./run-statement.ts";
import { type Statement, statementsOf, trailingComment } from "./statements.ts";

export class SnowflakeSession implements Session {
  #begun = false;
  /** BEGIN was sent, and nothing has ended it. */
  #open = false;
  /** The last statement of the open transaction failed: Snowflake would commit what came before it. */
  #failed = false;
  #running: DriverStatement | undefined;
  /** Asked to cancel while something ran; stays until what ran has heard of it. */
  #cancelled = false;
  #busy = false;
  /** No BEGIN is sent: what the node writes to knows no transactions. */
  #keepsEach = false;

  constructor(
    readonly name: string,
    private readonly connection: SnowflakeConnection,
  ) {}

  get inTransaction(): boolean {
    return this.#begun || this.#open;
  }

  async execute(sql: string, options: ExecuteOptions = {}): Promise<QueryResult> {
    const { fetch = true, limit, binds } = options;
    const statements = statementsOf(sql);
    const last = statements.at(-1);
    if (!last) return NOTHING;
    return this.#working(async () => {
      const comment = statements.length > 1 ? trailingComment(last.sql) : "";
      for (const one of statements.slice(0, -1))
        await this.#run(sql, { ...one, sql: one.sql + comment }, { maxRows: 0 });
      const maxRows = fetch ? (limit ?? Number.POSITIVE_INFINITY) : 0;
      return this.#run(sql, last, { maxRows, ...(binds === undefined ? {} : { binds }) });
    });
  }

  async begin(): Promise<void> {
    this.#begun = true;
  }

  async commit(): Promise<void> {
    this.#begun = false;
    if (!this.#open) return;
    if (this.#failed) {
      await this.rollback();
      throw new DatabaseError({ kind: "permanent", retry: "never", message: FAILED }, undefined);
    }
    this.#open = false;
    await this.#command("COMMIT");
  }

  async rollback(): Promise<void> {
    this.#begun = false;
    if (!this.#open) return;
    this.#open = false;
    await this.#command("ROLLBACK").catch(() => {
      // The session is gone, and its transaction with it.
      this.connection.broken = true;
    });
  }

  /** Asks for the columns without running the query. */
  async describe(sql: string): Promise<QueryResult["columns"]> {
    const statements = statementsOf(sql);
    const last = statements.at(-1);
    if (!last) return [];
    const others = statements.slice(0, -1);
    if (!others.every(({ kind }) => kind === "session"))
      throw new DatabaseError({ kind: "permanent", retry: "never", message: SEVERAL }, sql);
    return this.#working(async () => {
      for (const one of others) await this.#run(sql, one, { maxRows: 0 });
      return (await this.#run(sql, last, { maxRows: 0, describe: true })).columns;
    });
  }

  /** Fills a table from a CSV file. @throws EtlError with file, row, column and value, DatabaseError for anything else */
  loadCsv(target: Relation, seed: SeedFile): Promise<number> {
    return loadCsv((sql) => this.execute(sql), target, seed);
  }

  async operate(name: string, [sql]: readonly OperationData[]): Promise<OperationData> {
    if (name === "query_column_types")
      return [...(await this.describe(String(sql)))].map(({ name, type }) => ({ name, type }));
    this.#keepsEach = true;
    return null;
  }

  async cancel(): Promise<void> {
    if (!this.#busy) return;
    this.#cancelled = true;
    const statement = this.#running;
    if (statement) await new Promise<void>((resolve) => statement.cancel(() => resolve()));
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

  async #run(sql: string, one: Statement, options: StatementOptions): Promise<QueryResult> {
    if (one.kind === "dml" && this.#begun && !this.#open && !this.#keepsEach) {
      await this.#command("BEGIN");
      this.#open = true;
    }
    const result = await this.#send(one.sql, { sql, start: one.start }, options);
    if (one.kind === "begin") this.#open = true;
    // DDL commits what was open; what comes next begins anew.
    if (one.kind === "ddl" || one.kind === "commit" || one.kind === "rollback") this.#open = false;
    if (one.kind === "commit" || one.kind === "rollback") this.#begun = false;
    this.connection.note(one);
    return result;
  }

  /** One of our own. */
  async #command(sql: string): Promise<void> {
    await this.#send(sql, { sql, start: 0 }, { maxRows: 0 });
  }

  async #send(
    text: string,
    sent: { readonly sql: string; readonly start: number },
    options: StatementOptions,
  ): Promise<QueryResult> {
    if (this.#cancelled) throw interrupted(sent.sql);
    try {
      const result = await runStatement(this.connection.driver, text, options, (statement) => {
        this.#running = statement;
        if (this.#cancelled) statement.cancel(() => {});
      });
      this.#failed = false;
      return result;
    } catch (error) {
      const { facts } = databaseError(error, sent);
      const told = this.#cancelled ? { kind: "cancelled" as const, retry: "never" as const } : {};
      this.#failed = this.#open;
      if (facts.retry === "reconnect") {
        this.connection.broken = true;
        this.connection.isLost = true;
        this.#open = false;
        this.#begun = false;
      }
      throw new DatabaseError({ ...facts, ...told }, sent.sql, { cause: error });
    } finally {
      this.#running = undefined;
    }
  }
}

const FAILED = "a statement of the transaction has failed, so it was rolled back";
const SEVERAL =
  "several statements cannot be described, only a query with USE, SET or ALTER SESSION before it";

const NOTHING: QueryResult = { columns: [], rows: [], response: { _message: "", rows_affected: -1 } };
