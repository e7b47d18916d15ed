// Builds the relation of a node: what is around its materialization whatever it is. The lease keeps other processes away,
// the memory and what publishing.ts brings together have their say in the transaction that publishes it.

import type { Slots } from "../base/slots.ts";
import { nodeRelation } from "../compile/node-relation.ts";
import { makesBatches } from "../context/incremental-strategy.ts";
import { adoptionOf } from "./adoption.ts";
import { cloneNode } from "./clone-node.ts";
import { replayOf } from "./memory/replay-state.ts";
import type { NodeControl } from "./node-limits.ts";
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
  control: NodeControl,
): Promise<Outcome> {
  const inParts = buildsInParts(context, step, node, slots, control);
  if (!inParts) return buildWhole(context, step, node, progress, control);
  const options = { id: step.id, ...control, touches: [{ database: node.database, schema: node.schema }] };
  // dbt tells no times of single batches: the model is compiled in no time and executed in all of it.
  await progress.measure("compile", async () => {});
  return progress.measure("execute", () =>
    withWork(context, options, (work) =>
      withBeatingLease(context, work, node, nodeRelation(node, context.deps.shared), inParts),
    ),
  );
}

/** How a model is built in parts, batches or chunks; undefined for nodes that are built as one. */
function buildsInParts(
  context: RunContext,
  step: Step,
  node: BuiltNode,
  slots: Slots,
  control: NodeControl,
): (() => Promise<Outcome>) | undefined {
  if (node.resourceType !== "model" || step.action !== "run") return undefined;
  if (isMicrobatch(node) && makesBatches(context.deps.shared))
    return () => runMicrobatch(context, node, step.batches, slots, control);
  const wish = backfillWish(context, step, node);
  return wish && (() => runBackfill(context, node, wish, slots, control));
}

async function buildWhole(
  context: RunContext,
  step: Step,
  node: BuiltNode,
  progress: NodeProgress,
  control: NodeControl,
): Promise<Outcome> {
  const { action, id } = step;
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
  const touches = [{ database: node.database, schema: node.schema }, ...publishing.touches];
  const ended = await withWork(context, { id, ...control, touches, answers }, (work) => {
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
      nodeRelation(node, context.deps.shared),
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
