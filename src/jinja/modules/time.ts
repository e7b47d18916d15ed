// datetime.time.

import { bindArguments, integerArgument, textArgument } from "../bind-arguments.ts";
import { raise } from "../errors.ts";
import { type Kwargs, NativeFunction, PyObject, type Value } from "../value.ts";
import { pad } from "./calendar.ts";
import { strftime, type TimeFields } from "./strftime.ts";
import { deltaOf, FixedZone, offsetText, TzInfo } from "./tzinfo.ts";

/** Raises ValueError for a time that does not exist. */
export function checkTime(hour: number, minute: number, second: number, microsecond: number): void {
  if (hour < 0 || hour > 23) raise("ValueError", "hour must be in 0..23");
  if (minute < 0 || minute > 59) raise("ValueError", "minute must be in 0..59");
  if (second < 0 || second > 59) raise("ValueError", "second must be in 0..59");
  if (microsecond < 0 || microsecond > 999_999) raise("ValueError", "microsecond must be in 0..999999");
}

/** A tzinfo argument. Raises TypeError for other values. */
export function zoneArgument(value: Value): TzInfo | null {
  if (value === null || value instanceof TzInfo) return value;
  return raise("TypeError", "tzinfo argument must be None or of a tzinfo subclass");
}

export class PyTime extends PyObject {
  override readonly typeName = "datetime.time";

  constructor(
    readonly hour: number,
    readonly minute: number,
    readonly second: number,
    readonly microsecond: number,
    readonly zone: TzInfo | null = null,
  ) {
    super();
    checkTime(hour, minute, second, microsecond);
  }

  /** Raises ValueError where the text is no ISO time. */
  static parse(text: string): PyTime {
    const fields =
      parseIsoTime(text.replace(/^T/, "")) ?? raise("ValueError", `Invalid isoformat string: '${text}'`);
    const zone = fields.offset === undefined ? null : new FixedZone(fields.offset);
    return new PyTime(fields.hour, fields.minute, fields.second, fields.microsecond, zone);
  }

  private fields(): TimeFields {
    const { hour, minute, second, microsecond } = this;
    const offset = this.zone?.offset();
    const zone = this.zone?.zoneName();
    return { year: 1900, month: 1, day: 1, hour, minute, second, microsecond, offset, zone };
  }

  get micros(): number {
    return ((this.hour * 60 + this.minute) * 60 + this.second) * 1e6 + this.microsecond;
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "hour":
        return this.hour;
      case "minute":
        return this.minute;
      case "second":
        return this.second;
      case "microsecond":
        return this.microsecond;
      case "tzinfo":
        return this.zone;
      case "fold":
        return 0;
      case "utcoffset":
        return new NativeFunction(name, () => deltaOf(this.zone?.offset()));
      case "tzname":
        return new NativeFunction(name, () => this.zone?.zoneName() ?? null);
      case "isoformat":
        return new NativeFunction(name, (args, kwargs) =>
          this.isoTime(textArgument(bindArguments(name, ["timespec?"], args, kwargs)[0] ?? "auto")),
        );
      case "strftime":
      case "__format__":
        return new NativeFunction(name, (args) => strftime(this.fields(), textArgument(args[0] ?? null)));
      case "replace":
        return new NativeFunction(name, (args, kwargs) => this.replaced(args, kwargs));
      default:
        return undefined;
    }
  }

  private replaced(args: readonly Value[], kwargs: Kwargs): Value {
    const names = ["hour?", "minute?", "second?", "microsecond?", "tzinfo?"];
    const [hour, minute, second, microsecond, zone] = bindArguments("replace", names, args, kwargs);
    return new PyTime(
      integerArgument(hour ?? this.hour),
      integerArgument(minute ?? this.minute),
      integerArgument(second ?? this.second),
      integerArgument(microsecond ?? this.microsecond),
      zone === undefined ? this.zone : zoneArgument(zone),
    );
  }

  private isoTime(timespec: string): string {
    const offset = this.zone?.offset();
    return (
      clockText(this.hour, this.minute, this.second, this.microsecond, timespec) +
      (offset === undefined ? "" : offsetText(offset))
    );
  }

  override equals(other: Value): boolean {
    return other instanceof PyTime && this.compare(other) === 0;
  }

  override compare(other: Value): number {
    if (!(other instanceof PyTime)) return raise("TypeError", "can't compare datetime.time to another type");
    return this.micros - other.micros;
  }

  override hashKey(): unknown {
    return `\0time:${this.micros}`;
  }

  override toText(): string {
    return this.isoTime("auto");
  }

  override toRepr(): string {
    const parts = [this.hour, this.minute, this.second, this.microsecond];
    while (parts.length > 2 && parts.at(-1) === 0) parts.pop();
    return `datetime.time(${parts.join(", ")}${this.zone === null ? "" : `, tzinfo=${this.zone.toRepr()}`})`;
  }
}

/** The clock part of isoformat. Raises ValueError for an unknown timespec. */
export function clockText(
  hour: number,
  minute: number,
  second: number,
  microsecond: number,
  timespec: string,
): string {
  const minutes = `${pad(hour)}:${pad(minute)}`;
  const seconds = `${minutes}:${pad(second)}`;
  switch (timespec) {
    case "auto":
      return microsecond === 0 ? seconds : `${seconds}.${pad(microsecond, 6)}`;
    case "hours":
      return pad(hour);
    case "minutes":
      return minutes;
    case "seconds":
      return seconds;
    case "milliseconds":
      return `${seconds}.${pad(Math.floor(microsecond / 1000), 3)}`;
    case "microseconds":
      return `${seconds}.${pad(microsecond, 6)}`;
    default:
      return raise("ValueError", "Unknown timespec value");
  }
}

const ISO_TIME = /^(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?(Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?$/;

/** The clock part of an ISO text; undefined for other texts. */
export function parseIsoTime(
  text: string,
): Pick<TimeFields, "hour" | "minute" | "second" | "microsecond" | "offset"> | undefined {
  const match = ISO_TIME.exec(text);
  if (match === null) return undefined;
  const [, hour, minute = "0", second = "0", fraction = "", zone] = match;
  const microsecond = Number(fraction.slice(0, 6).padEnd(6, "0"));
  let offset: number | undefined;
  if (zone !== undefined) {
    const digits = zone.replaceAll(":", "");
    const size =
      Number(digits.slice(1, 3)) * 3600 + Number(digits.slice(3, 5)) * 60 + Number(digits.slice(5, 7));
    offset = zone === "Z" ? 0 : zone.startsWith("-") ? -size : size;
  }
  return { hour: Number(hour), minute: Number(minute), second: Number(second), microsecond, offset };
}
