// `compile`: SQL for every selected node, without running any. It is a plan whose steps only compile, so order, threads,
// events and results are those of a run. A template that is in no file is compiled by itself.

import { EtlError } from "../base/diagnostic.ts";
import { Compiler } from "../compile/compile-node.ts";
import type { RunDeps } from "../compile/deps.ts";
import { KeptCode, type ParseDifference } from "../compile/kept-code.ts";
import type { NodeId } from "../manifest/node.ts";
import { executePlan } from "./execute-plan.ts";
import { describeNodeError } from "./node-error.ts";
import { nodeFacts } from "./node-facts.ts";
import { NodeProgress, outcome } from "./outcome.ts";
import { planRun } from "./plan.ts";
import type { RunReport } from "./report.ts";
import { type RunContext, withWork } from "./run-context.ts";
import { inlineNode } from "./show-query.ts";
import { stepResult } from "./step-result.ts";

/**
 * @param difference what the parse changed; nothing is taken from earlier commands without it
 * @param onCompiled hears of all SQL that is not taken from earlier commands
 * @returns a result a node with its `compiledCode`; files lie below target/compiled
 */
export async function compileNodes(
  selection: ReadonlySet<NodeId>,
  deps: RunDeps,
  difference?: ParseDifference,
  onCompiled?: RunContext["onCompiled"],
): Promise<RunReport> {
  const kept = KeptCode.open(deps, difference);
  const plan = planRun(deps.manifest, selection, { command: "compile", storeFailures: false });
  const report = await executePlan(plan, deps, {
    ...(kept ? { kept } : {}),
    ...(onCompiled ? { onCompiled } : {}),
  });
  await kept?.write();
  return report;
}

/** `compile --inline`. @throws EtlError for what is wrong in the text */
export async function compileText(
  text: string,
  deps: RunDeps,
): Promise<{ readonly code: string; readonly report: RunReport }> {
  const { host } = deps.shared;
  const node = inlineNode(text, deps);
  const compiler = new Compiler(deps);
  const progress = new NodeProgress(host);
  const started = host.elapsedMs();
  try {
    const { code } = await withWork(
      { deps, compiler },
      { id: node.id, signal: host.signal },
      ({ answerer }) =>
        progress.measure("compile", () => compiler.compile(node, { answer: answerer.answer, write: false })),
    );
    const seconds = (host.elapsedMs() - started) / 1000;
    const measured = { thread: "main", seconds, timing: progress.timing, compiledCode: code };
    const result = stepResult({ facts: nodeFacts(node), resource: node }, outcome("success", null), measured);
    const results = [result];
    const ended = { generatedAt: host.now(), seconds, results, interrupted: false, success: true };
    return { code, report: { command: "compile", ...ended } };
  } catch (error) {
    throw new EtlError(describeNodeError(error, node, deps.shared).diagnostics, { cause: error });
  }
}
