// What the commands `etl quarantine ...` find and do: rows that broke a test and were put aside. Like `pipeline.ts`, which
// builds those that are tried again, it prints nothing.

import { EtlError, errorAt } from "./base/diagnostic.ts";
import { type ManifestNode, materialization, type NodeId } from "./manifest/node.ts";
import { depsOf, type OpenProject, unknownNode } from "./open-project.ts";
import { countQuarantined, dropQuarantined, quarantinedRows } from "./run/quarantine/read-quarantine.ts";
import { cellText } from "./run/tests/run-test.ts";
import type { HistoryView } from "./state/history.ts";
import type { QuarantineCount } from "./state/quarantine.ts";

/** A node with rows in quarantine. */
export interface NodeInQuarantine {
  /** Undefined: the project does not have it any more. */
  readonly node: ManifestNode | undefined;
  readonly database: string | null;
  readonly count: QuarantineCount;
}

/**
 * `etl quarantine list`: the nodes that have rows in quarantine now.
 * @param name of one node; undefined: all
 * @throws EtlError(node-unknown) for a name that is neither such a node nor one of the project; DatabaseError
 */
export async function nodesInQuarantine(
  project: OpenProject,
  name?: string,
): Promise<readonly NodeInQuarantine[]> {
  const { manifest, shared } = project;
  const nodes = [...manifest.resources.values()].filter(
    (one): one is ManifestNode => one.resourceType === "model" || one.resourceType === "seed",
  );
  const found: NodeInQuarantine[] = [];
  for (const database of new Set([shared.credentials.database, ...nodes.map((one) => one.database)])) {
    for (const count of await countQuarantined(depsOf(project, new Set()), database))
      found.push({ node: nodes.find(({ id }) => id === count.nodeId), database, count });
  }
  if (name === undefined) return found;
  const isMeant = (id: string, own: string): boolean => id === name || own === name;
  const wanted = found.filter(({ count }) =>
    isMeant(count.nodeId, count.nodeId.split(".").slice(2).join(".")),
  );
  if (wanted.length > 0 || nodes.some((one) => isMeant(one.id, one.name))) return wanted;
  const names = nodes.map((one) => one.name);
  const help = "etl quarantine list shows which have rows in quarantine";
  throw unknownNode("model or seed", name, names, help);
}

/** `etl quarantine show`: rows of a node with why they are aside. @param limit -1: all. @throws DatabaseError */
export async function showQuarantined(
  project: OpenProject,
  { database, count }: NodeInQuarantine,
  limit: number,
): Promise<HistoryView> {
  const result = await quarantinedRows(depsOf(project, new Set()), database, count, limit);
  return {
    empty: "nothing is in quarantine",
    columns: (result?.columns ?? []).map(({ name }) => name),
    rows: (result?.rows ?? []).map((row) => row.map(cellText)),
  };
}

/** `etl quarantine drop`: throws a node's rows away. @throws DatabaseError */
export function dropRows(project: OpenProject, { database, count }: NodeInQuarantine): Promise<void> {
  return dropQuarantined(depsOf(project, new Set()), database, count);
}

/**
 * What `etl quarantine replay` builds: the nodes, and the tests on them.
 * @throws EtlError(quarantine-impossible) for nodes whose rows come back in another way
 */
export function replaySelection(
  { manifest }: OpenProject,
  found: readonly NodeInQuarantine[],
): { readonly replays: ReadonlySet<NodeId>; readonly selection: ReadonlySet<NodeId> } {
  const refused = found.flatMap(refusals);
  if (refused.length > 0) throw new EtlError(refused);
  const replays = new Set(found.flatMap(({ node }) => (node ? [node.id] : [])));
  const tests = [...manifest.resources.values()].filter(
    (one) => one.resourceType === "test" && one.dependsOnNodes.some((id) => replays.has(id)),
  );
  return { replays, selection: new Set([...replays, ...tests.map(({ id }) => id)]) };
}

function refusals({ node, count }: NodeInQuarantine) {
  const name = `${count.schema}.${count.identifier}`;
  if (!node) {
    const text = `the rows of ${name} have no model any more that could take them`;
    const help = `look at them in ${count.shown}, or throw them away: etl quarantine drop ${count.nodeId}`;
    return [errorAt("quarantine-impossible", text, undefined, { help })];
  }
  if (materialization(node) !== "incremental" || node.config.get("incremental_strategy") !== "microbatch")
    return [];
  const text = `model "${node.name}" is built in batches, and so its rows come back: with their batch`;
  const help = `etl run --select ${node.name} --event-time-start ... --event-time-end ...`;
  return [errorAt("quarantine-impossible", text, node.place, { help })];
}
