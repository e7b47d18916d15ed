// What each step of a plan waits for: its nearest selected ancestors, and in a build also the tests of what lies above
// it. dbt's rules (compilation.py, add_test_edges_2; task/build.py for unit tests), without its contracted graphs.

import { type Neighbours, topologicalOrder } from "../base/dag.ts";
import type { Edge } from "../base/run-graph.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId, Resource, ResourceType } from "../manifest/node.ts";

/**
 * @param steps ids that will be run; all others are passed through
 * @param withTests tests hold back what depends on the tested nodes (build)
 * @returns for each step the steps that it waits for; a failure of any of them skips it
 */
export function planEdges(
  manifest: Manifest,
  steps: ReadonlySet<NodeId>,
  withTests: boolean,
): ReadonlyMap<NodeId, readonly Edge[]> {
  const parents = withTests ? addTests(manifest, steps) : manifest.parents;
  const above = new Map<NodeId, readonly NodeId[]>();
  for (const id of topologicalOrder(parents).order)
    above.set(id, nearestSteps(parents.get(id) ?? [], steps, above));
  return new Map(
    [...steps].map((id) => [id, (above.get(id) ?? []).map((parent) => ({ id: parent, gate: true }))]),
  );
}

/** The steps among `parents`, and in place of every other parent the steps above it. */
function nearestSteps(
  parents: readonly NodeId[],
  steps: ReadonlySet<NodeId>,
  above: ReadonlyMap<NodeId, readonly NodeId[]>,
): readonly NodeId[] {
  const [first] = parents;
  if (first === undefined) return [];
  // A chain of unselected nodes shares one list.
  if (parents.length === 1) return steps.has(first) ? parents : (above.get(first) ?? []);
  const nearest = new Set<NodeId>();
  for (const parent of parents) {
    if (steps.has(parent)) nearest.add(parent);
    else for (const id of above.get(parent) ?? []) nearest.add(id);
  }
  return [...nearest];
}

/** The parents of the manifest, with selected tests as parents of what they hold back. */
function addTests(manifest: Manifest, steps: ReadonlySet<NodeId>): Neighbours {
  const parents = new Map<NodeId, NodeId[]>();
  for (const id of manifest.resources.keys()) parents.set(id, [...(manifest.parents.get(id) ?? [])]);
  const several: Resource[] = [];
  for (const id of steps) {
    const resource = manifest.resources.get(id);
    if (resource?.resourceType === "unit_test")
      addUnitTest(manifest, resource.id, resource.testedNode, parents);
    if (resource?.resourceType !== "test") continue;
    const [tested, ...others] = resource.dependsOnNodes;
    if (others.length > 0) several.push(resource);
    else if (tested !== undefined)
      for (const child of heldBack(manifest, tested)) parents.get(child)?.push(id);
  }
  if (several.length > 0) addTestsOfSeveral(manifest, several, parents);
  return parents;
}

/** A unit test runs when its model could, and the model waits for it. */
function addUnitTest(
  manifest: Manifest,
  id: NodeId,
  model: NodeId | null,
  parents: Map<NodeId, NodeId[]>,
): void {
  if (model === null) return;
  parents.set(id, [...(manifest.parents.get(model) ?? [])]);
  parents.get(model)?.push(id);
}

/** What tests can hold back: dbt's `nodes` but tests. An exposure is told whatever the tests above it say. */
const held: ReadonlySet<ResourceType> = new Set([
  "model",
  "seed",
  "snapshot",
  "analysis",
  "operation",
  "sql_operation",
]);

function heldBack(manifest: Manifest, id: NodeId): NodeId[] {
  return (manifest.children.get(id) ?? []).filter((child) => isHeld(manifest, child));
}

function isHeld(manifest: Manifest, id: NodeId): boolean {
  const resource = manifest.resources.get(id);
  return resource !== undefined && held.has(resource.resourceType);
}

/** A test of several nodes holds back the first nodes that descend from all of them. */
function addTestsOfSeveral(
  manifest: Manifest,
  tests: readonly Resource[],
  parents: Map<NodeId, NodeId[]>,
): void {
  const tested = new Map<NodeId, number>();
  for (const test of tests)
    for (const id of dependencies(test)) if (!tested.has(id)) tested.set(id, tested.size);
  const { order } = topologicalOrder(manifest.parents);
  const position = new Map(order.map((id, i) => [id, i]));
  const ancestors = testedAncestors(manifest, order, tested);
  for (const test of tests) {
    const ids = dependencies(test);
    const last = ids.reduce((a, b) => ((position.get(a) ?? 0) > (position.get(b) ?? 0) ? a : b));
    const bits = ids.map((id) => tested.get(id) as number);
    const seen = new Set<NodeId>([last]);
    // Grows while it is read. A node that descends from all ends its branch: what is below waits for it anyway.
    const frontier: NodeId[] = [last];
    for (const id of frontier) {
      for (const child of heldBack(manifest, id)) {
        if (seen.has(child)) continue;
        seen.add(child);
        if (bits.every((bit) => hasBit(ancestors.get(child), bit))) parents.get(child)?.push(test.id);
        else frontier.push(child);
      }
    }
  }
}

/** For every node the set, as bits, of those among its ancestors that are numbered in `tested`. */
function testedAncestors(
  manifest: Manifest,
  order: readonly NodeId[],
  tested: ReadonlyMap<NodeId, number>,
): Map<NodeId, Uint32Array> {
  const words = (tested.size + 31) >> 5;
  const result = new Map<NodeId, Uint32Array>();
  for (const id of order) {
    const bits = new Uint32Array(words);
    for (const parent of manifest.parents.get(id) ?? []) {
      const inherited = result.get(parent);
      if (inherited) for (let i = 0; i < words; i++) bits[i] = (bits[i] as number) | (inherited[i] as number);
      const own = tested.get(parent);
      if (own !== undefined) bits[own >> 5] = (bits[own >> 5] as number) | (1 << (own & 31));
    }
    result.set(id, bits);
  }
  return result;
}

function hasBit(bits: Uint32Array | undefined, bit: number): boolean {
  return bits !== undefined && ((bits[bit >> 5] as number) & (1 << (bit & 31))) !== 0;
}

function dependencies(resource: Resource): readonly NodeId[] {
  return "dependsOnNodes" in resource ? resource.dependsOnNodes : [];
}
