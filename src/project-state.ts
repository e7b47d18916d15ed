// What the commands `etl state ...` and `etl history ...` do: they read what runs have left in the warehouse, and set a
// watermark by hand. Like `pipeline.ts` it prints nothing.

import { EtlError, errorAt } from "./base/diagnostic.ts";
import type { RunDeps } from "./compile/deps.ts";
import type { WatermarkSettings } from "./config/watermark-config.ts";
import type { Model } from "./manifest/node.ts";
import { depsOf, type OpenProject, unknownNode } from "./open-project.ts";
import { followedWatermark } from "./project/node-watermark.ts";
import { takesMeasures } from "./run/memory/measures.ts";
import { type OpenState, withState } from "./run/memory/read-state.ts";
import {
  freshnessTrend,
  type HistoryView,
  nodeTrend,
  runDifference,
  runIdOf,
  runList,
  watermarkList,
  watermarkMoves,
} from "./state/history.ts";
import { MEASURES_OF_A_RUN, measureTrend } from "./state/measure-trend.ts";
import { relationCells } from "./state/row-values.ts";
import { username } from "./state/state-settings.ts";
import type { StateRow } from "./state/state-store.ts";
import { FRESHNESS, MEASURES, NODE_RESULTS, RUN_ENDS, RUNS, WATERMARKS } from "./state/tables.ts";
import { canBeWatermark, fitsFamily } from "./state/watermark.ts";
import { watermarkRow } from "./state/watermark-row.ts";

/** Among so many moves one tells the type: only resets do not, and nobody makes as many in a row. */
const MOVES_WITH_TYPE = 100;

/** `etl state list`: where the watermark of each relation stands. @throws EtlError, DatabaseError */
export function listWatermarks(project: OpenProject): Promise<HistoryView> {
  return inHome(project, async ({ store, session }) =>
    watermarkList(
      await store.read(session, WATERMARKS, {
        newestBy: ["committed_at"],
        newestOf: ["schema_name", "identifier", "column_name"],
      }),
    ),
  );
}

/** `etl state show`: the last moves of a model's watermark. @throws EtlError(node-unknown), DatabaseError */
export async function showWatermark(project: OpenProject, name: string, limit: number): Promise<HistoryView> {
  const { model, settings } = watermarkedModel(project, name);
  return withState(bareDeps(project), model.database, async (state) =>
    watermarkMoves(await movesOf(state, model, settings, limit)),
  );
}

/**
 * `etl state set`, `etl state reset`: the next run takes the rows after the value; after a reset those after the
 * greatest value in the table.
 * @param value null resets
 * @returns where the watermark stood
 * @throws EtlError(node-unknown, watermark-invalid), DatabaseError
 */
export async function moveWatermark(
  project: OpenProject,
  name: string,
  value: string | null,
): Promise<string | null> {
  const { model, settings } = watermarkedModel(project, name);
  const { adapter, host, invocation } = project.shared;
  return withState(bareDeps(project), model.database, async (state) => {
    const rows = await movesOf(state, model, settings, MOVES_WITH_TYPE);
    const type = rows.map((row) => row.value_type).find((one) => typeof one === "string");
    if (typeof type !== "string") {
      throw new EtlError([
        errorAt("watermark-invalid", `model "${model.name}" has no watermark to move yet`, undefined, {
          help: `build it first: etl build --select ${model.name}`,
        }),
      ]);
    }
    const family = adapter.types.family(type);
    if (value !== null && (!canBeWatermark(family) || !fitsFamily(value, family))) {
      throw new EtlError([
        errorAt("watermark-invalid", `"${value}" is not a value of type ${type}`, undefined, {
          help: `the watermark of ${model.name} follows ${settings.column}, e.g. ${String(rows[0]?.value ?? rows[0]?.previous)}`,
        }),
      ]);
    }
    const previous = rows[0]?.value;
    const before = typeof previous === "string" ? previous : null;
    await state.store.append(state.session, WATERMARKS, [
      watermarkRow(model, settings.column, value === null ? null : { value, type, family }, {
        previous: before,
        newRows: null,
        nullRows: null,
        lateRows: null,
        action: value === null ? "reset" : "set",
        runId: invocation.id,
        username: username(host.env),
        at: host.now(),
      }),
    ]);
    return before;
  });
}

