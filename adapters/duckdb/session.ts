// One connection to a DuckDB instance. It guards against what the driver does silently: a COMMIT after a failed
// statement succeeds and keeps nothing, an interrupt that comes between two statements is lost, and a result that is
// still being read ends early when the next statement starts (so results are read before `execute` returns).

import {
  type DuckDBConnection,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  StatementType,
} from "@duckdb/node-api";
import type { ExecuteOptions, SeedFile, Session } from "../../src/adapter/adapter.ts";
import { DatabaseError } from "../../src/adapter/database-error.ts";
import type { Relation } from "../../src/adapter/relation.ts";
import type { Cell, QueryResult, ResultColumn } from "../../src/adapter/result.ts";
import { databaseError } from "./errors.ts";
import { loadCsv } from "./load-csv.ts";
import { affectedRows, columnsOf, readChunks, rowsOf, toDuckDB } from "./results.ts";
import { readStatements, type StatementText, type TransactionStep } from "./statement-text.ts";
import type { Turn } from "./turn.ts";
import { types } from "./types.ts";

/** How often a running statement is told again to stop: an interrupt is lost while a statement waits to be started. */
const INTERRUPT_AGAIN_MS = 20;

export class DuckDBSession implements Session {
  #transaction = false;
  /** A statement failed since BEGIN, so that the engine may have aborted the transaction. */
  #doubtful = false;
  #running: Promise<unknown> | undefined;
  #cancelled = false;
  /** Ends this session's turn to create schemas; held until its transaction ends. */
  #endTurn: (() => void) | undefined;

  /**
   * @param connection owned by this session, which closes it
   * @param schemaTurn taken while this session creates a schema
   * @param transactions false for `disable_transactions`: begin and commit do nothing, as in dbt-duckdb
   */
  constructor(
    readonly name: string,
    private readonly connection: DuckDBConnection,
    private readonly schemaTurn: Turn,
    private readonly transactions: boolean,
  ) {}

  get inTransaction(): boolean {
    return this.#transaction;
  }

