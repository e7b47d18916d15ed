// `--estimate`: how many bytes the queries of a plan would read, asked of the warehouse without running them. What a
// query reads that is not there yet cannot be estimated before it is built; that is said, and not guessed.

import type { Session } from "../adapter/adapter.ts";
import { DatabaseError } from "../adapter/database-error.ts";
import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { NodeFacts } from "../base/events.ts";
import type { RunDeps } from "../compile/deps.ts";
import type { NodeId } from "../manifest/node.ts";
import { compileNodes } from "./compile-nodes.ts";
import type { NodeResult } from "./report.ts";

export interface NodeEstimate {
  readonly facts: NodeFacts;
  /** Undefined when nobody can know yet. */
  readonly bytes: number | undefined;
  /** Why not, in the warehouse's words or ours. */
  readonly reason?: string;
}

/**
 * @returns an estimate for each node of the selection that has a query, in the order of their names. That of an
 *   incremental model is for its new rows: what bringing them in reads of the table comes on top.
 * @throws EtlError(estimate-unavailable) when the engine cannot say
 */
export async function estimateNodes(
  selection: ReadonlySet<NodeId>,
  deps: RunDeps,
): Promise<readonly NodeEstimate[]> {
  const { results } = await compileNodes(selection, deps);
  const warehouse = await deps.openWarehouse();
  const waiting = results.filter(({ facts }) => facts.materialized !== "ephemeral").reverse();
  const found: NodeEstimate[] = [];
  const work = (name: string) =>
    warehouse.withSession(name, async (session) => {
      const estimate = session.estimate;
      if (!estimate) throw unavailable(deps);
      for (let next = waiting.pop(); next; next = waiting.pop())
        found.push(await estimated(next, (sql) => estimate.call(session, sql)));
    });
  const threads = Math.min(deps.shared.config.threads, waiting.length);
  await Promise.all(Array.from({ length: Math.max(1, threads) }, (_, i) => work(`estimate ${i + 1}`)));
  return found.sort((a, b) => (a.facts.name < b.facts.name ? -1 : 1));
}

async function estimated(
  { facts, compiledCode, message }: NodeResult,
  estimate: NonNullable<Session["estimate"]>,
): Promise<NodeEstimate> {
  // A view is made of its text alone.
  if (facts.materialized === "view" && facts.resourceType === "model") return { facts, bytes: 0 };
  if (compiledCode === null)
    return { facts, bytes: undefined, reason: message?.trim().split("\n").at(-1)?.trim() ?? "it has no SQL" };
  try {
    return { facts, bytes: await estimate(compiledCode) };
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.facts.kind === "cancelled") throw error;
    return { facts, bytes: undefined, reason: error.facts.message };
  }
}

function unavailable({ shared }: RunDeps): EtlError {
  const { adapter, config } = shared;
  return new EtlError([
    errorAt(
      "estimate-unavailable",
      `${adapter.type} cannot say what a query would read before it is run`,
      config.profile.place("type"),
      { frame: false, help: "run without --estimate; --dry-run prints the plan" },
    ),
  ]);
}
