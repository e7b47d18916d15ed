// Performs a plan: creates schemas, runs the hooks on start, the steps in parallel, the hooks on end, and gives a
// result for every step whatever happens: failures, --fail-fast, an interrupt.

import type { SchemaName } from "../adapter/relation.ts";
import type { EtlError, Place } from "../base/diagnostic.ts";
import type { NodeFinished } from "../base/events.ts";
import { runGraph, type SkipReason } from "../base/run-graph.ts";
import { Slots } from "../base/slots.ts";
import { Compiler } from "../compile/compile-node.ts";
import type { RunDeps } from "../compile/deps.ts";
import type { SharedScope } from "../context/scope.ts";
import { configPlace } from "../project/config-place.ts";
import { Suspects } from "./abrupt-losses.ts";
import { Breaker, UNREACHABLE } from "./breaker.ts";
import { checkPlan } from "./check-plan.ts";
import { createSchemas } from "./create-schemas.ts";
import { inStages } from "./first-build.ts";
import { endHookNames } from "./hook-names.ts";
import { keptResult } from "./kept-result.ts";
import { needsState, RunState } from "./memory/run-state.ts";
import { outcome } from "./outcome.ts";
import type { Plan, Step } from "./plan.ts";
import { Quarantines } from "./quarantine/quarantines.ts";
import { isSuccess, type NodeResult, type RunReport, threadName } from "./report.ts";
import type { RunContext } from "./run-context.ts";
import { startDeadline } from "./run-deadline.ts";
import { HookRefused, runHooks } from "./run-hooks.ts";
import { runStep } from "./run-step.ts";
import { stepResult } from "./step-result.ts";
import { Audits } from "./tests/audits.ts";

/**
 * Runs what was planned. What goes wrong with a node is in its result; the run itself goes on.
 * @param compiling for `compile`: SQL that need not be compiled again, and who hears of the rest
 * @returns a result for each hook and each step, in the order in which they ended
 * @throws EtlError when a config names something that does not exist, when the warehouse cannot be opened or a schema cannot
 *   be created; whatever is a bug
 */
export async function executePlan(
  plan: Plan,
  deps: RunDeps,
  compiling: Pick<RunContext, "kept" | "onCompiled"> = {},
): Promise<RunReport> {
  const { host, config, adapter } = deps.shared;
  const started = host.elapsedMs();
  const compiler = new Compiler(deps);
  const quarantines = new Quarantines(deps.manifest, plan);
  const state = needsState(plan, deps, quarantines) ? new RunState(deps, compiler) : undefined;
  const audits = new Audits(deps.manifest, plan);
  const deadline = startDeadline(config.flags.get("deadline"), host.signal);
  const breaker = new Breaker();
  const suspects = new Suspects();
  const context: RunContext = {
    deps,
    compiler,
    breaker,
    suspects,
    audits,
    quarantines,
    deadline,
    ...(state ? { state } : {}),
    ...compiling,
  };
  const threads = Math.min(config.threads, adapter.capabilities.maxParallel);
  checkPlan(plan, context);
  host.emit({
    kind: "run-started",
    total: plan.steps.length,
    threads,
    adapter: adapter.type,
    target: config.profile.target,
  });
  const runs = plan.steps.some((step) => step.action === "run" || step.action === "clone");
  if (runs && !host.signal.aborted) await prepare(plan, context);
  if (!host.signal.aborted) await state?.begin(plan, context);
  const { results, refusal } = await perform(plan, context, threads);
  // A signal that came while templates computed is heard when the event loop turns.
  await new Promise((resolve) => setImmediate(resolve));
  const interrupted = host.signal.aborted;
  const report: RunReport = {
    command: plan.command,
    generatedAt: host.now(),
    seconds: (host.elapsedMs() - started) / 1000,
    results,
    interrupted,
    success: !interrupted && refusal === undefined && isSuccess(results),
    ...(refusal ? { refusal } : {}),
  };
  await state?.end(report, context);
  return report;
}

/** The hooks on start, the steps, the hooks on end. */
async function perform(
  plan: Plan,
  context: RunContext,
  threads: number,
): Promise<{ readonly results: readonly NodeResult[]; readonly refusal?: EtlError }> {
  const { host, config } = context.deps.shared;
  const results: NodeResult[] = [];
  try {
    results.push(...(await runHooks(context, plan.onRunStart, host.signal)));
    const refused =
      results.some(({ status }) => status !== "success") &&
      config.flags.boolean("skip_nodes_if_on_run_start_fails");
    await runSteps(plan, context, threads, refused, results);
    context.deadline?.stop();
    const names = plan.onRunEnd.length > 0 ? endHookNames(context, results) : undefined;
    results.push(...(await runHooks(context, plan.onRunEnd, host.signal, names)));
  } catch (error) {
    if (!(error instanceof HookRefused)) throw error;
    context.deadline?.stop();
    return { results, refusal: error };
  }
  return { results };
}

