// One connection to the server, from its opening to its end: how it is made ready for a session, brought back to that
// state for the next one, and cancelled.

import { once } from "node:events";
import { Socket } from "node:net";
import pg, { type Client } from "pg";
import type { BackendKeyDataMessage } from "pg-protocol/dist/messages.js";
import type { Backend, Canceller } from "./cancel.ts";
import type { PostgresCredentials } from "./credentials.ts";
import { exchange, plainText } from "./exchange.ts";
import { literal } from "./names.ts";
import type { Channel } from "./tls.ts";
import { type Apart, endIdle, type Pulse, pulseOf, startWatch } from "./watch.ts";

/** What is said about a connection that nobody waits for any more. */
export const INTERRUPTED = "interrupted";

/** After so long a silence the other side is asked whether it is still there; systems wait two hours. */
const KEEPALIVE_SECONDS = 60;

/** How often a cancel is repeated: one that arrives before its statement has begun is lost. */
const CANCEL_AGAIN_MS = 100;

/** The server looks so often whether its client is still there (Postgres 14 and later). */
const CHECK_CLIENT = "set client_connection_check_interval = '5s'";

/** What connections to one server have in common. */
export interface Lines {
  readonly canceller: Canceller;
  /** Runs SQL on a connection of its own. Never throws. */
  askApart(sql: string): Promise<Apart>;
}

export class Connection {
  #lost = false;
  #setup = "";
  /** Behind a pooler the number that a connection is told is no process of the server. */
  #isProcess = false;
  #silenceMs = KEEPALIVE_SECONDS * 1000;

  private constructor(
    readonly client: Client,
    private readonly backend: Backend,
    private readonly lines: Lines,
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
    lines: Lines,
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
      keepAliveInitialDelayMillis: silenceSeconds(credentials) * 1000,
      connectionTimeoutMillis: credentials.connectTimeoutSeconds * 1000,
    });
    // Heard from the first moment: a server that is being stopped may take the connection and end it in one breath, and an
    // "error" that nobody hears ends the process.
    let fault: unknown;
    client.on("error", (error) => {
      fault ??= error;
    });
    const numbers = once(client.connection, "backendKeyData") as Promise<[BackendKeyDataMessage]>;
    // Who cannot connect gets no numbers, and that is told below.
    numbers.catch(() => {});
    const giveUp = (): void => void client.connection.stream.destroy(new Error(INTERRUPTED));
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      await client.connect();
      const [{ processID, secretKey }] = await numbers;
      if (fault !== undefined) throw fault;
      return new Connection(client, { host, port, channel, processId: processID, secretKey }, lines);
    } catch (error) {
      client.connection.stream.destroy();
      throw error;
    } finally {
      signal.removeEventListener("abort", giveUp);
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
    this.#silenceMs = silenceSeconds(credentials) * 1000;
    this.#setup = [
      ...(await this.#known([CHECK_CLIENT, keepalives(credentials)])),
      // What this program reads: texts in Unicode, dates in the order of ISO.
      "set client_encoding = 'UTF8'",
      "set datestyle = 'ISO'",
      ...(role === undefined ? [] : [`set role ${role}`]),
      ...(searchPath === undefined
        ? []
        : [`select set_config('search_path', ${literal(searchPath)}, false)`]),
    ].join("; ");
    const { rows } = await exchange(this.client, plainText(`${this.#setup}; select pg_backend_pid()`));
    this.#isProcess = rows[0]?.[0] === String(this.backend.processId);
  }

  /** Those of some settings that the server knows: servers of version 13, those on Windows and relatives lack some. */
  async #known(settings: readonly string[]): Promise<readonly string[]> {
    const set = (sql: string): Promise<boolean> =>
      exchange(this.client, plainText(sql)).then(
        () => true,
        () => false,
      );
    if (await set(settings.join("; "))) return settings;
    const known: string[] = [];
    for (const one of settings) if (await set(one)) known.push(one);
    return known;
  }

  /** Runs an exchange, and ends the connection where the network has gone silent. @throws what `work` throws */
  async watched<T>(work: Promise<T>): Promise<T> {
    const { stream } = this.client.connection;
    const stop = startWatch({
      afterMs: this.#silenceMs,
      bytesRead: () => (stream instanceof Socket ? stream.bytesRead : 0),
      ask: () => this.#pulse(),
      giveUp: (pulse) => void this.#giveUp(pulse),
    });
    try {
      return await work;
    } finally {
      stop();
    }
  }

  async #pulse(): Promise<Pulse> {
    const pulse = await pulseOf(this.backend.processId, this.lines.askApart);
    // Of a process that is not ours nothing can be said.
    return pulse === "over" && !this.#isProcess ? "runs" : pulse;
  }

  async #giveUp(pulse: Exclude<Pulse, "runs">): Promise<void> {
    // Its locks are free at once, and what became of a COMMIT is known.
    if (pulse === "over") await endIdle(this.backend.processId, this.lines.askApart);
    this.#breakOff(
      pulse === "over"
        ? "the server has done with the statement, but its answer does not come: the network is silent"
        : "nothing comes from the server, on a new connection neither: the network is silent",
    );
  }

  /** Ends it on our side; who waits for an answer is told why. */
  #breakOff(why: string): void {
    this.#lost = true;
    this.client.connection.stream.destroy(new Error(why));
  }

  /** Forgets what a session left behind: temporary tables, settings, locks. @throws what the server says */
  async reset(): Promise<void> {
    // DISCARD ALL in parts, since that one would not share a message with what sets the session up again.
    const forget =
      "close all; set session authorization default; reset all; deallocate all; unlisten *; select pg_advisory_unlock_all(); discard plans; discard temp; discard sequences";
    await this.watched(exchange(this.client, plainText(`${forget}; ${this.#setup}`)));
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
      const heard = await this.lines.canceller.request(this.backend);
      if (!heard && !over) return this.#breakOff(INTERRUPTED);
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

function silenceSeconds({ keepalivesIdleSeconds }: PostgresCredentials): number {
  return keepalivesIdleSeconds || KEEPALIVE_SECONDS;
}

/** The server, too, gives up a client that is silent, with its locks: within half a minute more. */
function keepalives(credentials: PostgresCredentials): string {
  const idle = silenceSeconds(credentials);
  return `set tcp_keepalives_idle = ${idle}; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3; set tcp_user_timeout = '${idle + 30}s'`;
}
