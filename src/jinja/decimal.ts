// Python's Decimal as templates meet it: numbers from query results. Arithmetic keeps 28 significant digits, rounding
// half to even, as the default context does.

import { raise } from "./errors.ts";
import { isInteger, isNumeric, toDouble } from "./number.ts";
import { NativeFunction, PyFloat, PyObject, type Value } from "./value.ts";

const PRECISION = 28;

/** value = digits * 10 ** exponent; the sign of zero is not kept. */
export class Decimal extends PyObject {
  override readonly typeName = "Decimal";

  constructor(
    readonly digits: bigint,
    readonly exponent: number,
  ) {
    super();
  }

  /** From text such as "-12.30" or "1E+5". Raises InvalidOperation for other texts. */
  static parse(text: string): Decimal {
    const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?\s*$/.exec(text);
    const [, sign = "", whole = "", fraction = "", power = "0"] = match ?? [];
    if (match === null || whole + fraction === "")
      return raise("InvalidOperation", `'${text}' is no decimal number`);
    const digits = BigInt(whole + fraction);
    return new Decimal(sign === "-" ? -digits : digits, Number(power) - fraction.length);
  }

  private static of(value: Value): Decimal | undefined {
    if (value instanceof Decimal) return value;
    return isInteger(value) ? new Decimal(BigInt(value), 0) : undefined;
  }

  toDouble(): number {
    return Number(this.toText());
  }

  /** The digits at a smaller exponent. */
  private at(exponent: number): bigint {
    const shift = this.exponent - exponent;
    if (shift > 10_000) raise("Overflow", "the decimal number is too large");
    return this.digits * 10n ** BigInt(shift);
  }

  /** Rounded to the context's precision. */
  private rounded(): Decimal {
    const length = String(this.digits).replace("-", "").length;
    return length <= PRECISION ? this : this.dropped(length - PRECISION);
  }

  /** Without the last digits, rounded half to even. */
  private dropped(count: number): Decimal {
    const unit = 10n ** BigInt(count);
    const size = this.digits < 0n ? -this.digits : this.digits;
    const rest = size % unit;
    const down = size / unit;
    const up = rest * 2n > unit || (rest * 2n === unit && down % 2n === 1n);
    const result = up ? down + 1n : down;
    return new Decimal(this.digits < 0n ? -result : result, this.exponent + count);
  }

  /** round(value, places) keeps the type; without places it gives an int. */
  private round(places: number): Decimal {
    const drop = -places - this.exponent;
    return drop > 0 ? this.dropped(drop) : new Decimal(this.at(-places), -places);
  }

  override operate(operator: string, other: Value, reflected: boolean): Value | undefined {
    const given = Decimal.of(other);
    if (given === undefined) return undefined;
    const [a, b] = reflected ? [given, this as Decimal] : [this as Decimal, given];
    const exponent = Math.min(a.exponent, b.exponent);
    switch (operator) {
      case "+":
        return new Decimal(a.at(exponent) + b.at(exponent), exponent).rounded();
      case "-":
        return new Decimal(a.at(exponent) - b.at(exponent), exponent).rounded();
      case "*":
        return new Decimal(a.digits * b.digits, a.exponent + b.exponent).rounded();
      case "/":
        return a.dividedBy(b);
      case "//":
      case "%": {
        if (b.digits === 0n) raise("ZeroDivisionError", "division by zero");
        const [x, y] = [a.at(exponent), b.at(exponent)];
        return operator === "//" ? new Decimal(x / y, 0) : new Decimal(x % y, exponent);
      }
      default:
        return a.power(b);
    }
  }

  private dividedBy(divisor: Decimal): Decimal {
    if (divisor.digits === 0n) raise("ZeroDivisionError", "division by zero");
    const extra = PRECISION + 2 + String(divisor.digits).length;
    const scaled = this.digits * 10n ** BigInt(extra);
    let quotient = new Decimal(scaled / divisor.digits, this.exponent - divisor.exponent - extra);
    // A rest beyond the digits kept must not look like an exact half.
    if (scaled % divisor.digits !== 0n)
      quotient = new Decimal(
        quotient.digits * 10n + (quotient.digits < 0n ? -1n : 1n),
        quotient.exponent - 1,
      );
    const result = quotient.rounded();
    const ideal = this.exponent - divisor.exponent;
    let { digits, exponent } = result;
    while (exponent < ideal && digits % 10n === 0n) {
      digits /= 10n;
      exponent++;
    }
    return new Decimal(digits, exponent);
  }

  private power(power: Decimal): Value {
    const times = Number(power.toText());
    if (!Number.isInteger(times) || Math.abs(times) > 1000) return new PyFloat(this.toDouble() ** times);
    const raised = new Decimal(this.digits ** BigInt(Math.abs(times)), this.exponent * Math.abs(times));
    return times >= 0 ? raised.rounded() : new Decimal(1n, 0).dividedBy(raised);
  }

  override equals(other: Value): boolean {
    if (other instanceof PyFloat) return other.value === this.toDouble();
    const given = Decimal.of(other);
    return given !== undefined && this.compare(given) === 0;
  }

  override compare(other: Value): number {
    const given = Decimal.of(other);
    if (given === undefined) {
      if (isNumeric(other)) return this.toDouble() - toDouble(other);
      return raise("TypeError", "'<' not supported between instances of 'Decimal' and another type");
    }
    const exponent = Math.min(this.exponent, given.exponent);
    const difference = this.at(exponent) - given.at(exponent);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  override truth(): boolean {
    return this.digits !== 0n;
  }

  override hashKey(): unknown {
    const double = this.toDouble();
    return Number.isSafeInteger(double) || this.exponent >= -15 ? double : `\0decimal:${this.toText()}`;
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "__int__": {
        const whole = this.exponent >= 0 ? this.at(0) : this.digits / 10n ** BigInt(-this.exponent);
        return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
      }
      case "__float__":
        return new PyFloat(this.toDouble());
      case "__abs__":
        return this.digits < 0n ? new Decimal(-this.digits, this.exponent) : this;
      case "__round__":
        return new NativeFunction(name, (args) => this.round(Number(args[0] ?? 0)));
      case "normalize":
        return new NativeFunction(name, () => this.normalized());
      case "quantize":
        return new NativeFunction(name, (args) =>
          this.round(-(args[0] instanceof Decimal ? args[0].exponent : 0)),
        );
      case "is_zero":
        return new NativeFunction(name, () => this.digits === 0n);
      default:
        return undefined;
    }
  }

  private normalized(): Decimal {
    let { digits, exponent } = this;
    if (digits === 0n) return new Decimal(0n, 0);
    while (digits % 10n === 0n) {
      digits /= 10n;
      exponent++;
    }
    return new Decimal(digits, exponent);
  }

  override toText(): string {
    const sign = this.digits < 0n ? "-" : "";
    const text = String(this.digits).replace("-", "");
    const leading = text.length + this.exponent;
    if (this.exponent <= 0 && leading > -6) {
      if (this.exponent === 0) return sign + text;
      const padded = text.padStart(1 - this.exponent, "0");
      return `${sign}${padded.slice(0, this.exponent)}.${padded.slice(this.exponent)}`;
    }
    const power = leading - 1;
    const mantissa = text.length > 1 ? `${text.charAt(0)}.${text.slice(1)}` : text;
    return `${sign}${mantissa}E${power < 0 ? "-" : "+"}${Math.abs(power)}`;
  }

  override toRepr(): string {
    return `Decimal('${this.toText()}')`;
  }
}
