// Opens the one DuckDB instance of a process for a file: waits while another process has the file, then installs
// extensions, creates secrets and attaches databases in the order of dbt-duckdb (environments/__init__.py).

import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { connectionFailed } from "../../src/adapter/connection-failed.ts";
import { type Diagnostic, EtlError, errorAt, warningAt } from "../../src/base/diagnostic.ts";
import type { Host } from "../../src/base/host.ts";
import { pause } from "../../src/base/pause.ts";
import { attachSql } from "./attach.ts";
import type { DuckDBCredentials } from "./credentials.ts";
import { databaseError, readEngineError } from "./errors.ts";
import { describeHolder, isLockMessage, lockHolder } from "./lock-holder.ts";
import { literal, quote } from "./names.ts";
import { secretSql } from "./secrets.ts";

const POLL_MS = 200;

/**
 * Opens the instance and makes it ready.
 * @throws EtlError(file-locked) when another process holds the file for longer than `lock_timeout`;
 *   EtlError(connection-failed) for everything else that the engine refuses
 */
export async function openInstance(credentials: DuckDBCredentials, host: Host): Promise<DuckDBInstance> {
  const instance = await openFile(credentials, host);
  try {
    const connection = await instance.connect();
    try {
      await prepareInstance(connection, credentials);
    } finally {
      connection.disconnectSync();
    }
    return instance;
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

async function openFile(credentials: DuckDBCredentials, host: Host): Promise<DuckDBInstance> {
  const { openPath } = credentials;
  const config = { errors_as_json: "true", ...credentials.configOptions };
  const deadline = host.elapsedMs() + credentials.lockTimeoutSeconds * 1000;
  let told = false;
  for (;;) {
    try {
      // fromCache, never create: two instances of one file in one process lose each other's writes.
      return await DuckDBInstance.fromCache(openPath, config);
    } catch (error) {
      const message = readEngineError(error instanceof Error ? error.message : String(error)).message;
      if (!isLockMessage(message)) throw openFailed(credentials, message, error);
      if (host.elapsedMs() >= deadline || host.signal.aborted) throw lockedError(credentials, message, error);
      if (!told) host.emit({ kind: "diagnostic", diagnostic: waitingWarning(credentials, message) });
      told = true;
      await pause(Math.min(POLL_MS, Math.max(1, deadline - host.elapsedMs())), host.signal);
    }
  }
}

function waitingWarning(credentials: DuckDBCredentials, message: string): Diagnostic {
  const holder = describeHolder(lockHolder(message));
  return warningAt(
    "file-locked",
    `"${credentials.path}" is in use by ${holder}; waiting up to ${credentials.lockTimeoutSeconds} s for it`,
    credentials.place("path"),
    { frame: false },
  );
}

function lockedError(credentials: DuckDBCredentials, message: string, cause: unknown): EtlError {
  const holder = lockHolder(message);
  const help =
    holder.pid === undefined
      ? "close the program that has the file open, or set lock_timeout (seconds) in the profile to wait longer"
      : `wait until process ${holder.pid} ends or stop it; set lock_timeout (seconds) in the profile to wait longer`;
  const diagnostic = errorAt(
    "file-locked",
    `"${credentials.path}" cannot be opened: ${describeHolder(holder)} holds its lock, and DuckDB lets one process at a time write to a file`,
    credentials.place("path"),
    { frame: false, help },
  );
  return new EtlError([diagnostic], { cause });
}

function openFailed(credentials: DuckDBCredentials, message: string, cause: unknown): EtlError {
  return connectionFailed(
    {
      key: "path",
      message: `DuckDB cannot open "${credentials.path}": ${firstLine(message)}`,
      help: openHelp(message),
    },
    credentials,
    cause,
  );
}

function openHelp(message: string): string | undefined {
  if (/No such file or directory|cannot find the path/i.test(message))
    return "the folder of the file must exist: create it first";
  if (/not a valid DuckDB database file/i.test(message))
    return "the file is something else; name a new file as path";
  if (/different configuration/i.test(message))
    return "the file is open in this process with other config_options";
  if (/motherduck/i.test(message))
    return "MotherDuck needs the network and a token: set motherduck_token in the environment or under config_options";
  return undefined;
}

/** One statement that makes the instance ready. */
interface Step {
  readonly sql: string;
  /** The key of the profile that asks for it. */
  readonly key: string;
  /** What is said when it fails, before the engine's words. */
  readonly failure: string;
}

function stepsOf({ extensions, secretDefinitions, attachments, isMotherDuck }: DuckDBCredentials): Step[] {
  const temporarySchema = {
    sql: "CREATE SCHEMA IF NOT EXISTS dbt_temp",
    key: "path",
    failure: "cannot create the schema dbt_temp",
  };
  return [
    ...extensions.flatMap(({ name, repository }) => {
      const from = repository === undefined ? "" : ` FROM ${repository}`;
      const key = "extensions";
      return [
        { sql: `INSTALL ${quote(name)}${from}`, key, failure: `cannot install the extension "${name}"` },
        { sql: `LOAD ${quote(name)}`, key, failure: `cannot load the extension "${name}"` },
      ];
    }),
    ...secretDefinitions.map((secret) => ({
      sql: secretSql(secret),
      key: "secrets",
      failure: `cannot create the secret "${secret.name}"`,
    })),
    ...attachments.map((attachment) => ({
      sql: attachSql(attachment),
      key: "attach",
      failure: `cannot attach "${attachment.shownPath}"`,
    })),
    ...(isMotherDuck ? [temporarySchema] : []),
  ];
}

async function prepareInstance(connection: DuckDBConnection, credentials: DuckDBCredentials): Promise<void> {
  for (const { sql, key, failure } of stepsOf(credentials)) {
    try {
      await connection.run(sql);
    } catch (error) {
      const { message } = databaseError(error, sql);
      throw connectionFailed(
        { key, message: `${failure}: ${firstLine(message)}`, help: stepHelp(message) },
        credentials,
        error,
      );
    }
  }
}

function stepHelp(message: string): string | undefined {
  if (/Failed to download extension/i.test(message))
    return "extensions are downloaded once from extensions.duckdb.org: connect to the network, or copy the file to ~/.duckdb/extensions";
  if (/Secret Validation Failure/i.test(message))
    return "no credentials were found where the provider looks: log in or set them in the environment, or give key_id and secret in the profile";
  return undefined;
}

/** The first line, and the next one where the first only announces it. */
function firstLine(message: string): string {
  const [first = message, second] = message.split("\n");
  return first.endsWith(":") && second !== undefined ? `${first} ${second}` : first;
}

/** `SET` statements of the profile's `settings`, run on every connection as dbt-duckdb does. */
export function settingsSql(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `SET ${key} = ${literal(value)}`)
    .join(";\n");
}
