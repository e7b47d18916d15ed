// An open Postgres: lends sessions over connections that are kept for the next one, so a run opens as many as it has
// threads. What a session leaves behind is forgotten while nobody waits for it.

import type { CatalogRelation, Session, Warehouse } from "../../src/adapter/adapter.ts";
import { DatabaseError } from "../../src/adapter/database-error.ts";
import type { Relation, RelationParts } from "../../src/adapter/relation.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import type { Host } from "../../src/base/host.ts";
import { listRelations, listSchemas, readCatalog } from "./catalog.ts";
import { Connector } from "./connect.ts";
import type { Connection } from "./connection.ts";
import { connectionProblem } from "./connection-problem.ts";
import type { PostgresCredentials } from "./credentials.ts";
import { databaseError } from "./errors.ts";
import { foldIdentifier } from "./names.ts";
import { transactionOutcome } from "./outcome.ts";
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
    return new PostgresWarehouse(credentials, connector, first);
  } catch (error) {
    throw await connectionProblem(error, credentials, host);
  }
}

/** A connection that waits for its next session; `ready` is done when it was brought back to its first state. */
interface Idle {
  readonly connection: Connection;
  readonly ready: Promise<boolean>;
}

class PostgresWarehouse implements Warehouse {
  readonly #credentials: PostgresCredentials;
  readonly #connector: Connector;
  readonly #idle: Idle[];
  readonly #sessions = new Set<PostgresSession>();
  readonly #types = new TypeNames();
  /** Ends waits for the server when the warehouse is closed. */
  readonly #closing = new AbortController();

  constructor(credentials: PostgresCredentials, connector: Connector, first: Connection) {
    this.#credentials = credentials;
    this.#connector = connector;
    this.#idle = [{ connection: first, ready: Promise.resolve(true) }];
  }

  async withSession<T>(name: string, use: (session: Session) => Promise<T>): Promise<T> {
    return this.#lend(name, use);
  }

  async listRelations(schemas: readonly RelationParts<string | null>[]): Promise<readonly Relation[]> {
    const { database } = this.#credentials;
    if (schemas.length === 0) return [];
    return this.#lend("list relations", (session) => listRelations(session, schemas, database));
  }

  async listSchemas(database: string): Promise<readonly string[]> {
    if (foldIdentifier(database) !== foldIdentifier(this.#credentials.database)) return [];
    return this.#lend("list schemas", listSchemas);
  }

  async catalog(schemas: readonly RelationParts<string | null>[]): Promise<readonly CatalogRelation[]> {
    const { database } = this.#credentials;
    if (schemas.length === 0) return [];
    return this.#lend("catalog", (session) => readCatalog(session, schemas, database));
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await Promise.all([...this.#sessions].map((session) => session.cancel()));
    for (const { connection } of this.#idle) connection.close();
    this.#idle.length = 0;
  }

  async #lend<T>(name: string, use: (session: PostgresSession) => Promise<T>): Promise<T> {
    const connection = await this.#take();
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
      this.#giveBack(connection, session.leavesTraces);
    }
  }

  async #take(): Promise<Connection> {
    const { signal } = this.#closing;
    for (let idle = this.#idle.pop(); idle && !signal.aborted; idle = this.#idle.pop())
      if ((await idle.ready) && !idle.connection.isLost) return idle.connection;
    if (signal.aborted) throw closed();
    try {
      return await this.#connector.connect(signal);
    } catch (error) {
      if (error instanceof EtlError) throw error;
      if (signal.aborted) throw closed();
      const { facts } = databaseError(error);
      // It was tried long enough.
      throw new DatabaseError({ ...facts, retry: "never" }, undefined, { cause: error });
    }
  }

  #giveBack(connection: Connection, leavesTraces: boolean): void {
    if (this.#closing.signal.aborted || connection.transaction !== "none") connection.close();
    if (connection.isLost) return;
    const ready = leavesTraces ? this.#reset(connection) : Promise.resolve(true);
    this.#idle.push({ connection, ready });
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

  #outcomeOf(transaction: string): Promise<"committed" | "aborted" | "unknown"> {
    return transactionOutcome(transaction, () => this.#connector.connect(this.#closing.signal));
  }
}

function closed(): DatabaseError {
  return new DatabaseError(
    { kind: "cancelled", retry: "never", message: "the warehouse is closed" },
    undefined,
  );
}
