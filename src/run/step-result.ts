// A NodeResult from what a runner told and what was measured around it.

import type { Outcome } from "./outcome.ts";
import type { Step } from "./plan.ts";
import type { NodeResult } from "./report.ts";

/** @param measured what was measured around the runner, with the SQL as far as it came */
export function stepResult(
  { facts, resource }: Pick<Step, "facts" | "resource">,
  { status, message, response, failures, batches, diagnostics, sample, because }: Outcome,
  measured: Pick<NodeResult, "thread" | "seconds" | "timing" | "compiledCode" | "compiled">,
): NodeResult {
  const rows = response.rows_affected;
  return {
    facts,
    resource,
    status,
    message,
    failures,
    adapterResponse: response,
    batches,
    diagnostics,
    ...measured,
    // Drivers say -1 where nothing is counted.
    ...(typeof rows === "number" && rows >= 0 ? { rows } : {}),
    ...(sample ? { sample } : {}),
    ...(because === undefined ? {} : { because }),
  };
}
