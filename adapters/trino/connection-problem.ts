// Why the warehouse cannot be opened, as a message with the key of the profile that is to blame and what to do about it.

import { type ConnectionProblem, connectionFailed } from "../../src/adapter/connection-failed.ts";
import { DatabaseError } from "../../src/adapter/database-error.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import { didYouMean } from "../../src/base/nearest.ts";
import type { TrinoCredentials } from "./credentials.ts";
import { firstError } from "./errors.ts";
import { LoginFailed } from "./external-login.ts";
import { QueryFailure } from "./failures.ts";
import { HttpStatusError } from "./transport.ts";

/** @returns an EtlError(connection-failed); what is one already is given back */
export function connectionProblem(error: unknown, credentials: TrinoCredentials): unknown {
  if (error instanceof EtlError || !(error instanceof Error)) return error;
  const interrupted = error instanceof DatabaseError && error.facts.kind === "cancelled";
  const problem = interrupted
    ? { key: "host", message: `the wait for ${credentials.host}:${credentials.port} was interrupted` }
    : describe(rootOf(error), credentials);
  return connectionFailed(problem, credentials, error);
}

/** @returns what is wrong when the profile's catalog is none of those that the server has */
export function missingCatalog(credentials: TrinoCredentials, catalogs: readonly string[]): EtlError {
  const { database, host, port } = credentials;
  const help = didYouMean(database, catalogs) ?? `catalogs: ${catalogs.join(", ") || "none"}`;
  const message = `there is no catalog "${database}" at ${host}:${port}, or the user may not see it`;
  return connectionFailed({ key: ["database", "catalog"], message, help }, credentials);
}

function rootOf(error: Error): Error {
  const { cause } = error;
  return cause instanceof Error && !(error instanceof QueryFailure)
    ? rootOf(firstError(cause))
    : firstError(error);
}

function describe(error: Error, credentials: TrinoCredentials): ConnectionProblem {
  if (error instanceof LoginFailed) return error.problem();
  if (error instanceof HttpStatusError) return statusProblem(error, credentials);
  if (error instanceof QueryFailure) return failureProblem(error, credentials);
  return networkProblem(error, credentials);
}

function statusProblem({ status, text }: HttpStatusError, credentials: TrinoCredentials): ConnectionProblem {
  const { host, port, login, scheme } = credentials;
  const address = `${host}:${port}`;
  const said = text === "" ? "" : ` (${text})`;
  if (status === 401) return loginProblem(credentials, said);
  if (status === 403)
    return {
      key: login.kind === "none" ? "user" : "method",
      message: `the server at ${address} does not let ${who(credentials)} in${said}`,
      help: "ask its administrator for access, or correct user, roles and impersonation_user",
    };
  if (status >= 500)
    return {
      key: "host",
      message: `the server at ${address} answers with HTTP status ${status}${said}`,
      help: "it is starting, or full: try again in a moment; retries sets how often a request is sent",
    };
  return {
    key: "host",
    message: `what answers at ${address} is no Trino: HTTP status ${status}${said}`,
    help:
      scheme === "http"
        ? "correct host and port; a server behind TLS needs http_scheme: https"
        : "correct host and port: those of the coordinator, without a path",
  };
}

function loginProblem(credentials: TrinoCredentials, said: string): ConnectionProblem {
  const { login } = credentials;
  switch (login.kind) {
    case "password":
      return {
        key: "password",
        message: `the password of "${login.user}" is wrong, or there is no such user${said}`,
        help: "correct the password, or user",
      };
    case "jwt":
      return {
        key: "jwt_token",
        message: `the server does not take the token${said}`,
        help: "it may have expired, or be meant for another server: fetch a new one",
      };
    case "certificate":
      return {
        key: "client_certificate",
        message: `the server does not take the certificate${said}`,
        help: "it must be signed by an authority that the server trusts, and not have expired",
      };
    case "external":
      return {
        key: "method",
        message: `the server does not take the token that it gave${said}`,
        help: "log in as somebody who may use this server",
      };
    case "none":
      return {
        key: "user",
        message: `the server wants to know who asks${said}`,
        help: "write method: ldap with a password, method: jwt with jwt_token, method: certificate, or method: oauth",
      };
  }
}

function failureProblem({ failure }: QueryFailure, credentials: TrinoCredentials): ConnectionProblem {
  const { errorName, message } = failure;
  if (errorName === "SERVER_STARTING_UP" || errorName === "NO_NODES_AVAILABLE")
    return { key: "host", message: `the server is starting: ${message}`, help: "try again in a moment" };
  if (errorName === "PERMISSION_DENIED") {
    const key = Object.keys(credentials.roles).length > 0 ? "roles" : "user";
    return { key, message: `${who(credentials)} lacks a permission: ${message}`, help: "ask for access" };
  }
  if (errorName === "INVALID_SESSION_PROPERTY")
    return { key: "session_properties", message, help: "show session lists those that there are" };
  if (errorName.includes("ROLE")) return { key: "roles", message, help: "correct the role or its catalog" };
  return { key: "host", message: `the server refuses the first query: ${message}` };
}

function networkProblem(error: Error, { host, port, scheme, verify }: TrinoCredentials): ConnectionProblem {
  const address = `${host}:${port}`;
  const code = "code" in error ? String(error.code) : "";
  const [words = ""] = error.message.split("\n");
  if (code === "ECONNREFUSED")
    return {
      key: "port",
      message: `no Trino answers at ${address}: the connection is refused`,
      help: "start the server, or correct host and port",
    };
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return {
      key: "host",
      message: `the host "${host}" is not known`,
      help: "correct its name, or connect to its network",
    };
  if (code === "ETIMEDOUT" || code === "EHOSTUNREACH" || code === "ENETUNREACH")
    return {
      key: "host",
      message: `${address} does not answer (${words})`,
      help: "is it the right host, and does a firewall let you through?",
    };
  if (scheme === "https" && /wrong version number|packet length too long|EPROTO/i.test(`${code} ${words}`))
    return {
      key: "port",
      message: `${address} does not speak TLS`,
      help: "correct the port, or write method: none with http_scheme: http",
    };
  if (scheme === "https" && /certificate|altname|self.signed|issuer|tls|ssl/i.test(`${code} ${words}`))
    return {
      key: verify === true ? "host" : "cert",
      message: `TLS to ${address} fails: ${words}`,
      help: "write cert: the file of the authority that signed the server's certificate; cert: false goes without a check",
    };
  if (scheme === "http" && /socket hang up|ECONNRESET|Parse Error/i.test(`${code} ${words}`))
    return {
      key: "http_scheme",
      message: `${address} hangs up: ${words}`,
      help: "a server behind TLS needs http_scheme: https",
    };
  return { key: "host", message: `no connection to ${address}: ${words}` };
}

function who({ user, login }: TrinoCredentials): string {
  if (user !== undefined) return `"${user}"`;
  return login.kind === "certificate" ? "the owner of the certificate" : "the owner of the token";
}
