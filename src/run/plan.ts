// The order of a run as data: what runs, what each step waits for and which failures stop it. `--dry-run` prints it,
// `executePlan` performs it, so the explanation cannot lie.

import type { SchemaName } from "../adapter/relation.ts";
import { longestPathBelow, reverse, topologicalOrder } from "../base/dag.ts";
import type { NodeFacts } from "../base/events.ts";
import type { Edge } from "../base/run-graph.ts";
import { isEphemeral } from "../compile/node-relation.ts";
import type { Dict } from "../jinja/value.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId, Operation, Resource, ResourceType } from "../manifest/node.ts";
import type { MarkRange } from "../state/mark-range.ts";
import { nodeFacts } from "./node-facts.ts";
import { planEdges } from "./plan-edges.ts";
import type { BatchResults } from "./report.ts";

export type RunCommand = "build" | "run" | "test" | "seed" | "snapshot" | "compile" | "clone";

/** What is done with a node: running it, only compiling it, copying its relation, or naming it (exposures). */
export type StepAction = "run" | "compile" | "clone" | "none";

export interface Step {
  readonly id: NodeId;
  readonly resource: Resource;
  readonly facts: NodeFacts;
  readonly action: StepAction;
  /** Steps that must have ended before; a gate's failure skips this one. */
  readonly waitsFor: readonly Edge[];
  /** Only these batches are run (retry), and those that were good before. */
  readonly batches?: BatchResults;
  /** Only these ranges of the watermark are built (gaps --fix). */
  readonly gaps?: readonly Gap[];
  /** Only its rows in quarantine are built, where they can be told from the others (quarantine replay). */
  readonly replay?: true;
}

/** A range of a model's watermark whose rows are not those that a full refresh would give. */
export interface Gap {
  readonly range: MarkRange;
  /** Rows that the model lacks. */
  readonly missed: number;
}

export interface Plan {
  readonly command: RunCommand;
  /** In the order in which one worker would run them. */
  readonly steps: readonly Step[];
  /** Schemas that must exist before the first step. */
  readonly schemas: readonly SchemaName[];
  /** Hooks by package name and index, those of the root project first, as dbt orders them. */
  readonly onRunStart: readonly Operation[];
  readonly onRunEnd: readonly Operation[];
}

export interface PlanRequest {
  readonly command: RunCommand;
  /** --store-failures. */
  readonly storeFailures: boolean;
  /** Batches of the run that is retried, by model. */
  readonly batches?: ReadonlyMap<NodeId, BatchResults>;
  /** What is missing of models with a watermark. */
  readonly gaps?: ReadonlyMap<NodeId, readonly Gap[]>;
  /** Nodes whose rows come out of quarantine. */
  readonly replays?: ReadonlySet<NodeId>;
}

/**
 * Decides what a command does with what is selected. Pure.
 * @param selection ids from `selectNodes`; those that the command does not run (ephemeral models, sources) are left out
 * @returns a plan; without steps when there is nothing to do, which the caller says aloud
 */
export function planRun(manifest: Manifest, selection: ReadonlySet<NodeId>, request: PlanRequest): Plan {
  const { command } = request;
  const chosen = new Map<NodeId, { readonly resource: Resource; readonly action: StepAction }>();
  for (const id of selection) {
    const resource = manifest.resources.get(id);
    const action = resource && actionFor(resource, command);
    if (resource && action) chosen.set(id, { resource, action });
  }
  const edges =
    command === "test" ? undefined : planEdges(manifest, new Set(chosen.keys()), command === "build");
  const steps = [...chosen].map(([id, { resource, action }]): Step => {
    const batches = request.batches?.get(id);
    const gaps = request.gaps?.get(id);
    return {
      id,
      resource,
      action,
      facts: nodeFacts(resource),
      waitsFor: edges?.get(id) ?? [],
      ...(batches ? { batches } : {}),
      ...(gaps ? { gaps } : {}),
      ...(request.replays?.has(id) ? { replay: true as const } : {}),
    };
  });
  const hooks = command === "compile" || command === "clone" ? [] : hooksOf(manifest);
  return {
    command,
    steps: inOrder(steps),
    schemas: schemasOf(steps, request.storeFailures),
    onRunStart: hooks.filter((hook) => hook.on === "start"),
    onRunEnd: hooks.filter((hook) => hook.on === "end"),
  };
}

