// The relation that a resource has in the warehouse: its three name parts, quoted as the project asks.
// Behaviour of dbt's Relation.create_from (dbt-adapters, base/relation.py): sources do not follow the project's quoting, and
// the config `quoting` of a node is looked at by nobody.

import { makeRelation, RELATION_PARTS, type Relation, type RelationParts } from "../adapter/relation.ts";
import { projectQuoting } from "../context/project-quoting.ts";
import type { SharedScope } from "../context/scope.ts";
import type { Dict } from "../jinja/value.ts";
import { type ManifestNode, materialization, type Source } from "../manifest/node.ts";

/** Nodes that have a place in the warehouse. */
export type LocatedNode = Pick<ManifestNode, "resourceType" | "database" | "schema" | "alias">;

/** The relation of a node; its kind is not known before the warehouse was asked, but for functions. */
export function nodeRelation(node: LocatedNode, shared: SharedScope): Relation {
  return makeRelation(
    { database: node.database, schema: node.schema, identifier: node.alias },
    {
      kind: node.resourceType === "function" ? "function" : null,
      quote: projectQuoting(shared),
    },
  );
}

/** The relation of a source; one that is read from files prints as the text that reads it. */
export function sourceRelation(source: Source, shared: SharedScope): Relation {
  const { adapter } = shared;
  const relation = makeRelation(
    { database: source.database, schema: source.schema, identifier: source.identifier },
    { quote: { ...adapter.defaultQuoting, ...quotingOf(source.quoting) } },
  );
  const meta = new Map([...source.sourceMeta, ...source.meta, ...source.config]);
  const external = adapter.externalSource?.(meta, {
    name: source.name,
    identifier: source.identifier,
    schema: source.schema,
  });
  return external === undefined ? relation : { ...relation, external };
}

/** What a ref to an ephemeral model gives. */
export function cteRelation(name: string): Relation {
  return makeRelation({ identifier: name }, { kind: "cte", quote: { identifier: false } });
}

/** Whether a node is a CTE of those that read it, and no relation. */
export function isEphemeral(node: { readonly resourceType: string; readonly config: Dict }): boolean {
  return node.resourceType === "model" && materialization(node) === "ephemeral";
}

function quotingOf(quoting: Dict): Partial<RelationParts<boolean>> {
  const policy: { -readonly [Part in keyof RelationParts<boolean>]?: boolean } = {};
  for (const part of RELATION_PARTS) {
    const value = quoting.get(part);
    if (typeof value === "boolean") policy[part] = value;
  }
  return policy;
}
