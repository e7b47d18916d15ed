// Why a run cannot be taken back, in sentences: every relation that stands in the way, and what can be done about it.

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import { momentOf } from "./row-values.ts";
import type { StateRow } from "./state-store.ts";
import type { Obstacle, UndoPlan } from "./undo-plan.ts";

/**
 * @param run the row of `runs` of the run, where there is one; runs: rows of others by id
 * @returns nothing where nothing stands in the way
 */
export function undoObstacles(
  plan: UndoPlan,
  runId: string,
  runs: ReadonlyMap<string, StateRow>,
): readonly Diagnostic[] {
  return plan.obstacles.map((obstacle) => {
    const { schema, identifier } = obstacle.publication;
    const name = `${schema}.${identifier}`;
    const { text, help } = sentence(obstacle, name, runId, runs);
    return errorAt("undo-impossible", text, undefined, { help });
  });
}

/** For a run that published nothing. */
export function nothingToUndo(runId: string): Diagnostic {
  const text = `run ${short(runId)} changed nothing that could be brought back`;
  return errorAt("undo-impossible", text, undefined, { help: "etl history lists the runs" });
}

function sentence(
  { kind, publication, by }: Obstacle,
  name: string,
  runId: string,
  runs: ReadonlyMap<string, StateRow>,
): { readonly text: string; readonly help: string } {
  const node = publication.nodeId.split(".").slice(2).join(".");
  if (kind === "built-since") {
    const later = by === undefined ? undefined : runs.get(by);
    const what = later ? ` (${String(later.command)}, ${momentOf(later.started_at)})` : "";
    return {
      text: `${name} was built again since, by run ${short(by ?? "")}${what}`,
      help: `take that one back first: etl undo ${short(by ?? "")}`,
    };
  }
  if (kind === "not-kept") {
    return {
      text: `${name} was not kept when run ${short(runId)} changed it`,
      help: `build it again: etl build --select ${node}; with keep_versions: 2 in its config the next run can be taken back`,
    };
  }
  const commit = runs.get(runId)?.git_commit;
  const code = typeof commit === "string" ? ` (it was at commit ${commit.slice(0, 10)} after that run)` : "";
  return {
    text: `what ${name} was before run ${short(runId)} is gone: keep_versions keeps newer ones only`,
    help: `build it again with the code of before${code}: etl build --select ${node} --full-refresh; a larger keep_versions goes back further`,
  };
}

function short(runId: string): string {
  return runId.slice(0, 8);
}
