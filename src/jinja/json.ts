// JSON as Python's json module writes and reads it (", " and ": ", ASCII only, 1.0 stays a float), and the way between
// values and plain JavaScript data.

import { order } from "./compare.ts";
import { raise } from "./errors.ts";
import { floatText } from "./float-text.ts";
import { integerOf, numberText } from "./number.ts";
import { checkTextLength } from "./text.ts";
import { typeName } from "./type-name.ts";
import { type Dict, PyFloat, PyObject, PySet, Tuple, type Value } from "./value.ts";

export interface JsonOptions {
  readonly sortKeys?: boolean;
  /** Spaces of one level; everything stands on one line when absent. */
  readonly indent?: number;
  /** What stands for a value that JSON does not have; such a value is a TypeError otherwise. */
  readonly other?: (value: PyObject | PySet) => Value;
}

/** json.dumps(value). Raises TypeError for values that JSON does not have. */
export function toJson(value: Value, options: JsonOptions = {}): string {
  return write(value, options, 0);
}

/** A string in JSON with ASCII characters only. */
function jsonString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function jsonFloat(value: number): string {
  if (Number.isFinite(value)) return floatText(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

function write(value: Value, options: JsonOptions, level: number): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "string":
      return jsonString(value);
    case "boolean":
      return String(value);
    case "number":
    case "bigint":
      return numberText(value);
    default:
      break;
  }
  if (value instanceof PyFloat) return jsonFloat(value.value);
  if (Array.isArray(value))
    return brackets(
      "[",
      value.map((item) => write(item, options, level + 1)),
      "]",
      options,
      level,
    );
  if (value instanceof Tuple)
    return brackets(
      "[",
      value.items.map((item) => write(item, options, level + 1)),
      "]",
      options,
      level,
    );
  if (value instanceof Map) return writeDict(value, options, level);
  const own = value instanceof PyObject ? value.getAttribute("__json__") : undefined;
  if (own !== undefined) return write(own, options, level);
  if (options.other) return write(options.other(value), options, level);
  return raise("TypeError", `Object of type ${typeName(value)} is not JSON serializable`);
}

function writeDict(dict: Dict, options: JsonOptions, level: number): string {
  const entries = [...dict];
  if (options.sortKeys === true) entries.sort(([a], [b]) => order(a, b));
  const written = entries.map(
    ([key, value]) => `${jsonString(keyText(key))}: ${write(value, options, level + 1)}`,
  );
  return brackets("{", written, "}", options, level);
}

function keyText(key: Value): string {
  if (typeof key === "string") return key;
  if (key === null) return "null";
  if (typeof key === "boolean") return String(key);
  if (typeof key === "number" || typeof key === "bigint") return numberText(key);
  if (key instanceof PyFloat) return jsonFloat(key.value);
  return raise("TypeError", `keys must be str, int, float, bool or None, not ${typeName(key)}`);
}

function brackets(
  open: string,
  items: readonly string[],
  close: string,
  { indent }: JsonOptions,
  level: number,
): string {
  if (items.length === 0) return open + close;
  const size = items.reduce((sum, item) => sum + item.length + 2, 0);
  checkTextLength(size);
  if (indent === undefined) return open + items.join(", ") + close;
  const newline = `\n${" ".repeat(indent * (level + 1))}`;
  return `${open}${newline}${items.join(`,${newline}`)}\n${" ".repeat(indent * level)}${close}`;
}

