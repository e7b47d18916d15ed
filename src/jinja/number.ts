// Python's numbers: int of any size (a JavaScript number where it is safe, else a bigint), float, and bool as int.
// Sizes are limited, so that no template can eat the machine with 10 ** 10 ** 8.

import { raise, raiseLimit } from "./errors.ts";
import { fixedText, floatText } from "./float-text.ts";
import { powerOf } from "./power.ts";
import { PyFloat, type Value } from "./value.ts";

/** What counts as a number: int, bool and float. */
export type Numeric = number | bigint | boolean | PyFloat;

const MAX_BITS = 200_000n;
/** Digits of an int that Python prints without complaint. */
const MAX_DIGITS = 4300;

/** A bigint as the value model keeps ints: a number where that is exact. */
export function integerOf(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}

export function isNumeric(value: Value): value is Numeric {
  return (
    typeof value === "number" ||
    typeof value === "bigint" ||
    typeof value === "boolean" ||
    value instanceof PyFloat
  );
}

/** True for int and bool. */
export function isInteger(value: Value): value is number | bigint | boolean {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
}

/** The number as a double. */
export function toDouble(value: Numeric): number {
  return value instanceof PyFloat ? value.value : Number(value);
}

function exact(value: number | bigint | boolean): bigint {
  return BigInt(value);
}

/** An int from a double without a fraction. Raises what int() raises for nan and infinity. */
export function integerFromDouble(value: number): number | bigint {
  if (Number.isNaN(value)) raise("ValueError", "cannot convert float NaN to integer");
  if (!Number.isFinite(value)) raise("OverflowError", "cannot convert float infinity to integer");
  const whole = Math.trunc(value);
  return Number.isSafeInteger(whole) ? whole + 0 : integerOf(BigInt(whole));
}

/** Digits of an int; raises ValueError beyond Python's limit. */
function integerText(value: number | bigint): string {
  const text = String(value);
  if (text.length > MAX_DIGITS)
    raise("ValueError", `Exceeds the limit (${MAX_DIGITS} digits) for integer string conversion`);
  return text;
}

function checkSize(value: bigint): number | bigint {
  const result = integerOf(value);
  if (typeof result === "bigint" && BigInt.asIntN(Number(MAX_BITS), result) !== result) {
    raiseLimit("a number grows beyond 60,000 digits");
  }
  return result;
}

export function addNumbers(a: Numeric, b: Numeric): Value {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  if (a instanceof PyFloat || b instanceof PyFloat) return new PyFloat(toDouble(a) + toDouble(b));
  return checkSize(exact(a) + exact(b));
}

export function subtractNumbers(a: Numeric, b: Numeric): Value {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  if (a instanceof PyFloat || b instanceof PyFloat) return new PyFloat(toDouble(a) - toDouble(b));
  return checkSize(exact(a) - exact(b));
}

export function multiplyNumbers(a: Numeric, b: Numeric): Value {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product + 0;
  }
  if (a instanceof PyFloat || b instanceof PyFloat) return new PyFloat(toDouble(a) * toDouble(b));
  return checkSize(exact(a) * exact(b));
}

export function divideNumbers(a: Numeric, b: Numeric): Value {
  if (toDouble(b) === 0) {
    raise(
      "ZeroDivisionError",
      a instanceof PyFloat || b instanceof PyFloat ? "float division by zero" : "division by zero",
    );
  }
  return new PyFloat(toDouble(a) / toDouble(b));
}

export function floorDivideNumbers(a: Numeric, b: Numeric): Value {
  if (a instanceof PyFloat || b instanceof PyFloat) {
    if (toDouble(b) === 0) raise("ZeroDivisionError", "float floor division by zero");
    const x = toDouble(a);
    const y = toDouble(b);
    return new PyFloat(floorQuotient(x, y));
  }
  if (Number(b) === 0) raise("ZeroDivisionError", "integer division or modulo by zero");
  if (typeof a === "number" && typeof b === "number") return Math.floor((a - modulo(a, b)) / b) + 0;
  const x = exact(a);
  const y = exact(b);
  const quotient = x / y;
  return integerOf(x % y !== 0n && x < 0n !== y < 0n ? quotient - 1n : quotient);
}

