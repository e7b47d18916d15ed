// What the commands `etl undo` and `etl history versions` do. Like `pipeline.ts` it prints nothing.

import { EtlError, errorAt } from "./base/diagnostic.ts";
import { Compiler } from "./compile/compile-node.ts";
import { hookValues } from "./compile/node-scope.ts";
import { truth } from "./jinja/operations.ts";
import { isRefable } from "./manifest/node.ts";
import { depsOf, type OpenProject } from "./open-project.ts";
import { withTables } from "./run/memory/read-state.ts";
import { StateSessions } from "./run/memory/state-sessions.ts";
import { newestVersion, sizedVersions } from "./run/versions/read-versions.ts";
import { type UndoResult, undoRun } from "./run/versions/undo.ts";
import { type HistoryView, runIdOf } from "./state/history.ts";
import type { StateRow, StateStore } from "./state/state-store.ts";
import { RUNS, VERSIONS } from "./state/tables.ts";
import type { UndoPlan } from "./state/undo-plan.ts";
import { nothingToUndo, undoObstacles } from "./state/undo-refusal.ts";
import { type SizedVersion, type Version, versionList } from "./state/versions.ts";

export interface UndoReport extends UndoResult {
  readonly runId: string;
  /** The row of `runs` of the run that was taken back; undefined where it is not remembered. */
  readonly run: StateRow | undefined;
  /** The run has nodes with hooks, whose effects stay. */
  readonly hasHooks: boolean;
}

/**
 * `etl undo`: brings the relations of a run, and their watermarks, back to what they were before it.
 * @param start the beginning of the run's id; undefined: the last run that kept versions
 * @param perform false: only tells what would be done
 * @throws EtlError(state-unavailable, run-unknown, undo-impossible), DatabaseError; nothing has changed then
 */
export async function undoLastRun(
  project: OpenProject,
  start: string | undefined,
  perform: boolean,
): Promise<UndoReport> {
  const { adapter } = project.shared;
  if (adapter.capabilities.transactions !== "ddl") {
    throw impossible(`${adapter.type} cannot exchange tables in one transaction`, "build them again instead");
  }
  const deps = depsOf(project, new Set());
  const compiler = new Compiler(deps);
  const memories = await readMemories(project);
  const runs = new Map(memories.flatMap(({ runs }) => runs).map((row) => [String(row.run_id), row]));
  const runId = findRun(
    start,
    runs,
    memories.flatMap(({ newest }) => newest ?? []),
  );
  const check = (plan: UndoPlan): void => {
    const found = undoObstacles(plan, runId, runs);
    if (found.length > 0) throw new EtlError(found);
  };
  const undo = async (really: boolean): Promise<UndoResult> => {
    const results: UndoResult[] = [];
    for (const { store } of memories) {
      const request = { runId, perform: really, check };
      results.push(await undoRun({ deps, compiler }, new StateSessions(compiler), store, request));
    }
    return {
      changes: results.flatMap(({ changes }) => changes),
      marks: results.flatMap(({ marks }) => marks),
    };
  };
  // Nothing is changed in one database before all of them agree.
  const planned = await undo(false);
  if (planned.changes.length === 0) throw new EtlError([nothingToUndo(runId)]);
  const result = perform ? await undo(true) : planned;
  const hasHooks = result.changes.some(({ version }) => nodeHasHooks(project, version.nodeId));
  return { ...result, runId, run: runs.get(runId), hasHooks };
}

/** `etl history versions`: what is kept, and the space that it takes. @throws DatabaseError */
export async function keptVersions(project: OpenProject): Promise<HistoryView> {
  const deps = depsOf(project, new Set());
  const found: SizedVersion[] = [];
  for (const database of databasesOf(project)) {
    const sized = await withTables(deps, database, [VERSIONS], ({ store, session }) =>
      sizedVersions(deps, store, session),
    );
    found.push(...(sized ?? []));
  }
  return versionList(found);
}

interface Memory {
  readonly store: StateStore;
  readonly runs: readonly StateRow[];
  /** The version that was kept last. */
  readonly newest: Version | undefined;
}

/** What each database of the project remembers. @throws EtlError(state-unavailable) where none remembers versions */
async function readMemories(project: OpenProject): Promise<readonly Memory[]> {
  const memories: Memory[] = [];
  for (const database of databasesOf(project)) {
    const memory = await withTables(
      depsOf(project, new Set()),
      database,
      [RUNS, VERSIONS],
      async ({ store, session }) => ({
        store,
        runs: await store.read(session, RUNS, { newestBy: ["started_at"] }),
        newest: await newestVersion(store, session),
      }),
    );
    if (memory) memories.push(memory);
  }
  if (memories.some(({ newest }) => newest)) return memories;
  throw new EtlError([
    errorAt("state-unavailable", "no run has kept what it changed, so none can be taken back", undefined, {
      help: "set keep_versions: 2 in the config of models, seeds and snapshots; it holds for the runs after that",
    }),
  ]);
}

function databasesOf({ manifest, shared }: OpenProject): ReadonlySet<string | null> {
  const built = [...manifest.resources.values()].filter(isRefable);
  return new Set([shared.credentials.database, ...built.map(({ database }) => database)]);
}

/** @throws EtlError(run-unknown) */
function findRun(
  start: string | undefined,
  runs: ReadonlyMap<string, StateRow>,
  versions: readonly Version[],
): string {
  if (start === undefined) {
    const newest = [...versions].sort((a, b) => (a.at > b.at ? -1 : 1))[0];
    return newest?.runId ?? "";
  }
  return runIdOf(start, runs.keys());
}

function nodeHasHooks({ manifest }: OpenProject, id: string): boolean {
  const node = manifest.resources.get(id);
  if (!node || !("config" in node)) return false;
  return (["pre-hook", "post-hook"] as const).some((key) => truth(hookValues(node.config, key)));
}

function impossible(text: string, help: string): EtlError {
  return new EtlError([errorAt("undo-impossible", text, undefined, { help })]);
}
