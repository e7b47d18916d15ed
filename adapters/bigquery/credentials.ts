// A profile of type bigquery, read and checked: the keys of dbt-bigquery 1.11 with its aliases. How one logs in is read
// by login.ts.

import type { Credentials, ProfileOutput, Setting } from "../../src/adapter/adapter.ts";
import { ProfileSettings } from "../../src/adapter/profile-settings.ts";
import type { Checked, Place } from "../../src/base/diagnostic.ts";
import type { Host } from "../../src/base/host.ts";
import { didYouMean } from "../../src/base/nearest.ts";
import { federatedKeys } from "./federated-login.ts";
import { type Login, readLogin, secretsOf } from "./login.ts";

export interface BigQueryCredentials extends Credentials {
  readonly login: Login;
  /** The project that jobs run in and that is billed. */
  readonly executionProject: string;
  /** The project whose quota requests count to; undefined: that of the login. */
  readonly quotaProject: string | undefined;
  readonly location: string | undefined;
  readonly priority: "INTERACTIVE" | "BATCH";
  readonly maximumBytesBilled: string | undefined;
  readonly reservation: string | undefined;
  /** How long a job may run, in seconds. */
  readonly jobSeconds: number | undefined;
  /** How long the request that makes a job may take, in seconds. */
  readonly creationSeconds: number | undefined;
  /** How often a request that failed for a passing reason is sent again. */
  readonly retries: number;
  /** After so many seconds no request is sent again. */
  readonly retrySeconds: number | undefined;
  /** Another address of the service; undefined: Google's. */
  readonly endpoint: string | undefined;
  readonly scopes: readonly string[];
  /** The service account in whose name jobs run. */
  readonly impersonated: string | undefined;
  /** The folder of the project, for the driver and paths. */
  readonly folder: string;
  /** Place of a key, for errors while connecting. */
  place(key: string): Place | undefined;
}

const keys = [
  ..."type threads method project database dataset schema location priority maximum_bytes_billed reservation".split(
    " ",
  ),
  ..."execution_project quota_project api_endpoint impersonate_service_account scopes".split(" "),
  ..."job_execution_timeout_seconds timeout_seconds job_creation_timeout_seconds job_retries retries".split(
    " ",
  ),
  ..."job_retry_deadline_seconds job_link_info_level_log".split(" "),
  ..."keyfile keyfile_json token refresh_token client_id client_secret token_uri".split(" "),
];

/** Settings of Python models, which are not there. */
const unused = [
  ..."compute_region dataproc_region dataproc_cluster_name gcs_bucket dataproc_batch submission_method".split(
    " ",
  ),
];

const SCOPES = ["bigquery", "cloud-platform", "drive", "userinfo.email"].map(
  (name) => `https://www.googleapis.com/auth/${name}`,
);

/** dbt-bigquery's default. */
const DEFAULT_RETRIES = 1;

/**
 * Reads an output of type bigquery.
 * @returns the credentials, undefined when there were errors, and all mistakes with their places (codes profile-value, profile-key)
 */
export function readCredentials(
  output: ProfileOutput,
  host: Pick<Host, "files" | "env" | "home">,
): Checked<BigQueryCredentials | undefined> {
  const settings = new ProfileSettings(output);
  settings.knownKeys([...keys, ...federatedKeys, ...unused]);
  for (const key of unused.filter((one) => settings.has(one)))
    settings.warn("profile-key", `"${key}" changes nothing: Python models are not supported`, key);
  const login = readLogin(settings, output, host);
  const database = alias(settings, "database", "project") ?? login.project ?? environmentProject(host);
  if (database === undefined)
    settings.requiredText(
      "project",
      "write project: the id of the Google Cloud project that models are built in",
    );
  const schema = alias(settings, "schema", "dataset");
  if (schema === undefined)
    settings.requiredText("schema", "write dataset: the dataset that models are built in");
  const threads = settings.integer("threads", 1);
  const credentials: BigQueryCredentials = {
    type: "bigquery",
    database: database ?? "",
    schema: schema ?? "",
    ...(threads === undefined ? {} : { threads }),
    login,
    executionProject: settings.text("execution_project") ?? database ?? "",
    quotaProject: settings.text("quota_project"),
    location: settings.text("location"),
    priority: readPriority(settings),
    maximumBytesBilled: wholeText(settings, "maximum_bytes_billed"),
    reservation: settings.text("reservation"),
    jobSeconds: positive(settings, "job_execution_timeout_seconds", "timeout_seconds"),
    creationSeconds: positive(settings, "job_creation_timeout_seconds"),
    retries: settings.integer("job_retries") ?? settings.integer("retries") ?? DEFAULT_RETRIES,
    retrySeconds: positive(settings, "job_retry_deadline_seconds"),
    endpoint: readEndpoint(settings),
    scopes: readScopes(settings),
    impersonated: settings.text("impersonate_service_account"),
    folder: output.projectFolder,
    visible: {},
    secrets: secretsOf(login),
    place: output.place.bind(output),
  };
  settings.flag("job_link_info_level_log");
  return settings.checked(() => ({ ...credentials, visible: visible(credentials, settings) }));
}

