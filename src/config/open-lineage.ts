// Where events in OpenLineage's form go, if anywhere: the flag --openlineage, else what OpenLineage's own clients read
// (OPENLINEAGE_URL and its sisters, OPENLINEAGE__TRANSPORT__..., openlineage.yml). Names and precedence are those of
// openlineage-python 1.54, client.py; transports other than http and file are none of ours.

import { type Diagnostic, errorAt, type Place, warningAt } from "../base/diagnostic.ts";
import type { Files } from "../base/host.ts";
import { type Dict, PyFloat, type Value } from "../jinja/value.ts";
import { joinPath, resolvePath } from "./file-paths.ts";
import { readYaml } from "./yaml.ts";

export type EventTarget =
  | { readonly kind: "file"; readonly path: string }
  | {
      readonly kind: "http";
      readonly url: string;
      /** Sent as a bearer token, never shown. */
      readonly key: string | undefined;
      readonly timeoutMs: number;
    };

export interface OpenLineageSettings {
  readonly target: EventTarget;
  /** Of the jobs; undefined: the project's name. */
  readonly namespace: string | undefined;
  /** The run that started this one, as a scheduler hands it over. */
  readonly parent: { readonly namespace: string; readonly name: string; readonly runId: string } | undefined;
}

export interface OpenLineageSources {
  /** --openlineage: a file or the address of a server. */
  readonly flag: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly folder: string;
  readonly home: string;
  readonly files: Files;
}

const CONFIG_FILE = "openlineage.yml";
const ENDPOINT = "api/v1/lineage";
const TIMEOUT_SECONDS = 5;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @param diagnostics told what is wrong @returns undefined when no events are wanted */
export function openLineageSettings(
  sources: OpenLineageSources,
  diagnostics: Diagnostic[],
): OpenLineageSettings | undefined {
  const { env } = sources;
  if (env.OPENLINEAGE_DISABLED?.trim().toLowerCase() === "true") return undefined;
  const target = targetOf(sources, diagnostics);
  if (!target) return undefined;
  return { target, namespace: env.OPENLINEAGE_NAMESPACE || undefined, parent: parentOf(env, diagnostics) };
}

