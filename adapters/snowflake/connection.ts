// One connection of the driver: logging in, with the attempts that the profile asks for, and bringing the session back to
// its first state before another node gets it, also after a node that failed between setting something and taking it back.

import { EtlError } from "../../src/base/diagnostic.ts";
import { pause } from "../../src/base/pause.ts";
import type { SnowflakeCredentials } from "./credentials.ts";
import type { Driver, DriverConnection } from "./driver.ts";
import { errorNumber, isDriverError } from "./errors.ts";
import { connectionOptions } from "./login.ts";
import { foldIdentifier, literal, quote } from "./names.ts";
import { runStatement } from "./run-statement.ts";
import type { Statement } from "./statements.ts";

export class SnowflakeConnection {
  /** Not to be used again. */
  broken = false;
  /** It broke by itself. */
  isLost = false;
  #tag: string | undefined;
  #warehouse: string | undefined;
  readonly #firstTag: string | undefined;
  readonly #firstWarehouse: string | undefined;

  constructor(
    readonly driver: DriverConnection,
    { queryTag, warehouse }: Pick<SnowflakeCredentials, "queryTag" | "warehouse">,
  ) {
    this.#firstTag = queryTag;
    this.#firstWarehouse = warehouse === undefined ? undefined : foldIdentifier(warehouse);
    this.#tag = this.#firstTag;
    this.#warehouse = this.#firstWarehouse;
  }

  /** Follows what a statement changes in the session. What cannot be followed is not handed on to the next node. */
  note({ kind, sql }: Statement): void {
    if (kind !== "session") return;
    const plain = sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ").trim();
    const tag = SET_TAG.exec(plain);
    const warehouse = USE_WAREHOUSE.exec(plain);
    if (tag) this.#tag = textOf(tag[1] ?? "");
    else if (UNSET_TAG.test(plain)) this.#tag = undefined;
    else if (warehouse) this.#warehouse = nameOf(warehouse[1] ?? "");
    else this.broken = true;
  }

  /** Takes back what was set; `broken` afterwards where this is not possible. Never throws. */
  async restore(): Promise<void> {
    if (this.broken) return;
    try {
      if (this.#tag !== this.#firstTag) {
        await this.#run(tagStatement(this.#firstTag));
        this.#tag = this.#firstTag;
      }
      if (this.#warehouse === this.#firstWarehouse) return;
      // Without one in the profile it was the user's default, which has no name here.
      if (this.#firstWarehouse === undefined) this.broken = true;
      else await this.#run(`USE WAREHOUSE ${quote(this.#firstWarehouse)}`);
      this.#warehouse = this.#firstWarehouse;
    } catch {
      this.broken = true;
    }
  }

  /** Asks whether the session is still there. Never throws. */
  async isThere(): Promise<boolean> {
    return !this.broken && (await this.driver.isValidAsync().catch(() => false));
  }

  /** Ends the session. Never throws: one that is gone has ended. */
  close(): Promise<void> {
    this.broken = true;
    return new Promise((resolve) => {
      try {
        this.driver.destroy(() => resolve());
      } catch {
        resolve();
      }
    });
  }

  async #run(sql: string): Promise<void> {
    await runStatement(this.driver, sql, { maxRows: 0 }, () => {});
  }
}

const SET_TAG = /^alter\s+session\s+set\s+query_tag\s*=\s*('(?:[^'\\]|\\[\s\S]|'')*')$/i;
const UNSET_TAG = /^alter\s+session\s+unset\s+query_tag$/i;
const USE_WAREHOUSE = /^use\s+warehouse\s+("(?:[^"]|"")*"|\S+)$/i;

function nameOf(written: string): string {
  return foldIdentifier(written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written);
}

/** The text that a literal stands for: macros write a quote as \', this program as ''. */
function textOf(written: string): string {
  return written.slice(1, -1).replaceAll(/''|\\([\s\S])/g, (_, escaped?: string) => escaped ?? "'");
}

function tagStatement(tag: string | undefined): string {
  return tag === undefined
    ? "ALTER SESSION UNSET QUERY_TAG"
    : `ALTER SESSION SET QUERY_TAG = ${literal(tag)}`;
}

/**
 * Logs in, again where the profile says so.
 * @throws what the driver says, EtlError(connection-failed) for a key that cannot be read
 */
export async function connect(
  driver: Driver,
  credentials: SnowflakeCredentials,
  signal: AbortSignal,
): Promise<SnowflakeConnection> {
  const { retries, pause: seconds } = credentials.connect;
  for (let attempt = 1; ; attempt++) {
    try {
      return await connectOnce(driver, credentials, signal);
    } catch (error) {
      if (attempt > retries || signal.aborted || !isWorthAnother(error, credentials)) throw error;
      await pause((seconds ?? attempt * attempt) * 1000, signal);
    }
  }
}

async function connectOnce(
  driver: Driver,
  credentials: SnowflakeCredentials,
  signal: AbortSignal,
): Promise<SnowflakeConnection> {
  const raw = driver.createConnection(await connectionOptions(credentials, signal));
  const connection = new SnowflakeConnection(raw, credentials);
  const login = loggedIn(raw);
  try {
    await unlessAborted(login, signal);
  } catch (error) {
    // What nobody waits for any more may still go well, and would leave a session open.
    if (error instanceof Interrupted) void login.then(() => connection.close()).catch(() => {});
    throw error;
  }
  try {
    for (const sql of firstStatements(credentials)) await runStatement(raw, sql, { maxRows: 0 }, () => {});
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

/** The driver would send a tag of its options with every statement, and so hide those of nodes. */
function firstStatements({ queryTag, stageEndpoint }: SnowflakeCredentials): readonly string[] {
  return [
    ...(queryTag === undefined ? [] : [tagStatement(queryTag)]),
    ...(stageEndpoint === undefined
      ? []
      : [`ALTER SESSION SET S3_STAGE_VPCE_DNS_NAME = ${literal(stageEndpoint)}`]),
  ];
}

function loggedIn(connection: DriverConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    // Of both ways to connect only this one takes every authenticator.
    connection
      .connectAsync((error) => (error ? reject(error) : resolve()))
      .catch((error: unknown) => reject(error));
  });
}

/** @throws Interrupted as soon as the signal says so, whatever becomes of the work */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Interrupted("the login was interrupted"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    const heard = (): void => signal.removeEventListener("abort", stop);
    work.then(resolve, reject).finally(heard);
  });
}

/** The program was asked to end while it logged in. */
export class Interrupted extends Error {}

/** As dbt's retryable exceptions: trouble of the network and of the service, or what the profile adds. */
function isWorthAnother(error: unknown, { connect: { repeats } }: SnowflakeCredentials): boolean {
  if (error instanceof Interrupted || error instanceof EtlError) return false;
  if (repeats === "all") return true;
  const number = isDriverError(error) ? errorNumber(error) : undefined;
  const isOfWarehouse = number !== undefined && (number < 400_000 || number >= 500_000);
  return isOfWarehouse ? repeats === "database" : true;
}
