// A session on one connection. It guards against what the server does silently: a COMMIT of an aborted transaction is
// answered with success and ROLLBACK, and a cancel that comes between two statements is lost.

import type { Client } from "pg";
import type { Field } from "pg-protocol/dist/messages.js";
import type { ExecuteOptions, SeedFile, Session } from "../../src/adapter/adapter.ts";
import type { Lease, LeaseOptions } from "../../src/adapter/lease.ts";
import type { Relation } from "../../src/adapter/relation.ts";
import type { Cell, QueryResult, ResultColumn } from "../../src/adapter/result.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import { sqlWords } from "../../src/sql/words.ts";
import { toCell } from "./cells.ts";
import { commit } from "./commit.ts";
import type { Connection } from "./connection.ts";
import { databaseError, isConnectionLost, type SentText } from "./errors.ts";
import { boundStatement, description, exchange, plainText, type RawResult } from "./exchange.ts";
import { type Lead, leadOf, mayEndTransaction, NO_LEAD } from "./lead.ts";
import { acquireLease } from "./lease.ts";
import { loadCsv } from "./load-csv.ts";
import type { Outcome } from "./outcome.ts";
import type { TypeNames } from "./type-names.ts";
import { type TypeFacts, typeWithModifier } from "./types.ts";

export interface SessionFacts {
  readonly name: string;
  readonly types: TypeNames;
  /** The profile's `autocommit`: begin and commit do nothing. */
  readonly autocommit: boolean;
  /** Asks, on another connection, what became of a transaction whose COMMIT was not answered. */
  outcomeOf(transaction: string): Promise<Outcome>;
}

export class PostgresSession implements Session {
  readonly #facts: SessionFacts;
  #running: Promise<unknown> | undefined;
  #cancelled = false;
  #cancelling: Promise<void> | undefined;
  /** BEGIN travels with the first statement, which saves a journey to the server. */
  #begins = false;
  /** The number of the open transaction, as far as it is known. */
  #number: string | undefined;
  #leavesTraces = false;
  /** What nobody waits for, but the next session on this connection. */
  #left: Promise<unknown> = Promise.resolve();

  constructor(
    readonly connection: Connection,
    facts: SessionFacts,
  ) {
    this.#facts = facts;
  }

  get name(): string {
    return this.#facts.name;
  }

  get inTransaction(): boolean {
    return this.#begins || this.connection.transaction !== "none";
  }

  /** False when nothing that was run can have changed what the next session meets. */
  get leavesTraces(): boolean {
    return this.#leavesTraces;
  }

  /** Done when the server has done what nobody waited for. */
  get settled(): Promise<unknown> {
    return this.#left;
  }

  async execute(sql: string, options: ExecuteOptions = {}): Promise<QueryResult> {
    this.#leavesTraces ||= TRACES.test(sql);
    return this.#execute(sql, options);
  }

