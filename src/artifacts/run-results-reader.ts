// Reading run_results.json of an earlier run, ours or dbt's: statuses for `retry` and for selection by result, the
// batches of microbatch models, the arguments of that run.

import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import { fromPlain } from "../jinja/json.ts";
import type { Dict } from "../jinja/value.ts";
import type { NodeId } from "../manifest/node.ts";
import type { BatchResults, BatchSpan } from "../run/report.ts";

export interface PreviousRun {
  readonly statuses: ReadonlyMap<NodeId, string>;
  readonly batches: ReadonlyMap<NodeId, BatchResults>;
  /** Flags of that run by name; empty when the file tells none. */
  readonly args: Dict;
  /** Of that run; undefined when the file does not tell. */
  readonly invocationId: string | undefined;
  /** When the file was written. */
  readonly generatedAt: Date | undefined;
  /** The command, e.g. "build"; undefined when the file does not tell. */
  readonly command: string | undefined;
}

/**
 * @param path absolute path of the file
 * @returns undefined when there is no such file
 * @throws EtlError(state-invalid) when it is not a run_results.json
 */
export function readRunResults(path: string, host: Host): PreviousRun | undefined {
  if (!host.files.stat(path)) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(host.files.readText(path));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(path, "it is not JSON", error);
  }
  if (!isObject(content) || !Array.isArray(content.results)) throw invalid(path, 'it has no list "results"');
  const statuses = new Map<NodeId, string>();
  const batches = new Map<NodeId, BatchResults>();
  for (const result of content.results as unknown[]) {
    if (!isObject(result) || typeof result.unique_id !== "string" || typeof result.status !== "string") {
      throw invalid(path, "a result has no unique_id and status");
    }
    statuses.set(result.unique_id, result.status);
    const spans = result.batch_results;
    if (isObject(spans))
      batches.set(result.unique_id, { successful: spansOf(spans.successful), failed: spansOf(spans.failed) });
  }
  const args = isObject(content.args) ? content.args : {};
  const command = typeof args.which === "string" ? args.which : undefined;
  const metadata = isObject(content.metadata) ? content.metadata : {};
  const { invocation_id: id, generated_at: written } = metadata;
  return {
    statuses,
    batches,
    args: fromPlain(args) as Dict,
    command,
    invocationId: typeof id === "string" ? id : undefined,
    generatedAt: typeof written === "string" ? new Date(written) : undefined,
  };
}

/** Statuses that `retry` runs again (dbt, task/retry.py). */
export const RETRIED: ReadonlySet<string> = new Set([
  "error",
  "fail",
  "skipped",
  "runtime error",
  "partial success",
]);

function spansOf(list: unknown): BatchSpan[] {
  if (!Array.isArray(list)) return [];
  return list.filter(
    (span): span is [string, string] =>
      Array.isArray(span) && span.length === 2 && span.every((time) => typeof time === "string"),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(path: string, reason: string, cause?: unknown): EtlError {
  return new EtlError(
    [
      errorAt("state-invalid", `${path} cannot be used: ${reason}`, undefined, {
        help: "run the command again, which writes it anew",
      }),
    ],
    { cause },
  );
}
