// Values brought to the shape that a key wants, for keys whose wrong forms dbt forgives or another part tells.

import { scalarText } from "../config/value-words.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { PyFloat } from "../jinja/value.ts";

/** The mapping, or an empty one. */
export function asDict(value: Value | undefined): Dict {
  return value instanceof Map ? value : new Map();
}

/** The list; one value alone is a list of it, null and absent are none. */
export function asList(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** A scalar as text; undefined for null, lists and mappings. */
export function asText(value: Value | undefined): string | undefined {
  return value === undefined ? undefined : scalarText(value);
}

/** A text or a list of texts as a list of texts. */
export function textList(value: Value | undefined): string[] {
  return asList(value).flatMap((item) => asText(item) ?? []);
}

/** `meta` of an entry joined with that of its config, which wins. */
export function mergedMeta(values: Dict, config: Dict): Dict {
  return new Map([...asDict(values.get("meta")), ...asDict(config.get("meta"))]);
}

/** A version of a model: text or number. */
export function asVersion(value: Value | undefined): string | number | null {
  if (typeof value === "string" || typeof value === "number") return value;
  if (value instanceof PyFloat) return value.value;
  return value === undefined || value === null ? null : String(value);
}
