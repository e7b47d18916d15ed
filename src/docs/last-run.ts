// The last run as the docs show it, read from run_results.json. Compiling writes that file, too, and says nothing about
// whether all is well; so the last run that did something is kept beside it for the next `docs generate`.

import type { Files } from "../base/host.ts";
import { joinPath } from "../config/file-paths.ts";
import type { Health } from "./site-data.ts";

export interface Outcome {
  readonly id: string;
  readonly health: Health;
  /** dbt's word. */
  readonly status: string;
  readonly seconds: number;
  readonly message: string | null;
  /** Failing rows of a test. */
  readonly failures: number | null;
  readonly rows: number | null;
  /** Milliseconds since the epoch; null where it never began. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly thread: string;
}

export interface LastRun {
  readonly command: string;
  /** ISO 8601: when it ended. */
  readonly at: string;
  readonly seconds: number;
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

const KEPT_FILE = "etl_docs_last_run.json";

/** Commands that fill the warehouse or look at its rows. */
const RUNS: ReadonlySet<string> = new Set(["build", "run", "test", "seed", "snapshot", "retry", "clone"]);

const HEALTH: Readonly<Record<string, Health>> = {
  success: "ok",
  pass: "ok",
  reused: "ok",
  warn: "warn",
  "partial success": "fail",
  skipped: "skipped",
  "no-op": "none",
};

/** What dbt's word for a result means for the one who looks. */
export function healthOf(status: string): Health {
  return HEALTH[status] ?? "fail";
}

/**
 * Reads the last run from a target folder and keeps it for later: to be called before anything is compiled.
 * @returns undefined when nothing was run yet, or the files cannot be read as results
 */
export function takeLastRun(targetFolder: string, files: Files): LastRun | undefined {
  const kept = joinPath(targetFolder, KEPT_FILE);
  const text = textOf(joinPath(targetFolder, "run_results.json"), files);
  const run = text === undefined ? undefined : lastRunOf(text);
  if (text !== undefined && run !== undefined) {
    files.writeWhole(kept, text);
    return run;
  }
  const older = textOf(kept, files);
  return older === undefined ? undefined : lastRunOf(older);
}

function textOf(path: string, files: Files): string | undefined {
  return files.stat(path)?.kind === "file" ? files.readText(path) : undefined;
}

/** @returns undefined when the text is no result of a run */
export function lastRunOf(text: string): LastRun | undefined {
  const root = objectOf(parsed(text));
  const { args, metadata, results } = root;
  const command = objectOf(args).which;
  if (typeof command !== "string" || !RUNS.has(command) || !Array.isArray(results)) return undefined;
  const outcomes = new Map<string, Outcome>();
  for (const result of results) {
    const outcome = outcomeOf(objectOf(result));
    if (outcome) outcomes.set(outcome.id, outcome);
  }
  const at = objectOf(metadata).generated_at;
  return {
    command,
    at: typeof at === "string" ? at : "",
    seconds: numberOf(root.elapsed_time) ?? 0,
    outcomes,
  };
}

function outcomeOf(result: Readonly<Record<string, unknown>>): Outcome | undefined {
  const { unique_id: id, status, timing, thread_id: thread, message } = result;
  if (typeof id !== "string" || typeof status !== "string") return undefined;
  const phases = Array.isArray(timing) ? timing.map(objectOf) : [];
  const starts = phases.flatMap(({ started_at }) => momentOf(started_at));
  const ends = phases.flatMap(({ completed_at }) => momentOf(completed_at));
  return {
    id,
    status,
    health: healthOf(status),
    seconds: numberOf(result.execution_time) ?? 0,
    message: typeof message === "string" ? message : null,
    failures: numberOf(result.failures),
    rows: numberOf(objectOf(result.adapter_response).rows_affected),
    startedAt: starts.length > 0 ? Math.min(...starts) : null,
    endedAt: ends.length > 0 ? Math.max(...ends) : null,
    thread: typeof thread === "string" ? thread : "",
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @returns an object without keys for what is none */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function momentOf(value: unknown): number[] {
  const moment = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(moment) ? [] : [moment];
}
