// A profile of type snowflake, read and checked: the keys of dbt-snowflake 1.11. What can only be known by looking at
// files and asking servers (keys, tokens) is done when the warehouse is opened (login.ts).

import type { Credentials, ProfileOutput, Setting } from "../../src/adapter/adapter.ts";
import { ProfileSettings } from "../../src/adapter/profile-settings.ts";
import type { Checked, Place } from "../../src/base/diagnostic.ts";
import { type Login, loginSecrets, readLogin } from "./profile-login.ts";

export interface SnowflakeCredentials extends Credentials {
  readonly account: string;
  readonly user: string | undefined;
  readonly login: Login;
  readonly role: string | undefined;
  readonly warehouse: string | undefined;
  readonly queryTag: string | undefined;
  readonly keepAlive: boolean;
  /** Sessions are kept for the next node; false logs in for each. */
  readonly reuseConnections: boolean;
  /** Where the account answers; undefined: the address that belongs to its name. */
  readonly accessUrl: string | undefined;
  readonly proxy: { readonly host: string; readonly port: number | undefined } | undefined;
  readonly connect: {
    /** Attempts after the first one. */
    readonly retries: number;
    /** Seconds between them; undefined: longer each time. */
    readonly pause: number | undefined;
    /** Which errors are worth another attempt besides those of the network. */
    readonly repeats: "network" | "database" | "all";
  };
  /** Whether it is asked if certificates were revoked. */
  readonly verify: boolean;
  readonly stageEndpoint: string | undefined;
  /** The folder of the project, for paths of keys. */
  readonly folder: string;
  /** Place of a key, for errors while connecting. */
  place(key: string): Place | undefined;
}

const keys = [
  ..."type threads account user password database schema role warehouse authenticator token".split(" "),
  ..."private_key private_key_path private_key_passphrase oauth_client_id oauth_client_secret".split(" "),
  ..."query_tag client_session_keep_alive host port proxy_host proxy_port protocol connect_retries".split(
    " ",
  ),
  ..."connect_timeout retry_on_database_errors retry_all insecure_mode reuse_connections".split(" "),
  ..."s3_stage_vpce_dns_name platform_detection_timeout_seconds".split(" "),
  "workload_identity_provider",
  "workload_identity_entra_resource",
  "oauth_token_request_url",
  "oauth_scope",
];

/**
 * Reads an output of type snowflake.
 * @returns the credentials, undefined when there were errors, and all mistakes with their places (codes profile-value, profile-key)
 */
export function readCredentials(output: ProfileOutput): Checked<SnowflakeCredentials | undefined> {
  const settings = new ProfileSettings(output);
  settings.knownKeys(keys);
  const login = readLogin(settings);
  const threads = settings.integer("threads", 1);
  const keepAlive = settings.flag("client_session_keep_alive") ?? false;
  const credentials: SnowflakeCredentials = {
    type: "snowflake",
    database: settings.requiredText("database", "write database: the database that models are built in"),
    schema: settings.requiredText("schema", "write schema: the schema that models are built in"),
    ...(threads === undefined ? {} : { threads }),
    account: readAccount(settings),
    user: login.needsUser ? settings.requiredText("user", "write user: name") : settings.text("user"),
    login: login.value,
    role: settings.text("role"),
    warehouse: settings.text("warehouse"),
    queryTag: settings.text("query_tag"),
    keepAlive,
    // dbt: sessions that are kept alive must not be kept for later as well, unless the profile asks for both.
    reuseConnections: settings.flag("reuse_connections") ?? !keepAlive,
    accessUrl: readAccessUrl(settings),
    proxy: readProxy(settings),
    connect: {
      retries: settings.integer("connect_retries") ?? 1,
      pause: settings.number("connect_timeout"),
      repeats: settings.flag("retry_all")
        ? "all"
        : settings.flag("retry_on_database_errors")
          ? "database"
          : "network",
    },
    verify: !(settings.flag("insecure_mode") ?? false),
    stageEndpoint: settings.text("s3_stage_vpce_dns_name"),
    folder: output.projectFolder,
    visible: {},
    secrets: loginSecrets(login.value),
    place: output.place.bind(output),
  };
  settings.number("platform_detection_timeout_seconds");
  return settings.checked(() => ({ ...credentials, visible: visible(credentials, settings) }));
}

/** The name alone: the driver makes the address. dbt writes hyphens for underscores, which host names cannot have. */
function readAccount(settings: ProfileSettings): string {
  const account = settings.requiredText("account", "write account: organization-account, as in its address");
  if (/^https?:|\/|\.snowflakecomputing\./i.test(account))
    settings.error(
      `"account" is an address, not the name of an account`,
      "account",
      "write what stands before .snowflakecomputing.com; host has a key of its own",
    );
  return account.replaceAll("_", "-");
}

function readAccessUrl(settings: ProfileSettings): string | undefined {
  const host = settings.text("host");
  const protocol = settings.text("protocol") ?? "https";
  const port = settings.port("port");
  if (protocol !== "http" && protocol !== "https")
    settings.error(`"protocol" must be http or https`, "protocol");
  if (host === undefined) return undefined;
  if (/^https?:\/\/|[/?#]/i.test(host))
    settings.error(
      `"host" is an address with more than a host`,
      "host",
      "write its name alone; protocol and port have keys of their own",
    );
  return `${protocol}://${host}${port === undefined ? "" : `:${port}`}`;
}

function readProxy(settings: ProfileSettings): SnowflakeCredentials["proxy"] {
  const host = settings.text("proxy_host");
  const port = settings.integer("proxy_port", 1);
  return host === undefined ? undefined : { host, port };
}

/** What dbt shows of a connection, and templates see as `target`. */
function visible(
  credentials: SnowflakeCredentials,
  settings: ProfileSettings,
): Readonly<Record<string, Setting>> {
  const { account, user, database, schema, warehouse, role, queryTag } = credentials;
  const { keepAlive, connect, verify, reuseConnections } = credentials;
  return {
    account,
    user: user ?? null,
    database,
    warehouse: warehouse ?? null,
    role: role ?? null,
    schema,
    authenticator: settings.text("authenticator") ?? null,
    oauth_client_id: settings.text("oauth_client_id") ?? null,
    query_tag: queryTag ?? null,
    client_session_keep_alive: keepAlive,
    host: settings.text("host") ?? null,
    port: settings.integer("port", 1) ?? null,
    proxy_host: settings.text("proxy_host") ?? null,
    proxy_port: settings.integer("proxy_port", 1) ?? null,
    protocol: settings.text("protocol") ?? null,
    connect_retries: connect.retries,
    connect_timeout: connect.pause ?? null,
    retry_on_database_errors: settings.flag("retry_on_database_errors") ?? false,
    retry_all: connect.repeats === "all",
    insecure_mode: !verify,
    reuse_connections: reuseConnections,
  };
}
