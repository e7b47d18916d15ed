// Values in the words of messages: what kind a value is, and how it would be written in YAML.

import { PyFloat, type Value } from "../jinja/value.ts";

/** "a list", "a mapping", "a text" ... for "must be a list, not a text". */
export function kindWords(value: Value): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Map) return "a mapping";
  if (typeof value === "boolean") return `${value}`;
  if (typeof value === "string") return "a text";
  if (value instanceof PyFloat || typeof value === "number" || typeof value === "bigint") return "a number";
  return "a date";
}

/** A value as a person would write it; long and deep collections are cut. */
export function showValue(value: Value, depth = 0): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `[${showSome(value, depth, (item) => showValue(item, depth + 1))}]`;
  if (value instanceof Map)
    return `{${showSome([...value], depth, ([key, item]) => `${showValue(key)}: ${showValue(item, depth + 1)}`)}}`;
  if (value instanceof PyFloat) return String(value.value);
  if (typeof value === "object") return "toText" in value ? value.toText() : "";
  return String(value);
}

function showSome<T>(items: readonly T[], depth: number, show: (item: T) => string): string {
  if (depth > 2) return "...";
  return [...items.slice(0, 6).map(show), ...(items.length > 6 ? ["..."] : [])].join(", ");
}

/** The value as text when it is a scalar that may stand where a text is wanted: numbers and booleans as written. */
export function scalarText(value: Value): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return String(value);
  return value instanceof PyFloat ? String(value.value) : undefined;
}
