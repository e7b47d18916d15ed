// What `etl gaps` finds: the rows that models with a watermark have missed. Like `pipeline.ts`, which builds them, it
// prints nothing.

import { EtlError, errorAt } from "./base/diagnostic.ts";
import { nearest } from "./base/nearest.ts";
import type { Model, NodeId } from "./manifest/node.ts";
import { depsOf, type OpenProject } from "./open-project.ts";
import { followedWatermark } from "./project/node-watermark.ts";
import { findGaps, type ModelGaps } from "./run/find-gaps.ts";
import type { Gap } from "./run/plan.ts";

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
  if (name !== undefined && wanted.length === 0) throw unknown(name, models);
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

/** The intervals that differ, as the plan of `etl gaps --fix` takes them. */
export function gapsToFix(found: readonly ModelGaps[]): ReadonlyMap<NodeId, readonly Gap[]> {
  const differing = found.filter(({ intervals }) => intervals.length > 0);
  return new Map(
    differing.map(({ model, intervals }) => [
      model.id,
      intervals.map(({ range, missing, due }) => ({ range, missed: missing - due })),
    ]),
  );
}

function modelsWithGaps({ manifest }: OpenProject): readonly Model[] {
  return [...manifest.resources.values()].flatMap((resource) =>
    resource.resourceType === "model" && followedWatermark(resource, manifest.resources) ? [resource] : [],
  );
}

function unknown(name: string, models: readonly Model[]): EtlError {
  const names = models.map((one) => one.name);
  const near = nearest(name, names);
  const known = names.length === 0 ? "no model has one" : `there are: ${names.slice(0, 10).join(", ")}`;
  return new EtlError([
    errorAt("node-unknown", `there is no model with a watermark named "${name}"`, undefined, {
      help: near === undefined ? known : `did you mean "${near}"?`,
    }),
  ]);
}
