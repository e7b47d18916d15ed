// The last run as the page of the run shows it: every result with its time and worker, and the chain of nodes that
// the run could not have been shorter than. Types are shared with the browser; making it is `describe-run.ts`.

import type { Health } from "./site-data.ts";

export interface RunRow {
  /** "orders", "unique on orders.order_id". */
  readonly label: string;
  readonly id: string;
  /** Number of the node whose page tells more. */
  readonly node?: number;
  /** Seconds since the run began; absent for what never began. */
  readonly start?: number;
  readonly seconds: number;
  /** Into `threads`. */
  readonly thread: number;
  readonly health: Health;
  readonly status: string;
  readonly isTest?: true;
  readonly failures?: number;
  readonly message?: string;
}

export interface RunDetails {
  readonly command: string;
  /** ISO 8601: when it ended. */
  readonly at: string;
  readonly seconds: number;
  readonly threads: readonly string[];
  /** In the order in which they began. */
  readonly rows: readonly RunRow[];
  /** Rows of the critical path, first to last. */
  readonly critical: readonly number[];
}
