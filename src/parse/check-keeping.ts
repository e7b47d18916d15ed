// Checks of configs that keep something beside a relation: keep_versions and quarantine. What dbt_project.yml says of a
// whole folder holds for those nodes that can do it; what is said of a single node must be possible.

import { type Diagnostic, errorAt, type Place } from "../base/diagnostic.ts";
import { readKeepVersions } from "../config/keep-versions.ts";
import { PROJECT_FILE } from "../config/project-file.ts";
import {
  type DataTest,
  type ManifestNode,
  materialization,
  type NodeId,
  type Resource,
} from "../manifest/node.ts";
import { type ConfigFiles, configPlace } from "../project/config-place.ts";

export function checkKeeping(
  resources: ReadonlyMap<NodeId, Resource>,
  files: ConfigFiles,
  diagnostics: Diagnostic[],
): void {
  for (const resource of resources.values()) {
    if (!("rawCode" in resource)) continue;
    if (readKeepVersions(resource.config.get("keep_versions")) === undefined) {
      const text = `keep_versions of ${resource.resourceType} "${resource.name}" is not a number of versions`;
      const place = configPlace(resource, "keep_versions", files) ?? resource.place;
      diagnostics.push(errorAt("config-value", text, place, { help: "write keep_versions: 2" }));
    }
    if (resource.config.get("quarantine") !== true) continue;
    const place = ownPlace(resource, files);
    const problem =
      resource.resourceType === "test" ? testProblem(resource, resources) : nodeProblem(resource);
    if (place && problem)
      diagnostics.push(errorAt("quarantine-impossible", problem.text, place, { help: problem.help }));
  }
}

interface Problem {
  readonly text: string;
  readonly help: string;
}

/** Where the node itself asks for it; undefined where dbt_project.yml does. */
function ownPlace(node: ManifestNode, files: ConfigFiles): Place | undefined {
  const place = configPlace(node, "quarantine", files) ?? node.place;
  return place.file.endsWith(PROJECT_FILE) ? undefined : place;
}

/** Why the rows of a node cannot go aside. */
function nodeProblem(node: Resource): Problem | undefined {
  const kind = node.resourceType === "model" ? materialization(node) : node.resourceType;
  const what = `${node.resourceType} "${node.name}"`;
  if (kind === "view" || kind === "materialized_view" || kind === "ephemeral") {
    const a = kind === "ephemeral" ? "is ephemeral" : `is a ${kind.replace("_", " ")}`;
    return {
      text: `${what} ${a}, which has no rows of its own that could go into quarantine`,
      help: "make it a table or incremental, or put quarantine on the model that reads it",
    };
  }
  if (kind === "snapshot") {
    return {
      text: `rows of ${what} cannot go into quarantine, since the history of the others would be wrong`,
      help: "put quarantine on the model that the snapshot reads",
    };
  }
  if (node.resourceType === "model" || node.resourceType === "seed") return undefined;
  return {
    text: `rows of ${what} cannot go into quarantine, since etl does not build it`,
    help: "put quarantine on the tests of the model that reads it",
  };
}

function testProblem(test: DataTest, resources: ReadonlyMap<NodeId, Resource>): Problem | undefined {
  const [only, second] = test.dependsOnNodes;
  const id = test.attachedNode ?? (second === undefined ? only : undefined);
  if (id === undefined) {
    return {
      text: `test "${test.name}" reads ${second === undefined ? "no model" : "several models"}, so it does not say whose rows go into quarantine`,
      help: "let it be a generic test on one of them",
    };
  }
  const node = resources.get(id);
  return node && nodeProblem(node);
}
