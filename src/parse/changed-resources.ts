// What a parse has changed of an earlier one, so that what was made of the earlier one need not all be made again.

import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId } from "../manifest/node.ts";

/** Resources that show more than themselves: a metric shows its measures. */
const SHOWING_OTHERS: ReadonlySet<string> = new Set(["metric", "semantic_model", "saved_query"]);

/**
 * @returns ids of the resources that are not what they were; undefined when more has changed than what single resources
 *   say: there are others, or macros, docs blocks, groups or disabled ones have changed
 */
export function changedResources(before: Manifest, now: Manifest): ReadonlySet<NodeId> | undefined {
  const isSame =
    before.macros === now.macros &&
    sameEntries(before.docs, now.docs) &&
    sameEntries(before.groups, now.groups) &&
    sameKeys(before.resources, now.resources) &&
    sameKeys(before.disabled, now.disabled) &&
    [...now.disabled].every(([id, list]) =>
      list.every((one, index) => one === before.disabled.get(id)?.[index]),
    );
  if (!isSame) return undefined;
  const changed = new Set<NodeId>();
  for (const [id, resource] of now.resources) {
    if (resource === before.resources.get(id)) continue;
    if (SHOWING_OTHERS.has(resource.resourceType)) return undefined;
    changed.add(id);
  }
  return changed;
}

type Entries<T> = ReadonlyMap<string, T>;

function sameKeys<T>(a: Entries<T>, b: Entries<T>): boolean {
  if (a.size !== b.size) return false;
  const keys = b.keys();
  for (const key of a.keys()) if (key !== keys.next().value) return false;
  return true;
}

function sameEntries<T>(a: Entries<T>, b: Entries<T>): boolean {
  return sameKeys(a, b) && [...a].every(([key, value]) => b.get(key) === value);
}
