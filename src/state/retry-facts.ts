// What a run leaves so that it can be retried without its run_results.json, and what became of it. Pure.

import { createHash } from "node:crypto";
import type { Flags } from "../config/flags.ts";
import { fromJson, toJson } from "../jinja/json.ts";
import type { Value } from "../jinja/value.ts";
import type { NodeId } from "../manifest/node.ts";
import type { StateCell, StateRow } from "./state-store.ts";

/** Flags that decide what the nodes of a run mean. */
export const RETRIED_FLAGS: readonly string[] = [
  "full_refresh",
  "vars",
  "target",
  "profile",
  "empty",
  "sample",
  "event_time_start",
  "event_time_end",
  "store_failures",
  "defer",
  "defer_state",
  "state",
  "favor_state",
  "fail_fast",
  "args",
];

/** Variables may hold secrets: of them only a hash is kept. */
const NEVER_KEPT: ReadonlySet<string> = new Set(["vars", "args"]);

/** A run as the state remembers it. */
export interface RememberedRun {
  readonly id: string;
  readonly startedAt: Date;
  readonly command: string;
  /** False: it was killed, or is still at work. */
  readonly ended: boolean;
  /** Of each node that was planned; "skipped" where nothing tells that it was built. */
  readonly statuses: ReadonlyMap<NodeId, string>;
  readonly flags: ReadonlyMap<string, Value>;
  /** Null: it had no --vars. */
  readonly variablesHash: string | null;
}

/** A row of `plans`. */
export function planRow(
  runId: string,
  nodes: readonly NodeId[],
  flags: Flags,
): Readonly<Record<string, StateCell>> {
  const kept = RETRIED_FLAGS.flatMap((name): [string, Value][] => {
    const value = NEVER_KEPT.has(name) ? undefined : flags.get(name);
    return value === undefined || value === null || value === false ? [] : [[name, value]];
  });
  return {
    run_id: runId,
    node_ids: JSON.stringify(nodes),
    flags: toJson(new Map<Value, Value>(kept)),
    variables_hash: hashOfVariables(runId, flags),
  };
}

/** @returns null without --vars; salted with the run, so that equal values do not show */
export function hashOfVariables(runId: string, flags: Flags): string | null {
  const variables = flags.get("vars");
  if (!(variables instanceof Map) || variables.size === 0) return null;
  return createHash("sha256")
    .update(runId + toJson(variables, { sortKeys: true }))
    .digest("hex");
}

/**
 * Puts together what the tables hold of one run.
 * @param run of `runs` · plan of `plans` · ended: there is a row of `run_ends` · results of `node_results`
 * @param published of `publications`: nodes of a run without an end are good when their data was committed
 */
export function rememberedRun(
  run: StateRow,
  plan: StateRow,
  ended: boolean,
  results: readonly StateRow[],
  published: readonly StateRow[],
): RememberedRun {
  const statuses = new Map<NodeId, string>();
  for (const id of JSON.parse(String(plan.node_ids)) as NodeId[]) statuses.set(id, "skipped");
  for (const { node_id } of published)
    if (statuses.has(String(node_id))) statuses.set(String(node_id), "success");
  for (const { node_id, status } of results)
    if (statuses.has(String(node_id))) statuses.set(String(node_id), String(status));
  const flags = fromJson(String(plan.flags));
  return {
    id: String(run.run_id),
    startedAt: new Date(`${String(run.started_at).replace(" ", "T")}Z`),
    command: String(run.command),
    ended,
    statuses,
    flags:
      flags instanceof Map ? new Map([...flags].map(([name, value]) => [String(name), value])) : new Map(),
    variablesHash: typeof plan.variables_hash === "string" ? plan.variables_hash : null,
  };
}
