// What the macro `watermark_filter` must know besides the bounds: which column it compares, and what rows without a value
// mean.

import type { Relation } from "../../adapter/relation.ts";
import { isSettings, readWatermark } from "../../config/watermark-config.ts";
import { watermarkedSources } from "../../project/node-watermark.ts";
import type { WatermarkOptions } from "./watermark-work.ts";

/**
 * @param of the relation whose rows are filtered, where the template names it: a source has a column of its own
 * @returns the name of a column, or a policy
 */
export function filterWord(
  { settings, node, resources }: WatermarkOptions,
  word: "column" | "nulls",
  of: Relation | null,
): string {
  if (word === "nulls") return settings.nulls;
  if (!of || node.resourceType !== "model") return settings.column;
  const source = watermarkedSources(node, resources).find(
    ({ database, schema, identifier }) =>
      identifier === of.identifier &&
      schema === of.schema &&
      (of.database === null || database === of.database),
  );
  const read = readWatermark(source?.config.get("watermark"));
  return isSettings(read) ? read.column : settings.column;
}
