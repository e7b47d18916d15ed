// What can be known to fail before a node runs: configs that name a materialization or a strategy that does not exist.
// Where a near name shows that it is a slip, nothing is run at all; else it is an error of its node alone, as in dbt, since
// projects for several warehouses name things that only some of them have.

import { type Diagnostic, EtlError, errorAt, warningAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import { BUILT_IN_STRATEGIES } from "../context/incremental-strategy.ts";
import { materialization, type Resource } from "../manifest/node.ts";
import { type Configured, configPlace } from "../project/config-place.ts";
import { findMaterialization, materializationOf } from "./materialize.ts";
import type { Plan } from "./plan.ts";
import type { RunContext } from "./run-context.ts";

/** @throws EtlError with all slips at their places */
export function checkPlan(plan: Plan, context: RunContext): void {
  const diagnostics = plan.steps.flatMap(({ resource, action }) =>
    action === "run" ? checkNode(resource, context) : [],
  );
  const slips = diagnostics.filter(({ help }) => help?.startsWith("did you mean"));
  if (slips.length > 0) throw new EtlError(joined(slips));
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

/** @returns what makes a node fail whatever the warehouse says; empty for a node that may run */
export function checkNode(resource: Resource, context: RunContext): readonly Diagnostic[] {
  const tooLong = longNames(resource, context);
  if (tooLong.length > 0) return tooLong;
  const unheld = needsTransactions(resource, context);
  if (unheld.length > 0) return unheld;
  if (!("rawCode" in resource) || resource.language !== "sql") return [];
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
  const problem =
    resource.resourceType === "snapshot" ? strategyProblem(resource, context, "strategy") : undefined;
  return problem ? [problem] : [];
}

/** Configs that need a COMMIT which shows all of a node at once, and what to do without them. */
const ATOMIC: Readonly<Record<string, string>> = {
  audit: "remove audit: its tests are then run after the rows are there",
  quarantine: "remove quarantine: tests then tell of bad rows after they are there",
  keep_versions: "remove keep_versions: build it again instead of undoing it",
};

/** Where every statement is kept at once, readers would see the rows before anything looked at them. */
function needsTransactions(resource: Resource, { deps }: RunContext): readonly Diagnostic[] {
  const { adapter } = deps.shared;
  if (adapter.capabilities.transactions === "ddl" || !("config" in resource)) return [];
  const missing = adapter.capabilities.transactions === "none" ? "none" : "them for rows alone";
  return Object.entries(ATOMIC).flatMap(([key, help]) => {
    const value = resource.config.get(key);
    if (value === undefined || value === null || value === false || value === 0) return [];
    const text = `${resource.resourceType} "${resource.name}": ${key} needs transactions, and ${adapter.type} has ${missing}`;
    const place = configPlace(resource, key, deps.shared) ?? resource.place;
    return [errorAt("transactions-missing", text, place, { help })];
  });
}

/** Engines cut names that are too long, and the next run would not find what this one built. */
function longNames(resource: Resource, { deps }: RunContext): readonly Diagnostic[] {
  const { adapter } = deps.shared;
  const limit = adapter.capabilities.maxIdentifierBytes;
  if (!("alias" in resource)) return [];
  return (["alias", "schema"] as const).flatMap((key) => {
    const name = resource[key] ?? "";
    const bytes = Buffer.byteLength(name);
    if (bytes <= limit) return [];
    const what = key === "alias" ? "name" : "schema";
    const text = `${resource.resourceType} "${resource.name}": the ${what} "${name}" has ${bytes} bytes, ${adapter.type} takes at most ${limit}`;
    const place = configPlace(resource, key, deps.shared) ?? resource.place;
    return [errorAt("name-too-long", text, place, { help: `give it a shorter one: ${key}: ...` })];
  });
}

/** The strategy of an incremental model, which is looked for only when its table is there already. */
export function checkIncrementalStrategy(
  resource: Resource & Configured,
  context: RunContext,
): readonly Diagnostic[] {
  if (materialization(resource) !== "incremental") return [];
  const problem = strategyProblem(resource, context, "incremental_strategy");
  if (!problem) return [];
  const { code, message, place, help } = problem;
  const text = `${message}: the next run that is not a full refresh will fail`;
  return [warningAt(code, text, place, { help })];
}

/** Strategies are macros; projects and packages add their own by a macro of the right name. */
const STRATEGY_MACROS = {
  strategy: /^(?:\w+__)?snapshot_(\w+)_strategy$/,
  incremental_strategy: /^(?:\w+__)?get_incremental_(\w+)_sql$/,
} as const;

function strategyProblem(
  resource: Resource & Configured,
  { deps }: RunContext,
  key: keyof typeof STRATEGY_MACROS,
): Diagnostic | undefined {
  const { macros, adapter } = deps.shared;
  const name = resource.config.get(key);
  const macro = macros.materialization(materialization(resource), adapter.type);
  // A materialization of the project's own may know strategies of its own.
  if (macro && !macros.isBuiltIn(macro)) return undefined;
  // A name with a dot is a macro of a package, which is looked for when it is called.
  if (typeof name !== "string" || name === "" || name === "default" || name.includes(".")) return undefined;
  const own = [...macros.packages(), ""].flatMap((one) =>
    [...(one === "" ? macros.names(resource.packageName) : macros.macrosOf(one).keys())].flatMap(
      (macroName) => STRATEGY_MACROS[key].exec(macroName)?.[1] ?? [],
    ),
  );
  const forAdapter = key === "strategy" ? [] : adapter.incrementalStrategies;
  const refused = key === "strategy" ? [] : BUILT_IN_STRATEGIES.filter((one) => !forAdapter.includes(one));
  if (forAdapter.includes(name) || (own.includes(name.replaceAll("+", "_")) && !refused.includes(name)))
    return undefined;
  const known = [...new Set([...forAdapter, ...own.filter((one) => !isBuiltIn(one))])];
  const near = nearest(name, known);
  const what = key === "strategy" ? "snapshot strategy" : "incremental strategy";
  const there = refused.includes(name) ? `is not available on ${adapter.type}` : "does not exist";
  return errorAt(
    "strategy-unknown",
    `${resource.resourceType} "${resource.name}" has the ${what} "${name}", which ${there}`,
    configPlace(resource, key, deps.shared) ?? resource.place,
    { help: near === undefined ? `strategies: ${known.join(", ")}` : `did you mean "${near}"?` },
  );
}

function isBuiltIn(macroPart: string): boolean {
  return BUILT_IN_STRATEGIES.some((one) => one.replaceAll("+", "_") === macroPart) || macroPart === "default";
}
