// An open DuckDB: one instance for the process, a connection for each session. Connections cost 0.2 ms, so every
// session gets a fresh one and leaves nothing behind (temporary tables, SET, USE).

import type { DuckDBInstance } from "@duckdb/node-api";
import type { CatalogRelation, Session, Warehouse } from "../../src/adapter/adapter.ts";
import type { Relation, RelationParts } from "../../src/adapter/relation.ts";
import type { Host } from "../../src/base/host.ts";
import { listRelations, listSchemas, readCatalog } from "./catalog.ts";
import type { DuckDBCredentials } from "./credentials.ts";
import { databaseError } from "./errors.ts";
import { openInstance, settingsSql } from "./instance.ts";
import { DuckDBSession } from "./session.ts";
import { Turn } from "./turn.ts";

/**
 * Opens the database that the credentials name.
 * @throws EtlError(file-locked, connection-failed)
 */
export async function openWarehouse(credentials: DuckDBCredentials, host: Host): Promise<Warehouse> {
  return new DuckDBWarehouse(await openInstance(credentials, host), credentials);
}

class DuckDBWarehouse implements Warehouse {
  readonly #sessions = new Set<DuckDBSession>();
  readonly #schemaTurn = new Turn();
  #closed = false;

  constructor(
    private readonly instance: DuckDBInstance,
    private readonly credentials: DuckDBCredentials,
  ) {}

  async withSession<T>(name: string, use: (session: Session) => Promise<T>): Promise<T> {
    return this.#lend(name, use);
  }

  async listRelations(schemas: readonly RelationParts<string | null>[]): Promise<readonly Relation[]> {
    return this.#lend("list relations", (session) => listRelations(session, schemas));
  }

  async listSchemas(database: string): Promise<readonly string[]> {
    return this.#lend("list schemas", (session) => listSchemas(session, database));
  }

  async catalog(schemas: readonly RelationParts<string | null>[]): Promise<readonly CatalogRelation[]> {
    return this.#lend("catalog", (session) => readCatalog(session, schemas));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const sessions = [...this.#sessions];
    // A connection must not be closed under a running statement, so each is first brought to its end.
    await Promise.all(sessions.map((session) => session.cancel()));
    await Promise.all(sessions.map((session) => session.end()));
    this.#sessions.clear();
    this.instance.closeSync();
  }

  async #lend<T>(name: string, use: (session: DuckDBSession) => Promise<T>): Promise<T> {
    if (this.#closed) throw databaseError(new Error("Connection Error: the warehouse is closed"), undefined);
    const session = await this.#connect(name);
    this.#sessions.add(session);
    try {
      return await use(session);
    } finally {
      if (this.#sessions.delete(session)) await session.end();
    }
  }

  async #connect(name: string): Promise<DuckDBSession> {
    const settings = settingsSql(this.credentials.settings);
    try {
      const connection = await this.instance.connect();
      if (settings !== "") await connection.run(settings);
      return new DuckDBSession(name, connection, this.#schemaTurn, !this.credentials.disableTransactions);
    } catch (error) {
      throw databaseError(error, settings);
    }
  }
}
