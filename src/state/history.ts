// What the remembered runs tell: the list of runs, how a node did over time, what changed between two runs. Pure; rows
// come from the tables as they are.

import { EtlError, errorAt } from "../base/diagnostic.ts";
import { momentOf, numberOf, textOf } from "./row-values.ts";
import type { StateRow } from "./state-store.ts";

/** Rows with a heading, for a table or for JSON. */
export interface HistoryView {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** What is said when there are no rows. */
  readonly empty: string;
  /** What the rows come to, for people. */
  readonly note?: string;
}

/**
 * @param runs rows of `runs`, the newest first · ends: rows of `run_ends`
 * @returns a line a run; one without an end was killed or is still at work
 */
export function runList(runs: readonly StateRow[], ends: readonly StateRow[]): HistoryView {
  const endOf = new Map(ends.map((end) => [end.run_id, end]));
  return {
    empty: "no run is remembered yet: run with --history",
    columns: ["run", "started", "command", "status", "nodes", "failed", "seconds", "who", "commit"],
    rows: runs.map((run) => {
      const end = endOf.get(run.run_id ?? null);
      return [
        textOf(run.run_id),
        momentOf(run.started_at),
        textOf(run.command),
        end ? textOf(end.status) : "unfinished",
        end ? numberOf(end.nodes) : null,
        end ? numberOf(end.failed) : null,
        end ? seconds(end.seconds) : null,
        textOf(run.username),
        textOf(run.git_commit)?.slice(0, 10) ?? null,
      ];
    }),
  };
}

/**
 * @param results rows of `node_results` of one node, the newest first
 * @returns a line a run, with how its time stands to the median of the good runs before it
 */
export function nodeTrend(results: readonly StateRow[]): HistoryView {
  const usual = results.map((_, index) => usualSeconds(results.slice(index + 1)));
  const [last] = results;
  // Not all engines tell it.
  const withBytes = results.some(({ bytes }) => bytes !== null && bytes !== undefined);
  return {
    empty: "no run of it is remembered yet: run with --history",
    columns: [
      "started",
      "status",
      "seconds",
      "to median",
      "rows",
      ...(withBytes ? ["bytes"] : []),
      "statements",
      "failures",
      "run",
    ],
    rows: results.map((row, index) => [
      momentOf(row.started_at),
      textOf(row.status),
      seconds(row.seconds),
      ratio(row, usual[index]),
      numberOf(row.rows_affected),
      ...(withBytes ? [numberOf(row.bytes)] : []),
      numberOf(row.statements),
      numberOf(row.failures),
      textOf(row.run_id),
    ]),
    ...(last && isGood(last.status) ? noteOf(Number(last.seconds), usual[0], results.length - 1) : {}),
  };
}

/** Undefined where no run was good. */
function usualSeconds(rows: readonly StateRow[]): number | undefined {
  const times = rows.filter(({ status }) => isGood(status)).map((row) => Number(row.seconds));
  return times.length === 0 ? undefined : median(times);
}

function ratio(row: StateRow, usual: number | undefined): string | null {
  return usual !== undefined && usual > 0 && isGood(row.status)
    ? `${(Number(row.seconds) / usual).toFixed(2)}x`
    : null;
}

/** "the last run took 1.4 s, 40 % slower than the median of the 12 before" */
function noteOf(last: number, usual: number | undefined, runs: number): { readonly note?: string } {
  if (usual === undefined || usual <= 0) return {};
  const percent = Math.round(Math.abs(last / usual - 1) * 100);
  const how = percent < 10 ? "about" : `${percent} % ${last > usual ? "slower" : "faster"} than`;
  const before = runs === 1 ? "that of the run before" : `the median of the ${runs} before`;
  return { note: `the last run took ${last.toFixed(2)} s, ${how} ${before}` };
}

/**
 * The run whose id begins with what a person typed.
 * @param ids of all runs
 * @throws EtlError(run-unknown) where none or several do
 */
