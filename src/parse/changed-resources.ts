// What a parse has changed of an earlier one, so that what was made of the earlier one need not all be made again.

import { toRepr } from "../jinja/repr.ts";
import type { Value } from "../jinja/value.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId, Resource } from "../manifest/node.ts";

export interface Changes {
  /** Ids of the resources that are not what they were. */
  readonly changed: ReadonlySet<NodeId>;
  /** Those of them to which a ref or source may give something else than before. */
  readonly moved: ReadonlySet<NodeId>;
}

/** Resources that show more than themselves: a metric shows its measures. */
const SHOWING_OTHERS: ReadonlySet<string> = new Set(["metric", "semantic_model", "saved_query"]);

/**
 * @returns undefined when more has changed than what single resources
 *   say: there are others, or macros, docs blocks, groups or disabled ones have changed
 */
export function changedResources(before: Manifest, now: Manifest): Changes | undefined {
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
  const moved = new Set<NodeId>();
  for (const [id, resource] of now.resources) {
    const old = before.resources.get(id);
    if (resource === old) continue;
    if (SHOWING_OTHERS.has(resource.resourceType)) return undefined;
    changed.add(id);
    if (old === undefined || relationFacts(resource) !== relationFacts(old)) moved.add(id);
  }
  return { changed, moved };
}

/** All of a resource that the relation is made of which others get for it. */
function relationFacts(resource: Resource): string {
  const facts: Value[] = [resource.resourceType, resource.name];
  if (resource.resourceType === "source") {
    const { database, schema, identifier, quoting, sourceMeta, meta, config } = resource;
    facts.push(database, schema, identifier, quoting, sourceMeta, meta, config);
  } else if ("alias" in resource) {
    const { database, schema, alias, config } = resource;
    facts.push(database, schema, alias, config);
  }
  if (resource.resourceType === "model") facts.push(resource.version, resource.latestVersion);
  return toRepr(facts);
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
