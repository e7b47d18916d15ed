// What a run gives back: one result a node in the order in which they ended, with all that run_results.json, the
// summary, JUnit and `retry` need. Plain data; nothing of it is rebuilt from events.

import type { Diagnostic, EtlError } from "../base/diagnostic.ts";
import { isFailure, type NodeFacts, type NodeStatus, type ResultSample } from "../base/events.ts";
import type { NodeId, Resource } from "../manifest/node.ts";
import type { CompiledParts } from "../manifest/node-json.ts";

/** A phase of a node's life as run_results.json tells it. */
export interface Timing {
  readonly name: "compile" | "execute";
  readonly startedAt: Date;
  readonly completedAt: Date;
}

/** A batch of a microbatch model as [start, end) in ISO 8601. */
export type BatchSpan = readonly [string, string];

/** Batches of a microbatch model, told apart by how they ended. */
export interface BatchResults {
  readonly successful: readonly BatchSpan[];
  readonly failed: readonly BatchSpan[];
}

export type AdapterResponse = Readonly<Record<string, string | number | boolean | null>>;

export interface CompiledResult {
  /** As parsed, but for what compiling knows better. */
  readonly node: Resource;
  readonly parts: CompiledParts;
}

/** What results call a worker: the name that Python's thread pool, and so dbt, gives it. @param worker from 0 */
export function threadName(worker: number): string {
  return `Thread-${worker + 1} (worker)`;
}

export interface NodeResult {
  readonly facts: NodeFacts;
  /** The resource as parsed; inline queries have one too. */
  readonly resource: Resource;
  readonly status: NodeStatus;
  /** dbt's message; null where dbt has none. */
  readonly message: string | null;
  /** Failing rows of a test; null for all others. */
  readonly failures: number | null;
  /** Rows written, where the engine tells. */
  readonly rows?: number;
  readonly timing: readonly Timing[];
  /** The worker that ran it, by its `threadName`. */
  readonly thread: string;
  readonly seconds: number;
  readonly adapterResponse: AdapterResponse;
  /** The SQL that was run; null for what was not compiled. */
  readonly compiledCode: string | null;
  /** What manifest.json shows of a node that was compiled. */
  readonly compiled?: CompiledResult;
  readonly batches: BatchResults | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly sample?: ResultSample;
  /** Id of the node whose failure made this one be skipped. */
  readonly because?: string;
}

export interface RunReport {
  readonly command: string;
  readonly generatedAt: Date;
  readonly seconds: number;
  /** In the order in which they ended: hooks on start, nodes, hooks on end. */
  readonly results: readonly NodeResult[];
  /** The run was ended by a signal. */
  readonly interrupted: boolean;
  /** No result is an error, a failure or skipped: exit 0. (Exit 1 otherwise, 2 when interrupted.) */
  readonly success: boolean;
  /** What ended the run before its end: a hook that cannot be rendered. Told when all else is written: exit 2. */
  readonly refusal?: EtlError;
}

/** The SQL of the nodes that were compiled. */
export function compiledCode(results: readonly NodeResult[]): Map<NodeId, string> {
  return new Map(
    results.flatMap(({ resource, compiledCode: code }): [NodeId, string][] =>
      code === null ? [] : [[resource.id, code]],
    ),
  );
}

/** dbt's rule for exit 1 (task/runnable.py, interpret_results); skipped exposures do not count. */
export function isSuccess(results: readonly NodeResult[]): boolean {
  return results.every(({ status, resource }) => {
    return status === "skipped" ? resource.resourceType === "exposure" : !isFailure(status);
  });
}
