// What a build is made of, as one hash: two runs whose hashes are equal would make the same relation of the same code and
// the same state of the nodes that it reads. Rows of sources are not in it, since no engine tells cheaply whether a table
// has changed: whoever lets runs adopt each other's builds accepts a build that was under way as if it were made now.

import { createHash } from "node:crypto";
import type { Flags } from "../config/flags.ts";
import { toRepr } from "../jinja/operations.ts";
import type { Manifest } from "../manifest/manifest.ts";
import {
  isRefable,
  type ManifestNode,
  materialization,
  type NodeId,
  type Resource,
} from "../manifest/node.ts";

/** Flags that change what a node's SQL says. */
const MEANING = [
  "full_refresh",
  "vars",
  "empty",
  "sample",
  "event_time_start",
  "event_time_end",
  "defer",
  "favor_state",
] as const;

/** What all nodes of a run have in common. */
export function codeOfRun({ macros }: Manifest, flags: Flags, target: string): string {
  const hash = createHash("sha256").update(target);
  for (const { id, block } of macros.values()) hash.update(id).update(block.text);
  for (const name of MEANING) hash.update(`${name}=${toRepr(flags.get(name) ?? null)}`);
  return hash.digest("hex");
}

/**
 * The nodes whose relations a node reads, also behind views, which hold no rows of their own, and ephemeral models.
 * @returns without the node itself, in a fixed order
 */
export function readNodes(node: ManifestNode, resources: ReadonlyMap<NodeId, Resource>): ManifestNode[] {
  const found = new Map<NodeId, ManifestNode>();
  const visit = ({ dependsOnNodes }: ManifestNode): void => {
    for (const id of dependsOnNodes) {
      const parent = resources.get(id);
      if (!parent || found.has(id) || !isRefable(parent)) continue;
      found.set(id, parent);
      const kept = materialization(parent);
      if (parent.resourceType === "model" && (kept === "view" || kept === "ephemeral")) visit(parent);
    }
  };
  visit(node);
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * @param run see codeOfRun · reads: see readNodes · published: when the relations of those nodes were published last, by
 * "schema.identifier"
 */
export function buildFingerprint(
  run: string,
  node: ManifestNode,
  reads: readonly ManifestNode[],
  published: ReadonlyMap<string, string>,
): string {
  const hash = createHash("sha256").update(run).update(codeOf(node));
  for (const parent of reads) {
    hash.update(parent.id).update(published.get(`${parent.schema}.${parent.alias}`) ?? "never");
    if (materialization(parent) === "ephemeral") hash.update(codeOf(parent));
  }
  return hash.digest("hex");
}

function codeOf(node: ManifestNode): string {
  const { id, database, schema, alias, config, checksum } = node;
  const code = "rawCode" in node ? node.rawCode : "";
  return JSON.stringify([id, database, schema, alias, toRepr(config), checksum.checksum, code]);
}
