// What the driver is told to log in: keys are read and decrypted here, so that a wrong passphrase is told before the
// network is asked, and access tokens are fetched for refresh tokens.

import { createPrivateKey, type KeyObject } from "node:crypto";
import { homedir } from "node:os";
import { resolve } from "node:path";
import {
  type ConnectionProblem,
  connectionFailed,
  readProfileFile,
} from "../../src/adapter/connection-failed.ts";
import type { SnowflakeCredentials } from "./credentials.ts";
import type { ConnectionOptions } from "./driver.ts";
import type { KeySource, Login } from "./profile-login.ts";

/** The driver repeats requests of its own; more than these would make a wrong host take minutes to be told. */
const PATIENCE = { timeout: 60_000, sfRetryMaxLoginRetries: 1, retryTimeout: 300 };

/**
 * @returns the driver's options for one session
 * @throws EtlError(connection-failed) for a key that cannot be read and a refresh token that is refused
 */
export async function connectionOptions(
  credentials: SnowflakeCredentials,
  signal: AbortSignal,
): Promise<ConnectionOptions> {
  const { account, user, role, warehouse, database, schema, proxy, accessUrl } = credentials;
  return {
    account,
    database,
    schema,
    application: "etl",
    clientSessionKeepAlive: credentials.keepAlive,
    // Nothing is rounded on its way through JavaScript's numbers.
    fetchAsString: ["Number", "JSON"],
    // NULL among them would be the text "NULL".
    representNullAsStringNull: false,
    rowMode: "array",
    streamResult: true,
    ...PATIENCE,
    ...(user === undefined ? {} : { username: user }),
    ...(role === undefined ? {} : { role }),
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(accessUrl === undefined ? {} : { accessUrl }),
    ...(proxy === undefined ? {} : { proxyHost: proxy.host, proxyPort: proxy.port ?? 80 }),
    ...(await loginOptions(credentials, signal)),
  };
}

async function loginOptions(
  credentials: SnowflakeCredentials,
  signal: AbortSignal,
): Promise<Partial<ConnectionOptions>> {
  const { login } = credentials;
  switch (login.kind) {
    case "password":
      return { password: login.password };
    case "mfa":
      return {
        authenticator: "USERNAME_PASSWORD_MFA",
        password: login.password,
        clientRequestMFAToken: true,
        // Without it the driver makes no place to keep the token in.
        clientStoreTemporaryCredential: true,
      };
    case "okta":
      return { authenticator: login.url, password: login.password };
    case "browser":
      return { authenticator: "EXTERNALBROWSER", clientStoreTemporaryCredential: true };
    case "key":
      return {
        authenticator: "SNOWFLAKE_JWT",
        privateKey: privateKey(login.key, login.passphrase, credentials),
      };
    case "token":
      return { authenticator: "OAUTH", token: login.token };
    case "refresh-token":
      return { authenticator: "OAUTH", token: await accessToken(login, credentials, signal) };
    case "client":
      return { authenticator: "OAUTH", token: await clientToken(login, credentials, signal) };
    case "workload":
      return {
        authenticator: "WORKLOAD_IDENTITY",
        workloadIdentityProvider: login.provider,
        ...(login.token === undefined ? {} : { token: login.token }),
        ...(login.entraResource === undefined
          ? {}
          : { workloadIdentityAzureEntraIdResource: login.entraResource }),
      };
    case "access-token":
      return { authenticator: "PROGRAMMATIC_ACCESS_TOKEN", token: login.token };
  }
}

/** The key as the driver takes it: PKCS #8 in PEM, not encrypted. An inline one is PEM, or DER in base64, as in dbt. */
function privateKey(
  source: KeySource,
  passphrase: string | undefined,
  credentials: SnowflakeCredentials,
): string {
  const name = source.kind === "file" ? "private_key_path" : "private_key";
  const bytes = source.kind === "file" ? keyFile(source.path, credentials) : Buffer.from(source.text, "utf8");
  const isPem = source.kind === "file" || source.text.trimStart().startsWith("-");
  const secret = passphrase === undefined ? {} : { passphrase };
  let key: KeyObject;
  try {
    key = isPem
      ? createPrivateKey({ key: bytes, format: "pem", ...secret })
      : createPrivateKey({
          key: Buffer.from(bytes.toString("utf8"), "base64"),
          format: "der",
          type: "pkcs8",
          ...secret,
        });
  } catch (error) {
    throw connectionFailed(keyProblem(error, name, passphrase), credentials, error);
  }
  if (key.asymmetricKeyType !== "rsa")
    throw connectionFailed(
      { key: name, message: "the key is no RSA key", help: "Snowflake takes RSA keys of 2048 bits and more" },
      credentials,
    );
  return key.export({ format: "pem", type: "pkcs8" }).toString();
}

