// What a command that compiles leaves behind: run_results.json, and manifest.json once more, with the compiled code in
// it, where the docs and tools that read SQL take it from.

import type { SharedScope } from "../context/scope.ts";
import type { NodeId } from "../manifest/node.ts";
import type { CompiledResult, RunReport } from "../run/report.ts";
import type { ManifestFile } from "./manifest-file.ts";
import { writeRunResults } from "./run-results-json.ts";

/** Writes both, unless the user wants no files. @param report tells what was compiled */
export function writeResults(report: RunReport, manifestFile: ManifestFile, shared: SharedScope): void {
  const compiled = new Map<NodeId, CompiledResult>();
  for (const result of report.results) if (result.compiled) compiled.set(result.resource.id, result.compiled);
  manifestFile.addCode(compiled);
  if (shared.config.flags.boolean("write_json")) writeRunResults(report, shared);
}
