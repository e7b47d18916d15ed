// The end of somebody's time, as a signal for the work that it ends.

import { LONGEST_MS } from "./pause.ts";

export interface TimeLimit {
  /** Aborted when the time is over, or with the signal around it. */
  readonly signal: AbortSignal;
  hasPassed(): boolean;
  /** The work has ended: the clock stops. */
  stop(): void;
}

/**
 * Starts the clock, which does not keep the program from ending.
 * @param seconds undefined: as long as it takes
 * @param around ends the work as well
 */
export function startTimeLimit(seconds: number | undefined, around: AbortSignal): TimeLimit {
  if (seconds === undefined) return { signal: around, hasPassed: () => false, stop: () => {} };
  const own = new AbortController();
  const timer = setTimeout(() => own.abort(), Math.min(seconds * 1000, LONGEST_MS));
  timer.unref();
  return {
    signal: AbortSignal.any([around, own.signal]),
    hasPassed: () => own.signal.aborted,
    stop: () => clearTimeout(timer),
  };
}
