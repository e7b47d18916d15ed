// Builds the relation of a node: what is around its materialization whatever it is. The lease keeps other processes away,
// the memory and what publishing.ts brings together have their say in the transaction that publishes it.

import type { SchemaName } from "../adapter/relation-cache.ts";
import type { Slots } from "../base/slots.ts";
import { nodeRelation } from "../compile/node-relation.ts";
import { makesBatches } from "../context/incremental-strategy.ts";
import { adoptionOf } from "./adoption.ts";
import { cloneNode } from "./clone-node.ts";
import { replayOf } from "./memory/replay-state.ts";
import type { NodeLimits } from "./node-limits.ts";
import type { NodeProgress, Outcome } from "./outcome.ts";
import type { Step } from "./plan.ts";
import { publishingOf } from "./publishing.ts";
import { type RunContext, withWork } from "./run-context.ts";
import { isMicrobatch, runMicrobatch } from "./run-microbatch.ts";
import { type BuiltNode, runModel, seedOf } from "./run-model.ts";
import { backfillWish, runBackfill } from "./watermark/run-backfill.ts";
import { withBeatingLease, withLease } from "./with-lease.ts";

/**
 * @param slots the places of all steps, of which this one has one
 * @throws JinjaError, DatabaseError, EtlError
 */
export async function buildNode(
  context: RunContext,
  step: Step,
  node: BuiltNode,
  progress: NodeProgress,
  slots: Slots,
  { limits, signal }: { readonly limits: NodeLimits; readonly signal: AbortSignal },
): Promise<Outcome> {
  const { shared } = context.deps;
  const { action, batches, id } = step;
  const relation = nodeRelation(node, shared);
  const touches: SchemaName[] = [{ database: node.database, schema: node.schema }];
  const options = { id, signal, limits, touches };
  if (node.resourceType === "model" && action === "run" && isMicrobatch(node) && makesBatches(shared)) {
    return asOneRun(progress, () =>
      withWork(context, options, (work) =>
        withBeatingLease(context, work, node, relation, () =>
          runMicrobatch(context, node, batches, slots, signal),
        ),
      ),
    );
  }
  const wish =
    node.resourceType === "model" && action === "run" ? backfillWish(context, step, node) : undefined;
  if (node.resourceType === "model" && wish) {
    return asOneRun(progress, () =>
      withWork(context, options, (work) =>
        withBeatingLease(context, work, node, relation, () =>
          runBackfill(context, node, wish, slots, { limits, signal }),
        ),
      ),
    );
  }
  const replay = node.resourceType === "model" ? replayOf(context, step, node) : undefined;
  const seed = seedOf(context, node);
  const memory = replay?.memory ?? context.state?.of(node);
  const publishing = publishingOf(context, node, step.replay ? { isReplay: true } : {});
  const adoption = action === "run" && !step.replay ? adoptionOf(context, node) : undefined;
  const answers = {
    ...(seed ? { seed } : {}),
    ...(memory ? { memory } : {}),
    ...publishing.answers,
    ...(adoption ? { audit: inTurn(publishing.answers.audit, () => adoption.publish()) } : {}),
  };
  touches.push(...publishing.touches);
  const ended = await withWork(context, { ...options, answers }, (work) => {
    progress.restart();
    memory?.restart();
    publishing.begin(work);
    const build = () =>
      action === "clone"
        ? cloneNode(context, node, work, progress)
        : runModel(context, node, work, progress, replay?.variant, { seed, memory });
    return withLease(
      context,
      work,
      node,
      relation,
      async (waited) => (await adoption?.begin(work, waited)) ?? build(),
      adoption && (() => adoption.waits(work)),
    );
  });
  publishing.done();
  return ended;
}

/** Both before the data is committed, the audit first: what it refuses is not written down. */
function inTurn(first: (() => Promise<void>) | undefined, second: () => Promise<void>): () => Promise<void> {
  return async () => {
    await first?.();
    await second();
  };
}

/** dbt tells no times of single batches: the model is compiled in no time and executed in all of it. */
async function asOneRun(progress: NodeProgress, run: () => Promise<Outcome>): Promise<Outcome> {
  await progress.measure("compile", async () => {});
  return progress.measure("execute", run);
}
