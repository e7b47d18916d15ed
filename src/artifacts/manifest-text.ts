// Values as the JSON of artifacts. Unlike `tojson` of templates it keeps letters as they are, and writes what YAML can
// hold but JSON cannot (dates, sets) as dbt's encoder does: as text. It is the hot path of every parse: pieces are
// collected and joined once, which costs a third of adding text to text, and the texts of keys are made once.

import { floatText } from "../jinja/float-text.ts";
import { numberText } from "../jinja/number.ts";
import { toText } from "../jinja/operations.ts";
import { NativeFunction, PyFloat, type PyObject, PySet, Tuple, type Value } from "../jinja/value.ts";

/** One value as JSON on one line. Floats keep their ".0"; NaN and infinities are null, since JSON has no word for them. */
export function jsonText(value: Value): string {
  return new JsonWriter().text(value);
}

/** A dict as JSON; keys that are no texts become texts as Python's json writes them. */
export function dictText(dict: ReadonlyMap<Value, Value>): string {
  return new JsonWriter().text(dict);
}

/** Configs with fewer keys are not worth being remembered. */
const REMEMBERED_SIZE = 8;

/** Writes many values with the same keys: lives as long as the writing of one artifact, in which no value changes. */
export class JsonWriter {
  readonly #keys = new Map<Value, string>();
  /** Texts of configs that stood twice: most nodes share theirs with others. "" for those that stood once. */
  readonly #configs = new Map<object, string>();

  /** Like jsonText. */
  text(value: Value | ReadonlyMap<Value, Value>): string {
    const pieces: string[] = [];
    this.#add(value, pieces);
    return pieces.join("");
  }

  #add(value: Value | ReadonlyMap<Value, Value>, pieces: string[]): void {
    if (typeof value === "string") pieces.push(JSON.stringify(value));
    else if (value === null) pieces.push("null");
    else if (typeof value === "boolean") pieces.push(value ? "true" : "false");
    else if (typeof value === "number" || typeof value === "bigint") pieces.push(numberText(value));
    else if (value instanceof Map) this.#addDict(value, pieces);
    else if (Array.isArray(value)) this.#addList(value, pieces);
    else if (value instanceof PyFloat)
      pieces.push(Number.isFinite(value.value) ? floatText(value.value) : "null");
    else if (value instanceof Tuple) this.#addList(value.items, pieces);
    else this.#add(plainValue(value as PyObject | PySet), pieces);
  }

  #addList(items: Iterable<Value>, pieces: string[]): void {
    let before = "[";
    for (const item of items) {
      pieces.push(before);
      this.#add(item, pieces);
      before = ", ";
    }
    pieces.push(before === "[" ? "[]" : "]");
  }

  #addDict(dict: ReadonlyMap<Value, Value>, pieces: string[]): void {
    let before = "{";
    for (const [key, value] of dict) {
      pieces.push(before, this.#key(key));
      if (key === "config" && value instanceof Map && value.size >= REMEMBERED_SIZE)
        pieces.push(this.#remembered(value));
      else this.#add(value, pieces);
      before = ", ";
    }
    pieces.push(before === "{" ? "{}" : "}");
  }

  #remembered(config: ReadonlyMap<Value, Value>): string {
    const known = this.#configs.get(config);
    if (known) return known;
    const pieces: string[] = [];
    this.#addDict(config, pieces);
    const text = pieces.join("");
    this.#configs.set(config, known === undefined ? "" : text);
    return text;
  }

  #key(key: Value): string {
    let text = this.#keys.get(key);
    if (text === undefined) {
      text = `${JSON.stringify(keyText(key))}: `;
      this.#keys.set(key, text);
    }
    return text;
  }
}

function keyText(key: Value): string {
  if (typeof key === "string") return key;
  if (key === null) return "null";
  if (typeof key === "boolean") return String(key);
  return toText(key);
}

/** What dbt's encoder writes for a value that JSON does not have: moments in ISO 8601, sets as lists. */
export function plainValue(value: PyObject | PySet): Value {
  return value instanceof PySet ? [...value.items.values()] : isoText(value);
}

function isoText(value: PyObject): string {
  const isoformat = value.getAttribute("isoformat");
  const text = isoformat instanceof NativeFunction ? isoformat.call([], new Map()) : value.toText();
  return typeof text === "string" ? text : value.toText();
}