function keyFile(path: string, credentials: SnowflakeCredentials): Buffer {
  const resolved = resolve(credentials.folder, path.replace(/^~(?=[/\\]|$)/, homedir()));
  return readProfileFile("private_key_path", path, resolved, credentials);
}

/** OpenSSL's words name the failed function; which of two things is wrong is told by whether there is a passphrase. */
function keyProblem(error: unknown, name: string, passphrase: string | undefined): ConnectionProblem {
  const text =
    error instanceof Error ? `${error.message} ${"code" in error ? error.code : ""}` : String(error);
  if (/passphrase|MISSING_PASSPHRASE|interrupted or cancelled/i.test(text))
    return { key: name, message: "the key is encrypted", help: "write private_key_passphrase" };
  if (passphrase !== undefined && /bad decrypt|BAD_DECRYPT|wrong|unsupported/i.test(text))
    return {
      key: "private_key_passphrase",
      message: "the passphrase does not open the key",
      help: "correct it, or the key that it is for",
    };
  return {
    key: name,
    message: `${name} holds no private key`,
    help: "it must be a private key in PEM (-----BEGIN PRIVATE KEY-----), or its base64 without these lines",
  };
}

const TOKEN_PATIENCE_MS = 30_000;

/** dbt-snowflake's way to an access token; the redirection is sent, but never followed. */
async function accessToken(
  { token, clientId, clientSecret }: Extract<Login, { kind: "refresh-token" }>,
  credentials: SnowflakeCredentials,
  signal: AbortSignal,
): Promise<string> {
  const answer = await askToken(
    tokensOfAccount(credentials),
    { grant_type: "refresh_token", refresh_token: token, redirect_uri: "http://localhost:9999" },
    { Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}` },
    signal,
  );
  if (answer.token !== undefined) return answer.token;
  throw connectionFailed(
    {
      key: "token",
      message: `the account gives no access token for the refresh token (${answer.words})`,
      help: "it may have expired: authenticate again, and write the new one; correct oauth_client_id and oauth_client_secret",
    },
    credentials,
  );
}

/** A token for the client itself, of the account or of another server. */
async function clientToken(
  { clientId, clientSecret, tokenUrl, scope }: Extract<Login, { kind: "client" }>,
  credentials: SnowflakeCredentials,
  signal: AbortSignal,
): Promise<string> {
  const { role } = credentials;
  const wanted = scope ?? (role === undefined ? undefined : `session:role:${role}`);
  const url = tokenUrl ?? tokensOfAccount(credentials);
  const { host } = new URL(url);
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  const answer = await askToken(
    url,
    { ...form, ...(wanted === undefined ? {} : { scope: wanted }) },
    {},
    signal,
  ).catch((error: unknown) => {
    if (signal.aborted) throw error;
    const message = `the server of tokens, ${host}, does not answer`;
    const help = "correct oauth_token_request_url, or is there no network?";
    throw connectionFailed(
      { key: ["oauth_token_request_url", "account"], message, help },
      credentials,
      error,
    );
  });
  if (answer.token !== undefined) return answer.token;
  throw connectionFailed(
    {
      key: "oauth_client_id",
      message: `${host} gives the client no access token (${answer.words})`,
      help: "correct oauth_client_id, oauth_client_secret and oauth_scope",
    },
    credentials,
  );
}

function tokensOfAccount({ account, accessUrl }: SnowflakeCredentials): string {
  return `${accessUrl ?? `https://${account}.snowflakecomputing.com`}/oauth/token-request`;
}

/** @returns the token, or what was said instead: "HTTP status 401: invalid_client" */
async function askToken(
  url: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{ readonly token?: string; readonly words: string }> {
  const response = await fetch(url, {
    method: "POST",
    headers,
    body: new URLSearchParams(form),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TOKEN_PATIENCE_MS)]),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  const { access_token: token, error, error_description: words } = fieldsOf(answer);
  if (token !== undefined) return { token: String(token), words: "" };
  const said = [error, words]
    .filter((part) => typeof part === "string")
    .map((part) => part.split(/[\r\n]/)[0]);
  return { words: [`HTTP status ${response.status}`, ...said].join(": ") };
}

function fieldsOf(answer: unknown): Readonly<Record<string, unknown>> {
  return typeof answer === "object" && answer !== null ? (answer as Readonly<Record<string, unknown>>) : {};
}
