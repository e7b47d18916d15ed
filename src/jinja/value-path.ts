// Values inside of other values.

import { PyObject, type Value } from "./value.ts";

/** What stands at a path of a value; undefined where nothing does. */
export function valueAt(value: Value | undefined, path: readonly (string | number)[]): Value | undefined {
  let inner = value;
  for (const step of path) {
    if (inner instanceof Map) inner = inner.get(step);
    else inner = Array.isArray(inner) && typeof step === "number" ? inner[step] : undefined;
  }
  return inner;
}

/** A member of a mapping or of an object, which templates give alike: `node["name"]`, `node.name`. */
export function memberOf(value: Value, name: string): Value | undefined {
  if (value instanceof Map) return value.get(name);
  return value instanceof PyObject ? (value.getAttribute(name) ?? value.getItem(name)) : undefined;
}
