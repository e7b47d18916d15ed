// The watermark that holds for a model: its own config, filled up by the source that it reads. It is looked up where it is
// needed and never written into the model, so that a kept model cannot hold what its source said before.

import {
  inheritWatermark,
  isSettings,
  readWatermark,
  type WatermarkMistake,
  type WatermarkSettings,
} from "../config/watermark-config.ts";
import type { Value } from "../jinja/value.ts";
import { type Model, materialization, type NodeId, type Resource, type Source } from "../manifest/node.ts";

type Resources = ReadonlyMap<NodeId, Resource>;

/** The sources with a watermark that a model reads itself. */
export function watermarkedSources(model: Model, resources: Resources): readonly Source[] {
  return model.dependsOnNodes.flatMap((id) => {
    const parent = resources.get(id);
    return parent?.resourceType === "source" && parent.config.get("watermark") instanceof Map ? [parent] : [];
  });
}

/** The config `watermark` with what the model inherits; a model without one inherits when it calls watermark functions. */
export function watermarkValue(model: Model, resources: Resources): Value | undefined {
  const own = model.config.get("watermark");
  if (own === undefined && !CALL.test(model.rawCode)) return undefined;
  const sources = watermarkedSources(model, resources).map(({ config }) => config.get("watermark") ?? null);
  return inheritWatermark(own, sources);
}

const CALL = /\bwatermark(_filter)?\s*\(/;

/** What is written for a model, be it right or wrong. */
function readNodeWatermark(model: Model, resources: Resources): WatermarkSettings | WatermarkMistake | null {
  return readWatermark(watermarkValue(model, resources));
}

/** The watermark that an incremental model follows; null for all other nodes. Those with batches have their own intervals. */
export function followedWatermark(node: Resource, resources: Resources): WatermarkSettings | null {
  if (node.resourceType !== "model" || materialization(node) !== "incremental") return null;
  if (node.config.get("incremental_strategy") === "microbatch") return null;
  const read = readNodeWatermark(node, resources);
  return isSettings(read) ? read : null;
}
