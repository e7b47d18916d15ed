// A profile of type trino, read and checked: the keys of dbt-trino 1.11. Differs from it in one thing: the server's
// certificate is verified unless the profile says `cert: false`.

import type { Credentials, ProfileOutput, Setting } from "../../src/adapter/adapter.ts";
import { ProfileSettings } from "../../src/adapter/profile-settings.ts";
import type { Checked, Place } from "../../src/base/diagnostic.ts";
import { nearest } from "../../src/base/nearest.ts";

/** How the server is told who asks. */
export type Login =
  | { readonly kind: "none" }
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  | { readonly kind: "jwt"; readonly token: string }
  | { readonly kind: "certificate"; readonly certificate: string; readonly key: string }
  /** A person logs in at the page that the server names. */
  | { readonly kind: "external"; readonly opensBrowser: boolean };

export interface TrinoCredentials extends Credentials {
  readonly host: string;
  readonly port: number;
  readonly scheme: "http" | "https";
  readonly login: Login;
  /** In whose name statements run; undefined: the server takes it from token or certificate. */
  readonly user: string | undefined;
  /** True: by the authorities that Node trusts · a path: by that file · false: not at all. */
  readonly verify: boolean | string;
  /** Role by catalog. */
  readonly roles: Readonly<Record<string, string>>;
  readonly sessionProperties: Readonly<Record<string, string>>;
  readonly clientTags: readonly string[];
  readonly httpHeaders: Readonly<Record<string, string>>;
  readonly timeZone: string | undefined;
  /** How often one request is sent before it is given up. */
  readonly attempts: number;
  /** The folder of the project, for paths of certificates. */
  readonly folder: string;
  /** Place of a key, for errors while connecting. */
  place(key: string): Place | undefined;
}

const methods = ["none", "ldap", "certificate", "jwt", "oauth", "oauth_console"] as const;
type Method = (typeof methods)[number];
/** Methods of dbt-trino that are refused in a sentence, with the keys that they read. */
const tickets = ["kerberos", "gssapi"];
const ticketKeys = [
  ..."keytab principal krb5_config service_name mutual_authentication force_preemptive".split(" "),
  ..."hostname_override sanitize_mutual_error_response delegate".split(" "),
];

const keys = [
  ..."type threads method host port user password pass database catalog schema http_scheme cert".split(" "),
  ..."impersonation_user roles client_tags http_headers session_properties timezone retries".split(" "),
  ..."jwt_token client_certificate client_private_key suppress_cert_warning".split(" "),
  "prepared_statements_enabled",
];

const DEFAULT_ATTEMPTS = 3;

/**
 * Reads an output of type trino.
 * @returns the credentials, undefined when there were errors, and all mistakes with their places (codes profile-value, profile-key)
 */
export function readCredentials(output: ProfileOutput): Checked<TrinoCredentials | undefined> {
  const settings = new ProfileSettings(output);
  const ofStarburst = Object.keys(output.settings).filter((key) => key.startsWith("starburst_"));
  settings.knownKeys([...keys, ...ticketKeys, ...ofStarburst]);
  // dbt-trino sends them to another service.
  for (const key of ofStarburst)
    settings.warn("profile-key", `"${key}" is not supported: descriptions are kept in comments only`, key);
  const method = readMethod(settings);
  warnOfUnused(settings, method);
  const user =
    method === "none" || method === "ldap"
      ? settings.requiredText("user", "write user: name")
      : settings.text("user");
  const login = readLogin(settings, method, user ?? "");
  const threads = settings.integer("threads", 1);
  const credentials: TrinoCredentials = {
    type: "trino",
    database: readDatabase(settings).toLowerCase(),
    schema: settings
      .requiredText("schema", "write schema: the schema that models are built in")
      .toLowerCase(),
    ...(threads === undefined ? {} : { threads }),
    host: readHost(settings),
    port: readPort(settings),
    scheme: readScheme(settings, method),
    login,
    user: (method === "ldap" ? settings.text("impersonation_user") : undefined) || user || undefined,
    verify: readVerify(settings, output.settings.cert),
    roles: texts(settings, "roles"),
    sessionProperties: texts(settings, "session_properties"),
    clientTags: readTags(settings),
    httpHeaders: readHeaders(settings),
    timeZone: settings.text("timezone"),
    attempts: settings.integer("retries", 1) ?? DEFAULT_ATTEMPTS,
    folder: output.projectFolder,
    visible: {},
    secrets: secretsOf(login),
    place: output.place.bind(output),
  };
  settings.flag("suppress_cert_warning");
  const prepared = settings.flag("prepared_statements_enabled") ?? true;
  return settings.checked(() => ({
    ...credentials,
    visible: visible(credentials, method, prepared, settings),
  }));
}

function readMethod(settings: ProfileSettings): Method {
  const method = settings.text("method") || "none";
  const known = methods.find((one) => one === method);
  if (known !== undefined) return known;
  if (tickets.includes(method)) {
    settings.error(
      `"${method}" is not supported: tickets of Kerberos come from a library of the system, which etl does without`,
      "method",
      "ask for a login by password (ldap), certificate, token (jwt) or browser (oauth)",
    );
    return "none";
  }
  const near = nearest(method, methods);
  settings.error(
    `"${method}" is not a method to log in`,
    "method",
    near === undefined
      ? `known methods: ${methods.join(", ")} (ldap sends user and password)`
      : `did you mean "${near}"?`,
  );
  return "none";
}

/** Which methods read a key. */
const readers: Readonly<Record<string, readonly Method[]>> = {
  password: ["ldap"],
  pass: ["ldap"],
  impersonation_user: ["ldap"],
  jwt_token: ["jwt"],
  client_certificate: ["certificate"],
  client_private_key: ["certificate"],
};

