// What an incremental model with a watermark lacks, up to what it has taken in, and how late its rows come. Nothing is
// written.

import type { ResultColumn } from "../../adapter/result.ts";
import { EtlError } from "../../base/diagnostic.ts";
import { Compiler } from "../../compile/compile-node.ts";
import type { RunDeps } from "../../compile/deps.ts";
import type { RunStatement } from "../../compile/node-memory.ts";
import { nodeRelation } from "../../compile/node-relation.ts";
import { RelationValue } from "../../context/relation-value.ts";
import type { Model, NodeId } from "../../manifest/node.ts";
import { intervalStep } from "../../state/gap-intervals.ts";
import { type Lateness, latenessOfRuns, USUAL_SHARE } from "../../state/lateness.ts";
import { relationCells } from "../../state/row-values.ts";
import { LATE_ROWS } from "../../state/tables.ts";
import { hasClock, lowered } from "../../state/watermark.ts";
import { RunState } from "../memory/run-state.ts";
import { planRun } from "../plan.ts";
import { type RunContext, type Work, withWork } from "../run-context.ts";
import { isMicrobatch } from "../run-microbatch.ts";
import { type WholeQuery, wholeQuery } from "../whole-query.ts";
import { compareRows } from "./compare-rows.ts";
import { batchGapsOf } from "./find-batch-gaps.ts";
import type { ModelGaps } from "./model-gaps.ts";
import {
  markColumn,
  mistake,
  type NodeStateOptions,
  readMark,
  type WatermarkOptions,
} from "./watermark-work.ts";

/**
 * @param ids models with a watermark
 * @returns what each lacks; nothing of those that have taken in nothing yet
 * @throws JinjaError, DatabaseError, EtlError for a query that cannot be run
 */
export async function findGaps(ids: ReadonlySet<NodeId>, deps: RunDeps): Promise<readonly ModelGaps[]> {
  const compiler = new Compiler(deps);
  const state = new RunState(deps, compiler);
  const context: RunContext = { deps, compiler, state };
  const plan = planRun(deps.manifest, ids, { command: "compile", storeFailures: false });
  await state.begin(plan, context);
  const found: ModelGaps[] = [];
  const { signal } = deps.shared.host;
  for (const { resource } of plan.steps) {
    if (resource.resourceType !== "model") continue;
    const options = state.optionsOf(resource);
    const gaps =
      options &&
      (await withWork(context, { id: resource.id, signal }, (work) =>
        gapsOf(context, resource, options, work),
      ));
    if (gaps) found.push(gaps);
  }
  return found.sort((a, b) => (a.model.name < b.model.name ? -1 : 1));
}

/** @returns null for a model that has no table yet, or an empty one */
async function gapsOf(
  context: RunContext,
  model: Model,
  options: NodeStateOptions,
  work: Work,
): Promise<ModelGaps | null> {
  const { relations } = context.deps.shared;
  await relations.ensure([{ database: model.database, schema: model.schema }]);
  if (!relations.get(model.database, model.schema, model.alias)) return null;
  const { settings } = options;
  if (settings) return rowGapsOf(context, model, { ...options, settings }, work);
  return isMicrobatch(model) ? batchGapsOf(context, model, options, work) : null;
}

async function rowGapsOf(
  context: RunContext,
  model: Model,
  options: WatermarkOptions,
  work: Work,
): Promise<ModelGaps | null> {
  const { settings, sessions, shared } = options;
  const { run } = work.answerer;
  const { mark } = await readMark(options, run);
  if (!mark) return null;
  const query = await wholeQuery(context, model, work);
  const column = markColumn(options, query.columns);
  const comparison = {
    model,
    query,
    column,
    step: intervalStep(settings.chunk, column.family),
    from: null,
    upTo: { value: mark.value, inclusive: true },
    nulls: settings.nulls === "include",
    due: { value: lowered(mark, settings.lookback).value, inclusive: false },
  };
  const intervals = await compareRows(comparison, shared, sessions, work.answerer);
  const missing = intervals.reduce((sum, gap) => sum + gap.missing - gap.due, 0);
  const lateness = await measure(options, query, column, missing, run);
  const isNumber = !hasClock(column.family);
  return { model, upTo: mark.value, intervals, lookback: settings.lookback, isNumber, lateness };
}

/** By the column that tells when rows arrived, else by what runs have seen. */
async function measure(
  options: WatermarkOptions,
  query: WholeQuery,
  column: ResultColumn,
  missing: number,
  run: RunStatement,
): Promise<Lateness | null> {
  const { sessions, settings, shared, node, store } = options;
  // The state is only looked at, and may be that of an older version.
  const hasLate = store && shared.relations.get(store.database, store.schema, LATE_ROWS.name) !== undefined;
  const seen = hasLate
    ? await store.read(sessions.over(run), LATE_ROWS, {
        where: { ...relationCells(node), column_name: settings.column },
      })
    : [];
  const target = new RelationValue(nodeRelation(node, shared), shared.adapter);
  if (settings.arrival === null) {
    if (!store) return null;
    const { rows } = await run(await sessions.macro("watermark_facts", [target, column.name]), true);
    return latenessOfRuns(seen, missing, Number(rows[0]?.[0] ?? 0));
  }
  const arrival = arrivalColumn(options, query, column, settings.arrival);
  const args = [query.code, column.name, column.family, arrival.name, arrival.family];
  const zoned = [...args, settings.timeZone, String(USUAL_SHARE)];
  const { rows } = await run(await sessions.macro("watermark_lateness", zoned), true);
  const usual = rows[0]?.[1];
  if (usual === null || usual === undefined) return null;
  return { ...latenessOfRuns(seen, missing, 0), within: Number(usual), measuredBy: "arrival" };
}

/** @throws EtlError(watermark-invalid) where it is no time that the watermark can be compared with */
function arrivalColumn(
  options: WatermarkOptions,
  { columns }: WholeQuery,
  { family }: ResultColumn,
  name: string,
): ResultColumn {
  const { adapter } = options.shared;
  const wanted = adapter.foldIdentifier(name);
  const found = columns.find((one) => adapter.foldIdentifier(one.name) === wanted);
  if (found && hasClock(found.family) && hasClock(family)) return found;
  const why = !found
    ? "is not a column of its query"
    : `is of type ${found.type}, by which lateness cannot be measured`;
  const names = columns.map((one) => one.name).join(", ");
  throw new EtlError([
    mistake(options, `the arrival "${name}" of its watermark ${why}`, `columns: ${names}`),
  ]);
}
