// The scope of macros that the program calls by itself, with no node behind them: create_schema, run-operation, the
// query comment.

import type { NodeScope } from "../context/scope.ts";
import type { Value } from "../jinja/value.ts";
import type { NameIndex } from "../manifest/name-index.ts";
import type { RunDeps } from "./deps.ts";
import type { GraphValue } from "./node-scope.ts";
import { runReferences } from "./references.ts";

/** What is made once for an invocation; the compiler has it. */
export interface BareParts {
  readonly deps: RunDeps;
  readonly index: NameIndex;
  readonly graph: GraphValue;
}

/**
 * @param name what statement events and messages call it
 * @param extra names that only this scope has
 */
export function bareScope(
  { deps, index, graph }: BareParts,
  name: string,
  packageName = deps.manifest.projectName,
  extra: ReadonlyMap<string, Value> = new Map(),
): NodeScope {
  const { shared, manifest } = deps;
  return {
    shared,
    packageName,
    execute: true,
    nodeId: name,
    references: runReferences({
      shared,
      manifest,
      index,
      node: { id: name, name, packageName },
      empty: false,
    }),
    config: { add: () => {}, get: () => undefined },
    relation: null,
    model: () =>
      new Map<Value, Value>([
        ["unique_id", name],
        ["name", name],
        ["resource_type", "operation"],
        ["package_name", packageName],
      ]),
    graph: graph.get,
    extra: new Map<string, Value>([["selected_resources", [...deps.selected]], ...extra]),
  };
}
