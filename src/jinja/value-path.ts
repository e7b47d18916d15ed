// Values inside of mappings and lists.

import type { Value } from "./value.ts";

/** What stands at a path of a value; undefined where nothing does. */
export function valueAt(value: Value | undefined, path: readonly (string | number)[]): Value | undefined {
  let inner = value;
  for (const step of path) {
    if (inner instanceof Map) inner = inner.get(step);
    else inner = Array.isArray(inner) && typeof step === "number" ? inner[step] : undefined;
  }
  return inner;
}