function targetOf(sources: OpenLineageSources, diagnostics: Diagnostic[]): EventTarget | undefined {
  const { flag, env, cwd, home } = sources;
  if (flag !== undefined) {
    if (!/^\w[\w+.-]*:\/\//.test(flag)) return { kind: "file", path: resolvePath(cwd, flag, home) };
    return httpTarget(flag, env.OPENLINEAGE_ENDPOINT, env.OPENLINEAGE_API_KEY, undefined, diagnostics);
  }
  const transport = environmentTransport(env, diagnostics) ?? fileTransport(sources, diagnostics);
  if (transport) return transportTarget(transport, sources, diagnostics);
  const { OPENLINEAGE_URL: url } = env;
  return url
    ? httpTarget(url, env.OPENLINEAGE_ENDPOINT, env.OPENLINEAGE_API_KEY, undefined, diagnostics)
    : undefined;
}

interface Transport {
  readonly settings: Dict;
  /** Where it is written; undefined for the environment. */
  readonly place: Place | undefined;
}

/** OPENLINEAGE__TRANSPORT holds JSON; OPENLINEAGE__TRANSPORT__AUTH__API_KEY is a key in mappings in it. */
function environmentTransport(
  env: OpenLineageSources["env"],
  diagnostics: Diagnostic[],
): Transport | undefined {
  const settings: Dict = new Map();
  const names = Object.keys(env).filter((name) => /^OPENLINEAGE__TRANSPORT(?:__|$)/.test(name));
  for (const name of names.sort()) {
    const [last = "", ...above] = name.toLowerCase().split("__").slice(2).reverse();
    const value = yamlValue(env[name] ?? "", name, diagnostics);
    if (last === "" && value instanceof Map) for (const [key, one] of value) settings.set(key, one);
    if (last !== "") mappingAt(settings, above.reverse()).set(last, value);
  }
  return settings.size === 0 ? undefined : { settings, place: undefined };
}

function mappingAt(root: Dict, path: readonly string[]): Dict {
  let at = root;
  for (const key of path) {
    const known = at.get(key);
    const next: Dict = known instanceof Map ? known : new Map();
    at.set(key, next);
    at = next;
  }
  return at;
}

function fileTransport(sources: OpenLineageSources, diagnostics: Diagnostic[]): Transport | undefined {
  const { env, cwd, folder, home, files } = sources;
  const named = env.OPENLINEAGE_CONFIG ? [resolvePath(cwd, env.OPENLINEAGE_CONFIG, home)] : [];
  const path = [...named, joinPath(cwd, CONFIG_FILE), joinPath(folder, CONFIG_FILE)].find(
    (one) => files.stat(one)?.kind === "file",
  );
  if (path === undefined) return undefined;
  const { value: yaml, diagnostics: found } = readYaml(files.readText(path), path, { secret: true });
  diagnostics.push(...found);
  const settings = yaml?.value instanceof Map ? yaml.value.get("transport") : undefined;
  if (!(settings instanceof Map)) return undefined;
  return { settings, place: yaml?.place(["transport"]) };
}

function transportTarget(
  { settings, place }: Transport,
  { cwd, home }: OpenLineageSources,
  diagnostics: Diagnostic[],
): EventTarget | undefined {
  const text = (...keys: string[]): string | undefined => {
    const found = keys.map((key) => settings.get(key)).find((value) => typeof value === "string");
    return typeof found === "string" && found !== "" ? found : undefined;
  };
  const type = text("type");
  if (type === "file") {
    const path = text("log_file_path", "logFilePath");
    if (path !== undefined) return { kind: "file", path: resolvePath(cwd, path, home) };
  } else if (type === "http") {
    const url = text("url");
    const auth = settings.get("auth");
    const key =
      auth instanceof Map ? (auth.get("apiKey") ?? auth.get("api_key") ?? auth.get("apikey")) : null;
    const bearer = typeof key === "string" ? key : undefined;
    if (url !== undefined)
      return httpTarget(url, text("endpoint"), bearer, settings.get("timeout"), diagnostics, place);
  }
  const missing = type === "file" ? "log_file_path" : type === "http" ? "url" : undefined;
  if (missing === undefined && (type === "noop" || type === "console")) return undefined;
  diagnostics.push(
    missing === undefined
      ? warningAt("openlineage-unsent", `etl sends no OpenLineage events by "${type ?? ""}"`, place, {
          help: "transports that it has are http and file",
        })
      : errorAt("openlineage-invalid", `OpenLineage's transport ${type} has no ${missing}`, place, {
          help: `write ${missing} beside its type`,
        }),
  );
  return undefined;
}

function httpTarget(
  base: string,
  endpoint: string | undefined,
  key: string | undefined,
  timeout: Value | undefined,
  diagnostics: Diagnostic[],
  place?: Place,
): EventTarget | undefined {
  const url = URL.canParse(base) ? new URL(base) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    diagnostics.push(
      errorAt("openlineage-invalid", "the address for OpenLineage events is not one of a server", place, {
        help: "write it as http://host:port, or name a file",
      }),
    );
    return undefined;
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  const seconds = timeout instanceof PyFloat ? timeout.value : typeof timeout === "number" ? timeout : 0;
  const timeoutMs = (seconds > 0 ? seconds : TIMEOUT_SECONDS) * 1000;
  const address = new URL((endpoint ?? ENDPOINT).replace(/^\/+/, ""), url).href;
  return { kind: "http", url: address, key: key || undefined, timeoutMs };
}

/** OPENLINEAGE_PARENT_ID is "namespace/name/run id". */
function parentOf(env: OpenLineageSources["env"], diagnostics: Diagnostic[]): OpenLineageSettings["parent"] {
  const text = env.OPENLINEAGE_PARENT_ID;
  if (!text) return undefined;
  const [runId = "", name = "", ...rest] = text.split("/").reverse();
  const namespace = rest.reverse().join("/");
  if (UUID.test(runId) && name !== "" && namespace !== "") return { namespace, name, runId };
  diagnostics.push(
    warningAt(
      "openlineage-unsent",
      "OPENLINEAGE_PARENT_ID names no run, so no event tells of it",
      undefined,
      {
        help: "it is the namespace of the job, its name and the UUID of its run, with slashes between",
      },
    ),
  );
  return undefined;
}

function yamlValue(text: string, name: string, diagnostics: Diagnostic[]): Value {
  const { value, diagnostics: found } = readYaml(text, name, { secret: true });
  diagnostics.push(...found);
  return value?.value ?? null;
}
