// What `etl gaps` finds: the rows that models with a watermark have missed. Like `pipeline.ts`, which builds them, it
// prints nothing.

import { EtlError, errorAt } from "./base/diagnostic.ts";
import { parseTime } from "./compile/event-time.ts";
import type { Model } from "./manifest/node.ts";
import { depsOf, type OpenProject, unknownNode } from "./open-project.ts";
import { followedWatermark } from "./project/node-watermark.ts";
import { type BatchSize, isoTime, offset } from "./run/batches.ts";
import type { PlanRequest } from "./run/plan.ts";
import type { BatchSpan } from "./run/report.ts";
import { batchSizeOf, isMicrobatch } from "./run/run-microbatch.ts";
import { findGaps } from "./run/watermark/find-gaps.ts";
import type { ModelGaps } from "./run/watermark/model-gaps.ts";
import type { MarkRange } from "./state/mark-range.ts";

/**
 * `etl gaps`: what a model lacks, or all of them.
 * @throws EtlError(node-unknown, watermark-invalid), DatabaseError
 */
export async function projectGaps(
  project: OpenProject,
  name: string | undefined,
): Promise<readonly ModelGaps[]> {
  const models = modelsWithGaps(project);
  const wanted = name === undefined ? models : models.filter((one) => one.name === name || one.id === name);
  if (name !== undefined && wanted.length === 0) {
    const names = models.map((one) => one.name);
    throw unknownNode("model with a watermark", name, names);
  }
  const ids = new Set(wanted.map(({ id }) => id));
  const found = await findGaps(ids, depsOf(project, ids));
  if (name !== undefined && found.length === 0) {
    throw new EtlError([
      errorAt("watermark-invalid", `model "${name}" has taken in nothing yet`, wanted[0]?.place, {
        help: `build it first: etl build --select ${name}`,
      }),
    ]);
  }
  return found;
}

/** The intervals that differ, as the plan of `etl gaps --fix` takes them: batches where a model has some. */
export function gapsToFix(found: readonly ModelGaps[]): Pick<PlanRequest, "gaps" | "batches"> {
  const differing = found.filter(({ intervals }) => intervals.length > 0);
  const batched = differing.filter(({ model }) => isMicrobatch(model));
  return {
    gaps: new Map(
      differing
        .filter((one) => !batched.includes(one))
        .map(({ model, intervals }) => [
          model.id,
          intervals.map(({ range, missing, due }) => ({ range, missed: missing - due })),
        ]),
    ),
    batches: new Map(
      batched.map(({ model, intervals }) => [
        model.id,
        { failed: intervals.flatMap(({ range }) => batchSpan(range, batchSizeOf(model))), successful: [] },
      ]),
    ),
  };
}

/** The batch that an interval of a microbatch model is. */
function batchSpan(range: MarkRange, size: BatchSize): readonly BatchSpan[] {
  const start = range.kind === "values" ? parseTime(range.from) : undefined;
  return start ? [[isoTime(start), isoTime(offset(start, size, 1))]] : [];
}

/** Models with a watermark, and where runs are remembered those with batches. */
function modelsWithGaps({ manifest, shared }: OpenProject): readonly Model[] {
  const history = shared.config.flags.boolean("history");
  return [...manifest.resources.values()].flatMap((resource) => {
    if (resource.resourceType !== "model") return [];
    const hasBatches = history && isMicrobatch(resource);
    return hasBatches || followedWatermark(resource, manifest.resources) ? [resource] : [];
  });
}
