// What `compile` leaves behind: run_results.json, and manifest.json once more, with the compiled code in it, where the
// docs and tools that read SQL take it from.

import { relative } from "node:path";
import type { SharedScope } from "../context/scope.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId } from "../manifest/node.ts";
import type { CompiledParts } from "../manifest/node-json.ts";
import type { RunReport } from "../run/report.ts";
import { writeManifest } from "./manifest-json.ts";
import { writeRunResults } from "./run-results-json.ts";

/** @param report of compiling, whose results tell what was compiled */
export function writeCompiled(report: RunReport, manifest: Manifest, shared: SharedScope): void {
  writeManifest(manifest, shared, compiledParts(report, shared.config.folder));
  writeRunResults(report, shared);
}

function compiledParts({ results }: RunReport, folder: string): ReadonlyMap<NodeId, CompiledParts> {
  const parts = new Map<NodeId, CompiledParts>();
  for (const { resource, compiled } of results) {
    if (!compiled) continue;
    const path = compiled.path === undefined ? null : relative(folder, compiled.path).replaceAll("\\", "/");
    const ctes = compiled.ctes.map(({ id, name, sql }) => ({ id, sql: ` ${name} as (\n${sql}\n)` }));
    parts.set(resource.id, { code: compiled.code, path, ctes });
  }
  return parts;
}
