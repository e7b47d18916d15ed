// The end of a run's time, --deadline: what runs is cancelled, what has not begun is skipped. Hooks on run end still
// run, since they clean up and tell people how it went.

import { errorAt } from "../base/diagnostic.ts";
import { startTimeLimit } from "../base/time-limit.ts";
import { readSpan } from "../config/span.ts";
import type { Value } from "../jinja/value.ts";
import { type Outcome, outcome } from "./outcome.ts";

export interface RunDeadline {
  /** Aborted when the time is over, or with the signal of the command. */
  readonly signal: AbortSignal;
  /** What a node is told that did not begin in time; null while the time is not over. */
  passed(): string | null;
  stop(): void;
}

/**
 * Starts the clock.
 * @param flag value of the flag `deadline`; null: there is none
 * @param command the signal of the command
 */
export function startDeadline(flag: Value | undefined, command: AbortSignal): RunDeadline {
  const seconds = readSpan(flag);
  const { signal, hasPassed, stop } = startTimeLimit(seconds, command);
  const text = `the run's deadline of ${typeof flag === "string" ? flag : `${seconds} s`} has passed`;
  return { signal, passed: () => (hasPassed() && !command.aborted ? text : null), stop };
}

/** How a node ends that the deadline cancelled. @param passed see RunDeadline */
export function endedByDeadline(subject: string, passed: string): Outcome {
  const text = `${subject} was cancelled: ${passed}`;
  const help = "what it had begun was rolled back; etl retry goes on with what is left";
  return outcome("error", text, { diagnostics: [errorAt("run-deadline", text, undefined, { help })] });
}
