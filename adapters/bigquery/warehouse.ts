// An open BigQuery: a client that is logged in. There are no connections to lend, only jobs to make.

import type { CatalogRelation, Session, Warehouse } from "../../src/adapter/adapter.ts";
import { closedWarehouse } from "../../src/adapter/database-error.ts";
import type { Relation, SchemaName } from "../../src/adapter/relation.ts";
import type { Host } from "../../src/base/host.ts";
import { listRelations, listSchemas, readCatalog } from "./catalog.ts";
import { Client } from "./client.ts";
import { connectionProblem } from "./connection-problem.ts";
import type { BigQueryCredentials } from "./credentials.ts";
import { openDriver } from "./driver.ts";
import { databaseError } from "./errors.ts";
import { Refusal } from "./failures.ts";
import { BigQuerySession } from "./session.ts";

/**
 * Logs in and asks for the profile's dataset, so that a wrong profile is told before anything runs.
 * @throws EtlError(connection-failed) with the key of the profile that is to blame, EtlError(driver-missing, driver-invalid)
 */
export async function openWarehouse(
  credentials: BigQueryCredentials,
  { signal }: Pick<Host, "signal">,
): Promise<Warehouse> {
  let warehouse: BigQueryWarehouse | undefined;
  const stop = (): void => void warehouse?.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    warehouse = new BigQueryWarehouse(new Client(await openDriver(credentials), credentials));
    if (signal.aborted) await warehouse.close();
    await warehouse.look();
    return warehouse;
  } catch (error) {
    await warehouse?.close();
    throw connectionProblem(error, credentials);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

class BigQueryWarehouse implements Warehouse {
  readonly #client: Client;
  readonly #sessions = new Set<BigQuerySession>();
  #closed = false;

  constructor(client: Client) {
    this.#client = client;
  }

  /** A dataset need not exist: the run makes it. */
  async look(): Promise<void> {
    const { database, schema } = this.#client.credentials;
    const path = `/datasets/${encodeURIComponent(schema)}`;
    try {
      await this.#client.request({ method: "GET", path, project: database });
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 404 || !/dataset/i.test(error.message)) throw error;
    }
  }

  async withSession<T>(name: string, use: (session: Session) => Promise<T>): Promise<T> {
    if (this.#closed) throw closedWarehouse();
    const session = new BigQuerySession(name, this.#client);
    this.#sessions.add(session);
    try {
      return await use(session);
    } finally {
      await session.rollback();
      this.#sessions.delete(session);
    }
  }

  listRelations(schemas: readonly SchemaName[]): Promise<readonly Relation[]> {
    return told(listRelations(this.#client, schemas));
  }

  listSchemas(database: string): Promise<readonly string[]> {
    return told(listSchemas(this.#client, database));
  }

  catalog(schemas: readonly SchemaName[]): Promise<readonly CatalogRelation[]> {
    return told(readCatalog(this.#client, schemas));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([...this.#sessions].map((session) => session.cancel()));
    this.#client.close();
  }
}

async function told<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw databaseError(error);
  }
}
