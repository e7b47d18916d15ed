// Values as the JSON of artifacts. Unlike `tojson` of templates it keeps letters as they are, and writes what YAML can
// hold but JSON cannot (dates, sets) as dbt's encoder does: as text. It is the hot path of every parse, so it appends to
// one string instead of building lists.

import { floatText } from "../jinja/float-text.ts";
import { numberText } from "../jinja/number.ts";
import { toText } from "../jinja/operations.ts";
import { NativeFunction, PyFloat, type PyObject, PySet, Tuple, type Value } from "../jinja/value.ts";

/** One value as JSON on one line. Floats keep their ".0"; NaN and infinities are null, since JSON has no word for them. */
export function jsonText(value: Value): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "number":
    case "bigint":
      return numberText(value);
    default:
      break;
  }
  if (Array.isArray(value)) return listText(value);
  if (value instanceof Map) return dictText(value);
  if (value instanceof PyFloat) return Number.isFinite(value.value) ? floatText(value.value) : "null";
  if (value instanceof Tuple) return listText(value.items);
  if (value instanceof PySet) return listText(value.items.values());
  return JSON.stringify(isoText(value));
}

function listText(items: Iterable<Value>): string {
  let text = "[";
  let separator = "";
  for (const item of items) {
    text += separator + jsonText(item);
    separator = ", ";
  }
  return `${text}]`;
}

/** A dict as JSON; keys that are no texts become texts as Python's json writes them. */
export function dictText(dict: ReadonlyMap<Value, Value>): string {
  let text = "{";
  let separator = "";
  for (const [key, value] of dict) {
    text += `${separator}${typeof key === "string" ? JSON.stringify(key) : JSON.stringify(keyText(key))}: ${jsonText(value)}`;
    separator = ", ";
  }
  return `${text}}`;
}

/** A dict whose values are JSON already. */
export function joinedText(entries: Iterable<readonly [string, string]>): string {
  let text = "{";
  let separator = "";
  for (const [key, json] of entries) {
    text += `${separator}${JSON.stringify(key)}: ${json}`;
    separator = ", ";
  }
  return `${text}}`;
}

function keyText(key: Value): string {
  if (key === null) return "null";
  if (typeof key === "boolean") return String(key);
  return toText(key);
}

function isoText(value: PyObject): string {
  const isoformat = value.getAttribute("isoformat");
  const text = isoformat instanceof NativeFunction ? isoformat.call([], new Map()) : value.toText();
  return typeof text === "string" ? text : value.toText();
}