/** `etl history`: the last runs, or those of one node. @throws EtlError, DatabaseError */
export function runHistory(
  project: OpenProject,
  node: string | undefined,
  limit: number,
): Promise<HistoryView> {
  return inHome(project, async ({ store, session }) => {
    if (node !== undefined) {
      const id = nodeId(project, node);
      const where = { node_id: id };
      if (id.startsWith("source."))
        return freshnessTrend(
          await store.read(session, FRESHNESS, { where, newestBy: ["checked_at"], limit }),
        );
      const resource = project.manifest.resources.get(id);
      if (resource && takesMeasures(resource)) {
        const most = limit * MEASURES_OF_A_RUN;
        const rows = await store.read(session, MEASURES, { where, newestBy: ["measured_at"], limit: most });
        return measureTrend(rows, limit);
      }
      const found = await store.read(session, NODE_RESULTS, { where, newestBy: ["started_at"], limit });
      return nodeTrend(found);
    }
    const runs = await store.read(session, RUNS, { newestBy: ["started_at"], limit });
    if (runs.length === 0) return runList([], []);
    const ids = runs.map((run) => String(run.run_id));
    return runList(runs, await store.read(session, RUN_ENDS, { where: { run_id: ids } }));
  });
}

/**
 * `etl history diff`: what changed between two runs.
 * @param ids beginnings of the ids of the older and the newer run; without them the last two
 * @throws EtlError(run-unknown), DatabaseError
 */
export function diffRuns(project: OpenProject, ids: readonly string[]): Promise<HistoryView> {
  return inHome(project, async ({ store, session }) => {
    const last = ids.length === 0 ? { limit: 2 } : {};
    const runs = await store.read(session, RUNS, { newestBy: ["started_at"], ...last });
    const known = runs.map((run) => String(run.run_id));
    const [newer, older] = ids.length === 0 ? known : ids.map((start) => runIdOf(start, known)).reverse();
    if (older === undefined || newer === undefined) {
      const [text, help] =
        ids.length === 0
          ? ["there are no two runs to compare yet", "run with --history"]
          : ["two runs are needed", "etl history lists the runs"];
      throw new EtlError([errorAt("run-unknown", text, undefined, { help })]);
    }
    const results = (run: string) => store.read(session, NODE_RESULTS, { where: { run_id: run } });
    return runDifference(await results(older), await results(newer));
  });
}

function inHome<T>(project: OpenProject, use: (state: OpenState) => Promise<T>): Promise<T> {
  return withState(bareDeps(project), project.shared.credentials.database, use);
}

function bareDeps(project: OpenProject): RunDeps {
  return depsOf(project, new Set());
}

function movesOf(
  { store, session }: OpenState,
  model: Model,
  { column }: WatermarkSettings,
  limit: number,
): Promise<StateRow[]> {
  return store.read(session, WATERMARKS, {
    where: { ...relationCells(model), column_name: column },
    newestBy: ["committed_at"],
    limit,
  });
}

/** The id of a node that is named by its name or id. @throws EtlError(node-unknown) */
function nodeId({ manifest }: OpenProject, name: string): string {
  for (const { id, name: own } of manifest.resources.values()) if (id === name || own === name) return id;
  const names = [...manifest.resources.values()].map((one) => one.name);
  throw unknownNode("node", name, names, "etl ls lists the nodes");
}

function watermarkedModel(
  { manifest }: OpenProject,
  name: string,
): { readonly model: Model; readonly settings: WatermarkSettings } {
  const names: string[] = [];
  for (const resource of manifest.resources.values()) {
    if (resource.resourceType !== "model") continue;
    const settings = followedWatermark(resource, manifest.resources);
    if (!settings) continue;
    if (resource.name === name || resource.id === name) return { model: resource, settings };
    names.push(resource.name);
  }
  throw unknownNode("model with a watermark", name, names);
}
