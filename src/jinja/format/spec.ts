// Python's format specification mini-language: format(value, ">10,.2f").

import { raise } from "../errors.ts";
import { exponentialText, fixedText, floatText, generalText } from "../float-text.ts";
import { isInteger, isNumeric, toDouble } from "../number.ts";
import { toText } from "../repr.ts";
import { fill, textLength } from "../text.ts";
import { typeName } from "../type-name.ts";
import { PyFloat, PyObject, type Value } from "../value.ts";

interface Spec {
  readonly fill: string;
  readonly align: string | undefined;
  readonly sign: string;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | undefined;
  readonly type: string;
}

const SPEC = /^(?:([\s\S])?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/u;

function parseSpec(spec: string, value: Value): Spec {
  const match = SPEC.exec(spec);
  if (match === null) {
    return raise("ValueError", `Invalid format specifier '${spec}' for object of type '${typeName(value)}'`);
  }
  const [, filler, align, sign = "-", alternate, zero, width = "0", grouping = "", precision, type = ""] =
    match;
  return {
    fill: filler ?? (zero !== undefined && align === undefined ? "0" : " "),
    align: align ?? (zero !== undefined && isNumeric(value) ? "=" : undefined),
    sign,
    alternate: alternate !== undefined,
    zero: zero !== undefined,
    width: Number(width),
    grouping,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
}

/** format(value, spec). Raises ValueError and TypeError as Python does. */
export function formatValue(value: Value, spec: string): string {
  if (value instanceof PyObject) {
    const method = spec === "" ? undefined : value.getAttribute("__format__");
    if (method instanceof PyObject && method.call !== undefined) {
      const text = method.call([spec], new Map());
      if (typeof text === "string") return text;
    }
    if (spec !== "") raise("TypeError", `unsupported format string passed to ${value.typeName}.__format__`);
    return value.toText();
  }
  if (spec === "") return toText(value);
  if (typeof value === "string") return formatString(value, spec);
  if (!isNumeric(value))
    return raise("TypeError", `unsupported format string passed to ${typeName(value)}.__format__`);
  const parsed = parseSpec(spec, value);
  if (typeof value === "boolean" && parsed.type === "") return formatNumber(Number(value), parsed);
  return formatNumber(value, parsed);
}

function formatString(value: string, spec: string): string {
  const parsed = parseSpec(spec, value);
  if (parsed.type !== "" && parsed.type !== "s") {
    raise("ValueError", `Unknown format code '${parsed.type}' for object of type 'str'`);
  }
  if (parsed.align === "=") raise("ValueError", "'=' alignment not allowed in string format specifier");
  const text = parsed.precision === undefined ? value : Array.from(value).slice(0, parsed.precision).join("");
  return align("", text, { ...parsed, align: parsed.align ?? "<" });
}

function formatNumber(value: number | bigint | boolean | PyFloat, spec: Spec): string {
  const isFloat = value instanceof PyFloat;
  const type = spec.type === "" ? (isFloat ? "r" : "d") : spec.type;
  const negative = isFloat ? value.value < 0 || Object.is(value.value, -0) : BigInt(value) < 0n;
  let body: string;
  if ("bcdoxXn".includes(type) && !(type === "n" && isFloat)) body = integerBody(value, type, spec);
  else if (type === "s")
    return raise("ValueError", `Unknown format code 's' for object of type '${typeName(value)}'`);
  else body = floatBody(Math.abs(toDouble(value)), type, spec);
  const prefix = spec.alternate && "boxX".includes(type) ? `0${type}` : "";
  const sign = negative ? "-" : spec.sign === "-" ? "" : spec.sign;
  return align(sign + prefix, group(body, spec, type, sign.length + prefix.length), {
    ...spec,
    align: spec.align ?? ">",
  });
}

function integerBody(value: number | bigint | boolean | PyFloat, type: string, spec: Spec): string {
  if (!isInteger(value))
    return raise("ValueError", `Unknown format code '${type}' for object of type 'float'`);
  if (spec.precision !== undefined) raise("ValueError", "Precision not allowed in integer format specifier");
  const number = BigInt(value);
  const size = number < 0n ? -number : number;
  switch (type) {
    case "b":
      return size.toString(2);
    case "o":
      return size.toString(8);
    case "x":
      return size.toString(16);
    case "X":
      return size.toString(16).toUpperCase();
    case "c":
      return String.fromCodePoint(Number(size));
    default:
      return size.toString();
  }
}

function floatBody(value: number, type: string, spec: Spec): string {
  const precision = spec.precision ?? 6;
  switch (type) {
    case "r":
      return spec.precision === undefined
        ? floatText(value)
        : generalText(value, spec.precision, spec.alternate, true);
    case "f":
      return fixedText(value, precision);
    case "F":
      return fixedText(value, precision).toUpperCase();
    case "%":
      return `${fixedText(value * 100, precision)}%`;
    case "e":
      return exponentialText(value, precision);
    case "E":
      return exponentialText(value, precision).toUpperCase();
    case "G":
      return generalText(value, precision, spec.alternate).toUpperCase();
    default:
      return generalText(value, precision, spec.alternate);
  }
}

/** Puts separators between groups of digits, and zeros in front where "0" fills a grouped number. */
function group(body: string, spec: Spec, type: string, signLength: number): string {
  if (spec.grouping === "") return body;
  const size = "boxX".includes(type) ? 4 : 3;
  const digits = /^[\da-fA-F]+/.exec(body)?.[0] ?? "";
  const rest = body.slice(digits.length);
  const separate = (text: string) =>
    text.replace(size === 3 ? /\B(?=(?:\w{3})+$)/g : /\B(?=(?:\w{4})+$)/g, spec.grouping);
  let whole = separate(digits);
  if (spec.fill === "0" && spec.align === "=") {
    const room = spec.width - signLength - rest.length;
    let padded = digits;
    while (whole.length < room && padded.length < 10_000) {
      padded = `0${padded}`;
      whole = separate(padded);
    }
  }
  return whole + rest;
}

function align(sign: string, body: string, spec: Spec): string {
  const missing = spec.width - textLength(body) - sign.length;
  if (missing <= 0) return sign + body;
  switch (spec.align) {
    case "<":
      return sign + body + fill(missing, spec.fill);
    case "^": {
      const left = Math.floor(missing / 2);
      return fill(left, spec.fill) + sign + body + fill(missing - left, spec.fill);
    }
    case "=":
      return sign + fill(missing, spec.fill) + body;
    default:
      return fill(missing, spec.fill) + sign + body;
  }
}
