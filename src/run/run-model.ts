// Runs a model, seed, snapshot or function: compiles it and calls its materialization.

import type { SeedFile } from "../adapter/adapter.ts";
import { EtlError } from "../base/diagnostic.ts";
import type { CompiledNode } from "../compile/compile-node.ts";
import type { TimeWindow } from "../compile/event-time.ts";
import { hostFunction } from "../context/host-function.ts";
import type { NodeScope } from "../context/scope.ts";
import type { Value } from "../jinja/value.ts";
import type { FunctionNode, Model, Seed, Snapshot } from "../manifest/node.ts";
import { checkBuilt } from "./check-built.ts";
import { checkNode } from "./check-plan.ts";
import {
  findMaterialization,
  type Materialized,
  materializationOf,
  responseOf,
  runMaterialization,
  runningNames,
} from "./materialize.ts";
import { type NodeProgress, type Outcome, outcome } from "./outcome.ts";
import type { RunContext, StateOfNode, Work } from "./run-context.ts";
import { lazySeedFile, seedTable } from "./seed-file.ts";

export type BuiltNode = Model | Seed | Snapshot | FunctionNode;

/** What makes one run of a model different from another: a batch, a chunk, rows out of quarantine. */
export interface ModelVariant {
  readonly window?: TimeWindow;
  readonly suffix?: string;
  /** Names that win over those of every running node, in its materialization. */
  readonly names?: ReadonlyMap<string, Value>;
  /** The same for the node's own template. */
  readonly extra?: ReadonlyMap<string, Value>;
  /** Keys of `model` besides those of every compiled node. */
  readonly modelKeys?: ReadonlyMap<string, Value>;
}

/** What only some nodes have while they run. */
export interface ModelExtras {
  /** The file of a seed, as `seedOf` gives it. */
  readonly seed?: (() => Promise<SeedFile>) | undefined;
  readonly memory?: StateOfNode | undefined;
}

/**
 * @throws JinjaError, DatabaseError, EtlError
 */
export async function runModel(
  context: RunContext,
  node: BuiltNode,
  work: Work,
  progress: NodeProgress,
  variant: ModelVariant = {},
  { seed, memory }: ModelExtras = {},
): Promise<Outcome> {
  const mistakes = checkNode(node, context);
  if (mistakes.length > 0) throw new EtlError(mistakes);
  const macro = findMaterialization(context, materializationOf(node), node);
  const compiled = await progress.measure("compile", async () => {
    if (node.resourceType === "seed") return undefined;
    progress.compiled = await context.compiler.compile(node, { answer: work.answerer.answer, ...variant });
    return memory ? windowed(progress.compiled, memory, work) : progress.compiled;
  });
  const materialized = await progress.measure("execute", async () => {
    const scope = scopeOf(context, node, compiled, variant, await seed?.());
    return runMaterialization(context, work, scope, macro);
  });
  // The last word for materializations that commit nothing by themselves.
  await memory?.beforeCommit(work.answerer.run);
  await checkBuilt(context, node, compiled, work);
  return success(materialized);
}

/** A compiled model as it runs: with the end of its watermark's window around it. */
async function windowed(compiled: CompiledNode, memory: StateOfNode, work: Work): Promise<CompiledNode> {
  const code = await memory.windowed(compiled.code, work.answerer.describe);
  return code === compiled.code ? compiled : { ...compiled, code };
}

/** The file of a seed for its session and its templates; undefined for other nodes. */
export function seedOf(context: RunContext, node: BuiltNode): (() => Promise<SeedFile>) | undefined {
  return node.resourceType === "seed" ? lazySeedFile(node, context.deps.shared) : undefined;
}

function success({ response }: Materialized): Outcome {
  return outcome("success", String(response._message ?? ""), { response: responseOf(response) });
}

function scopeOf(
  context: RunContext,
  node: BuiltNode,
  compiled: CompiledNode | undefined,
  { window, suffix, names, modelKeys }: ModelVariant,
  file: SeedFile | undefined,
): NodeScope {
  const { shared } = context.deps;
  const extra = runningNames(context, node, compiled?.code ?? "", suffix);
  for (const [name, value] of names ?? []) extra.set(name, value);
  if (file) {
    const { host, adapter } = shared;
    const print = (text: string) =>
      host.emit({ kind: "message", level: "info", text, node: node.id, print: true });
    const table = seedTable(file, adapter, () => host.files.readText(file.path), print);
    extra.set(
      "load_agate_table",
      hostFunction("load_agate_table", [], () => table),
    );
  }
  return context.compiler.scope(node, {
    extra,
    ...(compiled ? { compiled } : {}),
    ...(modelKeys ? { modelKeys } : {}),
    ...(window ? { window } : {}),
  });
}
