// An open Postgres: lends sessions over connections that are kept for the next one, so a run opens as many as it has
// threads. What a session leaves behind is forgotten while nobody waits for it.

import { setMaxListeners } from "node:events";
import type { CatalogRelation, Session, Warehouse } from "../../src/adapter/adapter.ts";
import { closedWarehouse, DatabaseError } from "../../src/adapter/database-error.ts";
import type { Relation, SchemaName } from "../../src/adapter/relation.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import type { Host } from "../../src/base/host.ts";
import { listRelations, listSchemas, readCatalog } from "./catalog.ts";
import { Connector, isFull } from "./connect.ts";
import type { Connection } from "./connection.ts";
import { connectionProblem, problemOf } from "./connection-problem.ts";
import type { PostgresCredentials } from "./credentials.ts";
import { databaseError } from "./errors.ts";
import { foldIdentifier } from "./names.ts";
import { type Outcome, transactionOutcome } from "./outcome.ts";
import { PostgresSession } from "./session.ts";
import { TypeNames } from "./type-names.ts";

/**
 * Connects once, so that a wrong profile is told before anything runs.
 * @throws EtlError(connection-failed) with the key of the profile that is to blame
 */
export async function openWarehouse(credentials: PostgresCredentials, host: Host): Promise<Warehouse> {
  const connector = new Connector(credentials, host);
  try {
    const first = await connector.connect(host.signal);
    return new PostgresWarehouse(credentials, host, connector, first);
  } catch (error) {
    throw await connectionProblem(error, credentials, host);
  }
}

/** So long a node waits for another one's session; nodes that hold one and wait for a second must not wait for ever. */
const ROOM_PATIENCE_MS = 60_000;
const ROOM_PAUSE_MS = 100;

/** A connection that waits for its next session; `ready` is done when it was brought back to its first state. */
interface Idle {
  readonly connection: Connection;
  readonly ready: Promise<boolean>;
}

class PostgresWarehouse implements Warehouse {
  readonly #credentials: PostgresCredentials;
  readonly #host: Pick<Host, "elapsedMs">;
  readonly #connector: Connector;
  readonly #idle: Idle[];
  readonly #sessions = new Set<PostgresSession>();
  readonly #types = new TypeNames();
  /** Those who wait for a session to end, since the server is full. */
  readonly #waiting: (() => void)[] = [];
  /** Who has a session, or waits for one. */
  #lending = 0;
  /** Ends waits for the server when the warehouse is closed. */
  readonly #closing = new AbortController();

  constructor(credentials: PostgresCredentials, host: Host, connector: Connector, first: Connection) {
    this.#credentials = credentials;
    this.#host = host;
    this.#connector = connector;
    this.#idle = [{ connection: first, ready: Promise.resolve(true) }];
    // As many as there are sessions that connect at the same time.
    setMaxListeners(0, this.#closing.signal);
  }

  async withSession<T>(name: string, use: (session: Session) => Promise<T>): Promise<T> {
    return this.#lend(name, use);
  }

  async listRelations(schemas: readonly SchemaName[]): Promise<readonly Relation[]> {
    const { database } = this.#credentials;
    if (schemas.length === 0) return [];
    return this.#lend("list relations", (session) => listRelations(session, schemas, database));
  }

  async listSchemas(database: string): Promise<readonly string[]> {
    if (foldIdentifier(database) !== foldIdentifier(this.#credentials.database)) return [];
    return this.#lend("list schemas", listSchemas);
  }

  async catalog(schemas: readonly SchemaName[]): Promise<readonly CatalogRelation[]> {
    const { database } = this.#credentials;
    if (schemas.length === 0) return [];
    return this.#lend("catalog", (session) => readCatalog(session, schemas, database));
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all([...this.#sessions].map((session) => session.cancel()));
    for (const { connection } of this.#idle) connection.close();
    this.#idle.length = 0;
  }

  async #lend<T>(name: string, use: (session: PostgresSession) => Promise<T>): Promise<T> {
    this.#lending++;
    try {
      return await this.#lendNow(name, use);
    } finally {
      this.#lending--;
    }
  }

  async #lendNow<T>(name: string, use: (session: PostgresSession) => Promise<T>): Promise<T> {
    const connection = await this.#take();
    if (this.#closing.signal.aborted) {
      connection.close();
      throw closedWarehouse();
    }
    const session = new PostgresSession(connection, {
      name,
      types: this.#types,
      autocommit: this.#credentials.autocommit,
      outcomeOf: (transaction) => this.#outcomeOf(transaction),
    });
    this.#sessions.add(session);
    try {
      return await use(session);
    } finally {
      this.#sessions.delete(session);
      await session.rollback();
      this.#giveBack(connection, session);
    }
  }

  async #take(): Promise<Connection> {
    const { signal } = this.#closing;
    const deadline = this.#host.elapsedMs() + ROOM_PATIENCE_MS;
    for (;;) {
      for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop())
        if ((await idle.ready) && !idle.connection.isLost) return idle.connection;
      if (signal.aborted) throw closedWarehouse();
      // A full server has room as soon as one of our own sessions ends, and only then when it is full of ours.
      const alone = this.#lending === 1;
      const last = alone || this.#host.elapsedMs() >= deadline;
      try {
        return await this.#connector.connect(signal, alone ? "wait" : "throw");
      } catch (error) {
        if (last || !isFull(error)) throw this.#unconnected(error);
      }
      await this.#room();
    }
  }

  #unconnected(error: unknown): unknown {
    if (error instanceof EtlError) return error;
    if (this.#closing.signal.aborted) return closedWarehouse();
    if (!(error instanceof Error)) return error;
    const { facts } = databaseError(error);
    const { message, help } = problemOf(error, this.#credentials);
    // A full server was waited for, and is not gone.
    const retry = isFull(error) ? "never" : facts.retry;
    // The profile was right when the run began.
    const hint =
      retry === "reconnect" ? "when the server is back, etl retry goes on with what is left" : help;
    return new DatabaseError(
      { ...facts, retry, message, ...(hint === undefined ? {} : { hint }) },
      undefined,
      {
        cause: error,
      },
    );
  }

  /** Waits until a session of ours ends, or a moment: connections end by themselves, too. */
  #room(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ROOM_PAUSE_MS);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #giveBack(connection: Connection, { leavesTraces, settled }: PostgresSession): void {
    if (this.#closing.signal.aborted || connection.transaction !== "none") connection.close();
    if (connection.isLost) return;
    const ready = leavesTraces ? this.#reset(connection) : settled.then(() => true);
    this.#idle.push({ connection, ready });
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #reset(connection: Connection): Promise<boolean> {
    try {
      await connection.reset();
      return true;
    } catch {
      connection.close();
      return false;
    }
  }

  #outcomeOf(transaction: string): Promise<Outcome> {
    return transactionOutcome(transaction, () => this.#connector.connect(this.#closing.signal));
  }
}
