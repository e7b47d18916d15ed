// How tables belong together: foreign keys and relationships tests, for the entity diagram.

import type { Manifest } from "../manifest/manifest.ts";
import type { Constraint, DataTest, NodeId, RefCall, Resource, SourceCall } from "../manifest/node.ts";
import type { RelationDetails } from "./node-details.ts";
import { testedColumn } from "./node-tests.ts";
import { isGeneric } from "./site-entries.ts";

/** Relations by the node that refers to another. */
export function relationsByNode(
  manifest: Manifest,
  numbers: ReadonlyMap<string, number>,
): ReadonlyMap<NodeId, readonly RelationDetails[]> {
  const unique = uniqueColumns(manifest);
  const found = new Map<NodeId, Map<string, RelationDetails>>();
  const add = (from: NodeId, column: string, to: NodeId, toColumn: string) => {
    const node = numbers.get(to);
    if (node === undefined) return;
    const relations = found.get(from) ?? new Map<string, RelationDetails>();
    found.set(from, relations);
    const isUnique = unique.has(`${from}\0${column.toLowerCase()}`);
    relations.set(`${column}\0${node}\0${toColumn}`, { column, node, toColumn, unique: isUnique });
  };
  for (const resource of manifest.resources.values()) {
    if (isGeneric(resource)) addTest(resource, add);
    else if (resource.resourceType === "model") {
      for (const [name, { constraints }] of resource.columns)
        addForeignKeys(resource, constraints, [name], add);
      addForeignKeys(resource, resource.constraints, [], add);
    }
  }
  return new Map([...found].map(([id, relations]) => [id, [...relations.values()]]));
}

type Add = (from: NodeId, column: string, to: NodeId, toColumn: string) => void;

function addTest(test: DataTest, add: Add): void {
  const { attachedNode, testMetadata, dependsOnNodes } = test;
  const column = testedColumn(test);
  const field = testMetadata?.kwargs.get("field");
  if (attachedNode === null || column === undefined || typeof field !== "string") return;
  if (testMetadata?.name !== "relationships") return;
  // A table may point at itself.
  const to = dependsOnNodes.find((id) => id !== attachedNode) ?? attachedNode;
  add(attachedNode, column, to, field);
}

function addForeignKeys(
  resource: Resource,
  constraints: readonly Constraint[],
  own: readonly string[],
  add: Add,
): void {
  for (const { type, target, toColumns, columns } of constraints) {
    if (type !== "foreign_key" || !target || !("dependsOnNodes" in resource)) continue;
    const to = resource.dependsOnNodes.find((id) => isTarget(id, target));
    if (to === undefined) continue;
    for (const [at, column] of (columns ?? own).entries())
      add(resource.id, column, to, toColumns[at] ?? column);
  }
}

function isTarget(id: NodeId, target: RefCall | SourceCall): boolean {
  const parts = id.split(".");
  if ("source" in target)
    return parts[0] === "source" && parts[2] === target.source && parts[3] === target.table;
  return parts[0] !== "source" && parts[2] === target.name;
}

/** "node\0column" of columns with a unique test or a key. */
function uniqueColumns(manifest: Manifest): ReadonlySet<string> {
  const found = new Set<string>();
  for (const resource of manifest.resources.values()) {
    if (isGeneric(resource) && resource.testMetadata?.name === "unique" && resource.attachedNode !== null)
      found.add(`${resource.attachedNode}\0${testedColumn(resource)?.toLowerCase()}`);
    if (resource.resourceType === "model" && resource.primaryKey.length === 1)
      found.add(`${resource.id}\0${resource.primaryKey[0]?.toLowerCase()}`);
  }
  return found;
}
