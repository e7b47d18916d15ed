// printf-style formatting: `"%s of %(name)s" % values`.

import { dictGet } from "../compare.ts";
import { raise } from "../errors.ts";
import { exponentialText, fixedText, generalText } from "../float-text.ts";
import { integerFromDouble, isInteger, isNumeric, toDouble } from "../number.ts";
import { orElse } from "../or-else.ts";
import { toRepr, toText } from "../repr.ts";
import { checkTextLength, fill, textLength } from "../text.ts";
import { typeName } from "../type-name.ts";
import { Undefined } from "../undefined.ts";
import { type Dict, PyFloat, Tuple, type Value } from "../value.ts";

const FIELD = /%(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?([\s\S]?)/g;

interface Field {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly type: string;
}

/** Raises TypeError and ValueError as Python does. */
export function percentFormat(format: string, values: Value): string {
  const items = values instanceof Tuple ? values.items : [values];
  let next = 0;
  let usesNames = false;
  const take = (): Value => {
    const value = items[next++];
    return value === undefined ? raise("TypeError", "not enough arguments for format string") : value;
  };
  const number = (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    if (text !== "*") return Number(text);
    const given = take();
    return isInteger(given) ? Number(given) : raise("TypeError", "* wants int");
  };
  let total = 0;
  const result = format.replace(
    FIELD,
    (whole, name: string | undefined, flags: string, width, precision, type: string, at: number) => {
      if (type === "") raise("ValueError", "incomplete format");
      if (type === "%") return "%";
      const wide = number(width) ?? 0;
      const field: Field = {
        flags: wide < 0 ? `${flags}-` : flags,
        width: Math.abs(wide),
        precision: number(precision),
        type,
      };
      if (name !== undefined) usesNames = true;
      const value = name === undefined ? take() : named(values, name);
      const text = pad(formatField(field, value, at + whole.length - 1), field, value);
      total += text.length;
      checkTextLength(total);
      return text;
    },
  );
  if (!usesNames && !(values instanceof Map) && next < items.length) {
    raise("TypeError", "not all arguments converted during string formatting");
  }
  return result;
}

function named(values: Value, name: string): Value {
  if (!(values instanceof Map)) return raise("TypeError", "format requires a mapping");
  const dict: Dict = values;
  return orElse(dictGet(dict, name), () => raise("KeyError", `'${name}'`));
}

function formatField(field: Field, value: Value, at: number): string {
  const { type, precision } = field;
  switch (type) {
    case "s":
      return cut(toText(value), precision);
    case "r":
    case "a":
      return cut(toRepr(value), precision);
    case "c":
      if (typeof value === "string" && textLength(value) === 1) return value;
      return typeof value === "number"
        ? String.fromCodePoint(value)
        : raise("TypeError", "%c requires int or char");
    case "d":
    case "i":
    case "u":
      return signed(integerField(value, field, 10), field);
    case "x":
      return signed(integerField(value, field, 16), field, "0x");
    case "X":
      return signed(integerField(value, field, 16).toUpperCase(), field, "0X");
    case "o":
      return signed(integerField(value, field, 8), field, "0o");
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G":
      return floatField(value, field);
    default:
      return raise(
        "ValueError",
        `unsupported format character '${type}' (0x${type.charCodeAt(0).toString(16)}) at index ${at}`,
      );
  }
}

function cut(text: string, precision: number | undefined): string {
  return precision === undefined ? text : Array.from(text).slice(0, precision).join("");
}

function integerField(value: Value, { type, precision }: Field, base: number): string {
  if (value instanceof Undefined) value.fail();
  if (!isNumeric(value))
    return raise("TypeError", `%${type} format: a real number is required, not ${typeName(value)}`);
  if (value instanceof PyFloat && base !== 10)
    raise("TypeError", `%${type} format: an integer is required, not float`);
  const number = value instanceof PyFloat ? integerFromDouble(value.value) : value;
  const text = BigInt(number).toString(base);
  if (precision === undefined) return text;
  return text.startsWith("-")
    ? `-${fill(precision - text.length + 1, "0")}${text.slice(1)}`
    : fill(precision - text.length, "0") + text;
}

function floatField(value: Value, field: Field): string {
  if (value instanceof Undefined) value.fail();
  if (!isNumeric(value)) return raise("TypeError", `must be real number, not ${typeName(value)}`);
  const precision = field.precision ?? 6;
  const number = toDouble(value);
  const kind = field.type.toLowerCase();
  const text =
    kind === "f"
      ? fixedText(number, precision)
      : kind === "e"
        ? exponentialText(number, precision)
        : generalText(number, precision, field.flags.includes("#"));
  return signed(kind === field.type ? text : text.toUpperCase(), field);
}

function signed(text: string, { flags }: Field, prefix = ""): string {
  const negative = text.startsWith("-");
  const digits = (flags.includes("#") ? prefix : "") + (negative ? text.slice(1) : text);
  return (negative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "") + digits;
}

function pad(text: string, { flags, width, type }: Field, value: Value): string {
  const missing = width - textLength(text);
  if (missing <= 0) return text;
  if (flags.includes("-")) return text + fill(missing);
  if (flags.includes("0") && !"src".includes(type) && isNumeric(value)) {
    const sign = /^[-+ ]?(?:0[xXo])?/.exec(text)?.[0] ?? "";
    return sign + fill(missing, "0") + text.slice(sign.length);
  }
  return fill(missing) + text;
}
