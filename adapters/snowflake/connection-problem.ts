// Why the account cannot be opened, as a message with the key of the profile that is to blame and what to do about it.

import { type ConnectionProblem, connectionFailed } from "../../src/adapter/connection-failed.ts";
import { DatabaseError } from "../../src/adapter/database-error.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import { Interrupted } from "./connection.ts";
import type { SnowflakeCredentials } from "./credentials.ts";
import { errorNumber, isDriverError } from "./errors.ts";

/** @returns an EtlError(connection-failed); what is one already is given back */
export function connectionProblem(error: unknown, credentials: SnowflakeCredentials): unknown {
  if (error instanceof EtlError || !(error instanceof Error)) return error;
  return connectionFailed(problemOf(error, credentials), credentials, error);
}

/** @param error what the driver said when it tried to log in, or what the first statement said */
export function problemOf(error: unknown, credentials: SnowflakeCredentials): ConnectionProblem {
  const { account } = credentials;
  if (error instanceof Interrupted)
    return { key: "account", message: `the login at ${account} was interrupted` };
  if (error instanceof DatabaseError) return firstStatementProblem(error, credentials);
  const text = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  const number = isDriverError(error) ? errorNumber(error) : undefined;
  return (
    (number === undefined ? undefined : loginProblem(number, text, credentials)) ??
    identityProblem(text, credentials) ??
    networkProblem(error, text, credentials)
  );
}

function loginProblem(
  number: number,
  text: string,
  credentials: SnowflakeCredentials,
): ConnectionProblem | undefined {
  if (number < 390_000 || number >= 400_000) return undefined;
  const { user, role, warehouse, login } = credentials;
  const who = user === undefined ? "the owner of the token" : `"${user}"`;
  const kind = kindsOfLogin.find(({ numbers }) => numbers.includes(number));
  if (kind) return kind.problem({ who, text, role: role ?? "", warehouse, login });
  return { key: "user", message: `the account refuses the login of ${who}: ${text} (${number})` };
}

interface LoginFacts extends Pick<SnowflakeCredentials, "warehouse" | "login"> {
  readonly who: string;
  /** The service's words. */
  readonly text: string;
  readonly role: string;
}

/** By the numbers of login errors of Snowflake's service. */
const kindsOfLogin: readonly {
  readonly numbers: readonly number[];
  readonly problem: (facts: LoginFacts) => ConnectionProblem;
}[] = [
  {
    numbers: [390_100],
    problem: ({ who, text }) => ({
      key: "password",
      message: `the password of ${who} is wrong, or there is no such user (${text})`,
      help: "correct user and password; users who must not use passwords take private_key_path",
    }),
  },
  {
    numbers: [390_101, 390_102],
    problem: ({ who, text }) => ({
      key: "user",
      message: `${who} is locked or disabled (${text})`,
      help: "ask an administrator",
    }),
  },
  {
    numbers: [390_127, 394_507, 394_508],
    problem: ({ who, text }) => ({
      key: "authenticator",
      message: `the account wants a second factor of ${who} (${text})`,
      help: "write authenticator: username_password_mfa, or use a key: private_key_path",
    }),
  },
  {
    numbers: [390_144, 394_304],
    problem: ({ who, text }) => ({
      key: "private_key_path",
      message: `the account does not take the key of ${who} (${text})`,
      help: "its public half must be set: alter user ... set rsa_public_key = '...'; correct account and user, too",
    }),
  },
  {
    numbers: [390_302, 390_303, 390_318],
    problem: ({ text, login }) => ({
      key: "token",
      message: `the account does not take the token (${text})`,
      help:
        login.kind === "token"
          ? "it may have expired: fetch a new one, or write oauth_client_id and oauth_client_secret with a refresh token"
          : login.kind === "client"
            ? "the security integration of the account must know the server of tokens and the client's user"
            : "it may have expired: fetch a new one",
    }),
  },
  {
    numbers: [394_400, 394_402],
    problem: ({ who, text }) => ({
      key: "token",
      message: `the account does not take the programmatic access token of ${who} (${text})`,
      help: "it may have expired or be meant for another role; the user needs a network policy for it, too",
    }),
  },
  {
    numbers: [390_186, 390_189],
    problem: ({ who, text, role }) => ({
      key: "role",
      message: `${who} has no role "${role}" (${text})`,
      help: "correct the role, or ask for it: grant role ... to user ...",
    }),
  },
  {
    numbers: [390_201],
    problem: ({ text, warehouse }) => ({
      key: warehouse === undefined ? "database" : "warehouse",
      message: `a database, schema or warehouse of the profile is not there (${text})`,
      help: "correct its name, or grant usage on it to the role",
    }),
  },
  {
    numbers: [390_420, 390_422],
    problem: ({ text }) => ({
      key: "account",
      message: `a network policy of the account does not let this address in (${text})`,
      help: "connect from an allowed network, or ask for this address to be added",
    }),
  },
  {
    numbers: [390_190, 390_191, 390_195],
    problem: ({ text }) => ({
      key: "authenticator",
      message: `the login in the browser did not succeed (${text})`,
      help: "try again, and check that the identity provider belongs to this account",
    }),
  },
];

