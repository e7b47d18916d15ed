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

/** The oldest form that has all the keys which are compared: dbt 1.5. */
const OLDEST_VERSION = 9;

/**
 * @param path of the file itself
 * @throws EtlError(state-invalid) when it is missing, no JSON, no manifest, or too old
 */
export function readManifest(path: string, files: Files): ReadManifest {
  const root = readRoot(path, files);
  checkVersion(root, path);
  const resources = new Map<NodeId, Dict>();
  for (const section of SECTIONS)
    for (const [id, resource] of dictOf(root.get(section)))
      if (typeof id === "string" && resource instanceof Map) resources.set(id, resource);
  const macros = new Map<string, string>();
  for (const [id, macro] of dictOf(root.get("macros"))) {
    const text = dictOf(macro).get("macro_sql");
    if (typeof id === "string" && typeof text === "string") macros.set(id, text);
  }
  const invocationId = dictOf(root.get("metadata")).get("invocation_id");
  return {
    resources,
    macros,
    relations: relationsOf(resources),
    invocationId: typeof invocationId === "string" ? invocationId : null,
  };
}

function readRoot(path: string, files: Files): Dict {
  if (files.stat(path)?.kind !== "file") {
    throw refused(`there is no ${path}`, "name the folder that holds it with --state (or --defer-state)");
  }
  let root: Value;
  try {
    root = fromJson(files.readText(path));
  } catch (error) {
    if (!(error instanceof JinjaError)) throw error;
    throw refused(`${path} is no JSON: ${error.detail}`, "write it anew with etl parse");
  }
  if (root instanceof Map && root.get("nodes") instanceof Map) return root;
  throw refused(`${path} is no manifest`, "--state needs a manifest.json that etl or dbt wrote");
}

function checkVersion(root: Dict, path: string): void {
  const schema = dictOf(root.get("metadata")).get("dbt_schema_version");
  const version = typeof schema === "string" ? /\/manifest\/v(\d+)\.json$/.exec(schema)?.[1] : undefined;
  if (version !== undefined && Number(version) < OLDEST_VERSION) {
    throw refused(
      `${path} is a manifest of version ${version}; version ${OLDEST_VERSION} (dbt 1.5) is the oldest that can be compared with`,
      "write it anew with etl parse, or with dbt 1.5 or later",
    );
  }
}

function relationsOf(resources: ReadonlyMap<NodeId, Dict>): ReadonlyMap<NodeId, PreviousRelation> {
  const relations = new Map<NodeId, PreviousRelation>();
  for (const [id, resource] of resources) {
    if (!/^(?:model|seed|snapshot)\./.test(id)) continue;
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