function alias(settings: ProfileSettings, name: string, other: string): string | undefined {
  return settings.text(settings.nameUsed([name, other]) ?? name);
}

function environmentProject({ env }: Pick<Host, "env">): string | undefined {
  return env.GOOGLE_CLOUD_PROJECT || env.GCLOUD_PROJECT || undefined;
}

function readPriority(settings: ProfileSettings): "INTERACTIVE" | "BATCH" {
  const given = settings.text("priority") ?? "interactive";
  if (given === "interactive" || given === "batch") return given === "batch" ? "BATCH" : "INTERACTIVE";
  settings.error(
    `"priority" must be interactive or batch`,
    "priority",
    didYouMean(given, ["interactive", "batch"]),
  );
  return "INTERACTIVE";
}

/** Bytes may be more than a JavaScript number holds; the API takes them as a text. */
function wholeText(settings: ProfileSettings, key: string): string | undefined {
  const text = settings.text(key);
  if (text === undefined || /^\s*\d+\s*$/.test(text)) return text?.trim();
  settings.error(
    `"${key}" must be a whole number of bytes`,
    key,
    "write digits alone: 1000000000 for a gigabyte",
  );
  return undefined;
}

function positive(settings: ProfileSettings, key: string, other?: string): number | undefined {
  return settings.integer(key, 1) ?? (other === undefined ? undefined : settings.integer(other, 1));
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

function readEndpoint(settings: ProfileSettings): string | undefined {
  const given = settings.text("api_endpoint");
  if (given === undefined) return undefined;
  const url = /^https?:\/\//i.test(given) ? given : `https://${given}`;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined)
    settings.error(
      `"api_endpoint" is not an address`,
      "api_endpoint",
      "write https://bigquery-<name>.p.googleapis.com",
    );
  else if (parsed.protocol === "http:" && !LOOPBACK.test(parsed.hostname))
    settings.error(
      "a login is never sent over http, where everybody can read it",
      "api_endpoint",
      "write https://, or an address of this machine",
    );
  return url.replace(/\/+$/, "");
}

function readScopes(settings: ProfileSettings): readonly string[] {
  const given = settings.list("scopes").map(String);
  return given.length > 0 ? given : SCOPES;
}

/** What templates see as `target.*` (dbt-bigquery's _connection_keys, with the aliases project and dataset). */
function visible(
  credentials: BigQueryCredentials,
  settings: ProfileSettings,
): Readonly<Record<string, Setting>> {
  const { database, schema, executionProject, location, jobSeconds, retries, impersonated } = credentials;
  return {
    method: settings.text("method") ?? null,
    project: database,
    database,
    dataset: schema,
    schema,
    execution_project: executionProject,
    location: location ?? null,
    priority: settings.text("priority") ?? null,
    maximum_bytes_billed:
      credentials.maximumBytesBilled === undefined ? null : Number(credentials.maximumBytesBilled),
    reservation: credentials.reservation ?? null,
    impersonate_service_account: impersonated ?? null,
    job_retry_deadline_seconds: credentials.retrySeconds ?? null,
    job_retries: retries,
    job_creation_timeout_seconds: credentials.creationSeconds ?? null,
    job_execution_timeout_seconds: jobSeconds ?? null,
    timeout_seconds: jobSeconds ?? null,
    client_id: settings.text("client_id") ?? null,
    token_uri: settings.text("token_uri") ?? null,
  };
}
