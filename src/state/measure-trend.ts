// How the measures of an anomaly test went from run to run: what each run has found, against what was usual before it.

import { type HistoryView, median } from "./history.ts";
import { momentOf } from "./row-values.ts";
import type { StateRow } from "./state-store.ts";

/** Rows that are read for each run that is shown: tests with more measures show fewer runs. */
export const MEASURES_OF_A_RUN = 50;

/**
 * @param rows of `measures` of one test, the newest first
 * @param runs how many runs are shown
 * @returns a line a measure, with how it stands to the median of the normal ones before it that were read
 */
export function measureTrend(rows: readonly StateRow[], runs: number): HistoryView {
  const ids = [...new Set(rows.map(({ run_id }) => run_id))].slice(0, runs);
  const shown = rows.filter(({ run_id }) => ids.includes(run_id ?? null));
  const last = rows.filter(({ run_id }) => run_id === ids[0]);
  const anomalies = last.filter(isAnomalous).length;
  return {
    empty: "nothing is measured yet: build the test",
    columns: ["measured", "metric", "segment", "value", "to median", "anomaly", "run"],
    rows: shown
      .map((row) => [
        momentOf(row.measured_at),
        String(row.metric ?? ""),
        String(row.segment ?? ""),
        rounded(row.value),
        ratio(row, usual(row, rows)),
        isAnomalous(row) ? "yes" : "no",
        String(row.run_id ?? ""),
      ])
      .sort(byTimeAndName),
    ...(last.length === 0 ? {} : { note: noteOf(anomalies, last.length) }),
  };
}

function noteOf(anomalies: number, all: number): string {
  const what = all === 1 ? "the measure" : `${anomalies === 0 ? "all" : anomalies} of ${all} measures`;
  if (all === 1) return `in the last run ${what} was ${anomalies === 0 ? "normal" : "an anomaly"}`;
  return `in the last run ${what} were ${anomalies === 0 ? "normal" : "anomalies"}`;
}

/** The median of what was normal before; undefined where nothing is known. */
function usual(row: StateRow, rows: readonly StateRow[]): number | undefined {
  const before = rows.filter(
    (one) =>
      one.metric === row.metric &&
      one.segment === row.segment &&
      one.value !== null &&
      !isAnomalous(one) &&
      String(one.measured_at) < String(row.measured_at),
  );
  return before.length === 0 ? undefined : median(before.map(({ value }) => Number(value)));
}

function ratio({ value }: StateRow, usually: number | undefined): string | null {
  if (usually === undefined || usually === 0 || value === null || value === undefined) return null;
  return `${(Number(value) / usually).toFixed(2)}x`;
}

function isAnomalous({ is_anomalous }: StateRow): boolean {
  return Number(is_anomalous ?? 0) !== 0;
}

function rounded(cell: StateRow[string] | undefined): number | null {
  return cell === null || cell === undefined ? null : Number(Number(cell).toPrecision(6));
}

/** The newest first, within a run by the names of the measures. */
function byTimeAndName(a: HistoryView["rows"][number], b: HistoryView["rows"][number]): number {
  if (a[0] !== b[0]) return String(a[0]) > String(b[0]) ? -1 : 1;
  return `${a[1]} ${a[2]}` < `${b[1]} ${b[2]}` ? -1 : 1;
}
