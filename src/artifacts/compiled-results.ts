// What a command that compiles leaves behind: run_results.json, and manifest.json once more, with the compiled code in
// it, where the docs and tools that read SQL take it from.

import type { SharedScope } from "../context/scope.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId } from "../manifest/node.ts";
import type { CompiledResult, RunReport } from "../run/report.ts";
import { writeCompiledManifest } from "./manifest-json.ts";
import { writeRunResults } from "./run-results-json.ts";

/** Writes both, unless the user wants no files. @param report tells what was compiled */
export function writeResults(report: RunReport, manifest: Manifest, shared: SharedScope): void {
  if (!shared.config.flags.boolean("write_json")) return;
  const compiled = new Map<NodeId, CompiledResult>();
  for (const result of report.results) if (result.compiled) compiled.set(result.resource.id, result.compiled);
  if (compiled.size > 0) writeCompiledManifest(manifest, shared, compiled);
  writeRunResults(report, shared);
}
