// `etl retry`: from the run_results.json of a run to what is run again, and with which flags.
// Rules of dbt (task/retry.py), but that flags which only decide how a run is shown are those given now.

import { join } from "node:path";
import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import type { Value } from "../jinja/value.ts";
import type { NodeId } from "../manifest/node.ts";
import type { PlanRequest, RunCommand } from "../run/plan.ts";
import { RUN_RESULTS_FILE } from "./run-results-json.ts";
import { RETRIED, readRunResults } from "./run-results-reader.ts";

export interface Retry {
  readonly command: RunCommand | "run-operation";
  /** Flags as if given on the command line: those of that run, and over them those given now. */
  readonly cli: ReadonlyMap<string, Value>;
  readonly ids: ReadonlySet<NodeId>;
  /** "package.macro" of a run-operation that failed. */
  readonly macro: string | undefined;
  readonly batches: NonNullable<PlanRequest["batches"]>;
}

/** Flags that decide what the nodes of a run mean. */
const KEPT_FLAGS: readonly string[] = [
  "full_refresh",
  "vars",
  "target",
  "profile",
  "empty",
  "sample",
  "event_time_start",
  "event_time_end",
  "store_failures",
  "defer",
  "defer_state",
  "favor_state",
  "fail_fast",
  "args",
];

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
 * @param warningsToo --warn-error: what warned is run again, too
 * @throws EtlError(retry-impossible, state-invalid)
 */
export function planRetry(
  folder: string,
  given: ReadonlyMap<string, Value>,
  warningsToo: boolean,
  host: Host,
): Retry {
  const previous = readRunResults(join(folder, RUN_RESULTS_FILE), host);
  const command = previous?.command;
  if (!previous || !isRunCommand(command)) throw nothingToRetry(folder, command);
  const kept = KEPT_FLAGS.flatMap((name): [string, Value][] => {
    const value = previous.args.get(name) ?? null;
    return value === null ? [] : [[name, value]];
  });
  const retried = (status: string): boolean => RETRIED.has(status) || (warningsToo && status === "warn");
  const ids = [...previous.statuses].filter(
    ([id, status]) => retried(status) && !id.startsWith("operation."),
  );
  // Batches are run alone only where some were good: else the whole model is as it was before the first try.
  const batches = [...previous.batches].filter(
    ([, { successful, failed }]) => successful.length > 0 && failed.length > 0,
  );
  return {
    command,
    cli: new Map([...kept, ...given]),
    ids: new Set(ids.map(([id]) => id)),
    macro: ids.find(([id]) => id.startsWith("macro."))?.[0].slice("macro.".length),
    batches: new Map(batches),
  };
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
