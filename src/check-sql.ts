// Checks the SQL of a project without running it: traces the lineage, where all names are resolved, and asks what is wrong.

import { loadLineage } from "./artifacts/lineage-json.ts";
import type { Diagnostic } from "./base/diagnostic.ts";
import { checkProject } from "./check/check-project.ts";
import type { RunDeps } from "./compile/deps.ts";
import { joinPath } from "./config/file-paths.ts";
import { warningPolicy } from "./config/warning-policy.ts";
import type { NodeId } from "./manifest/node.ts";

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
  const { config, host } = deps.shared;
  const lineage = await loadLineage(deps);
  const read = (file: string) => host.files.readText(joinPath(config.folder, file));
  const { manifest } = deps;
  const policy = warningPolicy(config.flags);
  const found = checkProject({ manifest, lineage, places: lineage.places, selected, hints, read });
  return found.flatMap((diagnostic) => policy.judge(diagnostic) ?? []);
}
