// `etl retry`: from the run_results.json of a run, or from what the state remembers, to what is run again, and with
// which flags.
// Rules of dbt (task/retry.py), but that flags which only decide how a run is shown are those given now.

import { join } from "node:path";
import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import type { Flags } from "../config/flags.ts";
import type { Value } from "../jinja/value.ts";
import type { NodeId } from "../manifest/node.ts";
import type { PlanRequest, RunCommand } from "../run/plan.ts";
import { hashOfVariables, RETRIED_FLAGS, type RememberedRun } from "../state/retry-facts.ts";
import { RUN_RESULTS_FILE } from "./run-results-json.ts";
import { type PreviousRun, RETRIED, readRunResults } from "./run-results-reader.ts";

export interface Retry {
  readonly command: RunCommand | "run-operation";
  /** Flags as if given on the command line: those of that run, and over them those given now. */
  readonly cli: ReadonlyMap<string, Value>;
  readonly ids: ReadonlySet<NodeId>;
  /** "package.macro" of a run-operation that failed. */
  readonly macro: string | undefined;
  readonly batches: NonNullable<PlanRequest["batches"]>;
}

const COMMANDS: readonly string[] = [
  "build",
  "run",
  "test",
  "seed",
  "snapshot",
  "compile",
  "clone",
  "run-operation",
];

/**
 * @param folder absolute folder that holds run_results.json
 * @param given flags given now
 * @param now all flags of this command; with --warn-error what warned is run again, too
 * @param remembered the last run by the state; it counts where the file does not tell of it
 * @throws EtlError(retry-impossible, state-invalid)
 */
export function planRetry(
  folder: string,
  given: ReadonlyMap<string, Value>,
  now: Flags,
  host: Host,
  remembered?: RememberedRun,
): Retry {
  const file = readRunResults(join(folder, RUN_RESULTS_FILE), host);
  const run = remembered && isNews(remembered, file) ? fromState(remembered, now) : file;
  const command = run?.command;
  if (!run || !isRunCommand(command)) throw nothingToRetry(folder, command);
  const kept = RETRIED_FLAGS.flatMap((name): [string, Value][] => {
    const value = run.args.get(name) ?? null;
    return value === null ? [] : [[name, value]];
  });
  const retried = (status: string): boolean =>
    RETRIED.has(status) || (now.boolean("warn_error") && status === "warn");
  const ids = [...run.statuses].filter(([id, status]) => retried(status) && !id.startsWith("operation."));
  if (run !== file) tellWhere(run.invocationId ?? "", ids.length, run.statuses.size, host);
  // Batches are run alone only where some were good: else the whole model is as it was before the first try.
  const batches = [...run.batches].filter(
    ([, { successful, failed }]) => successful.length > 0 && failed.length > 0,
  );
  return {
    command,
    // --state tells now where the run's results lie; what the run itself deferred to stays.
    cli: new Map([...kept, ...[...given].filter(([name]) => name !== "state")]),
    ids: new Set(ids.map(([id]) => id)),
    macro: ids.find(([id]) => id.startsWith("macro."))?.[0].slice("macro.".length),
    batches: new Map(batches),
  };
}

/** Whether the state knows more than the file: there is none, or a later run ended before it could write one. */
function isNews({ id, startedAt, ended, command }: RememberedRun, file: PreviousRun | undefined): boolean {
  if (!isRunCommand(command)) return false;
  if (!isRunCommand(file?.command)) return true;
  if (file.invocationId === id || ended) return false;
  return file.generatedAt === undefined || startedAt > file.generatedAt;
}

/** @throws EtlError(retry-impossible) when it had other variables than those given now, which the state does not keep */
function fromState(run: RememberedRun, now: Flags): PreviousRun {
  const { id, command, statuses, flags, variablesHash } = run;
  if (variablesHash !== null && hashOfVariables(id, now) !== variablesHash) {
    const message = `the last run, ${id}, was given other --vars, which are not kept in the warehouse`;
    const help = "give etl retry the same --vars, or run the command again";
    throw new EtlError([errorAt("retry-impossible", message, undefined, { help })]);
  }
  return {
    command,
    statuses,
    batches: new Map(),
    args: new Map(flags),
    invocationId: id,
    generatedAt: undefined,
  };
}

function tellWhere(id: string, left: number, all: number, host: Host): void {
  const text = `going on with the last run that the warehouse remembers, ${id}: ${left} of ${all} nodes are left`;
  host.emit({ kind: "message", level: "info", text });
}

/**
 * Whether the results in a folder can still be retried, so that a command which only looks must not replace them. dbt's
 * `show` does, and `retry` is of no use after it.
 */
export function awaitsRetry(folder: string, host: Host): boolean {
  try {
    const previous = readRunResults(join(folder, RUN_RESULTS_FILE), host);
    return (
      isRunCommand(previous?.command) &&
      [...(previous?.statuses.values() ?? [])].some((one) => RETRIED.has(one))
    );
  } catch (error) {
    if (error instanceof EtlError) return false;
    throw error;
  }
}

function isRunCommand(command: string | undefined): command is Retry["command"] {
  return command !== undefined && COMMANDS.includes(command);
}

function nothingToRetry(folder: string, command: string | undefined): EtlError {
  const path = join(folder, RUN_RESULTS_FILE);
  const message =
    command === undefined
      ? `there is no run to retry: ${path} does not exist or does not tell its command`
      : `etl ${command} cannot be retried`;
  const help = command === undefined ? "run etl build first" : `run etl ${command} again`;
  return new EtlError([errorAt("retry-impossible", message, undefined, { help })]);
}
