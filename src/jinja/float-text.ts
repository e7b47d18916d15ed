// Floats as Python writes them: repr, and fixed, exponential and general notation with any precision. The exact
// binary value is rounded half to even; JavaScript's toFixed rounds ties away from zero and stops at 100 digits.

import { raiseLimit } from "./errors.ts";

const MAX_PRECISION = 5000;

/** repr(float). */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) return padExponent(value.toExponential());
  const text = String(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** "nan", "inf", "-inf". */
function nonFinite(value: number): string {
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

/** Python writes at least two digits of an exponent. */
function padExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

/** |value| = numerator / 2 ** shift, exactly. */
function exactFraction(value: number): { numerator: bigint; shift: bigint } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  const power = (exponent === 0 ? 1 : exponent) - 1075;
  return power >= 0
    ? { numerator: mantissa << BigInt(power), shift: 0n }
    : { numerator: mantissa, shift: BigInt(-power) };
}

/** round(|value| * 10 ** digits), half to even; digits may be negative. */
function scaled(value: number, digits: number): bigint {
  const { numerator, shift } = exactFraction(value);
  const denominator = (1n << shift) * (digits < 0 ? 10n ** BigInt(-digits) : 1n);
  const product = digits > 0 ? numerator * 10n ** BigInt(digits) : numerator;
  const quotient = product / denominator;
  const twice = (product % denominator) * 2n;
  return twice > denominator || (twice === denominator && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

function checkPrecision(digits: number): void {
  if (digits > MAX_PRECISION)
    raiseLimit(`a number is formatted with a precision of ${digits} digits; ${MAX_PRECISION} are possible`);
}

function isNegative(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

/** `%.{digits}f` */
export function fixedText(value: number, digits: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  checkPrecision(digits);
  const text = scaled(value, digits)
    .toString()
    .padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return `${isNegative(value) ? "-" : ""}${whole}${digits > 0 ? `.${text.slice(text.length - digits)}` : ""}`;
}

/** Decimal digits and exponent: value = d.ddd * 10 ** exponent with `digits` digits after the point. */
function scientific(value: number, digits: number): { text: string; exponent: number } {
  if (value === 0) return { text: "0".repeat(digits + 1), exponent: 0 };
  let exponent = Math.floor(Math.log10(Math.abs(value)));
  for (;;) {
    const text = scaled(value, digits - exponent).toString();
    if (text.length === digits + 1) return { text, exponent };
    exponent += text.length > digits + 1 ? 1 : -1;
  }
}

function exponentText(exponent: number): string {
  return `e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** `%.{digits}e` */
export function exponentialText(value: number, digits: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  checkPrecision(digits);
  const { text, exponent } = scientific(value, digits);
  const mantissa = digits > 0 ? `${text.charAt(0)}.${text.slice(1)}` : text;
  return `${isNegative(value) ? "-" : ""}${mantissa}${exponentText(exponent)}`;
}

/** `%.{precision}g`; @param keepZeros the "#" flag; @param atLeastOne "1.0" instead of "1", as format(1.0, ".3") writes */
export function generalText(value: number, precision: number, keepZeros = false, atLeastOne = false): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  checkPrecision(precision);
  const digits = precision === 0 ? 1 : precision;
  const { text, exponent } = scientific(value, digits - 1);
  const limit = atLeastOne ? digits - 1 : digits;
  const trim = (number: string) =>
    keepZeros || !number.includes(".") ? number : number.replace(/\.?0+$/, "");
  if (exponent >= -4 && exponent < Math.max(limit, 0)) {
    const fixed = trim(fixedText(value, Math.max(0, digits - 1 - exponent)));
    return atLeastOne && !fixed.includes(".") ? `${fixed}.0` : fixed;
  }
  const mantissa = digits > 1 ? trim(`${text.charAt(0)}.${text.slice(1)}`) : text;
  return `${isNegative(value) ? "-" : ""}${mantissa}${exponentText(exponent)}`;
}