export function runIdOf(start: string, ids: Iterable<string>): string {
  const [found, second] = [...ids].filter((id) => id.startsWith(start));
  if (found !== undefined && second === undefined) return found;
  const text = second === undefined ? `there is no run "${start}"` : `several runs begin with "${start}"`;
  throw new EtlError([errorAt("run-unknown", text, undefined, { help: "etl history lists the runs" })]);
}

/** How old the rows of a source were at each check. @param rows of `freshness`, the newest first */
export function freshnessTrend(rows: readonly StateRow[]): HistoryView {
  return {
    empty: "no check of it is remembered yet: run etl source freshness with --history",
    columns: ["checked", "status", "newest row", "hours old", "run"],
    rows: rows.map((row) => [
      momentOf(row.checked_at),
      textOf(row.status),
      momentOf(row.max_loaded_at),
      row.age_seconds === null || row.age_seconds === undefined
        ? null
        : Math.round(Number(row.age_seconds) / 36) / 100,
      textOf(row.run_id),
    ]),
  };
}

/**
 * @param before rows of `node_results` of the older run · after: of the newer one
 * @returns a line for each node whose status changed, that came or went, or whose time changed twofold and by 0.1 s
 */
export function runDifference(before: readonly StateRow[], after: readonly StateRow[]): HistoryView {
  const old = new Map(before.map((row) => [String(row.node_id), row]));
  const now = new Map(after.map((row) => [String(row.node_id), row]));
  const ids = [...new Set([...old.keys(), ...now.keys()])].sort();
  const rows = ids.flatMap((id) => {
    const [was, is] = [old.get(id), now.get(id)];
    if (was && is && was.status === is.status && !isFarApart(Number(was.seconds), Number(is.seconds)))
      return [];
    return [
      [
        id,
        textOf(was?.status) ?? "absent",
        textOf(is?.status) ?? "absent",
        was ? seconds(was.seconds) : null,
        is ? seconds(is.seconds) : null,
      ],
    ];
  });
  return {
    empty: "every node ended as before, in about the same time",
    columns: ["node", "before", "after", "seconds before", "seconds after"],
    rows,
  };
}

/** The newest row of each relation and column. @param rows of `watermarks`, the newest first */
export function watermarkList(rows: readonly StateRow[]): HistoryView {
  const newest = new Map<string, StateRow>();
  for (const row of rows) {
    const key = JSON.stringify([row.schema_name, row.identifier, row.column_name]);
    if (!newest.has(key)) newest.set(key, row);
  }
  return {
    empty: "no watermark has moved yet",
    columns: ["relation", "column", "watermark", "moved", "by", "run"],
    rows: [...newest.values()]
      .map((row) => [
        `${textOf(row.schema_name)}.${textOf(row.identifier)}`,
        textOf(row.column_name),
        textOf(row.value),
        momentOf(row.committed_at),
        textOf(row.action),
        textOf(row.run_id),
      ])
      .sort((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1)),
  };
}

/** All moves of one model's watermark. @param rows of `watermarks`, the newest first */
export function watermarkMoves(rows: readonly StateRow[]): HistoryView {
  return {
    empty: "the watermark has not moved yet",
    columns: ["moved", "watermark", "before", "by", "rows", "null", "late", "who", "run"],
    rows: rows.map((row) => [
      momentOf(row.committed_at),
      textOf(row.value),
      textOf(row.previous),
      textOf(row.action),
      numberOf(row.new_rows),
      numberOf(row.null_rows),
      numberOf(row.late_rows),
      textOf(row.username),
      textOf(row.run_id),
    ]),
  };
}

function isGood(status: unknown): boolean {
  return status === "success" || status === "pass" || status === "warn";
}

function isFarApart(before: number, after: number): boolean {
  return Math.abs(before - after) > 0.1 && (after > 2 * before || before > 2 * after);
}

/** @param values at least one */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function seconds(cell: StateRow[string] | undefined): number | null {
  const value = numberOf(cell);
  return value === null ? null : Math.round(value * 100) / 100;
}