  async execute(sql: string, options: ExecuteOptions = {}): Promise<QueryResult> {
    const text = readStatements(sql);
    if (text.count === 0) return NOTHING;
    if (text.createsSchema) this.#endTurn ??= await this.schemaTurn.take();
    try {
      return await this.#guarded(sql, () =>
        text.count > 1 || options.limit !== undefined || options.binds
          ? this.#runEach(sql, text, options)
          : this.#runWhole(sql, text, options),
      );
    } finally {
      this.#leaveTurn();
    }
  }

  async begin(): Promise<void> {
    if (this.transactions) await this.execute("BEGIN", { fetch: false });
  }

  async commit(): Promise<void> {
    if (this.transactions) await this.execute("COMMIT", { fetch: false });
  }

  async rollback(): Promise<void> {
    if (!this.#transaction) return;
    try {
      await this.connection.run("ROLLBACK");
    } catch {
      // The engine has ended the transaction by itself, or the connection is gone: nothing is left to undo.
    } finally {
      this.#transaction = false;
      this.#doubtful = false;
      this.#leaveTurn();
    }
  }

  async describe(sql: string): Promise<QueryResult["columns"]> {
    return this.#guarded(sql, async () => {
      const extracted = await this.connection.extractStatements(sql);
      if (extracted.count > 1) return this.#describePivot(sql);
      const prepared = await extracted.prepare(0);
      try {
        return columnsOf(prepared);
      } finally {
        prepared.destroySync();
      }
    });
  }

  /**
   * Fills a table from a CSV file with DuckDB's own reader, which streams it.
   * @throws EtlError(seed-cell, seed-ragged ...) with file, row, column and value, DatabaseError for anything else
   */
  async loadCsv(target: Relation, seed: SeedFile): Promise<number> {
    return loadCsv(this, this.connection, target, seed);
  }

  async cancel(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#cancelled = true;
    this.connection.interrupt();
    const again = setInterval(() => this.connection.interrupt(), INTERRUPT_AGAIN_MS);
    try {
      await running;
    } catch {
      // The statement's own caller hears of it.
    } finally {
      clearInterval(again);
    }
  }

  /** Rolls back what is open and gives the connection up. */
  async end(): Promise<void> {
    await this.rollback();
    this.#endTurn?.();
    this.#endTurn = undefined;
    this.connection.disconnectSync();
  }

  /** Runs `work` so that `cancel` can reach it, and turns what the driver throws into a DatabaseError. */
  async #guarded<T>(sql: string, work: () => Promise<T>): Promise<T> {
    this.#cancelled = false;
    const running = work();
    this.#running = running;
    try {
      return await running;
    } catch (error) {
      this.#doubtful = this.#transaction;
      throw databaseError(error, sql);
    } finally {
      this.#running = undefined;
    }
  }

  /** One statement without more: a single call to the driver, which saves 0.15 ms over preparing it. */
  async #runWhole(
    sql: string,
    { steps: [step] }: StatementText,
    options: ExecuteOptions,
  ): Promise<QueryResult> {
    if (step === "commit") await this.#refuseAbortedCommit(sql);
    const result = await this.connection.run(sql);
    if (step && result.statementType === StatementType.TRANSACTION) this.#enter(step);
    return this.#read(result, options);
  }

  async #runEach(sql: string, { steps }: StatementText, options: ExecuteOptions): Promise<QueryResult> {
    const ahead = [...steps];
    const extracted = await this.connection.extractStatements(sql);
    let result = NOTHING;
    for (let i = 0; i < extracted.count; i++) {
      if (this.#cancelled) throw interrupted(sql);
      const last = i === extracted.count - 1;
      const prepared = await extracted.prepare(i);
      try {
        const step = prepared.statementType === StatementType.TRANSACTION ? ahead.shift() : undefined;
        if (step === "commit") await this.#refuseAbortedCommit(sql);
        if (last && options.binds) prepared.bind(options.binds.map(toDuckDB));
        result = await this.#runPrepared(prepared, last ? options : { fetch: false });
        if (step) this.#enter(step);
      } finally {
        prepared.destroySync();
      }
    }
    return result;
  }

  async #runPrepared(prepared: DuckDBPreparedStatement, options: ExecuteOptions): Promise<QueryResult> {
    const streamed =
      options.fetch !== false &&
      options.limit !== undefined &&
      prepared.statementType === StatementType.SELECT;
    return this.#read(streamed ? await prepared.stream() : await prepared.run(), options);
  }

  async #read(result: DuckDBResult, options: ExecuteOptions): Promise<QueryResult> {
    const columns = columnsOf(result);
    const affected = affectedRows(result);
    const rows =
      options.fetch === false
        ? []
        : await this.#readRows(result, columns, options.limit ?? Number.POSITIVE_INFINITY);
    return { columns, rows, ...(affected === undefined ? {} : { affected }), response: { _message: "OK" } };
  }

  async #readRows(result: DuckDBResult, columns: readonly ResultColumn[], limit: number): Promise<Cell[][]> {
    const chunks = await readChunks(result, limit);
    if (result.isStreaming) await this.#endStream(result);
    const zoned = columns.some((column) => column.type.includes("TIMESTAMP WITH TIME ZONE"));
    const zone = zoned ? await this.#timeZone() : "UTC";
    return rowsOf(result, chunks, zone, limit);
  }

  /**
   * Ends a stream that was not read to its end. One that is left holds the database open until it happens to be collected,
   * and whoever opens the file again in this process waits for that. An interrupt would abort a transaction: there any
   * statement makes the engine stop.
   */
  async #endStream(result: DuckDBResult): Promise<void> {
    if (this.#transaction) {
      await this.connection.run("SELECT 1");
      return;
    }
    this.connection.interrupt();
    try {
      // What was buffered already still comes.
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; )
        chunk = await result.fetchChunk();
    } catch {
      // The interrupt itself.
    }
  }

  async #timeZone(): Promise<string> {
    const result = await this.connection.run("SELECT current_setting('TimeZone')");
    return String((await result.getRows())[0]?.[0]);
  }

  /** DuckDB answers a COMMIT of an aborted transaction with success and drops the work; a probe tells. */
  async #refuseAbortedCommit(sql: string): Promise<void> {
    if (!this.#doubtful) return;
    try {
      await this.connection.run("SELECT 1");
    } catch (error) {
      await this.rollback();
      const { message } = databaseError(error, sql);
      const facts = { kind: "permanent", retry: "never", code: "TransactionContext Error" } as const;
      throw new DatabaseError({ ...facts, message: `nothing was committed: ${message}` }, sql, {
        cause: error,
      });
    }
  }

  #enter(step: TransactionStep): void {
    this.#transaction = step === "begin";
    this.#doubtful = false;
  }

  #leaveTurn(): void {
    if (this.#transaction) return;
    this.#endTurn?.();
    this.#endTurn = undefined;
  }

  /** PIVOT is one statement to the user and several to the engine, which DESCRIBE takes but `prepare` does not. */
  async #describePivot(sql: string): Promise<QueryResult["columns"]> {
    // DESCRIBE would run the statements behind the first.
    if (readStatements(sql).count > 1)
      throw new Error("Invalid Input Error: several statements cannot be described");
    const result = await this.connection.run(`DESCRIBE ${sql}`);
    return (await result.getRows()).map(([name, type]) => {
      const text = String(type);
      return { name: String(name), type: text, family: types.family(text) };
    });
  }
}

const NOTHING: QueryResult = { columns: [], rows: [], response: { _message: "OK" } };

function interrupted(sql: string): DatabaseError {
  return new DatabaseError(
    { kind: "cancelled", retry: "never", message: "Interrupted!", code: "INTERRUPT Error" },
    sql,
  );
}
