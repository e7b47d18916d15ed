// target/run_results.json in the shape of dbt's run results v6: written whole at the end of every run, interrupted ones
// included, and read back by `retry`.

import { joinPath } from "../config/file-paths.ts";
import type { SharedScope } from "../context/scope.ts";
import { materialization } from "../manifest/node.ts";
import type { NodeResult, RunReport } from "../run/report.ts";
import { artifactMetadata } from "./artifact-metadata.ts";
import { jsonText } from "./manifest-text.ts";

export const RUN_RESULTS_FILE = "run_results.json";

/** Writes the results of a run into the target folder, whole or not at all. @returns the path */
export function writeRunResults(report: RunReport, shared: SharedScope): string {
  const path = joinPath(shared.config.targetFolder, RUN_RESULTS_FILE);
  shared.host.files.writeWhole(path, runResultsText(report, shared));
  return path;
}

/** The text of run_results.json. */
export function runResultsText(report: RunReport, shared: SharedScope): string {
  const metadata = JSON.stringify(artifactMetadata("run-results/v6", shared, report.generatedAt));
  const results = report.results
    .filter((result) => isTold(result, report.command, shared))
    .map((result) => JSON.stringify(resultJson(result)));
  const args = jsonText(shared.config.flags.all);
  return `{"metadata": ${metadata}, "results": [${results.join(",\n")}], "elapsed_time": ${report.seconds}, "args": ${args}}`;
}

/** dbt tells of ephemeral models only when compile or show was asked for them. */
function isTold({ resource }: NodeResult, command: string, { config }: SharedScope): boolean {
  if (resource.resourceType !== "model" || materialization(resource) !== "ephemeral") return true;
  if (command === "show") return true;
  const selected = config.flags.get("select");
  return command === "compile" && Array.isArray(selected) && selected.length > 0;
}

/** dbt's RunResultOutput (artifacts/schemas/run/v5/run.py): only compiled nodes tell their code. */
function resultJson({
  status,
  message,
  failures,
  timing,
  thread,
  seconds,
  adapterResponse,
  compiledCode,
  batches,
  resource,
}: NodeResult) {
  const compilable =
    "rawCode" in resource ? resource.resourceType !== "seed" : resource.resourceType === "unit_test";
  return {
    status,
    timing: timing.map(({ name, startedAt, completedAt }) => ({
      name,
      started_at: startedAt.toISOString(),
      completed_at: completedAt.toISOString(),
    })),
    thread_id: thread,
    execution_time: seconds,
    adapter_response: adapterResponse,
    message,
    failures,
    unique_id: resource.id,
    compiled: compilable ? compiledCode !== null : null,
    compiled_code: compilable ? compiledCode : null,
    relation_name: compilable && "relationName" in resource ? resource.relationName : null,
    batch_results: batches && { successful: batches.successful, failed: batches.failed },
  };
}
