// A profile of type postgres, read and checked: the keys of dbt-postgres 1.11 (connections.py). What a profile leaves
// out is taken from libpq's environment (PGHOST, PGUSER ...), where dbt's driver would take it from, too.

import type { Credentials, ProfileOutput, Setting } from "../../src/adapter/adapter.ts";
import { isPort, NO_PORT, ProfileSettings } from "../../src/adapter/profile-settings.ts";
import type { Checked, Place } from "../../src/base/diagnostic.ts";
import type { Host } from "../../src/base/host.ts";
import { didYouMean } from "../../src/base/nearest.ts";
import { passwordFromFile } from "./password-file.ts";

export interface PostgresCredentials extends Credentials {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Of the profile, of PGPASSWORD or of ~/.pgpass. */
  readonly password: string | undefined;
  readonly role: string | undefined;
  readonly searchPath: string | undefined;
  readonly applicationName: string;
  readonly connectTimeoutSeconds: number;
  /** Zero: the system's own. */
  readonly keepalivesIdleSeconds: number;
  /** How often to try again when the server cannot be reached. */
  readonly retries: number;
  /** True: no BEGIN and COMMIT is sent, every statement is kept at once. */
  readonly autocommit: boolean;
  readonly tls: TlsSettings;
  /** Place of a key, for errors while connecting. */
  place(key: string): Place | undefined;
}

/** libpq's sslmode and files; an absent file is looked for in ~/.postgresql. */
export interface TlsSettings {
  readonly mode: SslMode;
  readonly rootCertificate: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

/** Keys of an output, with dbt's aliases; `threads`, `type` and the like belong to the core. */
const keys = [
  "type",
  "threads",
  "host",
  "port",
  "user",
  "password",
  "pass",
  "database",
  "dbname",
  "schema",
  "connect_timeout",
  "role",
  "search_path",
  "keepalives_idle",
  "sslmode",
  "sslcert",
  "sslkey",
  "sslrootcert",
  "application_name",
  "autocommit",
  "retries",
];

const DEFAULT_PORT = 5432;
const CONNECT_TIMEOUT_SECONDS = 10;

/**
 * Reads an output of type postgres.
 * @returns the credentials, undefined when there were errors, and all mistakes with their places (codes profile-value, profile-key)
 */
export function readCredentials(
  output: ProfileOutput,
  host: Pick<Host, "env" | "home" | "files">,
): Checked<PostgresCredentials | undefined> {
  const { env } = host;
  const settings = new ProfileSettings(output);
  settings.knownKeys(keys);
  const reader = new Reader(settings, env);
  const database = reader.required(["dbname", "database"], "PGDATABASE", "write dbname: analytics");
  const address = {
    host: reader.required(["host"], "PGHOST", "write host: localhost"),
    port: readPort(settings, env),
    user: reader.required(["user"], "PGUSER", "write user: name"),
  };
  const given = reader.text(["password", "pass"], "PGPASSWORD") || undefined;
  const password = given ?? passwordFromFile({ ...address, database }, host);
  const schema = settings.requiredText("schema", "write schema: the schema that models are built in");
  const threads = settings.integer("threads", 1);
  const credentials: PostgresCredentials = {
    type: "postgres",
    database,
    schema,
    ...(threads === undefined ? {} : { threads }),
    ...address,
    password,
    role: settings.text("role") || undefined,
    searchPath: settings.text("search_path") || undefined,
    applicationName: settings.text("application_name") ?? env.PGAPPNAME ?? "etl",
    connectTimeoutSeconds: settings.integer("connect_timeout") ?? CONNECT_TIMEOUT_SECONDS,
    keepalivesIdleSeconds: settings.integer("keepalives_idle") ?? 0,
    retries: settings.integer("retries") ?? 1,
    autocommit: settings.flag("autocommit") ?? false,
    tls: readTls(settings, reader),
    visible: {},
    secrets: password ? [password] : [],
    place: output.place.bind(output),
  };
  return settings.checked(() => ({ ...credentials, visible: visible(credentials, settings) }));
}

/** Texts of a profile with their aliases and their stand-ins in the environment. */
class Reader {
  constructor(
    private readonly settings: ProfileSettings,
    private readonly env: Host["env"],
  ) {}

  text(names: readonly string[], variable?: string): string | undefined {
    const name = this.settings.nameUsed(names);
    if (name !== undefined) return this.settings.text(name);
    return variable === undefined ? undefined : this.env[variable];
  }

  required(names: readonly [string, ...string[]], variable: string, help: string): string {
    const value = this.text(names, variable);
    if (value !== undefined && value !== "") return value;
    // A value of a wrong type was told already.
    if (!names.some((name) => this.settings.has(name)) || value === "")
      this.settings.requiredText(
        names.find((name) => value === "" && this.settings.has(name)) ?? names[0],
        `${help}, or set ${variable}`,
      );
    return "";
  }
}

function readPort(settings: ProfileSettings, env: Host["env"]): number {
  if (settings.has("port") || !env.PGPORT) return settings.port("port") ?? DEFAULT_PORT;
  const port = Number(env.PGPORT);
  if (!isPort(port)) settings.error(`PGPORT ${NO_PORT}`, "port");
  return port;
}

function readTls(settings: ProfileSettings, reader: Reader): TlsSettings {
  const mode = reader.text(["sslmode"], "PGSSLMODE") || "prefer";
  const known = sslModes.find((one) => one === mode);
  if (known === undefined) {
    const help = didYouMean(mode, sslModes) ?? `known modes: ${sslModes.join(", ")}`;
    settings.error(`"${mode}" is not an sslmode`, "sslmode", help);
  }
  return {
    mode: known ?? "prefer",
    rootCertificate: reader.text(["sslrootcert"], "PGSSLROOTCERT"),
    certificate: reader.text(["sslcert"], "PGSSLCERT"),
    key: reader.text(["sslkey"], "PGSSLKEY"),
  };
}

/** What templates see as `target.*` (dbt-postgres' _connection_keys, with the alias dbname). */
function visible(
  credentials: PostgresCredentials,
  settings: ProfileSettings,
): Readonly<Record<string, Setting>> {
  const { host, port, user, database, schema, role, searchPath } = credentials;
  return {
    host,
    port,
    user,
    database,
    dbname: database,
    schema,
    connect_timeout: credentials.connectTimeoutSeconds,
    role: role ?? null,
    search_path: searchPath ?? null,
    keepalives_idle: credentials.keepalivesIdleSeconds,
    sslmode: settings.text("sslmode") ?? null,
    sslcert: settings.text("sslcert") ?? null,
    sslkey: settings.text("sslkey") ?? null,
    sslrootcert: settings.text("sslrootcert") ?? null,
    application_name: credentials.applicationName,
    autocommit: credentials.autocommit,
    retries: credentials.retries,
  };
}