const BUILT: ReadonlySet<ResourceType> = new Set([
  "model",
  "seed",
  "snapshot",
  "test",
  "unit_test",
  "function",
]);
/** dbt counts seeds, though there is nothing to compile in them. */
const COMPILED: ReadonlySet<ResourceType> = new Set([
  "model",
  "seed",
  "snapshot",
  "test",
  "analysis",
  "function",
  "sql_operation",
]);
const RUN_BY: Readonly<Record<Exclude<RunCommand, "build" | "compile">, ReadonlySet<ResourceType>>> = {
  run: new Set(["model", "function"]),
  test: new Set(["test", "unit_test"]),
  seed: new Set(["seed"]),
  snapshot: new Set(["snapshot"]),
  clone: new Set(["model", "seed", "snapshot"]),
};

function actionFor(resource: Resource, command: RunCommand): StepAction | undefined {
  const type = resource.resourceType;
  if (command === "compile") return COMPILED.has(type) ? "compile" : undefined;
  if (isEphemeralModel(resource)) return undefined;
  if (command === "build") {
    if (type === "exposure" || type === "saved_query") return "none";
    return BUILT.has(type) ? "run" : undefined;
  }
  if (!RUN_BY[command].has(type)) return undefined;
  return command === "clone" ? "clone" : "run";
}

function isEphemeralModel(resource: Resource): boolean {
  return resource.resourceType === "model" && isEphemeral(resource);
}

/** As `runGraph` takes them when there is one worker and nothing fails. */
function inOrder(steps: readonly Step[]): Step[] {
  const parents = new Map(steps.map((step) => [step.id, step.waitsFor.map((edge) => edge.id)]));
  const children = reverse(parents);
  const below = longestPathBelow(topologicalOrder(parents).order, children);
  // A node has a longer chain below it than all that wait for it, so this order respects every edge.
  return steps
    .map((step) => ({ step, below: below.get(step.id) ?? 0 }))
    .sort((a, b) => b.below - a.below || (a.step.id < b.step.id ? -1 : 1))
    .map(({ step }) => step);
}

function schemasOf(steps: readonly Step[], storeFailures: boolean): SchemaName[] {
  const schemas = new Map<string, SchemaName>();
  for (const { resource, action } of steps) {
    if (action !== "run" && action !== "clone") continue;
    if (!makesRelation(resource, storeFailures)) continue;
    const { database, schema } = resource as { readonly database: string | null; readonly schema: string };
    schemas.set(`${database ?? ""}\0${schema}`, { database, schema });
  }
  return [...schemas.values()];
}

function makesRelation(resource: Resource, storeFailures: boolean): boolean {
  switch (resource.resourceType) {
    case "model":
    case "seed":
    case "snapshot":
    case "function":
      return true;
    case "test":
      return storesFailures(resource.config, storeFailures);
    default:
      return false;
  }
}

/** dbt's rule: store_failures_as decides, then store_failures, then the flag. */
function storesFailures(config: Dict, flag: boolean): boolean {
  const as = config.get("store_failures_as");
  if (typeof as === "string") return as !== "ephemeral";
  const own = config.get("store_failures");
  return typeof own === "boolean" ? own : flag;
}

function hooksOf(manifest: Manifest): Operation[] {
  const hooks: Operation[] = [];
  for (const resource of manifest.resources.values()) {
    if (resource.resourceType === "operation" && resource.on !== null) hooks.push(resource);
  }
  const rank = (hook: Operation) => (hook.packageName === manifest.projectName ? 0 : 1);
  return hooks.sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.packageName < b.packageName ? -1 : a.packageName > b.packageName ? 1 : a.index - b.index),
  );
}
