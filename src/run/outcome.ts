// What a runner tells about a node that came to its end, and the clock around it. `step-result.ts` makes a NodeResult of it.

import type { Diagnostic } from "../base/diagnostic.ts";
import type { NodeStatus, ResultSample } from "../base/events.ts";
import type { Host } from "../base/host.ts";
import type { CompiledNode } from "../compile/compile-node.ts";
import { compiledParts } from "../compile/compiled-parts.ts";
import type { Resource } from "../manifest/node.ts";
import type { AdapterResponse, BatchResults, NodeResult, Timing } from "./report.ts";

export interface Outcome {
  readonly status: NodeStatus;
  readonly message: string | null;
  readonly response: AdapterResponse;
  readonly failures: number | null;
  readonly batches: BatchResults | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly sample?: ResultSample;
  /** Id of the node that is to blame for a node that was skipped. */
  readonly because?: string;
}

/** @param parts what is known besides; what is not given is empty */
export function outcome(status: NodeStatus, message: string | null, parts: Partial<Outcome> = {}): Outcome {
  return { response: {}, failures: null, batches: null, diagnostics: [], ...parts, status, message };
}

/** What manifest.json shows of a compiled node; nothing of unit tests, which have the code of the model they test. */
export function compiledResult(
  { id }: Resource,
  compiled: CompiledNode | undefined,
  folder: string,
): Pick<NodeResult, "compiled"> {
  if (compiled?.node.id !== id) return {};
  return { compiled: { node: compiled.node, parts: compiledParts(compiled, folder) } };
}

/** What is known of a node while it runs, also when it fails halfway. */
export class NodeProgress {
  readonly timing: Timing[] = [];
  compiled: CompiledNode | undefined;

  constructor(private readonly host: Host) {}

  /** Measures a phase, whether it ends well or not. */
  async measure<T>(name: Timing["name"], work: () => Promise<T>): Promise<T> {
    const startedAt = this.host.now();
    try {
      return await work();
    } finally {
      this.timing.push({ name, startedAt, completedAt: this.host.now() });
    }
  }

  /** A node that is run again begins anew. */
  restart(): void {
    this.timing.length = 0;
    this.compiled = undefined;
  }
}