/** The machine's identity is asked for before the account is. */
function identityProblem(text: string, { login }: SnowflakeCredentials): ConnectionProblem | undefined {
  if (login.kind !== "workload") return undefined;
  if (/recognized Snowflake host/.test(text))
    return {
      key: ["host", "account"],
      message: "the identity of the machine is shown to hosts of Snowflake only, and this is none",
      help: "correct host and account; SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES names further hosts",
    };
  if (login.provider === "OIDC" || /ECONNREFUSED|ENOTFOUND/.test(text)) return undefined;
  return {
    key: "workload_identity_provider",
    message: `${login.provider} gives this machine no identity (${text})`,
    help: `does it run on ${login.provider}, with a role or service account of its own?`,
  };
}

function networkProblem(error: unknown, text: string, credentials: SnowflakeCredentials): ConnectionProblem {
  const { account, accessUrl, proxy } = credentials;
  const address = accessUrl ?? `${account}.snowflakecomputing.com`;
  const key = accessUrl === undefined ? "account" : "host";
  const words = `${rootWords(error)} ${text}`;
  if (proxy !== undefined && /proxy|tunnel|407/i.test(words))
    return {
      key: "proxy_host",
      message: `no connection to ${address} through the proxy ${proxy.host} (${text})`,
      help: "correct proxy_host and proxy_port, or remove them",
    };
  if (/ENOTFOUND|EAI_AGAIN|getaddrinfo/.test(words))
    return {
      key,
      message: `the host of ${address} is not known`,
      help: "correct account (organization-account, or account.region of old ones), or connect to a network",
    };
  if (/ECONNREFUSED/.test(words))
    return {
      key: accessUrl === undefined ? "account" : "port",
      message: `no Snowflake answers at ${address}: the connection is refused`,
      help: "correct host, port and protocol",
    };
  if (/\b40[34]\b/.test(words))
    return {
      key,
      message: `there is no account at ${address} (${text})`,
      help: "correct account: organization-account, or account.region.cloud of old ones",
    };
  if (/certificate|OCSP|revoc|self.signed|tls|ssl/i.test(words))
    return {
      key,
      message: `TLS to ${address} fails: ${text}`,
      help: "a proxy may answer in its place; insecure_mode: true goes without asking whether certificates were revoked",
    };
  return {
    key,
    message: `no connection to ${address}: ${text || "no answer"}`,
    help: "try again in a moment, and see status.snowflake.com; connect_retries sets how often it is tried",
  };
}

function rootWords(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const code = "code" in error ? String(error.code) : "";
  const response = "response" in error ? statusOf(error.response) : "";
  return `${code} ${response} ${error.message} ${rootWords(error.cause)}`;
}

function statusOf(response: unknown): string {
  if (typeof response !== "object" || response === null) return "";
  const status = "status" in response ? response.status : "statusCode" in response ? response.statusCode : "";
  return typeof status === "number" ? String(status) : "";
}

/** The login went well; the database is asked for. */
function firstStatementProblem(
  { facts }: DatabaseError,
  credentials: SnowflakeCredentials,
): ConnectionProblem {
  const { database, role, account } = credentials;
  if (facts.code === "002043" || facts.code === "002003" || facts.code === "003001")
    return {
      key: "database",
      message: `there is no database "${database}" in ${account}, or the role "${role ?? "of the user"}" may not see it`,
      help: "correct database, or grant usage on it to the role",
    };
  return { key: "account", message: `the account refuses the first statement: ${facts.message}` };
}