  async #execute(sql: string, options: ExecuteOptions): Promise<QueryResult> {
    const { fetch = true, limit, binds } = options;
    const maxRows = fetch ? (limit ?? Number.POSITIVE_INFINITY) : 0;
    if (binds !== undefined || (limit !== undefined && isSingle(sql))) {
      const begin = this.#takeBegin();
      const messages = boundStatement(sql, (binds ?? []).map(bindText), { limit, begin });
      return this.#guarded({ sql }, async (client) =>
        this.#result(await exchange(client, messages, { maxRows })),
      );
    }
    const lead = this.#lead(sql);
    return this.#guarded({ sql, prefix: lead.text.length }, async (client) => {
      const sent = { maxRows, leadStatements: lead.statements };
      const raw = await exchange(client, plainText(lead.text + sql), sent);
      if (lead.asksNumber) this.#number = raw.leadCell;
      if (mayEndTransaction(sql)) this.#number = undefined;
      return this.#result(raw);
    });
  }

  async begin(): Promise<void> {
    if (this.#facts.autocommit || this.inTransaction) return;
    this.#begins = true;
    this.#number = undefined;
  }

  async commit(): Promise<void> {
    if (this.#takeBegin() || !this.inTransaction) return;
    await this.#guarded({ sql: "COMMIT" }, (client) =>
      commit(client, this.connection, { number: this.#number, outcomeOf: this.#facts.outcomeOf }),
    );
  }

  async rollback(): Promise<void> {
    if (this.#takeBegin() || !this.inTransaction) return;
    await this.#guarded({ sql: "ROLLBACK" }, (client) => exchange(client, plainText("ROLLBACK"))).catch(
      () => {
        // The connection is gone, and the transaction with it.
      },
    );
  }

  /** With statements in front of the query, such as a model's sql_header, it is run: only one can be described. */
  async describe(sql: string): Promise<QueryResult["columns"]> {
    if (isSeveral(sql)) return this.#describeSeveral(sql);
    return this.#guarded({ sql }, async (client) =>
      this.#columns((await exchange(client, description(sql))).fields),
    );
  }

  /** The query of a contract may have a header: it has to run before the query means anything, and is undone. */
  async #describeSeveral(sql: string): Promise<QueryResult["columns"]> {
    if (this.inTransaction) {
      await this.execute("SAVEPOINT etl_describe", { fetch: false });
      const { columns } = await this.execute(sql, { fetch: false });
      await this.execute("ROLLBACK TO SAVEPOINT etl_describe", { fetch: false });
      return columns;
    }
    await this.begin();
    try {
      return (await this.execute(sql, { fetch: false })).columns;
    } finally {
      await this.rollback();
    }
  }

  /**
   * Streams a CSV file into a table with COPY.
   * @throws EtlError(seed-cell, seed-ragged ...) with file, row, column and value, DatabaseError for anything else
   */
  async loadCsv(target: Relation, seed: SeedFile): Promise<number> {
    return this.#guarded({}, async (client) => {
      const lead = this.#lead("COPY");
      if (lead.statements > 0) {
        const { leadCell } = await exchange(client, plainText(lead.text), {
          leadStatements: lead.statements,
        });
        this.#number = leadCell;
      }
      return loadCsv(client, this.connection, target, seed);
    });
  }

  lease(relation: Relation, options: LeaseOptions): Promise<Lease> {
    const session = {
      execute: (sql: string) => this.#execute(sql, {}),
      leave: (sql: string) => this.#leave(sql),
    };
    return acquireLease(session, relation, options);
  }

  /** Runs a statement outside of transactions while nobody waits, one after the other. */
  #leave(sql: string): void {
    const { connection } = this;
    // Rolled back soon, and then all is forgotten that a session may leave.
    if (this.inTransaction) this.#leavesTraces = true;
    else
      this.#left = this.#left
        .then(() => connection.watched(exchange(connection.client, plainText(sql))))
        .catch(() => connection.close());
  }

  async cancel(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#cancelled = true;
    this.#cancelling ??= this.connection.cancelUntil(running).finally(() => {
      this.#cancelling = undefined;
    });
    await this.#cancelling;
  }

  /** Runs `work` so that `cancel` can reach it, and turns what the driver throws into a DatabaseError. */
  async #guarded<T>(sent: SentText, work: (client: Client) => Promise<T>): Promise<T> {
    // A request to cancel that is still under way would hit the next statement. Nothing is waited for without one: who
    // cancels right after this call has to find what runs.
    if (this.#cancelling) await this.#cancelling;
    this.#cancelled = false;
    const running = this.connection.watched(work(this.connection.client));
    this.#running = running;
    try {
      return await running;
    } catch (error) {
      if (error instanceof EtlError) throw error;
      // The driver says it later.
      if (isConnectionLost(error)) this.connection.close();
      throw databaseError(error, { ...sent, cancelled: this.#cancelled });
    } finally {
      this.#running = undefined;
    }
  }

  #lead(sql: string): Lead {
    if (this.#takeBegin()) return leadOf(sql, "begins");
    const unknown = this.connection.transaction === "open" && this.#number === undefined;
    return unknown ? leadOf(sql, "open") : NO_LEAD;
  }

  /** True when the transaction is still to be opened: by the caller. */
  #takeBegin(): boolean {
    const begins = this.#begins;
    this.#begins = false;
    return begins;
  }

  async #result(raw: RawResult): Promise<QueryResult> {
    const columns = await this.#columns(raw.fields);
    const converters = raw.rows.length === 0 ? [] : (await this.#typesOf(raw.fields)).map(toCell);
    const rows = raw.rows.map((row) =>
      row.map((text, i) => (text === null ? null : (converters[i]?.(text) ?? text))),
    );
    const affected = affectedRows(raw);
    return { columns, rows, ...(affected === undefined ? {} : { affected }), response: responseOf(raw) };
  }

  async #columns(fields: readonly Field[]): Promise<ResultColumn[]> {
    const found = await this.#typesOf(fields);
    return fields.map((field, i) => {
      const type = found[i] ?? { name: "unknown", family: "other" as const };
      return { name: field.name, type: typeWithModifier(type, field.dataTypeModifier), family: type.family };
    });
  }

  #typesOf(fields: readonly Field[]): Promise<readonly TypeFacts[]> {
    const oids = fields.map((field) => field.dataTypeID);
    return this.#facts.types.of(
      oids,
      async (sql) => (await exchange(this.connection.client, plainText(sql))).rows,
    );
  }
}

