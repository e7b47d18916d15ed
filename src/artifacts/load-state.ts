// What earlier runs left in a folder of artifacts, for `--state`, `--defer` and selection by result: each file is read
// when it is there; selecting by one that is not there is the selection's mistake to tell.

import { join } from "node:path";
import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { Files, Host } from "../base/host.ts";
import type { PreviousState, SourceFreshnessState } from "../manifest/previous-state.ts";
import { MANIFEST_FILE } from "./manifest-json.ts";
import { type PreviousRelation, readManifest } from "./manifest-reader.ts";
import { RUN_RESULTS_FILE } from "./run-results-json.ts";
import { readRunResults } from "./run-results-reader.ts";

const SOURCES_FILE = "sources.json";

/**
 * @param folder absolute folder of `--state`
 * @param targetFolder the own target folder, whose sources.json is what `source_status:fresher` compares with
 * @throws EtlError(state-invalid) for a file that cannot be understood
 */
export function loadState(folder: string, targetFolder: string, host: Host): PreviousState {
  const manifestPath = join(folder, MANIFEST_FILE);
  const results = readRunResults(join(folder, RUN_RESULTS_FILE), host);
  const before = readSources(join(folder, SOURCES_FILE), host.files);
  const now = readSources(join(targetFolder, SOURCES_FILE), host.files);
  return {
    ...(host.files.stat(manifestPath) ? { manifest: readManifest(manifestPath, host.files) } : {}),
    ...(results ? { results: results.statuses } : {}),
    ...(before || now ? { sources: { ...(before ? { before } : {}), ...(now ? { now } : {}) } } : {}),
  };
}

/** The relations of another environment, for --defer and clone. @throws EtlError(state-invalid) without a manifest */
export function loadDeferredRelations(folder: string, files: Files): ReadonlyMap<string, PreviousRelation> {
  return readManifest(join(folder, MANIFEST_FILE), files).relations;
}

function readSources(path: string, files: Files): SourceFreshnessState | undefined {
  if (!files.stat(path)) return undefined;
  const loadedAt = new Map<string, string>();
  const failed = new Set<string>();
  for (const { unique_id: id, status, max_loaded_at: newest } of resultsOf(path, files)) {
    if (typeof id !== "string") continue;
    if (status === "runtime error") failed.add(id);
    else if (typeof newest === "string") loadedAt.set(id, newest);
  }
  return { loadedAt, failed };
}

function resultsOf(path: string, files: Files): readonly Readonly<Record<string, unknown>>[] {
  let content: unknown;
  try {
    content = JSON.parse(files.readText(path));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw invalid(path, "it is not JSON", cause);
  }
  const results =
    typeof content === "object" && content !== null ? (content as { results?: unknown }).results : undefined;
  if (!Array.isArray(results)) throw invalid(path, 'it has no list "results"');
  return results.filter((result) => typeof result === "object" && result !== null);
}

function invalid(path: string, reason: string, cause?: unknown): EtlError {
  const help = "run etl source freshness again, which writes it anew";
  return new EtlError([errorAt("state-invalid", `${path} cannot be used: ${reason}`, undefined, { help })], {
    cause,
  });
}
