// target/sources.json in the shape of dbt's sources v3: what `source freshness` found. A source that could not be asked is
// left out, as dbt 1.11 leaves it out although its schema has a place for it: the console and the exit code tell of it.

import { joinPath } from "../config/file-paths.ts";
import type { SharedScope } from "../context/scope.ts";
import { isoTime } from "../run/batches.ts";
import type { FreshnessReport, FreshnessResult } from "../run/check-freshness.ts";
import { artifactMetadata } from "./artifact-metadata.ts";

/** Writes the file, whole or not at all. @param path where --output says, else target/sources.json. @returns the path */
export function writeSources(
  report: FreshnessReport,
  shared: SharedScope,
  path = joinPath(shared.config.targetFolder, "sources.json"),
): string {
  shared.host.files.writeWhole(path, sourcesText(report, shared));
  return path;
}

/** The text of sources.json. */
export function sourcesText(report: FreshnessReport, shared: SharedScope): string {
  return JSON.stringify({
    metadata: artifactMetadata("sources/v3", shared, report.generatedAt),
    results: report.results.flatMap((result) =>
      result.measured ? [resultJson(result, result.measured)] : [],
    ),
    elapsed_time: report.seconds,
  });
}

function resultJson(
  { source, status, timing, thread, seconds }: FreshnessResult,
  measured: NonNullable<FreshnessResult["measured"]>,
) {
  return {
    unique_id: source.id,
    max_loaded_at: isoTime(measured.maxLoadedAt),
    snapshotted_at: isoTime(measured.snapshottedAt),
    max_loaded_at_time_ago_in_s: (measured.snapshottedAt.getTime() - measured.maxLoadedAt.getTime()) / 1000,
    status,
    criteria: {
      warn_after: source.freshness?.warnAfter ?? {},
      error_after: source.freshness?.errorAfter ?? {},
      filter: source.freshness?.filter ?? null,
    },
    adapter_response: measured.response,
    timing: timing.map(({ name, startedAt, completedAt }) => ({
      name,
      started_at: startedAt.toISOString(),
      completed_at: completedAt.toISOString(),
    })),
    thread_id: thread,
    execution_time: seconds,
  };
}