/** Keys that other methods read are left by mistake, or the method is. */
function warnOfUnused(settings: ProfileSettings, method: Method): void {
  const written = settings.text("method") ?? "none";
  if (written !== method) return;
  for (const [key, by] of Object.entries(readers))
    if (settings.has(key) && !by.includes(method))
      settings.warn(
        "profile-value",
        `"${key}" is not used by method ${method}`,
        key,
        `write method: ${by.join("")}`,
      );
  for (const key of ticketKeys.filter((one) => settings.has(one)))
    settings.warn("profile-value", `"${key}" is not used: Kerberos is not supported`, key, "remove it");
}

function readDatabase(settings: ProfileSettings): string {
  const key = settings.nameUsed(["database", "catalog"]) ?? "database";
  return settings.requiredText(key, "write database: the catalog that models are built in");
}

function readHost(settings: ProfileSettings): string {
  const host = settings.requiredText("host", "write host: trino.example.com");
  if (/^https?:\/\/|[/?#]/i.test(host))
    settings.error(
      `"host" is an address with more than a host`,
      "host",
      "write its name alone; http_scheme and port have keys of their own",
    );
  return host;
}

function readPort(settings: ProfileSettings): number {
  if (!settings.has("port")) settings.requiredText("port", "write port: 8080, or 443 behind TLS");
  return settings.port("port") ?? 1;
}

/** All methods but "none" show a secret, so they speak over TLS only, as in dbt-trino. */
function readScheme(settings: ProfileSettings, method: Method): "http" | "https" {
  const scheme = settings.text("http_scheme") ?? (method === "none" ? "http" : "https");
  if (scheme !== "http" && scheme !== "https") {
    settings.error(`"http_scheme" must be http or https`, "http_scheme");
    return "https";
  }
  if (scheme === "http" && method !== "none")
    settings.error(
      `the method "${method}" is never sent over http, where everybody can read it`,
      "http_scheme",
      "remove the line: https is taken",
    );
  return scheme;
}

function readLogin(settings: ProfileSettings, method: Method, user: string): Login {
  switch (method) {
    case "none":
      return { kind: "none" };
    case "ldap": {
      const key = settings.has("pass") ? "pass" : "password";
      const help = `write password: "{{ env_var('DBT_ENV_SECRET_TRINO_PASSWORD') }}"`;
      return { kind: "password", user, password: settings.requiredText(key, help) };
    }
    case "jwt": {
      const help = `write jwt_token: "{{ env_var('DBT_ENV_SECRET_TRINO_TOKEN') }}"`;
      return { kind: "jwt", token: settings.requiredText("jwt_token", help) };
    }
    case "oauth":
    case "oauth_console":
      return { kind: "external", opensBrowser: method === "oauth" };
    case "certificate":
      return {
        kind: "certificate",
        certificate: settings.requiredText("client_certificate", "write the path of a file in PEM format"),
        key: settings.requiredText("client_private_key", "write the path of a file in PEM format"),
      };
  }
}

function secretsOf(login: Login): readonly string[] {
  const secret = login.kind === "password" ? login.password : login.kind === "jwt" ? login.token : "";
  if (secret === "") return [];
  return login.kind === "password"
    ? [secret, Buffer.from(`${login.user}:${secret}`).toString("base64")]
    : [secret];
}

/** `cert`: true, false, or the path of a file with the authorities to trust. */
function readVerify(settings: ProfileSettings, given: Setting | undefined): boolean | string {
  if (given === undefined || given === null) return true;
  if (typeof given === "boolean") return given;
  const text = settings.text("cert") ?? "true";
  return /^(?:true|false)$/i.test(text) ? text.toLowerCase() === "true" : text;
}

function readTags(settings: ProfileSettings): readonly string[] {
  const tags = settings.list("client_tags").map(String);
  const problem = tagProblem(tags);
  if (problem) settings.error(problem, "client_tags", "write each tag as an item of the list");
  return tags;
}

/** What is wrong with client tags, in words. */
export function tagProblem(tags: readonly string[]): string | undefined {
  return tags.some((tag) => tag.includes(",")) ? "a client tag cannot hold a comma" : undefined;
}

/** Headers that are made from other settings. */
const RESERVED = /^(?:x-trino-|authorization$|user-agent$|content-|host$|connection$)/i;

function readHeaders(settings: ProfileSettings): Readonly<Record<string, string>> {
  const headers = texts(settings, "http_headers");
  for (const [name, value] of Object.entries(headers)) {
    const problem = headerProblem(name, value);
    if (problem) settings.error(problem, "http_headers", RESERVED.test(name) ? "remove it" : undefined);
  }
  return headers;
}

/** What is wrong with a header, in words. */
export function headerProblem(name: string, value: string): string | undefined {
  if (RESERVED.test(name)) return `the header "${name}" is made from other settings`;
  const isPlain = /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !/[\r\n]/.test(value);
  return isPlain ? undefined : `"${name}" cannot be sent as a header`;
}

function texts(settings: ProfileSettings, key: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(settings.mapping(key))
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, String(value)]),
  );
}

/** What templates see as `target.*` (dbt-trino's _connection_keys, with the alias catalog). */
function visible(
  { host, port, user, database, schema, verify }: TrinoCredentials,
  method: Method,
  prepared: boolean,
  settings: ProfileSettings,
): Readonly<Record<string, Setting>> {
  return {
    method,
    host,
    port,
    user: user ?? null,
    database,
    catalog: database,
    schema,
    cert: settings.has("cert") ? verify : null,
    prepared_statements_enabled: prepared,
  };
}
