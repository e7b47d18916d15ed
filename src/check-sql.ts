// Checks the SQL of a project without running it: traces the lineage, where all names are resolved, and asks what is wrong.

import { loadLineage } from "./artifacts/lineage-json.ts";
import { type Diagnostic, warningAt } from "./base/diagnostic.ts";
import { checkProject } from "./check/check-project.ts";
import type { RunDeps } from "./compile/deps.ts";
import { joinPath } from "./config/file-paths.ts";
import { warningPolicy } from "./config/warning-policy.ts";
import type { NodeId } from "./manifest/node.ts";
import type { LineageReport } from "./run/read-lineage.ts";

/**
 * @param selected only these nodes are told of; all are read, since columns come from elsewhere
 * @param hints also tell what is no mistake but does nothing
 * @returns what is wrong, as the user wants warnings to be judged, in the order of files and lines
 * @throws EtlError for what keeps the project from being read
 */
export async function checkSql(
  deps: RunDeps,
  selected: ReadonlySet<NodeId>,
  hints: boolean,
): Promise<Diagnostic[]> {
  const { config, host, adapter } = deps.shared;
  const lineage = await checkedLineage(deps);
  const read = (file: string) => host.files.readText(joinPath(config.folder, file));
  const { manifest } = deps;
  const policy = warningPolicy(config.flags);
  const { places, compiled } = lineage;
  const found = checkProject({ manifest, lineage, compiled, places, adapter, selected, hints, read });
  return [...lostWarnings(lineage, manifest), ...found].flatMap(
    (diagnostic) => policy.judge(diagnostic) ?? [],
  );
}

/** The lineage with what the engine itself makes of the queries, where it can tell without the warehouse. */
export async function checkedLineage(
  deps: RunDeps,
  compiled?: ReadonlyMap<NodeId, string>,
): Promise<LineageReport> {
  const { adapter, credentials } = deps.shared;
  const checker = await adapter.openChecker?.(credentials);
  if (checker === undefined) return loadLineage(deps, compiled);
  try {
    return await loadLineage(deps, compiled, checker);
  } finally {
    await checker.close();
  }
}

function lostWarnings({ lost }: LineageReport, { resources }: RunDeps["manifest"]): Diagnostic[] {
  return [...lost].flatMap(([id, reason]) => {
    const resource = resources.get(id);
    if (resource === undefined) return [];
    const message = `${resource.resourceType} "${resource.name}" is checked in part only: ${reason}`;
    return warningAt("check-incomplete", message, resource.place);
  });
}
