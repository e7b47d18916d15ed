// `--estimate`: how many bytes the queries of a plan would read, asked of the warehouse without running them. What a
// query reads that is not there yet cannot be estimated before it is built; that is said, and not guessed.

import type { Session } from "../adapter/adapter.ts";
import { DatabaseError } from "../adapter/database-error.ts";
import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { NodeFacts } from "../base/events.ts";
import { Slots } from "../base/slots.ts";
import type { RunDeps } from "../compile/deps.ts";
import type { NodeId } from "../manifest/node.ts";
import { atOnce } from "./at-once.ts";
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
  const asked = results.filter(({ facts }) => facts.materialized !== "ephemeral");
  const { threads } = deps.shared.config;
  const estimate = (result: NodeResult) =>
    warehouse.withSession(`estimate ${result.facts.name}`, (session) => {
      if (!session.estimate) throw unavailable(deps);
      return estimated(result, session.estimate.bind(session));
    });
  const found = await atOnce(asked, estimate, new Slots(threads), threads);
  return [...found].sort((a, b) => (a.facts.name < b.facts.name ? -1 : 1));
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