/** json.loads(text). Raises JSONDecodeError (a ValueError) with the place in the text. */
export function fromJson(text: string): Value {
  try {
    return new JsonReader(text).read();
  } catch (error) {
    if (error instanceof RangeError) return raise("RecursionError", "the JSON text is nested too deeply");
    throw error;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORDS: readonly (readonly [string, () => Value])[] = [
  ["null", () => null],
  ["true", () => true],
  ["false", () => false],
  ["NaN", () => new PyFloat(Number.NaN)],
  ["Infinity", () => new PyFloat(Number.POSITIVE_INFINITY)],
  ["-Infinity", () => new PyFloat(Number.NEGATIVE_INFINITY)],
];

class JsonReader {
  private at = 0;

  constructor(private readonly text: string) {}

  read(): Value {
    this.space();
    const value = this.value();
    this.space();
    if (this.at < this.text.length) this.fail("Extra data");
    return value;
  }

  private fail(what: string, at = this.at): never {
    const before = this.text.slice(0, at);
    const line = before.split("\n").length;
    raise("JSONDecodeError", `${what}: line ${line} column ${at - before.lastIndexOf("\n")} (char ${at})`);
  }

  private space(): void {
    while (/[ \t\n\r]/.test(this.text.charAt(this.at))) this.at++;
  }

  private value(): Value {
    const character = this.text.charAt(this.at);
    if (character === '"') return this.string();
    if (character === "[") return this.list();
    if (character === "{") return this.dict();
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value();
      }
    }
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null) return this.fail("Expecting value");
    this.at = NUMBER.lastIndex;
    if (match[1] !== undefined || match[2] !== undefined) return new PyFloat(Number(match[0]));
    return integerOf(BigInt(match[0]));
  }

  private string(): string {
    const start = this.at;
    for (let at = start + 1; at < this.text.length; at++) {
      const character = this.text.charAt(at);
      if (character === "\\") at++;
      else if (character === '"') {
        this.at = at + 1;
        try {
          return JSON.parse(this.text.slice(start, at + 1)) as string;
        } catch {
          return this.fail("Invalid control character or escape", start);
        }
      }
    }
    return this.fail("Unterminated string starting at", start);
  }

  private list(): Value[] {
    const items: Value[] = [];
    this.at++;
    this.space();
    if (this.skip("]")) return items;
    for (;;) {
      this.space();
      items.push(this.value());
      this.space();
      if (this.skip("]")) return items;
      if (!this.skip(",")) this.fail("Expecting ',' delimiter");
    }
  }

  private dict(): Dict {
    const dict: Dict = new Map();
    this.at++;
    this.space();
    if (this.skip("}")) return dict;
    for (;;) {
      this.space();
      if (this.text.charAt(this.at) !== '"') this.fail("Expecting property name enclosed in double quotes");
      const key = this.string();
      this.space();
      if (!this.skip(":")) this.fail("Expecting ':' delimiter");
      this.space();
      dict.set(key, this.value());
      this.space();
      if (this.skip("}")) return dict;
      if (!this.skip(",")) this.fail("Expecting ',' delimiter");
    }
  }

  private skip(character: string): boolean {
    if (this.text.charAt(this.at) !== character) return false;
    this.at++;
    return true;
  }
}

/** Plain JavaScript data (JSON-like) as values: whole numbers are ints, others floats, undefined is None. */
export function fromPlain(plain: unknown): Value {
  if (plain === null || plain === undefined) return null;
  if (typeof plain === "string" || typeof plain === "boolean") return plain;
  if (typeof plain === "bigint") return integerOf(plain);
  if (typeof plain === "number") return Number.isSafeInteger(plain) ? plain : new PyFloat(plain);
  if (Array.isArray(plain)) return plain.map(fromPlain);
  if (
    plain instanceof PyFloat ||
    plain instanceof Tuple ||
    plain instanceof PySet ||
    plain instanceof PyObject
  )
    return plain;
  const entries: Iterable<[unknown, unknown]> = plain instanceof Map ? plain : Object.entries(plain);
  return new Map([...entries].map(([key, value]): [Value, Value] => [fromPlain(key), fromPlain(value)]));
}

/**
 * Values as plain JSON-like data; dicts become objects without a prototype, so that no key can mean anything else.
 * Objects give what their `__json__` answers, else their text.
 */
export function toPlain(value: Value): unknown {
  if (value instanceof PyFloat) return value.value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Tuple) return value.items.map(toPlain);
  if (value instanceof PySet) return [...value.items.values()].map(toPlain);
  if (value instanceof Map) {
    const plain: Record<string, unknown> = Object.create(null);
    for (const [key, item] of value) plain[keyText(key)] = toPlain(item);
    return plain;
  }
  if (value instanceof PyObject) {
    const own = value.getAttribute("__json__");
    return own === undefined ? value.toText() : toPlain(own);
  }
  return value;
}
