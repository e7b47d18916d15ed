// How old the sources were when `etl source freshness` last looked, read from sources.json.

import type { Files } from "../base/host.ts";
import { joinPath } from "../config/file-paths.ts";
import { objectOf } from "./last-run.ts";
import type { Health } from "./site-data.ts";

export interface SourceAge {
  readonly health: Health;
  /** dbt's word: "pass", "warn", "error", "runtime error". */
  readonly status: string;
  /** ISO 8601; null when the check itself failed. */
  readonly loadedAt: string | null;
  readonly checkedAt: string | null;
}

const HEALTH: Readonly<Record<string, Health>> = { pass: "ok", warn: "warn" };

/** @returns ages by id of the source; none when freshness was never measured or the file cannot be read */
export function readSourceAges(targetFolder: string, files: Files): ReadonlyMap<string, SourceAge> {
  const path = joinPath(targetFolder, "sources.json");
  return files.stat(path)?.kind === "file" ? sourceAgesOf(files.readText(path)) : new Map();
}

/** @param text the content of sources.json */
export function sourceAgesOf(text: string): ReadonlyMap<string, SourceAge> {
  const ages = new Map<string, SourceAge>();
  for (const result of resultsOf(text)) {
    const { unique_id: id, status, max_loaded_at: loadedAt, snapshotted_at: checkedAt } = objectOf(result);
    if (typeof id !== "string" || typeof status !== "string") continue;
    ages.set(id, {
      status,
      health: HEALTH[status] ?? "fail",
      loadedAt: typeof loadedAt === "string" ? loadedAt : null,
      checkedAt: typeof checkedAt === "string" ? checkedAt : null,
    });
  }
  return ages;
}

function resultsOf(text: string): readonly unknown[] {
  try {
    const { results } = objectOf(JSON.parse(text));
    return Array.isArray(results) ? results : [];
  } catch {
    return [];
  }
}
