// Lineage of nodes from an earlier run. What is kept for a node is good as long as its SQL is the same and every name in
// it still means what it meant: the same node with the same columns. So one changed model costs itself, and those below
// it whose inputs really look different.

import { createHash } from "node:crypto";
import type { NodeId } from "../manifest/node.ts";
import type { Name } from "../sql/query-tree.ts";
import type { NodeLineage } from "./node-lineage.ts";
import type { KnownRelation } from "./query-lineage.ts";

/** A name that was looked up, and what it meant: the node and its columns, or nothing. */
export interface NameRead {
  readonly name: readonly string[];
  readonly meaning: string;
}

export interface CachedNode {
  /** Hash of the SQL. */
  readonly sql: string;
  readonly reads: readonly NameRead[];
  readonly lineage: NodeLineage;
}

export type LineageCache = ReadonlyMap<NodeId, CachedNode>;

/** Raised with every change of what tracing gives. */
export const LINEAGE_FORMAT = 4;

export function hashOf(text: string): string {
  return createHash("sha1").update(text).digest("base64");
}

/** What a name means, as a text that changes when anything changes that tracing looks at. */
export function meaningOf(relation: KnownRelation | undefined): string {
  if (relation === undefined) return "";
  const columns = relation.columns.map(({ name, type }) => [name, type]);
  return hashOf(JSON.stringify([relation.id, relation.isComplete, relation.isUncertain === true, columns]));
}

/** True when every name still means the same. */
export function isCurrent({ reads }: CachedNode, find: (name: readonly Name[]) => string): boolean {
  return reads.every(({ name, meaning }) => find(namesOf(name)) === meaning);
}

function namesOf(parts: readonly string[]): Name[] {
  return parts.map((text) => ({ text, quoted: true, at: null }));
}
