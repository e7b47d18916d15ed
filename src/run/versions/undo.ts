// Takes a run back: the relations that it published become what they were before, with their watermarks, in one
// transaction. That is a run of its own in the history, which keeps what it replaces, so it can be taken back as well.

import { makeRelation, type Relation } from "../../adapter/relation.ts";
import { bareScope } from "../../compile/bare-scope.ts";
import type { RunStatement } from "../../compile/node-memory.ts";
import { createGlobals } from "../../context/globals.ts";
import { projectQuoting } from "../../context/project-quoting.ts";
import { RelationValue } from "../../context/relation-value.ts";
import type { SharedScope } from "../../context/scope.ts";
import { driveAsync } from "../../jinja/drive.ts";
import type { Value } from "../../jinja/value.ts";
import { relationKey } from "../../state/row-values.ts";
import type { StateStore } from "../../state/state-store.ts";
import { planUndo, type UndoChange, type UndoPlan } from "../../state/undo-plan.ts";
import { type Version, versionName } from "../../state/versions.ts";
import type { StateSessions } from "../memory/state-sessions.ts";
import { type RunContext, type Work, withWork } from "../run-context.ts";
import { withLease } from "../with-lease.ts";
import { readRelationHistory } from "./read-versions.ts";
import { bringWatermarksBack, type MovedMark } from "./undo-watermarks.ts";
import { type Replaced, writeUndo } from "./write-undo.ts";

export interface UndoResult {
  readonly changes: readonly UndoChange[];
  readonly marks: readonly MovedMark[];
}

export interface UndoRequest {
  /** The run to take back, its id whole. */
  readonly runId: string;
  /** False: only finds out what would be done. */
  readonly perform: boolean;
  /** Throws where the plan has obstacles. */
  readonly check: (plan: UndoPlan) => void;
}

/**
 * Takes back what a run has done to the relations of one database.
 * @throws what `check` throws, DatabaseError; then nothing has changed
 */
export async function undoRun(
  context: RunContext,
  sessions: StateSessions,
  store: StateStore,
  { runId, perform, check }: UndoRequest,
): Promise<UndoResult> {
  const { signal } = context.deps.shared.host;
  const look = async (work: Work): Promise<readonly UndoChange[]> => {
    const plan = await planFor(context, sessions, store, runId, work);
    check(plan);
    return plan.versions.map((version) => ({ version, relation: relationOf(context, store, version) }));
  };
  return withWork(context, { id: "undo", connection: "undo", signal }, async (work) => {
    const first = await look(work);
    if (!perform || first.length === 0) return { changes: first, marks: [] };
    return withLeases(context, work, first, async () => {
      await work.answerer.answer({ kind: "begin" });
      // Once more, now that nobody else builds them.
      const changes = await look(work);
      const replaced = await exchange(context, sessions, changes, work);
      const session = sessions.over(work.answerer.run);
      const marks = await bringWatermarksBack(context, store, session, runId, changes);
      await writeUndo(context, store, session, runId, replaced);
      await work.answerer.answer({ kind: "commit" });
      return { changes, marks };
    });
  });
}

async function planFor(
  { deps }: RunContext,
  sessions: StateSessions,
  store: StateStore,
  runId: string,
  { answerer }: Work,
): Promise<UndoPlan> {
  const { relations } = deps.shared;
  const { database } = store;
  const { versions, publications } = await readRelationHistory(store, sessions.over(answerer.run), runId);
  const kept = versions.flatMap(({ kept }) => (kept ? [kept] : []));
  await relations.ensure([...versions, ...kept].map(({ schema }) => ({ database, schema })));
  const { resources } = deps.manifest;
  return planUndo(
    runId,
    versions,
    publications.filter(({ nodeId }) => resources.get(nodeId)?.resourceType !== "function"),
    ({ schema, identifier }) => relations.get(database, schema, identifier) !== undefined,
  );
}

/** The relation that a version speaks of. */
function relationOf({ deps }: RunContext, { database }: StateStore, version: Version): Relation {
  const { shared } = deps;
  const { schema, identifier } = version;
  const kind = shared.relations.get(database, schema, identifier)?.kind ?? null;
  return makeRelation({ database, schema, identifier }, { quote: projectQuoting(shared), kind });
}

/** One after the other by name, so that two who need several do not wait for each other. */
function withLeases<T>(
  context: RunContext,
  work: Work,
  changes: readonly UndoChange[],
  use: () => Promise<T>,
): Promise<T> {
  const [first, ...others] = [...changes].sort((a, b) => (key(a.version) < key(b.version) ? -1 : 1));
  if (!first) return use();
  const { nodeId, identifier } = first.version;
  return withLease(context, work, { id: nodeId, name: identifier }, first.relation, () =>
    withLeases(context, work, others, use),
  );
}

/** Puts the relations into their old state through the macro `undo_relations`. */
async function exchange(
  { deps, compiler }: RunContext,
  sessions: StateSessions,
  changes: readonly UndoChange[],
  { answerer }: Work,
): Promise<readonly Replaced[]> {
  const { shared } = deps;
  const scripts = await viewScripts(shared, sessions, changes, answerer.run);
  const globals = createGlobals(bareScope(compiler, "undo"));
  const steps = changes.map((change) => stepOf(change, shared));
  const asides = await driveAsync(globals.callMacro("undo_relations", [steps]), answerer.answer);
  return changes.map(({ version, relation }) => {
    const aside = asides instanceof Map ? asides.get(nameFor(version, shared)) : undefined;
    const [kept, script] = Array.isArray(aside) ? aside : [];
    const text = typeof script === "string" && script !== "" ? script : scripts.get(key(version));
    return {
      version,
      was: wasOf(relation),
      kept: kept instanceof RelationValue ? kept.relation : null,
      script: text ?? null,
    };
  });
}

function wasOf({ kind }: Relation): Version["was"] {
  return kind === null || kind === "view" || kind === "materialized_view" ? kind : "table";
}

/** A step as the macro takes it. */
function stepOf({ version, relation }: UndoChange, shared: SharedScope): Value {
  const { adapter } = shared;
  const { was, kept, script } = version;
  const before = was && { ...relation, kind: was };
  const rows = kept && before && { ...before, schema: kept.schema, identifier: kept.identifier };
  const value = (one: Relation | null): Value => one && new RelationValue(one, adapter);
  return new Map<Value, Value>([
    ["now", relation.kind === null ? null : value(relation)],
    ["name", nameFor(version, shared)],
    ["before", value(before)],
    ["kept", value(rows)],
    ["script", script],
  ]);
}

/** The name under which the undo keeps what it replaces. */
function nameFor({ schema, identifier }: Version, { invocation, adapter }: SharedScope): string {
  return versionName(invocation.id, { schema, alias: identifier }, adapter.capabilities.maxIdentifierBytes);
}

/** What makes the views again that are there now, by key. */
async function viewScripts(
  { adapter }: SharedScope,
  sessions: StateSessions,
  changes: readonly UndoChange[],
  run: RunStatement,
): Promise<ReadonlyMap<string, string>> {
  const views = changes.filter(({ relation }) => relation.kind !== null && wasOf(relation) !== "table");
  if (views.length === 0) return new Map();
  const relations = views.map(({ relation }) => new RelationValue(relation, adapter));
  const { rows } = await run(await sessions.macro("view_definitions", [relations]), true);
  return new Map(rows.map(([schema, name, script]) => [relationKey(schema, name), String(script)]));
}

function key({ schema, identifier }: Version): string {
  return relationKey(schema, identifier);
}
