// `compile`: SQL for every selected node, without running any. It is a plan whose steps only compile, so order, threads,
// events and results are those of a run.

import type { RunDeps } from "../compile/deps.ts";
import type { NodeId } from "../manifest/node.ts";
import { executePlan } from "./execute-plan.ts";
import { planRun } from "./plan.ts";
import type { RunReport } from "./report.ts";

/** @returns a result a node with its `compiledCode`; files lie below target/compiled */
export function compileNodes(selection: ReadonlySet<NodeId>, deps: RunDeps): Promise<RunReport> {
  return executePlan(planRun(deps.manifest, selection, { command: "compile", storeFailures: false }), deps);
}
