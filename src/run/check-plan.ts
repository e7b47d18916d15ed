// What can be known to fail before anything runs: configs of the nodes of a plan that name a materialization or a strategy
// that does not exist. A run that must fail should not first build half of the project.

import { type Diagnostic, EtlError, errorAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import { BUILT_IN_STRATEGIES } from "../context/incremental-strategy.ts";
import { materialization, type Resource } from "../manifest/node.ts";
import { type Configured, configPlace } from "../project/config-place.ts";
import { findMaterialization, materializationOf } from "./materialize.ts";
import type { Plan } from "./plan.ts";
import type { RunContext } from "./run-context.ts";

/** @throws EtlError with all mistakes at their places */
export function checkPlan(plan: Plan, context: RunContext): void {
  const diagnostics = plan.steps.flatMap(({ resource, action }) =>
    action === "run" ? checkResource(resource, context) : [],
  );
  if (diagnostics.length > 0) throw new EtlError(joined(diagnostics));
}

/** One mistake of dbt_project.yml concerns all nodes below it: it is told once, with their number. */
function joined(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const byPlace = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const { code, place } = diagnostic;
    const key = [code, place?.file, place?.line, place?.column].join("\0");
    byPlace.set(key, [...(byPlace.get(key) ?? []), diagnostic]);
  }
  return [...byPlace.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    return [{ ...first, message: first.message.replace(/(?<=^\w+ "[^"]*")/, more) }];
  });
}

function checkResource(resource: Resource, context: RunContext): readonly Diagnostic[] {
  if (!("config" in resource) || !("rawCode" in resource)) return [];
  if (resource.language === "python") return [];
  if (resource.resourceType === "model" && resource.rawCode.trim() === "")
    return [
      errorAt("file-empty", `model "${resource.name}" is empty`, resource.place, {
        help: "write a select, or remove the file",
      }),
    ];
  try {
    findMaterialization(context, materializationOf(resource), resource);
  } catch (error) {
    if (error instanceof EtlError) return error.diagnostics;
    throw error;
  }
  if (resource.resourceType === "snapshot") return checkStrategy(resource, context, "strategy");
  return materialization(resource) === "incremental"
    ? checkStrategy(resource, context, "incremental_strategy")
    : [];
}

/** Strategies are macros; projects and packages add their own by a macro of the right name. */
const STRATEGY_MACROS = {
  strategy: /^(?:\w+__)?snapshot_(\w+)_strategy$/,
  incremental_strategy: /^(?:\w+__)?get_incremental_(\w+)_sql$/,
} as const;

function checkStrategy(
  resource: Resource & Configured,
  { deps }: RunContext,
  key: keyof typeof STRATEGY_MACROS,
): readonly Diagnostic[] {
  const { macros, adapter, config, host } = deps.shared;
  const name = resource.config.get(key);
  const materialize = macros.materialization(materialization(resource), adapter.type);
  // A materialization of the project's own may know strategies of its own.
  if (materialize && !/^dbt(?:_|$)/.test(materialize.packageName)) return [];
  // A name with a dot is a macro of a package, which is looked for when it is called.
  if (typeof name !== "string" || name === "" || name === "default" || name.includes(".")) return [];
  const own = ["", resource.packageName, ...macros.packages()].flatMap((one) =>
    [...(one === "" ? macros.names(resource.packageName) : macros.macrosOf(one).keys())].flatMap(
      (macro) => STRATEGY_MACROS[key].exec(macro)?.[1] ?? [],
    ),
  );
  const forAdapter = key === "strategy" ? [] : adapter.incrementalStrategies;
  const refused = key === "strategy" ? [] : BUILT_IN_STRATEGIES.filter((one) => !forAdapter.includes(one));
  const macroName = name.replaceAll("+", "_");
  if (forAdapter.includes(name) || (own.includes(macroName) && !refused.includes(name))) return [];
  const known =
    key === "strategy"
      ? [...new Set(own)].filter((one) => one !== "hash_arguments")
      : [...new Set([...forAdapter, ...own.filter((one) => !isBuiltIn(one))])];
  const near = nearest(name, known);
  const what = key === "strategy" ? "snapshot strategy" : "incremental strategy";
  const there = refused.includes(name) ? `is not available on ${adapter.type}` : "does not exist";
  const place = configPlace(resource, key, { config, files: host.files }) ?? resource.place;
  return [
    errorAt(
      "strategy-unknown",
      `${resource.resourceType} "${resource.name}" has the ${what} "${name}", which ${there}`,
      place,
      { help: near === undefined ? `strategies: ${known.join(", ")}` : `did you mean "${near}"?` },
    ),
  ];
}

function isBuiltIn(macroPart: string): boolean {
  return BUILT_IN_STRATEGIES.some((one) => one.replaceAll("+", "_") === macroPart) || macroPart === "default";
}
