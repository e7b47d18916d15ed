// What a plain YAML scalar means: the resolvers and constructors of PyYAML's SafeLoader (YAML 1.1). So `yes` is true,
// `010` is 8, `1:30` is 90, `1e3` is a text (no dot), `2024-01-31` is a date.

import { FixedZone, PyDate, PyDateTime } from "../jinja/modules/datetime.ts";
import { PyFloat, type Value } from "../jinja/value.ts";

const BOOL = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const TRUE = /^(?:yes|true|on)$/i;
const NULL = /^(?:~|null|Null|NULL)$/;
const INT =
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const MOMENT =
  /^([0-9]{4})-([0-9][0-9]?)-([0-9][0-9]?)(?:[Tt]|[ \t]+)([0-9][0-9]?):([0-9][0-9]):([0-9][0-9])(?:\.([0-9]*))?(?:[ \t]*(?:Z|([-+])([0-9][0-9]?)(?::([0-9][0-9]))?))?$/;

/** Types that a scalar can be given by a tag. */
export type ScalarType = "null" | "bool" | "int" | "float" | "timestamp" | "str";

/**
 * @param text a scalar without quotes
 * @returns its type by PyYAML's rules
 */
export function typeOfPlain(text: string): ScalarType {
  const first = text.charCodeAt(0);
  // Digits, signs, "." and the letters that begin yes, no, on, off, true, false, null in either case.
  if (text === "" || text === "~") return "null";
  if ((first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46) {
    if (FLOAT.test(text)) return "float";
    if (INT.test(text)) return "int";
    return DATE.test(text) || MOMENT.test(text) ? "timestamp" : "str";
  }
  if (text.length > 5) return "str";
  if (BOOL.test(text)) return "bool";
  return NULL.test(text) ? "null" : "str";
}

/**
 * The value of a scalar of a known type.
 * @throws RangeError with a sentence when the text has no such value (2024-02-31, 0b_)
 */
export function scalarValue(text: string, type: ScalarType): Value {
  if (type === "str") return text;
  if (type === "null") return null;
  if (type === "bool") {
    if (!BOOL.test(text)) throw new RangeError(`"${text}" is neither true nor false`);
    return TRUE.test(text);
  }
  if (type === "int") return intValue(text);
  return type === "float" ? new PyFloat(floatValue(text)) : momentValue(text);
}

function intValue(text: string): number | bigint {
  const plain = text.replaceAll("_", "");
  const negative = plain.startsWith("-");
  const digits = /^[-+]/.test(plain) ? plain.slice(1) : plain;
  const value = wholeNumber(digits, text);
  const signed = negative ? -value : value;
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

function wholeNumber(digits: string, text: string): bigint {
  try {
    if (digits === "") throw new SyntaxError();
    if (digits.includes(":")) return digits.split(":").reduce((sum, part) => sum * 60n + BigInt(part), 0n);
    return BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  } catch {
    throw new RangeError(`"${text}" is not a whole number`);
  }
}

function floatValue(text: string): number {
  const plain = text.replaceAll("_", "").toLowerCase();
  const sign = plain.startsWith("-") ? -1 : 1;
  const digits = /^[-+]/.test(plain) ? plain.slice(1) : plain;
  if (digits === ".inf") return sign * Number.POSITIVE_INFINITY;
  if (digits === ".nan") return Number.NaN;
  const value = digits.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  if (digits === "" || Number.isNaN(value)) throw new RangeError(`"${text}" is not a number`);
  return sign * value;
}

function momentValue(text: string): Value {
  const date = DATE.exec(text);
  const found = date ?? MOMENT.exec(text);
  if (!found) throw new RangeError(`"${text}" is not a date`);
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  if (!isDay(year, month, day)) throw new RangeError(`there is no day ${year}-${found[2]}-${found[3]}`);
  if (date) return new PyDate(year, month, day);
  const [hour, minute, second] = [Number(found[4]), Number(found[5]), Number(found[6])];
  if (hour > 23 || minute > 59 || second > 59)
    throw new RangeError(`there is no time ${found[4]}:${found[5]}:${found[6]}`);
  const microsecond = Number((found[7] ?? "").slice(0, 6).padEnd(6, "0"));
  return new PyDateTime(year, month, day, hour, minute, second, microsecond, zoneOf(found));
}

/** None for a moment without a zone. */
function zoneOf(found: RegExpExecArray): FixedZone | null {
  if (found[9] === undefined) return found[0].endsWith("Z") ? new FixedZone(0) : null;
  const seconds = Number(found[9]) * 3600 + Number(found[10] ?? 0) * 60;
  if (seconds >= 86_400) throw new RangeError(`there is no time zone ${found[8]}${found[9]}`);
  return new FixedZone(found[8] === "-" ? -seconds : seconds);
}

function isDay(year: number, month: number, day: number): boolean {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= days;
}
