// How nodes did in earlier runs, for the bars of a node's page: read from the history in the warehouse, where somebody
// asked for one.

import type { NodeId } from "../manifest/node.ts";
import type { StateRow } from "../state/state-store.ts";
import { healthOf } from "./last-run.ts";
import type { PastResult } from "./node-details.ts";
import { healths } from "./site-data.ts";

/** Bars that are drawn. */
const MOST_RUNS = 20;

/** Rows of history that are worth reading for a project. */
export function rowsToRead(nodes: number): number {
  return Math.min(200_000, nodes * MOST_RUNS);
}

/**
 * @param rows of `node_results`, the newest first
 * @returns the last results of each node, the oldest first
 */
export function pastResults(rows: readonly StateRow[]): ReadonlyMap<NodeId, readonly PastResult[]> {
  const found = new Map<NodeId, PastResult[]>();
  for (const { node_id: id, status, started_at: at, seconds } of rows) {
    if (typeof id !== "string" || typeof status !== "string") continue;
    const results = found.get(id) ?? [];
    found.set(id, results);
    if (results.length === MOST_RUNS) continue;
    const moment = `${String(at).slice(0, 16).replace(" ", "T")}Z`;
    results.unshift([moment, healths.indexOf(healthOf(status)), Math.round(Number(seconds) * 1000) / 1000]);
  }
  return found;
}
