// `fromyaml` and `toyaml`. Reading is the program's own YAML reader; writing gives the form of PyYAML's safe_dump (block
// style, lists not indented below their key, text quoted only where it must be, folded after 80 columns).

import { composeYaml } from "../config/yaml-composer.ts";
import { YamlFault } from "../config/yaml-fault.ts";
import { typeOfPlain } from "../config/yaml-scalar.ts";
import { PyDate } from "../jinja/modules/datetime.ts";
import { iterate, order, toText, typeName } from "../jinja/operations.ts";
import { PyFloat, PyObject, PySet, Tuple, type Value } from "../jinja/value.ts";
import { fail } from "./fail.ts";

const WIDTH = 80;

/** @returns the value, or undefined when the text is no YAML */
export function fromYaml(text: string): Value | undefined {
  try {
    return composeYaml(text).value;
  } catch (error) {
    if (error instanceof YamlFault) return undefined;
    throw error;
  }
}

/** @throws JinjaError for values that YAML has no form for (relations, functions) */
export function toYaml(value: Value, sortKeys: boolean): string {
  const text = block(value, 0, sortKeys);
  if (isCollection(value)) return `${text}\n`;
  return /^["']/.test(text) ? `${text}\n` : `${text}\n...\n`;
}

function isCollection(value: Value): boolean {
  return value instanceof Map || Array.isArray(value) || value instanceof Tuple || value instanceof PySet;
}

/** The value as it stands at an indentation: collections begin on a line of their own. */
function block(value: Value, indent: number, sortKeys: boolean): string {
  if (value instanceof Map) return mapping(value, indent, sortKeys);
  if (value instanceof PySet)
    return mapping(new Map([...iterate(value)].map((item) => [item, null])), indent, sortKeys);
  if (Array.isArray(value) || value instanceof Tuple) return sequence([...iterate(value)], indent, sortKeys);
  return scalar(value, indent);
}

function mapping(value: Map<Value, Value>, indent: number, sortKeys: boolean): string {
  if (value.size === 0) return "{}";
  const entries = [...value];
  if (sortKeys) entries.sort(([a], [b]) => order(a, b));
  const lines = entries.map(([key, item]) => {
    const name = scalar(key, indent);
    if (!isCollection(item) || sizeOf(item) === 0) return `${name}: ${block(item, indent + 2, sortKeys)}`;
    const inner = item instanceof Map || item instanceof PySet ? indent + 2 : indent;
    return `${name}:\n${" ".repeat(inner)}${block(item, inner, sortKeys)}`;
  });
  return lines.join(`\n${" ".repeat(indent)}`);
}

function sequence(items: readonly Value[], indent: number, sortKeys: boolean): string {
  if (items.length === 0) return "[]";
  return items.map((item) => `- ${block(item, indent + 2, sortKeys)}`).join(`\n${" ".repeat(indent)}`);
}

function sizeOf(value: Value): number {
  if (value instanceof Map) return value.size;
  if (value instanceof PySet) return value.items.size;
  return [...iterate(value)].length;
}

function scalar(value: Value, indent: number): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "string") return text(value, indent);
  if (value instanceof PyFloat) return float(value);
  if (value instanceof PyObject && !(value instanceof PyDate)) {
    return fail("RepresenterError", `YAML has no form for ${typeName(value)} ${toText(value)}`);
  }
  return toText(value);
}

function float({ value }: PyFloat): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  return toText(new PyFloat(value)).replace(/^(-?\d+)e/, "$1.0e");
}

/** Plain where it reads back as the same text, else single quotes, double quotes for what is not printable. */
function text(value: string, indent: number): string {
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u0084\u0086-\u009f\u0080-\uffff]/.test(value))
    return doubleQuoted(value);
  if (isPlain(value)) return fold(value, indent);
  const escaped = value.replaceAll("'", "''").replaceAll("\n", `\n\n${" ".repeat(indent)}`);
  return `'${fold(escaped, indent)}'`;
}

function isPlain(value: string): boolean {
  if (value === "" || value !== value.trim() || value.includes("\n")) return false;
  if (/^[,[\]{}#&*!|>'"%@`]|^[-?:](?=\s|$)|^(---|\.\.\.)/.test(value)) return false;
  return !/: |:$| #/.test(value) && typeOfPlain(value) === "str";
}

function doubleQuoted(value: string): string {
  const escaped = value.replace(/[\\"]|[^ -~]/gu, (character) => {
    const short = ESCAPES[character];
    if (short !== undefined) return `\\${short}`;
    const code = character.codePointAt(0) ?? 0;
    if (code <= 0xff) return `\\x${code.toString(16).toUpperCase().padStart(2, "0")}`;
    return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  });
  return `"${escaped}"`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "0",
  "\x07": "a",
  "\b": "b",
  "\t": "t",
  "\n": "n",
  "\v": "v",
  "\f": "f",
  "\r": "r",
  "\x1b": "e",
  '"': '"',
  "\\": "\\",
};

function hex(code: number, width: number): string {
  return code.toString(16).toUpperCase().padStart(width, "0");
}

/** Breaks a line at a single space once it is longer than 80 columns. */
function fold(value: string, indent: number): string {
  let column = indent;
  let out = "";
  for (const word of value.split(/(?<=\S) (?=\S)/)) {
    if (out === "") out = word;
    else if (column > WIDTH) {
      out += `\n${" ".repeat(indent)}${word}`;
      column = indent;
    } else {
      out += ` ${word}`;
      column++;
    }
    column += word.length;
  }
  return out;
}
