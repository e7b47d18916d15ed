// A part of an incremental model that is built by itself, in a transaction of its own: a batch of a microbatch model, a
// chunk of a backfill, a gap. A part that fails leaves the others as they are.

import type { Diagnostic } from "../base/diagnostic.ts";
import { NativeFunction, type Value } from "../jinja/value.ts";
import type { Model } from "../manifest/node.ts";
import { describeNodeError } from "./node-error.ts";
import type { NodeControl } from "./node-limits.ts";
import { NodeProgress } from "./outcome.ts";
import { publishingOf } from "./publishing.ts";
import { type QuarantineOf, type RunContext, type StateOfNode, withWork } from "./run-context.ts";
import { type ModelVariant, runModel } from "./run-model.ts";

export interface ModelPart {
  /** What its rows are, for the quarantine. */
  readonly of: QuarantineOf;
  readonly memory: StateOfNode | undefined;
  readonly variant: ModelVariant;
}

export interface PartResult {
  readonly good: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles a part and publishes its rows.
 * @returns what went wrong with the part, if anything
 * @throws what the part threw when the user has ended the run meanwhile; whatever is a bug
 */
export async function runPart(
  context: RunContext,
  model: Model,
  { of, memory, variant }: ModelPart,
  control: NodeControl,
): Promise<PartResult> {
  const { shared } = context.deps;
  const progress = new NodeProgress(shared.host);
  try {
    const publishing = publishingOf(context, model, of);
    const options = {
      id: model.id,
      ...control,
      touches: [{ database: model.database, schema: model.schema }, ...publishing.touches],
      answers: { ...publishing.answers, ...(memory ? { memory } : {}) },
    };
    await withWork(context, options, (work) => {
      progress.restart();
      memory?.restart();
      publishing.begin(work);
      return runModel(context, model, work, progress, variant, { memory });
    });
    publishing.done();
    return { good: true, diagnostics: [] };
  } catch (error) {
    const { cancelled, diagnostics } = describeNodeError(error, model, shared, progress.compiled);
    if (cancelled && shared.host.signal.aborted) throw error;
    return { good: false, diagnostics };
  }
}

/** Names with which a template renders as in an incremental run, even with --full-refresh. */
export const AS_INCREMENTAL: ReadonlyMap<string, Value> = new Map([
  ["is_incremental", new NativeFunction("is_incremental", () => true)],
]);

/**
 * Names that the materialization of a part finds in place of those of every node.
 * @param part.first, part.last the model's hooks run before its first part and after its last one
 * @param part.adds whether it is added to a table that is there
 */
export function partNames(part: {
  readonly first: boolean;
  readonly last: boolean;
  readonly adds: boolean;
}): Map<string, Value> {
  const names = new Map<string, Value>();
  if (!part.first) names.set("pre_hooks", []);
  if (!part.last) names.set("post_hooks", []);
  if (part.adds) {
    for (const [name, value] of AS_INCREMENTAL) names.set(name, value);
    names.set("should_full_refresh", new NativeFunction("should_full_refresh", () => false));
  }
  return names;
}
