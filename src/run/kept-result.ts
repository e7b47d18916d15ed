// The result of a node whose SQL an earlier command compiled. Nothing is done, so nothing is told while the run goes on.

import { outcome } from "./outcome.ts";
import type { Step } from "./plan.ts";
import type { NodeResult } from "./report.ts";
import type { RunContext } from "./run-context.ts";
import { stepResult } from "./step-result.ts";

/** @returns undefined when the step must be performed */
export function keptResult(
  { kept, compiler }: RunContext,
  step: Step,
  thread: string,
): NodeResult | undefined {
  const { resource } = step;
  if (!kept || step.action !== "compile" || !("rawCode" in resource) || resource.resourceType === "seed")
    return undefined;
  const parts = kept.find(resource);
  if (!parts) return undefined;
  return stepResult(step, outcome("success", null), {
    thread,
    seconds: 0,
    timing: [],
    compiledCode: parts.code,
    compiled: { node: compiler.shown(resource), parts },
  });
}
