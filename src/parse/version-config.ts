// What the config of a model's version is, given that of the model: dbt lays one over the other before either meets the
// project's levels, by rules that are not those of levels (dbt-core 1.11, parser/schemas.py and deep_merge of dbt-common).

import type { Dict, Value } from "../jinja/value.ts";

/**
 * The config of a version laid over that of its model.
 * @param model the model's config, with what stands beside its name
 * @param version what stands below `config` of the version; `access` and `docs` beside `v` set nothing in dbt
 * @returns texts, numbers and the like of the version win, mappings are laid over each other, and of two lists the
 * version's comes first
 */
export function versionConfig(model: Dict, version: Dict): Dict {
  const merged: Dict = new Map(model);
  for (const [key, value] of version) {
    const below = model.get(key);
    merged.set(key, below === undefined ? value : laidOver(below, value));
  }
  return merged;
}

function laidOver(below: Value, value: Value): Value {
  if (value instanceof Map && below instanceof Map) return versionConfig(below, value);
  if (Array.isArray(value) && below !== null) return [...value, ...(Array.isArray(below) ? below : [below])];
  return value;
}
