// datetime.timedelta: days and microseconds of a day, so that its whole range is exact.

import { bindArguments, numberArgument } from "../bind-arguments.ts";
import { raise } from "../errors.ts";
import { isInteger, isNumeric, toDouble } from "../number.ts";
import { type Kwargs, NativeFunction, PyFloat, PyObject, type Value } from "../value.ts";
import { MICROS_PER_DAY, pad } from "./calendar.ts";

export class PyTimeDelta extends PyObject {
  override readonly typeName = "datetime.timedelta";
  readonly days: number;
  /** Microseconds of the day, never negative. */
  readonly micros: number;

  constructor(days: number, micros = 0) {
    super();
    const carry = Math.floor(micros / MICROS_PER_DAY);
    this.days = days + carry;
    this.micros = micros - carry * MICROS_PER_DAY;
    if (Math.abs(this.days) > 999_999_999)
      raise("OverflowError", `days=${this.days}; must have magnitude <= 999999999`);
  }

  /** In seconds; exact to a microsecond within a few centuries. */
  totalSeconds(): number {
    return (this.days * MICROS_PER_DAY + this.micros) / 1e6;
  }

  private get exact(): bigint {
    return BigInt(this.days) * BigInt(MICROS_PER_DAY) + BigInt(this.micros);
  }

  /** From a number of microseconds of any size. */
  static ofMicros(total: bigint): PyTimeDelta {
    const day = BigInt(MICROS_PER_DAY);
    const rest = ((total % day) + day) % day;
    return new PyTimeDelta(Number((total - rest) / day), Number(rest));
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "days":
        return this.days;
      case "seconds":
        return Math.floor(this.micros / 1e6);
      case "microseconds":
        return this.micros % 1e6;
      case "total_seconds":
        return new NativeFunction(name, () => new PyFloat(this.totalSeconds()));
      case "__abs__":
        return this.days < 0 ? PyTimeDelta.ofMicros(-this.exact) : this;
      default:
        return undefined;
    }
  }

  override truth(): boolean {
    return this.days !== 0 || this.micros !== 0;
  }

  override equals(other: Value): boolean {
    return other instanceof PyTimeDelta && other.days === this.days && other.micros === this.micros;
  }

  override compare(other: Value): number {
    if (!(other instanceof PyTimeDelta))
      return raise(
        "TypeError",
        "'<' not supported between instances of 'datetime.timedelta' and another type",
      );
    return this.days - other.days || this.micros - other.micros;
  }

  override hashKey(): unknown {
    return `\0timedelta:${this.days}:${this.micros}`;
  }

  override operate(operator: string, other: Value, reflected: boolean): Value | undefined {
    if (other === 0 && reflected && (operator === "-" || operator === "+")) {
      return operator === "-" ? PyTimeDelta.ofMicros(-this.exact) : this;
    }
    if (other instanceof PyTimeDelta)
      return this.withDelta(operator, reflected ? other : this, reflected ? this : other);
    if (!isNumeric(other)) return undefined;
    if (operator === "*") return this.times(other);
    return reflected ? undefined : this.dividedBy(operator, other);
  }

  private withDelta(operator: string, a: PyTimeDelta, b: PyTimeDelta): Value | undefined {
    switch (operator) {
      case "+":
        return new PyTimeDelta(a.days + b.days, a.micros + b.micros);
      case "-":
        return new PyTimeDelta(a.days - b.days, a.micros - b.micros);
      default:
        break;
    }
    if (operator === "*" || operator === "**") return undefined;
    if (!b.truth()) raise("ZeroDivisionError", "division by zero");
    if (operator === "/") return new PyFloat(Number(a.exact) / Number(b.exact));
    const rest = ((a.exact % b.exact) + b.exact) % b.exact;
    return operator === "//" ? Number((a.exact - rest) / b.exact) : PyTimeDelta.ofMicros(rest);
  }

  private times(factor: number | bigint | boolean | PyFloat): Value {
    if (isInteger(factor)) return PyTimeDelta.ofMicros(this.exact * BigInt(factor));
    return PyTimeDelta.ofMicros(BigInt(roundHalfEven(Number(this.exact) * factor.value)));
  }

  private dividedBy(operator: string, divisor: number | bigint | boolean | PyFloat): Value | undefined {
    if (toDouble(divisor) === 0) raise("ZeroDivisionError", "integer division or modulo by zero");
    if (operator === "/")
      return PyTimeDelta.ofMicros(BigInt(roundHalfEven(Number(this.exact) / toDouble(divisor))));
    if (operator !== "//" || !isInteger(divisor)) return undefined;
    return PyTimeDelta.ofMicros(BigInt(Math.floor(Number(this.exact) / Number(divisor))));
  }

  override toText(): string {
    const seconds = Math.floor(this.micros / 1e6);
    const micros = this.micros % 1e6;
    const days = this.days === 0 ? "" : `${this.days} day${Math.abs(this.days) === 1 ? "" : "s"}, `;
    const clock = `${Math.floor(seconds / 3600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
    return days + clock + (micros === 0 ? "" : `.${pad(micros, 6)}`);
  }

  override toRepr(): string {
    const seconds = Math.floor(this.micros / 1e6);
    const micros = this.micros % 1e6;
    const parts = [
      ...(this.days === 0 ? [] : [`days=${this.days}`]),
      ...(seconds === 0 ? [] : [`seconds=${seconds}`]),
      ...(micros === 0 ? [] : [`microseconds=${micros}`]),
    ];
    return `datetime.timedelta(${parts.length === 0 ? "0" : parts.join(", ")})`;
  }
}

function roundHalfEven(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) > 1e20) raise("OverflowError", "the timedelta is too large");
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

const UNITS: readonly (readonly [name: string, micros: number])[] = [
  ["days", MICROS_PER_DAY],
  ["seconds", 1e6],
  ["microseconds", 1],
  ["milliseconds", 1e3],
  ["minutes", 60e6],
  ["hours", 3600e6],
  ["weeks", 7 * MICROS_PER_DAY],
];

/** timedelta(days, seconds, microseconds, milliseconds, minutes, hours, weeks) */
export function makeTimeDelta(args: readonly Value[], kwargs: Kwargs): PyTimeDelta {
  const given = bindArguments(
    "timedelta",
    UNITS.map(([name]) => `${name}?`),
    args,
    kwargs,
  );
  let total = 0n;
  let fraction = 0;
  UNITS.forEach(([, micros], index) => {
    const value = given[index];
    if (value === undefined) return;
    if (isInteger(value)) total += BigInt(value) * BigInt(micros);
    else {
      const amount = numberArgument(value) * micros;
      const whole = Math.trunc(amount);
      total += BigInt(roundHalfEven(whole));
      fraction += amount - whole;
    }
  });
  return PyTimeDelta.ofMicros(total + BigInt(roundHalfEven(fraction)));
}
