// What was found to be missing of one model.

import type { MarkSpan } from "../../config/watermark-config.ts";
import type { Model } from "../../manifest/node.ts";
import type { IntervalGap } from "../../state/gap-intervals.ts";
import type { Lateness } from "../../state/lateness.ts";

export interface ModelGaps {
  readonly model: Model;
  /** What was compared up to. */
  readonly upTo: string;
  readonly intervals: readonly IntervalGap[];
  readonly lookback: MarkSpan | null;
  /** Its watermark counts, so lateness is a number too. */
  readonly isNumber: boolean;
  /** Null where nothing has measured it. */
  readonly lateness: Lateness | null;
}
