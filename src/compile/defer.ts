// Deferral: a ref to a node that is not built here reads the relation of another environment's manifest instead.
// Behaviour of dbt's --defer and --favor-state (context/providers.py, RuntimeRefResolver.create_relation).

import type { Adapter } from "../adapter/adapter.ts";
import { makeRelation, type Relation } from "../adapter/relation.ts";
import type { RelationCache } from "../adapter/relation-cache.ts";
import { RelationValue } from "../context/relation-value.ts";
import type { NodeId } from "../manifest/node.ts";

/** Where another environment keeps a node: what --defer needs of that environment's manifest.json. */
export interface DeferredRelation {
  readonly database: string | null;
  readonly schema: string;
  readonly alias: string;
}

export interface Deferral {
  readonly relations: ReadonlyMap<NodeId, DeferredRelation>;
  readonly favorState: boolean;
  readonly selected: ReadonlySet<NodeId>;
  readonly cache: RelationCache;
}

/**
 * @param id the node that is referred to
 * @param own its relation in this environment
 * @returns the relation of the other environment when the node is not selected and --favor-state says so, or when
 *   its own relation does not exist; else its own
 */
export function deferredRelation(id: NodeId, own: Relation, deferral: Deferral | undefined): Relation {
  const other = deferral?.relations.get(id);
  if (!deferral || !other) return own;
  const favoured = deferral.favorState && !deferral.selected.has(id);
  if (!favoured && deferral.cache.get(own.database, own.schema, own.identifier ?? "") !== undefined)
    return own;
  return elsewhere(other, own);
}

/** `defer_relation` of a node: itself in the other environment. */
export function deferRelationValue(other: DeferredRelation, own: Relation, adapter: Adapter): RelationValue {
  return new RelationValue(elsewhere(other, own), adapter);
}

function elsewhere({ database, schema, alias }: DeferredRelation, own: Relation): Relation {
  return makeRelation({ database, schema, identifier: alias }, { kind: own.kind, quote: own.quote });
}
