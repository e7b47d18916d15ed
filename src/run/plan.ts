// The order of a run as data: what runs, what each step waits for and which failures stop it. `--dry-run` prints it,
// `executePlan` performs it, so the explanation cannot lie.

import type { SchemaName } from "../adapter/relation-cache.ts";
import type { NodeFacts } from "../base/events.ts";
import type { Edge } from "../base/run-graph.ts";
import type { NodeId, Resource } from "../manifest/node.ts";

export type RunCommand = "build" | "run" | "test" | "seed" | "snapshot" | "compile" | "clone" | "show";

/** What is done with a node: nothing but compiling, running it, copying its relation, or naming it (exposures). */
export type StepAction = "run" | "compile" | "clone" | "none";

export interface Step {
  readonly id: NodeId;
  readonly resource: Resource;
  readonly facts: NodeFacts;
  readonly action: StepAction;
  /** Steps that must have ended before; a gate's failure skips this one. */
  readonly waitsFor: readonly Edge[];
}

export interface Plan {
  readonly command: RunCommand;
  /** In the order of starting if there were one worker. */
  readonly steps: readonly Step[];
  /** Schemas that must exist before the first step. */
  readonly schemas: readonly SchemaName[];
  /** Hooks of the root project first on start, of packages first on end, as dbt runs them. */
  readonly onRunStart: readonly NodeId[];
  readonly onRunEnd: readonly NodeId[];
}