/**
 * Words of statements that outlive a transaction: temporary tables, settings, locks, listeners, prepared statements, and
 * blocks that may hold any of these. A word too many costs a message to the server, which nobody waits for.
 */
const TRACES = /temp|\bset\b|set_config|\breset\b|listen|prepare|declare|advisory|\bload\b|\bdo\b|\bcall\b/i;

/** True when there is surely one statement: only one can be given a limit. */
function isSingle(sql: string): boolean {
  return !/;\s*\S/.test(sql);
}

/** True when statements are told apart by semicolons outside of texts, names, comments and parentheses. */
function isSeveral(sql: string): boolean {
  if (isSingle(sql)) return false;
  return sqlWords(sql).some(
    ({ text, depth }, i, words) => text === ";" && depth === 0 && i + 1 < words.length,
  );
}

/** A cell as text for a placeholder. */
function bindText(cell: Cell): string | null {
  if (cell === null) return null;
  if (cell instanceof Uint8Array) return `\\x${Buffer.from(cell).toString("hex")}`;
  if (Array.isArray(cell)) return `{${cell.map((item: Cell) => arrayElement(item)).join(",")}}`;
  return String(cell);
}

function arrayElement(cell: Cell): string {
  const text = bindText(cell);
  if (text === null) return "NULL";
  return Array.isArray(cell) ? text : `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** Rows that a statement wrote; CREATE TABLE AS answers like a SELECT without columns. */
function affectedRows({ tag, fields }: RawResult): number | undefined {
  const count = /^(INSERT \d+|UPDATE|DELETE|MERGE|COPY|SELECT) (\d+)$/.exec(tag ?? "");
  if (!count || (count[1] === "SELECT" && fields.length > 0)) return undefined;
  return Number(count[2]);
}

/** dbt's adapter_response: the command tag, its words, and psycopg2's rowcount, which is -1 where there is none. */
function responseOf({ tag }: RawResult): QueryResult["response"] {
  if (tag === undefined) return { _message: "", code: "", rows_affected: -1 };
  const parts = tag.split(" ");
  const last = parts.at(-1) ?? "";
  return {
    _message: tag,
    code: parts.filter((part) => !/^\d+$/.test(part)).join(" "),
    rows_affected: /^\d+$/.test(last) ? Number(last) : -1,
  };
}
