// How long a node may take and how often it is tried: the configs `timeout`, `retries` and `retry_delay`, and the run's
// --deadline.

import { readSpan } from "../config/span.ts";
import type { Dict } from "../jinja/value.ts";

export interface NodeLimits {
  /** How often a node is run that fails for a passing reason. */
  readonly attempts: number;
  /** How often one statement may lose its connection without a word: the next time it may end the server for all others. */
  readonly losses: number;
  /** Wait before the second attempt; each further one waits twice as long, a third more or less. */
  readonly firstWaitMs: number;
  /** Undefined: as long as it takes. */
  readonly timeoutSeconds?: number;
}

/** What its work is told of a node's run: how often it is tried, and what ends it. */
export interface NodeControl {
  readonly limits: NodeLimits;
  /** Aborted by the user, by --fail-fast or --deadline, or when the node's time is over. */
  readonly signal: AbortSignal;
}

/** For nodes that say nothing: conflicts with other transactions pass in no time. */
export const USUAL_LIMITS: NodeLimits = { attempts: 6, losses: 2, firstWaitMs: 25 };
/** Wait of nodes that name `retries` alone, in seconds. */
const USUAL_DELAY = 1;

/** @param config of a node; what is no number and no span counts as not given */
export function limitsOf(config: Dict): NodeLimits {
  const retries = config.get("retries");
  const timeoutSeconds = readSpan(config.get("timeout"));
  const limit = timeoutSeconds === undefined ? {} : { timeoutSeconds };
  if (typeof retries !== "number" || retries < 0) return { ...USUAL_LIMITS, ...limit };
  const delay = readSpan(config.get("retry_delay")) ?? USUAL_DELAY;
  const attempts = retries + 1;
  return { attempts, losses: attempts, firstWaitMs: delay * 1000, ...limit };
}

/**
 * How long to wait before an attempt. What makes waits of several nodes differ is taken from their names, so that a run
 * can be repeated.
 * @param attempt the one that failed, from 1
 */
export function waitBefore({ firstWaitMs }: NodeLimits, attempt: number, seed: string): number {
  let hash = attempt;
  for (let i = 0; i < seed.length; i++) hash = (Math.imul(hash, 31) + seed.charCodeAt(i)) | 0;
  const share = (hash >>> 0) / 2 ** 32;
  return firstWaitMs * 2 ** (attempt - 1) * (2 / 3 + (2 / 3) * share);
}
