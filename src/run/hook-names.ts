// Names that hooks on run end find: results, schemas, database_schemas (dbt, task/run.py, after_run).

import { Tuple, type Value } from "../jinja/value.ts";
import { isRefable } from "../manifest/node.ts";
import type { NodeResult } from "./report.ts";
import { resultValue } from "./result-value.ts";
import type { RunContext } from "./run-context.ts";

/** @param results all results so far; hooks on start are left out unless they failed */
export function endHookNames(
  { deps }: RunContext,
  results: readonly NodeResult[],
): ReadonlyMap<string, Value> {
  const schemas = new Set<string>();
  const pairs = new Map<string, Value>();
  for (const { resource, status } of results) {
    if (!isRefable(resource) || status === "error" || status === "fail" || status === "skipped") continue;
    schemas.add(resource.schema);
    pairs.set(
      `${resource.database ?? ""}\0${resource.schema}`,
      new Tuple([resource.database, resource.schema]),
    );
  }
  const told = results.filter(({ thread, status }) => thread !== "main" || status === "error");
  return new Map<string, Value>([
    ["results", told.map((result) => resultValue(result, deps.manifest))],
    ["schemas", [...schemas]],
    ["database_schemas", [...pairs.values()]],
  ]);
}
