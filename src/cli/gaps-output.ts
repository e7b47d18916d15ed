// How gaps are shown: a table of the intervals and a few sentences for people, all facts as JSON for programs.

import { counted } from "../report/words.ts";
import type { ModelGaps } from "../run/watermark/model-gaps.ts";
import type { IntervalGap } from "../state/gap-intervals.ts";
import type { HistoryView } from "../state/history.ts";
import { latenessText, USUAL_SHARE } from "../state/lateness.ts";

/** Rows that no run will take by itself, and those that should not be there. */
function lostRows({ intervals }: ModelGaps): { readonly missing: number; readonly surplus: number } {
  return {
    missing: sum(intervals, ({ missing, due }) => missing - due),
    surplus: sum(intervals, ({ surplus }) => surplus),
  };
}

/** Whether anything is to be mended; late rows that the next run takes do not count. */
export function hasGaps(found: readonly ModelGaps[]): boolean {
  return found.some((one) => lostRows(one).missing + lostRows(one).surplus > 0);
}

/** A line an interval that differs. */
export function gapView(found: readonly ModelGaps[]): HistoryView {
  return {
    columns: ["model", "from", "to", "missing", "due", "surplus"],
    empty: "",
    rows: found.flatMap(({ model, intervals }) =>
      intervals.map(({ range, missing, due, surplus }) => [
        model.name,
        range.kind === "nulls" ? "no value" : range.from,
        range.kind === "nulls" ? null : range.to,
        missing,
        due,
        surplus,
      ]),
    ),
  };
}

/** @param fixed what is missing has been built */
export function gapSentences(found: readonly ModelGaps[], fixed: boolean): string[] {
  if (found.length === 0) return ["no model with a watermark has taken in anything yet"];
  return found.flatMap((one) => {
    const { model, upTo, lookback, lateness, isNumber } = one;
    const { missing, surplus } = lostRows(one);
    const due = sum(one.intervals, (gap) => gap.due);
    const parts = [
      ...(missing > 0 ? [`${counted(missing, "row")} missed`] : []),
      ...(surplus > 0 ? [`${counted(surplus, "row")} too many`] : []),
      ...(due > 0 ? [`${counted(due, "row")} late, which the next run takes`] : []),
    ];
    const what = parts.length === 0 ? "nothing is missing" : parts.join(", ");
    const advice =
      fixed || missing + surplus === 0 ? "" : `; etl gaps ${model.name} --fix builds these intervals`;
    const measured = lateness ? [`${model.name}: ${latenessText(lateness, lookback, isNumber)}`] : [];
    return [`${model.name}: ${what} up to ${upTo}${advice}`, ...measured];
  });
}

/** All facts, for programs. */
export function gapsJson(found: readonly ModelGaps[]): string {
  const models = found.map((one) => ({
    model: one.model.id,
    up_to: one.upTo,
    ...lostRows(one),
    due: sum(one.intervals, (gap) => gap.due),
    lateness: one.lateness && {
      share: USUAL_SHARE,
      within: one.lateness.within,
      measured_by: one.lateness.measuredBy,
      taken_by_lookback: one.lateness.taken,
      missed_and_mended: one.lateness.missed,
    },
    intervals: one.intervals.map(({ range, missing, due, surplus }) => ({
      from: range.kind === "nulls" ? null : range.from,
      to: range.kind === "nulls" ? null : range.to,
      missing,
      due,
      surplus,
    })),
  }));
  return JSON.stringify(models, null, 2);
}

function sum(intervals: readonly IntervalGap[], count: (gap: IntervalGap) => number): number {
  return intervals.reduce((total, gap) => total + count(gap), 0);
}
