// An open Trino: sessions share a pool of HTTP connections and nothing else, so lending one costs nothing.

import type { CatalogRelation, Session, Warehouse } from "../../src/adapter/adapter.ts";
import { closedWarehouse } from "../../src/adapter/database-error.ts";
import type { Relation, SchemaName } from "../../src/adapter/relation.ts";
import type { Host } from "../../src/base/host.ts";
import { openInBrowser } from "../../src/base/open-in-browser.ts";
import { listRelations, listSchemas, readCatalog } from "./catalog.ts";
import { connectionProblem, missingCatalog } from "./connection-problem.ts";
import type { TrinoCredentials } from "./credentials.ts";
import { TrinoSession } from "./session.ts";
import { Transport } from "./transport.ts";

/**
 * Asks for the catalogs, so that a wrong profile is told before anything runs.
 * @throws EtlError(connection-failed) with the key of the profile that is to blame
 */
export async function openWarehouse(
  credentials: TrinoCredentials,
  host: Pick<Host, "signal" | "emit">,
): Promise<Warehouse> {
  const { signal } = host;
  const warehouse = new TrinoWarehouse(credentials, (url) => showLogin(url, credentials, host));
  const stop = (): void => void warehouse.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const catalogs = await warehouse.catalogs();
    if (!catalogs.includes(credentials.database)) throw missingCatalog(credentials, catalogs);
    return warehouse;
  } catch (error) {
    await warehouse.close();
    throw connectionProblem(error, credentials);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The address is told in any case: there may be no browser here. */
async function showLogin(
  url: string,
  { login, host }: TrinoCredentials,
  { emit }: Pick<Host, "emit">,
): Promise<void> {
  emit({ kind: "message", level: "info", text: `${host}: log in at ${url}`, print: true });
  if (login.kind === "external" && login.opensBrowser) await openInBrowser(url);
}

class TrinoWarehouse implements Warehouse {
  readonly #credentials: TrinoCredentials;
  readonly #transport: Transport;
  readonly #sessions = new Set<TrinoSession>();
  #closed = false;

  /** @throws EtlError(connection-failed) for a file of a certificate that cannot be read */
  constructor(credentials: TrinoCredentials, show: (url: string) => Promise<void>) {
    this.#credentials = credentials;
    this.#transport = new Transport(credentials, show);
  }

  async withSession<T>(name: string, use: (session: Session) => Promise<T>): Promise<T> {
    if (this.#closed) throw closedWarehouse();
    const session = new TrinoSession(name, this.#transport);
    this.#sessions.add(session);
    try {
      return await use(session);
    } finally {
      await session.rollback();
      this.#sessions.delete(session);
    }
  }

  async catalogs(): Promise<readonly string[]> {
    const sql = "SELECT catalog_name FROM system.metadata.catalogs ORDER BY 1";
    const { rows } = await this.withSession("open", (session) => session.execute(sql));
    return rows.map(([name]) => String(name));
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
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([...this.#sessions].map((session) => session.cancel()));
    this.#transport.close();
  }
}
