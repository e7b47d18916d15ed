// Why no connection can be opened, as a message with the key of the profile that is to blame and what to do about it.

import { type ConnectionProblem, connectionFailed } from "../../src/adapter/connection-failed.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import type { Host } from "../../src/base/host.ts";
import { didYouMean } from "../../src/base/nearest.ts";
import { Connector } from "./connect.ts";
import { INTERRUPTED } from "./connection.ts";
import type { PostgresCredentials } from "./credentials.ts";
import { exchange, plainText } from "./exchange.ts";

/** @returns an EtlError(connection-failed); what is one already is given back */
export async function connectionProblem(
  error: unknown,
  credentials: PostgresCredentials,
  host: Host,
): Promise<unknown> {
  if (error instanceof EtlError || !(error instanceof Error)) return error;
  const problem = problemOf(error, credentials);
  const help =
    codeOf(error) === "3D000" ? ((await nearDatabase(credentials, host)) ?? problem.help) : problem.help;
  return connectionFailed({ ...problem, help }, credentials, error);
}

/** @param error what the driver said when it tried to connect */
export function problemOf(error: Error, credentials: PostgresCredentials): ConnectionProblem {
  const { host, port, tls } = credentials;
  const address = host.startsWith("/") ? `${host}/.s.PGSQL.${port}` : `${host}:${port}`;
  const code = codeOf(error);
  const known = serverProblem(code, credentials);
  if (known) return { ...known, message: `${known.message} (${firstLine(error)})` };
  const key = port === 5432 ? "host" : "port";
  switch (code) {
    case "ECONNREFUSED":
      return {
        key,
        message: `no PostgreSQL answers at ${address}: the connection is refused`,
        help: "start the server, or correct host and port",
      };
    case "ENOENT":
      return {
        key: "host",
        message: `there is no socket ${address}`,
        help: "start the server, or correct the folder",
      };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        key: "host",
        message: `the host "${host}" is not known`,
        help: "correct its name, or connect to its network",
      };
    default:
  }
  if (/timeout expired/.test(error.message) || code === "ETIMEDOUT")
    return {
      key: "host",
      message: `${address} does not answer within ${credentials.connectTimeoutSeconds} s`,
      help: "is it the right host, and does a firewall let you through? connect_timeout sets the seconds",
    };
  if (/does not support SSL/.test(error.message))
    return {
      key: "sslmode",
      message: `${address} has no TLS, and sslmode is ${tls.mode}`,
      help: "write sslmode: prefer, or switch TLS on at the server",
    };
  if (/certificate|ssl|tls|altname/i.test(`${code ?? ""} ${error.message}`))
    return {
      key: "sslmode",
      message: `TLS to ${address} fails: ${firstLine(error)}`,
      help: "sslrootcert must be the authority of the server's certificate, and host the name in it (verify-ca leaves the name alone)",
    };
  if (error.message === INTERRUPTED)
    return { key: "host", message: `the wait for ${address} was interrupted` };
  if (/password must be a string|SASL/.test(error.message)) return passwordProblem(credentials);
  return { key: "host", message: `no connection to ${address}: ${firstLine(error)}` };
}

/** What the server says itself, by SQLSTATE. */
function serverProblem(
  code: string | undefined,
  credentials: PostgresCredentials,
): ConnectionProblem | undefined {
  const { user, database, role, host, port } = credentials;
  switch (code) {
    case "28P01":
      return passwordProblem(credentials);
    case "28000":
      return {
        key: "user",
        message: `the server does not let "${user}" into "${database}"`,
        help: `the role must exist and be allowed to log in, and pg_hba.conf must let it in from here with this sslmode`,
      };
    case "3D000":
      return {
        key: "dbname",
        message: `there is no database "${database}" at ${host}:${port}`,
        help: `create it: create database "${database}"`,
      };
    case "42501":
      return {
        key: role === undefined ? "user" : "role",
        message: `"${user}" lacks a permission`,
        help:
          role === undefined
            ? `grant connect on database "${database}" to "${user}"`
            : `grant ${role} to "${user}"`,
      };
    case "22023":
      return role === undefined
        ? undefined
        : { key: "role", message: `there is no role "${role}"`, help: "correct it, or remove the line" };
    case "53300":
      return {
        key: "threads",
        message: "the server takes no more connections",
        help: "close other programs, run with fewer threads, or raise max_connections",
      };
    case "57P01":
    case "57P02":
    case "57P03":
      return { key: "host", message: "the server is starting or stopping", help: "try again in a moment" };
    default:
      return undefined;
  }
}

function passwordProblem({ user, password }: PostgresCredentials): ConnectionProblem {
  return password === undefined
    ? {
        key: "user",
        message: `the server asks for a password of "${user}", and there is none`,
        help: `write password: "{{ env_var('DBT_ENV_SECRET_PASSWORD') }}", set PGPASSWORD, or add a line to ~/.pgpass`,
      }
    : {
        key: "password",
        message: `the password of "${user}" is wrong, or there is no such user`,
        help: "correct the password, or user",
      };
}

/** A database of that server whose name is near; every server has one called postgres to ask. */
async function nearDatabase(credentials: PostgresCredentials, host: Host): Promise<string | undefined> {
  try {
    const elsewhere = new Connector({ ...credentials, database: "postgres", retries: 0 }, host);
    const connection = await elsewhere.connect(host.signal);
    try {
      const { rows } = await exchange(
        connection.client,
        plainText("SELECT datname FROM pg_catalog.pg_database WHERE datallowconn"),
      );
      return didYouMean(
        credentials.database,
        rows.map(([name]) => String(name)),
      );
    } finally {
      connection.close();
    }
  } catch {
    return undefined;
  }
}

function codeOf(error: Error): string | undefined {
  // A host with several addresses fails with the errors of all of them.
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  return "code" in first ? String(first.code) : undefined;
}

function firstLine(error: Error): string {
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  return first.message.split("\n")[0] ?? "";
}
