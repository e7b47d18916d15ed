// Which columns are the key of a model, as its constraints and data tests show. Rules of dbt-core 1.11,
// contracts/graph/nodes.py (infer_primary_key); disabled tests count, since they say what is meant.

import { addTo } from "../base/groups.ts";
import type { DataTest, Model, NodeId, Resource } from "../manifest/node.ts";

/** The resources, every model with its `primaryKey`. */
export function withPrimaryKeys(
  resources: ReadonlyMap<NodeId, Resource>,
  disabled: ReadonlyMap<NodeId, readonly Resource[]>,
): Map<NodeId, Resource> {
  const tests = new Map<NodeId, DataTest[]>();
  for (const resource of [...resources.values(), ...[...disabled.values()].flat()]) {
    if (resource.resourceType !== "test" || resource.testMetadata === null) continue;
    const { attachedNode } = resource;
    if (attachedNode === null) continue;
    addTo(tests, attachedNode, resource);
  }
  const keyed = new Map<NodeId, Resource>();
  for (const [id, resource] of resources) {
    keyed.set(id, resource.resourceType === "model" ? withKey(resource, tests.get(id) ?? []) : resource);
  }
  return keyed;
}

/** The model itself where it has its key from the last parse. */
function withKey(model: Model, tests: readonly DataTest[]): Model {
  const key = [...primaryKey(model, tests)].sort();
  return key.join("\0") === model.primaryKey.join("\0") ? model : { ...model, primaryKey: key };
}

function primaryKey(model: Model, tests: readonly DataTest[]): readonly string[] {
  const constraint = model.constraints.find(({ type }) => type === "primary_key");
  if (constraint) return constraint.columns ?? [];
  for (const [name, column] of model.columns)
    if (column.constraints.some(({ type }) => type === "primary_key")) return [name];
  return tests.length > 0 ? testedKey(tests) : [];
}

/** Unique columns without nulls, else unique ones, else those whose test of being unique is disabled. */
function testedKey(tests: readonly DataTest[]): readonly string[] {
  const unique = new Set<string>();
  const disabled = new Set<string>();
  const filled = new Set<string>();
  for (const test of tests) {
    const enabled = test.config.get("enabled") !== false;
    for (const column of columnsOf(test)) {
      if (test.testMetadata?.name === "not_null") filled.add(column);
      else if (uniqueTests.has(test.testMetadata?.name ?? "")) (enabled ? unique : disabled).add(column);
    }
  }
  const keys = [...filled].filter((column) => unique.has(column) || disabled.has(column));
  return [keys, [...unique], [...disabled]].find((columns) => columns.length > 0) ?? [];
}

const uniqueTests: ReadonlySet<string> = new Set(["unique", "unique_combination_of_columns"]);

function columnsOf({ testMetadata }: DataTest): readonly string[] {
  const kwargs = testMetadata?.kwargs;
  const column = kwargs?.get("column_name");
  if (typeof column === "string") return [column];
  const columns = kwargs?.get("combination_of_columns");
  return Array.isArray(columns) ? columns.filter((one) => typeof one === "string") : [];
}
