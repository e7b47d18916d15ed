// How old the newest row of one source is, asked through macros that projects can override.
// Behaviour of dbt (task/freshness.py).

import { EtlError, errorAt } from "../base/diagnostic.ts";
import { parseTime } from "../compile/event-time.ts";
import { sourceRelation } from "../compile/node-relation.ts";
import { nodeScope } from "../compile/node-scope.ts";
import { runReferences } from "../compile/references.ts";
import { fail } from "../context/fail.ts";
import { createGlobals } from "../context/globals.ts";
import { BUILT_IN_PACKAGE } from "../context/macro-index.ts";
import { informationSchema, RelationValue } from "../context/relation-value.ts";
import type { SharedScope } from "../context/scope.ts";
import { StatementResult } from "../context/statement-results.ts";
import { TableValue } from "../context/table-value.ts";
import { driveAsync } from "../jinja/drive.ts";
import { toText } from "../jinja/operations.ts";
import type { Value } from "../jinja/value.ts";
import type { Source } from "../manifest/node.ts";
import { responseOf, responseParts } from "./materialize.ts";
import type { AdapterResponse } from "./report.ts";
import type { RunContext, Work } from "./run-context.ts";

export interface MeasuredFreshness {
  readonly maxLoadedAt: Date;
  /** The warehouse's clock when it was asked. */
  readonly snapshottedAt: Date;
  readonly response: AdapterResponse;
}

/** What an empty table counts as: older than anything. */
const NEVER = new Date("0001-01-01T00:00:00Z");

/**
 * By the query of the source, else by its column, else by what the warehouse knows of the table's last change.
 * @throws EtlError(freshness-config) for a source with none of them, JinjaError, DatabaseError
 */
export async function measureSource(
  context: RunContext,
  source: Source,
  { answerer }: Work,
): Promise<MeasuredFreshness> {
  const { shared } = context.deps;
  const globals = globalsOf(context, source);
  const value = new RelationValue(sourceRelation(source, shared), shared.adapter);
  const call = (macro: string, args: readonly Value[]) =>
    driveAsync(globals.callMacro(macro, args), answerer.answer);
  if (source.loadedAtQuery !== null) {
    const { file, line, column } = source.place;
    const template = shared.environment.compile({ file, text: source.loadedAtQuery, line, column });
    const { text } = await driveAsync(template.render(globals), answerer.answer);
    return readMeasured(await call("collect_freshness_custom_sql", [value, text]));
  }
  if (source.loadedAtField !== null) {
    const filter = source.freshness?.filter ?? null;
    return readMeasured(await call("collect_freshness", [value, source.loadedAtField, filter]));
  }
  if (!knowsLastChange(shared)) throw noField(source, shared.adapter.type);
  return readLastChange(await call(LAST_CHANGE, [informationSchema(value, null), [value]]), source);
}

function globalsOf({ deps, compiler }: RunContext, source: Source): ReturnType<typeof createGlobals> {
  const { shared, manifest } = deps;
  return createGlobals(
    nodeScope({
      shared,
      manifest,
      graph: compiler.graph.get,
      resource: source,
      config: source.config,
      references: runReferences({ shared, manifest, index: compiler.index, node: source, empty: false }),
      relation: sourceRelation(source, shared),
      extra: new Map(),
    }),
  );
}

const LAST_CHANGE = "get_relation_last_modified";

/** Whether the adapter tells when a relation was changed last, which counts where no column does (dbt's metadata freshness). */
function knowsLastChange({ macros, config }: SharedScope): boolean {
  const macro = macros.dispatch(LAST_CHANGE, BUILT_IN_PACKAGE, config.project.name);
  return macro !== undefined && !macro.name.startsWith("default__");
}

/** Of that macro: schema, name, time of the change and clock, one row a relation. */
function readLastChange(result: Value, { sourceName, name }: Source): MeasuredFreshness {
  if (result instanceof StatementResult && result.table instanceof TableValue) {
    const [, , changed = null, clock = null] = result.table.data.rows[0] ?? [];
    const maxLoadedAt = parseTime(toText(changed));
    const snapshottedAt = parseTime(toText(clock));
    if (maxLoadedAt && snapshottedAt)
      return { maxLoadedAt, snapshottedAt, response: responseOf(responseParts(result)) };
  }
  return fail(
    "DbtRuntimeError",
    `the warehouse does not tell when ${sourceName}.${name} was changed`,
    "it may not exist, or not be readable for the role; or add loaded_at_field",
  );
}

/**
 * The macros give a result of one row: the newest time of loading, the warehouse's clock. Those of projects that were
 * written before dbt 1.5 give its table alone.
 */
function readMeasured(result: Value): MeasuredFreshness {
  const isWhole = result instanceof StatementResult;
  const table = isWhole ? result.table : result;
  const rows = table instanceof TableValue ? table.data.rows : [];
  const [newest = null, clock = null] = rows[0] ?? [];
  if (rows.length !== 1 || rows[0]?.length !== 2) {
    return fail(
      "MacroResultError",
      "the query of a freshness check must give one row with two columns",
      "check the macro collect_freshness",
    );
  }
  const snapshottedAt = parseTime(toText(clock));
  const maxLoadedAt = newest === null ? NEVER : parseTime(toText(newest));
  if (!snapshottedAt || !maxLoadedAt) {
    return fail(
      "DbtRuntimeError",
      `loaded_at gave ${toText(newest)}, which is not a time`,
      "cast it: loaded_at_field: loaded_at::timestamp",
    );
  }
  return { maxLoadedAt, snapshottedAt, response: isWhole ? responseOf(responseParts(result)) : {} };
}

function noField(source: Source, adapter: string): EtlError {
  return new EtlError([
    errorAt(
      "freshness-config",
      `source "${source.sourceName}.${source.name}" has no loaded_at_field, which ${adapter} needs for its freshness`,
      source.place,
      {
        help: "add loaded_at_field: the column that tells when a row was loaded",
      },
    ),
  ]);
}
