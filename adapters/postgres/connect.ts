// Opening connections with patience: libpq's ways to talk to the server one after the other, the profile's retries for
// a server that cannot be reached, and some seconds for one that says that it is starting, stopping or full.

import type { Host } from "../../src/base/host.ts";
import { pause } from "../../src/base/pause.ts";
import { Canceller } from "./cancel.ts";
import { Connection, type Lines } from "./connection.ts";
import type { PostgresCredentials } from "./credentials.ts";
import { exchange, plainText } from "./exchange.ts";
import { type Channel, channels } from "./tls.ts";
import type { Apart } from "./watch.ts";

/** So long a server is waited for that is there, but takes no connections now, or that was there before. */
const PATIENCE_MS = 15_000;
const LONGEST_PAUSE_MS = 1000;

/** So long a question about another connection may take, where the profile sets no limit for connecting. */
const ASK_MS = 10_000;

/** Starting, stopping, full. */
const passing: ReadonlySet<string> = new Set(["57P01", "57P02", "57P03", "53300"]);

export class Connector {
  #channels: readonly Channel[] | undefined;
  /** The server answered once, so a refused connection means that it is being restarted. */
  #reached = false;
  /** When it was first missed since it last answered; all who wait for it do so until the same moment. */
  #missedSince: number | undefined;
  readonly #lines: Lines = {
    canceller: new Canceller(),
    askApart: (sql) => this.#askApart(sql),
  };

  constructor(
    private readonly credentials: PostgresCredentials,
    private readonly host: Host,
  ) {}

  /**
   * @param signal ends the waiting
   * @param whenFull of a server that has no connection left; thrown at once, it can be waited for in other ways
   * @throws what the driver says in the end, EtlError(connection-failed) for certificates
   */
  async connect(signal: AbortSignal, whenFull: "wait" | "throw" = "wait"): Promise<Connection> {
    for (let attempt = 0; ; attempt++) {
      try {
        const connection = await this.#connectOnce(signal);
        this.#reached = true;
        this.#missedSince = undefined;
        return connection;
      } catch (error) {
        if (whenFull === "throw" && isFull(error)) throw error;
        const patient = (isPassing(error) || (this.#reached && isRefused(error))) && this.#isExpected();
        const again = patient || (isRefused(error) && attempt < this.credentials.retries);
        if (!again || signal.aborted) throw error;
        await pause(
          patient ? Math.min(LONGEST_PAUSE_MS, 50 * 2 ** attempt) : attempt * attempt * 1000,
          signal,
        );
      }
    }
  }

  /** Whether it is too early to give the server up. */
  #isExpected(): boolean {
    const now = this.host.elapsedMs();
    this.#missedSince ??= now;
    return now < this.#missedSince + PATIENCE_MS;
  }

  /** See Lines: one attempt, in the time that the profile allows for connecting. */
  async #askApart(sql: string): Promise<Apart> {
    const limit = AbortSignal.timeout(this.credentials.connectTimeoutSeconds * 1000 || ASK_MS);
    let connection: Connection | undefined;
    const asked = (async (): Promise<Apart> => {
      connection = await this.#connectOnce(limit);
      const { rows } = await exchange(connection.client, plainText(sql));
      return { kind: "answered", rows };
    })();
    const late = new Promise<Apart>((resolve) =>
      limit.addEventListener("abort", () => resolve({ kind: "silent" }), { once: true }),
    );
    try {
      return await Promise.race([asked, late]);
    } catch (error) {
      return { kind: limit.aborted || isRefused(error) ? "silent" : "refused" };
    } finally {
      asked.catch(() => {});
      connection?.close();
    }
  }

  async #connectOnce(signal: AbortSignal): Promise<Connection> {
    this.#channels ??= channels(this.credentials, this.host.home);
    const [first = false, second] = this.#channels;
    const connection = await Connection.open(this.credentials, first, this.#lines, signal).catch(
      (error: unknown) => {
        if (second === undefined || signal.aborted || !isAboutChannel(error)) throw error;
        return this.#connectOtherwise(second, error, signal);
      },
    );
    try {
      await connection.watched(connection.prepare(this.credentials));
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** The other of two ways; what the preferred one met says more where the server has both. */
  async #connectOtherwise(channel: Channel, first: unknown, signal: AbortSignal): Promise<Connection> {
    const withoutTls = first instanceof Error && NO_TLS.test(first.message);
    // The next connection need not try in vain.
    if (withoutTls) this.#channels = [channel];
    try {
      const connection = await Connection.open(this.credentials, channel, this.#lines, signal);
      this.#channels = [channel];
      return connection;
    } catch (error) {
      throw withoutTls ? error : first;
    }
  }
}

/** The server has no TLS: whether it lets us in is told by the other way only. */
const NO_TLS = /does not support SSL/;

/** True when the server has no connection left for us. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "53300";
}

/** The server takes no connections now, and says so. */
function isPassing(error: unknown): boolean {
  return error instanceof Error && "code" in error && passing.has(String(error.code));
}

/** Nothing answers, or not in time. */
function isRefused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (
    code === "ECONNREFUSED" ||
    code === "ECONNRESET" ||
    code === "ETIMEDOUT" ||
    code === "EAI_AGAIN" ||
    code === "EPIPE" ||
    (code === undefined && /timeout expired|terminated/.test(error.message))
  );
}

/** The other of `prefer`'s and `allow`'s two ways may succeed: TLS fails, or pg_hba.conf asks for another one. */
function isAboutChannel(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "28000") return true;
  return (
    /SSL connection|SSL routines|ssl|tls/i.test(error.message) ||
    code?.startsWith("ERR_SSL") === true ||
    code?.startsWith("ERR_TLS") === true
  );
}
