// Dicts of configs and meta as rows of a table: keys and values as plain text.

import { toPlain } from "../jinja/json.ts";
import { toText } from "../jinja/operations.ts";
import type { Value } from "../jinja/value.ts";
import type { Pair } from "./node-details.ts";

/** One row a key; lists and dicts as JSON. */
export function pairs(dict: ReadonlyMap<Value, Value>): readonly Pair[] {
  return [...dict].map(([key, value]) => [valueText(key), valueText(value)]);
}

/** Texts as they are, all else as JSON or as templates would print it. */
export function valueText(value: Value): string {
  if (typeof value === "string") return value;
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.join(", ");
  if (Array.isArray(value) || value instanceof Map) return jsonOf(value);
  return toText(value);
}

/** JSON on one line; integers beyond JavaScript's as texts. */
export function jsonOf(value: Value): string {
  const text: string | undefined = JSON.stringify(toPlain(value), (_, item: unknown) =>
    typeof item === "bigint" ? String(item) : item,
  );
  return text ?? "";
}