/** Schemas are made by one session, since engines meet conflicts when two create one; then all relations are read. */
async function prepare(plan: Plan, context: RunContext): Promise<void> {
  const { shared } = context.deps;
  if (plan.steps[0]) context.compiler.comments.check(plan.steps[0].id);
  await createSchemas(context, plan.schemas, (schema) => schemaPlace(schema, plan, shared));
  if (shared.config.flags.boolean("populate_cache")) await shared.relations.ensure(plan.schemas);
}

/** The config of the first node that is to be made there; undefined where the profile says it. */
function schemaPlace(
  { database, schema }: SchemaName,
  { steps }: Plan,
  shared: SharedScope,
): Place | undefined {
  for (const { resource } of steps) {
    if (!("database" in resource) || resource.database !== database || resource.schema !== schema) continue;
    if (!("config" in resource)) continue;
    const place = configPlace(resource, "database", shared) ?? configPlace(resource, "schema", shared);
    if (place) return place;
  }
  return undefined;
}

async function runSteps(
  plan: Plan,
  context: RunContext,
  threads: number,
  refused: boolean,
  results: NodeResult[],
): Promise<void> {
  const { host, config } = context.deps.shared;
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const total = plan.steps.length;
  let started = 0;
  const finish = (ended: NodeResult, index: number) => {
    const result = toldOnce(ended, results);
    results.push(result);
    host.emit(finished(result, index, total));
  };
  const skip = (id: string, reason: SkipReason) => {
    const step = steps.get(id) as Step;
    finish(skippedResult(step, reason, context.deadline?.passed() ?? null), ++started);
  };
  if (refused) {
    for (const id of steps.keys()) skip(id, { kind: "aborted" });
    return;
  }
  const slots = new Slots(threads);
  await runGraph({
    nodes: inStages(plan.steps, context.deps.shared.relations),
    width: threads,
    signal: context.deadline?.signal ?? host.signal,
    failFast: config.flags.boolean("fail_fast"),
    halts: () => context.breaker?.isOpen === true,
    skip,
    run: (id, worker, signal) =>
      slots.use(async () => {
        const step = steps.get(id) as Step;
        const index = ++started;
        const known = keptResult(context, step, threadName(worker));
        if (known) {
          results.push(known);
          return "passed";
        }
        host.emit({ kind: "node-started", node: step.facts, index, total });
        const result = await runStep(context, step, threadName(worker), slots, signal);
        finish(result, index);
        if (holdsBack(plan, result)) return "failed";
        return result.status === "fail" ? "tolerated" : "passed";
      }),
  });
}

function finished(result: NodeResult, index: number, total: number): NodeFinished {
  const { facts, status, seconds, message, failures, rows, diagnostics, sample, because } = result;
  return {
    kind: "node-finished",
    node: facts,
    index,
    total,
    status,
    seconds,
    message: message ?? "",
    diagnostics,
    ...(rows === undefined ? {} : { rows }),
    ...(failures === null ? {} : { failures }),
    ...(sample === undefined ? {} : { sample }),
    ...(because === undefined ? {} : { because }),
  };
}

/** Which results skip what depends on them: in a build failed tests, too. */
function holdsBack(plan: Plan, { status, because }: NodeResult): boolean {
  if (status === "error" || status === "partial success" || because !== undefined) return true;
  return plan.command === "build" && (status === "fail" || status === "skipped");
}

/** What is wrong with an ephemeral model is told with the first node that is skipped because of it. */
function toldOnce(result: NodeResult, before: readonly NodeResult[]): NodeResult {
  if (result.status !== "skipped" || result.diagnostics.length === 0) return result;
  const known = before.some(
    ({ because, diagnostics }) => because === result.because && diagnostics.length > 0,
  );
  return known ? { ...result, diagnostics: [] } : result;
}

/** @param passed see RunDeadline */
function skippedResult(step: Step, reason: SkipReason, passed: string | null): NodeResult {
  const messages: Readonly<Record<SkipReason["kind"], string | null>> = {
    failed: null,
    aborted: passed,
    "fail-fast": "Skipping due to fail_fast",
    halted: UNREACHABLE,
  };
  const result = stepResult(step, outcome("skipped", messages[reason.kind]), {
    thread: "",
    seconds: 0,
    timing: [],
    compiledCode: null,
  });
  return reason.kind === "failed" ? { ...result, because: reason.id } : result;
}
