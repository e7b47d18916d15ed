// One step of a plan: picks the runner for the kind of node, gives it a session, and turns what it returns or throws
// into a result.

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import type { Slots } from "../base/slots.ts";
import { startTimeLimit } from "../base/time-limit.ts";
import { EphemeralFailure } from "../compile/compile-node.ts";
import type { Resource } from "../manifest/node.ts";
import { configPlace } from "../project/config-place.ts";
import { buildNode } from "./build-node.ts";
import { nearName } from "./near-name.ts";
import { describeNodeError } from "./node-error.ts";
import { limitsOf, type NodeControl, type NodeLimits, USUAL_LIMITS } from "./node-limits.ts";
import { compiledResult, NodeProgress, type Outcome, outcome } from "./outcome.ts";
import type { Step } from "./plan.ts";
import type { NodeResult } from "./report.ts";
import { databaseErrorOf, type RunContext, withWork } from "./run-context.ts";
import { endedByDeadline } from "./run-deadline.ts";
import { stepResult } from "./step-result.ts";
import { runTest } from "./tests/run-test.ts";
import { runUnitTest } from "./tests/run-unit-test.ts";

/**
 * Never throws for what the user or the warehouse did wrong.
 * @param slots the places of all steps, of which this one has one
 * @param signal aborted by the user or by --fail-fast; a node that is ended by it counts as an error or as skipped
 */
export async function runStep(
  context: RunContext,
  step: Step,
  thread: string,
  slots: Slots,
  signal: AbortSignal,
): Promise<NodeResult> {
  const { host } = context.deps.shared;
  const started = host.elapsedMs();
  const progress = new NodeProgress(host);
  const limits = "config" in step.resource ? limitsOf(step.resource.config) : USUAL_LIMITS;
  const time = startTimeLimit(limits.timeoutSeconds, signal);
  let ended: Outcome;
  try {
    ended = await perform(context, step, progress, slots, { limits, signal: time.signal });
  } catch (error) {
    ended =
      time.hasPassed() && !signal.aborted
        ? tookTooLong(context, step.resource, limits)
        : await failure(context, step.resource, error, progress, signal);
  } finally {
    time.stop();
  }
  return stepResult(step, ended, {
    thread,
    seconds: (host.elapsedMs() - started) / 1000,
    timing: progress.timing,
    compiledCode: progress.compiled?.code ?? null,
    ...compiledResult(step.resource, progress.compiled, context.deps.shared.config.folder),
  });
}

function tookTooLong({ deps }: RunContext, resource: Resource, { timeoutSeconds }: NodeLimits): Outcome {
  const text = `${resource.resourceType} "${resource.name}" took longer than its timeout of ${timeoutSeconds} s`;
  const place =
    ("config" in resource ? configPlace(resource, "timeout", deps.shared) : undefined) ?? resource.place;
  const help = "what it had begun was rolled back; raise the config timeout, or make it faster";
  return outcome("error", text, { diagnostics: [errorAt("node-timeout", text, place, { help })] });
}

async function failure(
  context: RunContext,
  resource: Resource,
  error: unknown,
  progress: NodeProgress,
  signal: AbortSignal,
): Promise<Outcome> {
  const { shared } = context.deps;
  const { message, diagnostics, cancelled } = describeNodeError(error, resource, shared, progress.compiled);
  const passed = context.deadline?.passed() ?? null;
  if (cancelled && passed !== null)
    return endedByDeadline(`${resource.resourceType} "${resource.name}"`, passed);
  // A statement that --fail-fast cancelled is no error of its node.
  if (cancelled && !shared.host.signal.aborted) return outcome("skipped", "Skipping due to fail_fast");
  // Only `test` does not run what its nodes read, so nothing else could have failed (dbt, task/compile.py).
  if (error instanceof EphemeralFailure && shared.invocation.command !== "test") {
    const because = error.node.id;
    const blamed = `Compilation Error in ${resource.id}, caused by compilation error in referenced ephemeral model ${because}`;
    return outcome("skipped", blamed, { diagnostics, because });
  }
  return outcome("error", message, { diagnostics: await withNearName(diagnostics) });

  async function withNearName(found: readonly Diagnostic[]): Promise<readonly Diagnostic[]> {
    const refused = databaseErrorOf(error);
    const [first] = found;
    if (!refused || !first || first.help !== undefined) return found;
    const near = await nearName(context, refused, resource, progress.compiled, signal);
    return near === undefined ? found : [{ ...first, help: `did you mean "${near}"?` }];
  }
}

async function perform(
  context: RunContext,
  step: Step,
  progress: NodeProgress,
  slots: Slots,
  control: NodeControl,
): Promise<Outcome> {
  const { resource, action } = step;
  if (action === "none") return outcome("no-op", "NO-OP", { failures: 0 });
  if (action === "compile") return compileOnly(context, resource, progress, control.signal);
  const options = { id: step.id, ...control };
  switch (resource.resourceType) {
    case "test": {
      const known = context.audits?.outcomeOf(resource);
      if (known) return known;
      return withWork(context, options, (work) => {
        progress.restart();
        return runTest(context, resource, work, progress);
      });
    }
    case "unit_test":
      return withWork(context, options, (work) => {
        progress.restart();
        return runUnitTest(context, resource, work, progress);
      });
    case "model":
    case "seed":
    case "snapshot":
    case "function":
      return buildNode(context, step, resource, progress, slots, control);
    default:
      throw new Error(`${resource.id} cannot be run`);
  }
}

/** `compile`: no result of its own but the SQL. */
async function compileOnly(
  context: RunContext,
  resource: Resource,
  progress: NodeProgress,
  signal: AbortSignal,
): Promise<Outcome> {
  if (!("rawCode" in resource) || resource.resourceType === "seed") return outcome("success", null);
  // Nothing is rendered in Python; only running it is what we cannot.
  if (resource.resourceType === "model" && resource.language === "python") return outcome("success", null);
  const memory = resource.resourceType === "model" ? context.state?.of(resource) : undefined;
  const answers = memory ? { memory } : {};
  await withWork(context, { id: resource.id, signal, answers }, async ({ answerer }) => {
    progress.restart();
    const watch = context.kept?.watch();
    const options = { answer: answerer.answer, ...(watch ? { watch } : {}) };
    const compiled = await progress.measure("compile", () => context.compiler.compile(resource, options));
    progress.compiled = compiled;
    if (watch) context.kept?.keep(resource, compiled, watch);
    context.onCompiled?.(resource, compiled.code);
  });
  return outcome("success", null);
}
