// str() and repr() of every value. What is written is limited in size, because a small list that holds itself twice,
// sixty levels deep, has a repr that fills the machine.

import { raiseLimit } from "./errors.ts";
import { NamedTuple } from "./named-tuple.ts";
import { numberText } from "./number.ts";
import { PyFloat, PyObject, PySet, Tuple, type Value } from "./value.ts";

const MAX_CHARACTERS = 5_000_000;

/** str(value): what `{{ value }}` prints. */
export function toText(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  if (value instanceof PyObject) return value.toText();
  return toRepr(value);
}

/** repr(value): how it prints within a list. */
export function toRepr(value: Value): string {
  const writer = new ReprWriter();
  writer.write(value);
  return writer.text;
}

class ReprWriter {
  text = "";
  /** Containers that are being written, to end at one that holds itself. */
  private readonly open = new Set<Value>();

  write(value: Value): void {
    if (this.text.length > MAX_CHARACTERS) raiseLimit("a value is too large to be printed");
    if (typeof value === "string") this.text += textRepr(value);
    else if (value === null) this.text += "None";
    else if (
      typeof value === "number" ||
      typeof value === "bigint" ||
      typeof value === "boolean" ||
      value instanceof PyFloat
    ) {
      this.text += numberText(value);
    } else if (value instanceof NamedTuple && value.label !== undefined) this.namedTuple(value, value.label);
    else if (Array.isArray(value)) this.container(value, "[", value, "]", "[...]");
    else if (value instanceof Map) this.dict(value);
    else if (value instanceof Tuple)
      this.container(value, "(", value.items, value.items.length === 1 ? ",)" : ")", "(...)");
    else if (value instanceof PySet) {
      if (value.items.size === 0) this.text += "set()";
      else this.container(value, "{", value.items.values(), "}", "{...}");
    } else this.text += value.toRepr();
  }

  private container(self: Value, begin: string, items: Iterable<Value>, end: string, loop: string): void {
    if (this.open.has(self)) {
      this.text += loop;
      return;
    }
    this.open.add(self);
    this.text += begin;
    let separator = "";
    for (const item of items) {
      this.text += separator;
      separator = ", ";
      this.write(item);
    }
    this.text += end;
    this.open.delete(self);
  }

  private namedTuple(tuple: NamedTuple, label: string): void {
    this.text += `${label}(`;
    for (const [index, name] of tuple.names.entries()) {
      this.text += `${index === 0 ? "" : ", "}${name}=`;
      this.write(tuple.items[index] ?? null);
    }
    this.text += ")";
  }

  private dict(dict: ReadonlyMap<Value, Value>): void {
    if (this.open.has(dict as Map<Value, Value>)) {
      this.text += "{...}";
      return;
    }
    this.open.add(dict as Map<Value, Value>);
    this.text += "{";
    let separator = "";
    for (const [key, value] of dict) {
      this.text += separator;
      separator = ", ";
      this.write(key);
      this.text += ": ";
      this.write(value);
    }
    this.text += "}";
    this.open.delete(dict as Map<Value, Value>);
  }
}

const NEEDS_ESCAPE = /[^\x20-\x26\x28-\x5b\x5d-\x7e]/;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/** repr of a string, with Python's choice of quotes and escapes. */
export function textRepr(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return `'${text}'`;
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = quote;
  for (const character of text) result += escapeCharacter(character, quote);
  return result + quote;
}

function escapeCharacter(character: string, quote: string): string {
  switch (character) {
    case "\\":
      return "\\\\";
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    case "\t":
      return "\\t";
    case quote:
      return `\\${quote}`;
  }
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return character;
  if (!UNPRINTABLE.test(character)) return character;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code <= 0xffff
    ? `\\u${code.toString(16).padStart(4, "0")}`
    : `\\U${code.toString(16).padStart(8, "0")}`;
}
