// Runs a node's materialization: the Jinja macro that a project, a package or we define for it. What surrounds the
// macro (session, transaction, cache, answers) is here; the SQL is there.

import { EtlError, errorAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import { hookValues } from "../compile/node-scope.ts";
import { targetPath, unitTestPath, writeTargetFile } from "../compile/target-files.ts";
import { callMacroIn } from "../context/call-macro.ts";
import { fail } from "../context/fail.ts";
import { createGlobals } from "../context/globals.ts";
import { hostFunction } from "../context/host-function.ts";
import { RelationValue } from "../context/relation-value.ts";
import type { NodeScope } from "../context/scope.ts";
import { ResponseValue, StatementResult } from "../context/statement-results.ts";
import type { TableValue } from "../context/table-value.ts";
import { driveAsync } from "../jinja/drive.ts";
import { toText, typeName } from "../jinja/operations.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { Macro } from "../manifest/manifest.ts";
import { materialization, type Resource } from "../manifest/node.ts";
import { configPlace } from "../project/config-place.ts";
import type { AdapterResponse } from "./report.ts";
import type { RunContext, Work } from "./run-context.ts";

export interface Materialized {
  readonly response: AdapterResponse;
  /** The rows of the statement "main", for tests. */
  readonly table: TableValue | undefined;
}

/**
 * The names that only running nodes have.
 * @param suffix tells the files of batches apart
 */
export function runningNames(
  context: RunContext,
  resource: Resource & { readonly config: Dict },
  code: string,
  suffix?: string,
): Map<string, Value> {
  const { shared, selected } = context.deps;
  // The path of a unit test is that of the file that describes it.
  const own =
    resource.resourceType === "unit_test"
      ? { ...resource, path: unitTestPath(resource, resource.name) }
      : resource;
  const path = targetPath(own, suffix);
  const hooked = resource.resourceType !== "test" && resource.resourceType !== "unit_test";
  return new Map<string, Value>([
    ["sql", code],
    ["compiled_code", code],
    ["pre_hooks", hooked ? hookValues(resource.config, "pre-hook") : []],
    ["post_hooks", hooked ? hookValues(resource.config, "post-hook") : []],
    ["selected_resources", [...selected]],
    [
      "write",
      hostFunction("write", ["payload"], (payload) => {
        writeTargetFile(shared.host, shared.config.targetFolder, "run", path, toText(payload));
        return "";
      }),
    ],
  ]);
}

/**
 * Finds the macro of a materialization.
 * @throws EtlError(materialization-unknown) with the nearest name
 */
export function findMaterialization({ deps }: RunContext, name: string, resource: Resource): Macro {
  const { macros, adapter } = deps.shared;
  const macro = macros.materialization(name, adapter.type);
  if (macro) return macro;
  const known = [...macros.materializations(), "ephemeral"].filter((one) => !INTERNAL.has(one));
  throw new EtlError([
    errorAt(
      "materialization-unknown",
      `${resource.resourceType} "${resource.name}" has the materialization "${name}", which no package defines`,
      ("config" in resource ? configPlace(resource, "materialized", deps.shared) : undefined) ??
        resource.place,
      { help: didYouMean(name, known) ?? `known: ${known.join(", ")}` },
    ),
  ]);
}

/** Materializations that nobody asks for by name. */
const INTERNAL: ReadonlySet<string> = new Set(["test", "unit", "clone", "function"]);

/**
 * Calls a materialization and makes what it returns known to the relation cache.
 * @param scope has `runningNames` among its extra names
 * @throws JinjaError, DatabaseError, EtlError
 */
export async function runMaterialization(
  context: RunContext,
  work: Work,
  scope: NodeScope,
  macro: Macro,
  main: "required" | "optional" = "required",
): Promise<Materialized> {
  const { shared } = context.deps;
  const globals = createGlobals(scope);
  const returned = await driveAsync(callMacroIn(globals, macro), work.answerer.answer);
  for (const { relation } of relationsOf(returned, macro)) shared.relations.add(relation);
  const result = globals.results.load("main");
  if (!(result instanceof StatementResult)) {
    if (main === "optional") return { response: {}, table: undefined };
    return fail(
      "DbtRuntimeError",
      `materialization "${macro.name}" ran no statement called "main"`,
      "{% call statement('main') %} ... {% endcall %}",
    );
  }
  return { response: responseParts(result), table: result.table };
}

/** What a statement answered; a macro of a project may store any value as its response. */
export function responseParts({ response }: StatementResult): AdapterResponse {
  return response instanceof ResponseValue ? response.response : { _message: toText(response) };
}

/** The list that every materialization must return. */
function relationsOf(returned: Value, macro: Macro): RelationValue[] {
  const relations = returned instanceof Map ? returned.get("relations") : undefined;
  if (!Array.isArray(relations)) {
    return fail(
      "CompilationError",
      `materialization "${macro.name}" must return its relations, not ${typeof returned === "string" ? "text" : typeName(returned)}`,
      "end it with {{ return({'relations': [target_relation]}) }}",
    );
  }
  return relations.map((relation) =>
    relation instanceof RelationValue
      ? relation
      : fail(
          "CompilationError",
          `materialization "${macro.name}" returned ${typeName(relation)} among its relations`,
          "return relations only: [this]",
        ),
  );
}

/** A response without what is empty, as run_results.json shows it. */
export function responseOf(response: AdapterResponse): AdapterResponse {
  return Object.fromEntries(Object.entries(response).filter(([, value]) => value !== null));
}

/** The name of a node's materialization; tests and seeds have theirs by kind. */
export function materializationOf(resource: Resource & { readonly config: Dict }): string {
  return materialization(resource) || resource.resourceType;
}
