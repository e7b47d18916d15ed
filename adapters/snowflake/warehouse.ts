// An open account: sessions are lent, brought back to their first state and kept for the next node, since each login
// takes as long as a small model.

import { setMaxListeners } from "node:events";
import type { CatalogRelation, Session, Warehouse } from "../../src/adapter/adapter.ts";
import { closedWarehouse, DatabaseError } from "../../src/adapter/database-error.ts";
import type { Relation, SchemaName } from "../../src/adapter/relation.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import type { Host } from "../../src/base/host.ts";
import { assertDatabase, listRelations, listSchemas, readCatalog } from "./catalog.ts";
import { connect, Interrupted, type SnowflakeConnection } from "./connection.ts";
import { connectionProblem, problemOf } from "./connection-problem.ts";
import type { SnowflakeCredentials } from "./credentials.ts";
import { type Driver, loadSnowflake } from "./driver.ts";
import { databaseError } from "./errors.ts";
import { SnowflakeSession } from "./session.ts";

/**
 * Logs in once, so that a wrong profile is told before anything runs.
 * @throws EtlError(driver-missing, driver-invalid, connection-failed) with the key of the profile that is to blame
 */
export async function openWarehouse(
  credentials: SnowflakeCredentials,
  { signal, elapsedMs }: Pick<Host, "signal" | "elapsedMs">,
): Promise<Warehouse> {
  const { folder: projectFolder, verify, place } = credentials;
  const driver = loadSnowflake({ projectFolder, place: place("type") }, { verify });
  let first: SnowflakeConnection | undefined;
  try {
    first = await connect(driver, credentials, signal);
    await checkDatabase(first, credentials);
    return new SnowflakeWarehouse(credentials, driver, first, elapsedMs);
  } catch (error) {
    await first?.close();
    throw connectionProblem(error, credentials);
  }
}

/** A login goes well with a database that is not there, and every statement fails then. */
async function checkDatabase(
  connection: SnowflakeConnection,
  credentials: SnowflakeCredentials,
): Promise<void> {
  await assertDatabase(new SnowflakeSession("open", connection), credentials.database);
}

/** A session that waited for longer is asked whether it is still there before a node gets it. */
const TRUSTED_MS = 1_000;

interface Idle {
  readonly connection: SnowflakeConnection;
  since: number;
}

class SnowflakeWarehouse implements Warehouse {
  readonly #credentials: SnowflakeCredentials;
  readonly #driver: Driver;
  readonly #elapsedMs: Host["elapsedMs"];
  readonly #idle: Idle[];
  readonly #sessions = new Set<SnowflakeSession>();
  readonly #closing = new AbortController();

  constructor(
    credentials: SnowflakeCredentials,
    driver: Driver,
    first: SnowflakeConnection,
    elapsedMs: Host["elapsedMs"],
  ) {
    this.#credentials = credentials;
    this.#driver = driver;
    this.#elapsedMs = elapsedMs;
    this.#idle = [{ connection: first, since: elapsedMs() }];
    // As many as there are sessions that log in at the same time.
    setMaxListeners(0, this.#closing.signal);
  }

  async withSession<T>(name: string, use: (session: Session) => Promise<T>): Promise<T> {
    const connection = await this.#take();
    if (this.#closing.signal.aborted) {
      await connection.close();
      throw closedWarehouse();
    }
    const session = new SnowflakeSession(name, connection);
    this.#sessions.add(session);
    try {
      return await use(session);
    } finally {
      this.#sessions.delete(session);
      await session.rollback();
      await this.#giveBack(connection);
    }
  }

  async listRelations(schemas: readonly SchemaName[]): Promise<readonly Relation[]> {
    if (schemas.length === 0) return [];
    const { database } = this.#credentials;
    return this.withSession("list relations", (session) => listRelations(session, schemas, database));
  }

  async listSchemas(database: string): Promise<readonly string[]> {
    return this.withSession("list schemas", (session) => listSchemas(session, database));
  }

  async catalog(schemas: readonly SchemaName[]): Promise<readonly CatalogRelation[]> {
    if (schemas.length === 0) return [];
    const { database } = this.#credentials;
    return this.withSession("catalog", (session) => readCatalog(session, schemas, database));
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await Promise.all([...this.#sessions].map((session) => session.cancel()));
    await Promise.all(this.#idle.splice(0).map(({ connection }) => connection.close()));
  }

  async #take(): Promise<SnowflakeConnection> {
    const { signal } = this.#closing;
    if (signal.aborted) throw closedWarehouse();
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      const { connection, since } = idle;
      const isFresh = this.#elapsedMs() - since < TRUSTED_MS;
      if (isFresh || (await connection.isThere())) return connection;
      await connection.close();
    }
    return this.#connect();
  }

  async #connect(): Promise<SnowflakeConnection> {
    try {
      return await connect(this.#driver, this.#credentials, this.#closing.signal);
    } catch (error) {
      throw this.#unconnected(error);
    }
  }

  #unconnected(error: unknown): unknown {
    if (error instanceof EtlError) return error;
    if (error instanceof Interrupted) return closedWarehouse();
    const { facts } = databaseError(error);
    const { message, help } = problemOf(error, this.#credentials);
    // The profile was right when the run began.
    const hint =
      facts.retry === "reconnect"
        ? "when the account can be reached, etl retry goes on with what is left"
        : help;
    return new DatabaseError({ ...facts, message, ...(hint === undefined ? {} : { hint }) }, undefined, {
      cause: error,
    });
  }

  async #giveBack(connection: SnowflakeConnection): Promise<void> {
    const { signal } = this.#closing;
    if (this.#credentials.reuseConnections && !signal.aborted) await connection.restore();
    else connection.broken = true;
    // What ended one session may have ended them all.
    if (connection.isLost) for (const idle of this.#idle) idle.since = Number.NEGATIVE_INFINITY;
    if (connection.broken || signal.aborted) await connection.close();
    else this.#idle.push({ connection, since: this.#elapsedMs() });
  }
}