export function moduloNumbers(a: Numeric, b: Numeric): Value {
  if (a instanceof PyFloat || b instanceof PyFloat) {
    if (toDouble(b) === 0) raise("ZeroDivisionError", "float modulo");
    return new PyFloat(floatModulo(toDouble(a), toDouble(b)));
  }
  if (Number(b) === 0) raise("ZeroDivisionError", "integer division or modulo by zero");
  if (typeof a === "number" && typeof b === "number") return modulo(a, b) + 0;
  const y = exact(b);
  const rest = exact(a) % y;
  return integerOf(rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest);
}

/** Python's floor division of floats, with its signs of zero. */
function floorQuotient(a: number, b: number): number {
  const quotient = Math.round((a - floatModulo(a, b)) / b);
  return quotient === 0 ? (a < 0 !== b < 0 ? -0 : 0) : quotient;
}

function modulo(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

function floatModulo(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

export function powerNumbers(a: Numeric, b: Numeric): Value {
  if (a instanceof PyFloat || b instanceof PyFloat || Number(b) < 0) {
    const base = toDouble(a);
    const power = toDouble(b);
    if (base === 0 && power < 0) raise("ZeroDivisionError", "0.0 cannot be raised to a negative power");
    const result = powerOf(base, power);
    if (Number.isNaN(result) && !Number.isNaN(base) && !Number.isNaN(power)) {
      raise("ValueError", "a negative number cannot be raised to a fractional power here");
    }
    if (!Number.isFinite(result) && Number.isFinite(base) && Number.isFinite(power)) {
      raise("OverflowError", "(34, 'Numerical result out of range')");
    }
    return new PyFloat(result);
  }
  const base = exact(a);
  const power = exact(b);
  const bits = BigInt(base.toString(2).length);
  if (base !== 0n && base !== 1n && base !== -1n && bits * power > MAX_BITS) {
    raiseLimit(`the power ${a} ** ${b} is too large`);
  }
  return integerOf(base ** power);
}

/** `-value`; undefined where the value is no number. */
export function negate(value: Numeric): Value {
  if (value instanceof PyFloat) return new PyFloat(-value.value);
  return typeof value === "number" ? 0 - value : integerOf(-exact(value));
}

/** True when two numbers are equal, whatever their types. */
export function numbersEqual(a: Numeric, b: Numeric): boolean {
  return compareNumbers(a, b) === 0;
}

/** Negative, zero, positive, or NaN. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  const x = plain(a);
  const y = plain(b);
  if (x < y) return -1;
  if (x > y) return 1;
  return Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : 0;
}

function plain(value: Numeric): number | bigint {
  return value instanceof PyFloat ? value.value : typeof value === "boolean" ? Number(value) : value;
}

/** Python's round() and Jinja2's `round(precision, "common")`: half to even on the exact value. */
export function roundDouble(value: number, digits: number): number {
  if (!Number.isFinite(value) || value === 0 || digits > 300) return value;
  if (digits >= 0) return Number(fixedText(value, digits));
  const unit = 10n ** BigInt(Math.min(400, -digits));
  const whole = BigInt(Math.trunc(value));
  const rest = whole % unit;
  const down = whole - rest;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const fraction = value !== Math.trunc(value);
  const up = twice > unit || (twice === unit && (fraction || (down / unit) % 2n !== 0n));
  return Number(up ? down + (value < 0 ? -unit : unit) : down);
}

/** str() of any number. */
export function numberText(value: Numeric): string {
  if (value instanceof PyFloat) return floatText(value.value);
  if (typeof value === "boolean") return value ? "True" : "False";
  return integerText(value);
}
