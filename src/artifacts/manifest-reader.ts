// Reads a manifest.json that another run wrote, ours or dbt's: for `--state`, `--defer`, `retry`. Only what those need
// is kept; a file that is broken or of a form that we do not know is told, never guessed at.

import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { Files } from "../base/host.ts";
import { JinjaError } from "../jinja/errors.ts";
import { fromJson } from "../jinja/json.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { NodeId } from "../manifest/node.ts";
import type { PreviousManifest } from "../manifest/previous-state.ts";

/** Where the other run's nodes lie, for --defer. */
export interface PreviousRelation {
  readonly database: string | null;
  readonly schema: string;
  readonly alias: string;
}

export interface ReadManifest extends PreviousManifest {
  /** Models, seeds and snapshots that have a relation of their own. */
  readonly relations: ReadonlyMap<NodeId, PreviousRelation>;
  readonly invocationId: string | null;
}

const SECTIONS = [
  "nodes",
  "sources",
  "exposures",
  "metrics",
  "semantic_models",
  "saved_queries",
  "unit_tests",
  "functions",
] as const;

/** Forms that dbt 1.11 reads, too: those of dbt 1.0 to 1.11. */
const OLDEST_VERSION = 4;
const NEWEST_VERSION = 12;

const WRITE_ANEW = "write it anew with etl parse";

/**
 * @param path of the file itself
 * @throws EtlError(state-invalid) when it is missing, no JSON, no manifest, too old or too new
 */
export function readManifest(path: string, files: Files): ReadManifest {
  const root = readRoot(path, files);
  checkVersion(root, path);
  const resources = new Map<NodeId, Dict>();
  for (const section of SECTIONS)
    for (const [id, resource] of sectionOf(root, section, path)) resources.set(id, upgraded(resource));
  const macros = new Map<string, string>();
  for (const [id, macro] of sectionOf(root, "macros", path)) {
    const text = macro.get("macro_sql");
    if (typeof text === "string") macros.set(id, text);
  }
  const invocationId = dictOf(root.get("metadata")).get("invocation_id");
  return {
    resources,
    macros,
    relations: relationsOf(resources),
    invocationId: typeof invocationId === "string" ? invocationId : null,
  };
}

/** The entries of a section; older forms lack some sections. */
function* sectionOf(root: Dict, section: string, path: string): Iterable<readonly [string, Dict]> {
  const entries = root.get(section) ?? null;
  if (entries === null) return;
  if (!(entries instanceof Map)) throw refused(`"${section}" of ${path} is not an object`, WRITE_ANEW);
  for (const [id, entry] of entries) {
    if (!(entry instanceof Map)) throw refused(`"${String(id)}" in ${path} is not an object`, WRITE_ANEW);
    yield [String(id), entry];
  }
}

/** Brings a node of dbt before 1.3 and 1.5 to today's keys (dbt-core, artifacts/schemas/upgrades). */
function upgraded(resource: Dict): Dict {
  const oldCode = resource.get("raw_sql");
  if (oldCode !== undefined && !resource.has("raw_code")) resource.set("raw_code", oldCode);
  if (resource.get("resource_type") === "model" && !resource.has("access"))
    resource.set("access", "protected");
  const refs = resource.get("refs");
  if (Array.isArray(refs)) resource.set("refs", refs.map(refOf));
  return resource;
}

function refOf(ref: Value): Value {
  if (!Array.isArray(ref)) return ref;
  return new Map<Value, Value>([
    ["name", ref.at(-1) ?? null],
    ["package", ref.length > 1 ? (ref[0] ?? null) : null],
    ["version", null],
  ]);
}

function readRoot(path: string, files: Files): Dict {
  if (files.stat(path)?.kind !== "file") {
    throw refused(`there is no ${path}`, "name the folder that holds it with --state (or --defer-state)");
  }
  const root = parsed(path, files);
  if (root instanceof Map && root.get("nodes") instanceof Map) return root;
  throw refused(`${path} is not a manifest`, "--state needs a manifest.json that etl or dbt wrote");
}

function parsed(path: string, files: Files): Value {
  try {
    return fromJson(files.readText(path));
  } catch (error) {
    if (error instanceof JinjaError) throw refused(`${path} is no JSON: ${error.detail}`, WRITE_ANEW);
    if (error instanceof RangeError) throw refused(`${path} is nested too deeply`, WRITE_ANEW);
    throw error;
  }
}

function checkVersion(root: Dict, path: string): void {
  const schema = dictOf(root.get("metadata")).get("dbt_schema_version");
  const digits = typeof schema === "string" ? /\/manifest\/v(\d+)\.json$/.exec(schema)?.[1] : undefined;
  if (digits === undefined) {
    throw refused(`${path} does not tell which version of dbt's manifest it is`, WRITE_ANEW);
  }
  const version = Number(digits);
  if (version >= OLDEST_VERSION && version <= NEWEST_VERSION) return;
  throw refused(
    `${path} is a manifest of version ${version}; versions ${OLDEST_VERSION} (dbt 1.0) to ${NEWEST_VERSION} (dbt 1.11) can be read`,
    version < OLDEST_VERSION ? "write it anew with etl parse" : "write it with dbt 1.11 or with etl parse",
  );
}

function relationsOf(resources: ReadonlyMap<NodeId, Dict>): ReadonlyMap<NodeId, PreviousRelation> {
  const relations = new Map<NodeId, PreviousRelation>();
  for (const [id, resource] of resources) {
    if (!/^(?:model|seed|snapshot|function)\./.test(id)) continue;
    const ephemeral = dictOf(resource.get("config")).get("materialized") === "ephemeral";
    const schema = resource.get("schema");
    const alias = resource.get("alias") ?? resource.get("name");
    const database = resource.get("database");
    if (ephemeral || typeof schema !== "string" || typeof alias !== "string") continue;
    relations.set(id, { database: typeof database === "string" ? database : null, schema, alias });
  }
  return relations;
}

function dictOf(value: Value | undefined): Dict {
  return value instanceof Map ? value : new Map();
}

function refused(message: string, help: string): EtlError {
  return new EtlError([errorAt("state-invalid", message, undefined, { help })]);
}
