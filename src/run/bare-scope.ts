// The scope of macros that the program calls by itself, with no node behind them: create_schema, run-operation.

import { runReferences } from "../compile/references.ts";
import type { NodeScope } from "../context/scope.ts";
import type { Value } from "../jinja/value.ts";
import type { RunContext } from "./run-context.ts";

/** @param name what statement events and messages call it */
export function bareScope(
  { deps, compiler }: RunContext,
  name: string,
  packageName = deps.manifest.projectName,
): NodeScope {
  const { shared } = deps;
  return {
    shared,
    packageName,
    execute: true,
    nodeId: name,
    references: runReferences({
      shared,
      index: compiler.index,
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
    graph: compiler.graph.get,
    extra: new Map<string, Value>([["selected_resources", [...deps.selected]]]),
  };
}
