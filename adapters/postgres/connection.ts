// One connection to the server, from its opening to its end: how it is made ready for a session, brought back to that
// state for the next one, and cancelled.

import { once } from "node:events";
import pg, { type Client } from "pg";
import type { BackendKeyDataMessage } from "pg-protocol/dist/messages.js";
import { type Backend, requestCancel } from "./cancel.ts";
import type { PostgresCredentials } from "./credentials.ts";
import { exchange, plainText } from "./exchange.ts";
import { literal } from "./names.ts";
import type { Channel } from "./tls.ts";

/** What is said about a connection that nobody waits for any more. */
export const INTERRUPTED = "interrupted";

/** After so long a silence the network is asked whether the server is still there; systems wait two hours. */
const KEEPALIVE_SECONDS = 60;

/** How often a cancel is repeated: one that arrives before its statement has begun is lost. */
const CANCEL_AGAIN_MS = 100;

/** The server looks so often whether its client is still there (Postgres 14 and later). */
const CHECK_CLIENT = "set client_connection_check_interval = '5s'";

export class Connection {
  #lost = false;
  #setup = "";

  private constructor(
    readonly client: Client,
    private readonly backend: Backend,
  ) {
    client.on("error", () => {
      this.#lost = true;
    });
    client.on("end", () => {
      this.#lost = true;
    });
  }

  /**
   * Connects in one way.
   * @param signal ends a wait for the server
   * @throws what the driver says
   */
  static async open(
    credentials: PostgresCredentials,
    channel: Channel,
    signal: AbortSignal,
  ): Promise<Connection> {
    const { host, port, user, password, database, applicationName } = credentials;
    const client = new pg.Client({
      host,
      port,
      user,
      database,
      // Given as a function the driver looks nowhere else for one.
      password: () => password ?? "",
      ssl: channel,
      application_name: applicationName,
      keepAlive: true,
      keepAliveInitialDelayMillis: (credentials.keepalivesIdleSeconds || KEEPALIVE_SECONDS) * 1000,
      connectionTimeoutMillis: credentials.connectTimeoutSeconds * 1000,
    });
    const numbers = once(client.connection, "backendKeyData") as Promise<[BackendKeyDataMessage]>;
    // Who cannot connect gets no numbers, and that is told below.
    numbers.catch(() => {});
    const give_up = (): void => void client.connection.stream.destroy(new Error(INTERRUPTED));
    signal.addEventListener("abort", give_up, { once: true });
    try {
      await client.connect();
      const [{ processID, secretKey }] = await numbers;
      return new Connection(client, { host, port, channel, processId: processID, secretKey });
    } catch (error) {
      client.on("error", () => {});
      client.connection.stream.destroy();
      throw error;
    } finally {
      signal.removeEventListener("abort", give_up);
    }
  }

  /** True when the server or the network has ended it. */
  get isLost(): boolean {
    return this.#lost;
  }

  /**
   * Whether a transaction is open, as the server last said. One that was lost with its connection stays what it was: it has
   * neither been committed nor rolled back by a statement.
   */
  get transaction(): "none" | "open" | "failed" {
    const status = this.client.getTransactionStatus();
    return status === "T" ? "open" : status === "E" ? "failed" : "none";
  }

  /** Sets what every session has. @throws what the server says, for a role that it refuses */
  async prepare(credentials: PostgresCredentials): Promise<void> {
    const { role, searchPath } = credentials;
    // Servers of version 13, and those on Windows, do not know it.
    const checks = await exchange(this.client, plainText(CHECK_CLIENT)).then(
      () => [CHECK_CLIENT],
      () => [],
    );
    this.#setup = [
      ...checks,
      // What this program reads: texts in Unicode, dates in the order of ISO.
      "set client_encoding = 'UTF8'",
      "set datestyle = 'ISO'",
      ...(role === undefined ? [] : [`set role ${role}`]),
      ...(searchPath === undefined
        ? []
        : [`select set_config('search_path', ${literal(searchPath)}, false)`]),
    ].join("; ");
    await exchange(this.client, plainText(this.#setup));
  }

  /** Forgets what a session left behind: temporary tables, settings, locks. @throws what the server says */
  async reset(): Promise<void> {
    // DISCARD ALL in parts, since that one would not share a message with what sets the session up again.
    const forget =
      "close all; set session authorization default; reset all; deallocate all; unlisten *; select pg_advisory_unlock_all(); discard plans; discard temp; discard sequences";
    await exchange(this.client, plainText(`${forget}; ${this.#setup}`));
  }

  /** Ends what the server runs for this connection until `running` is over, in whatever way. */
  async cancelUntil(running: Promise<unknown>): Promise<void> {
    let over = false;
    const end = running.then(
      () => {
        over = true;
      },
      () => {
        over = true;
      },
    );
    while (!over && !this.#lost) {
      await requestCancel(this.backend);
      const pause = new Promise((resolve) => setTimeout(resolve, CANCEL_AGAIN_MS));
      await Promise.race([end, pause]);
    }
  }

  /** Leaves; does not wait for what runs. */
  close(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.client.end().catch(() => {});
  }
}
