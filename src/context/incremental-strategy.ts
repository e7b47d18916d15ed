// `adapter.get_incremental_strategy_macro`: the macro that writes the SQL of an incremental strategy. Projects add
// strategies by a macro of the right name; a strategy that dbt knows must be one that this adapter has.

import { nearest } from "../base/nearest.ts";
import { getItem, toText } from "../jinja/operations.ts";
import { Undefined } from "../jinja/undefined.ts";
import type { Value } from "../jinja/value.ts";
import { fail } from "./fail.ts";
import type { NodeContext } from "./node-context.ts";
import type { SharedScope } from "./scope.ts";

export const BUILT_IN_STRATEGIES: readonly string[] = [
  "append",
  "delete+insert",
  "merge",
  "insert_overwrite",
  "microbatch",
];

/** A name that templates have while a range of a watermark's values is built: then its macro replaces every strategy. */
export const WATERMARK_RANGE = "watermark_range";

/** Whether microbatch models are run batch by batch: a project's own macro of the strategy gets all of a run at once. */
export function makesBatches({ macros, config }: SharedScope): boolean {
  if (config.flags.get("require_batched_execution_for_custom_microbatch_strategy") === true) return true;
  return !macros.isProjectMacro("get_incremental_microbatch_sql", macros.rootProject);
}

/** @param modelContext the object `context` of the model, which holds its macros */
export function strategyMacro(context: NodeContext, modelContext: Value, strategy: Value): Value {
  if (context.scope.extra.has(WATERMARK_RANGE)) return getItem(modelContext, `get_${WATERMARK_RANGE}_sql`);
  const name = strategy === null || strategy instanceof Undefined ? "default" : toText(strategy);
  const { adapter, macros } = context.scope.shared;
  const valid = [...adapter.incrementalStrategies, "default"];
  if (BUILT_IN_STRATEGIES.includes(name) && !valid.includes(name)) {
    fail(
      "DbtRuntimeError",
      `incremental strategy "${name}" is not available on ${adapter.type}`,
      `strategies: ${adapter.incrementalStrategies.join(", ")}`,
    );
  }
  const macroName = `get_incremental_${name.replaceAll("+", "_")}_sql`;
  const macro = getItem(modelContext, macroName);
  if (!(macro instanceof Undefined)) return macro;
  const own = [...macros.names(context.scope.packageName)].flatMap(
    (macroName) => /^get_incremental_(.+)_sql$/.exec(macroName)?.[1] ?? [],
  );
  const near = nearest(name, [...adapter.incrementalStrategies, ...own]);
  return fail(
    "DbtRuntimeError",
    `there is no incremental strategy "${name}"`,
    near === undefined
      ? `strategies: ${adapter.incrementalStrategies.join(", ")}; for one of your own write a macro ${macroName}`
      : `did you mean "${near}"? For a strategy of your own write a macro ${macroName}`,
    { undefinedName: name, candidates: adapter.incrementalStrategies },
  );
}
