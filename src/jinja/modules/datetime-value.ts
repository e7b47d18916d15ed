// datetime.datetime: a date, microseconds of the day, and maybe a time zone.

import { bindArguments, integerArgument, textArgument } from "../bind-arguments.ts";
import { raise } from "../errors.ts";
import { type Kwargs, NativeFunction, PyFloat, type Value } from "../value.ts";
import { fromOrdinal, MICROS_PER_DAY } from "./calendar.ts";
import { checkOrdinal, PyDate, parseIsoDate } from "./date.ts";
import type { TimeFields } from "./strftime.ts";
import { checkTime, clockText, PyTime, parseIsoTime, zoneArgument } from "./time.ts";
import { PyTimeDelta } from "./timedelta.ts";
import { deltaOf, FixedZone, offsetText, type TzInfo } from "./tzinfo.ts";

/** Ordinal of 1970-01-01. */
const EPOCH = 719_163;

export class PyDateTime extends PyDate {
  override readonly typeName = "datetime.datetime";
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;

  constructor(
    year: number,
    month: number,
    day: number,
    hour = 0,
    minute = 0,
    second = 0,
    microsecond = 0,
    readonly zone: TzInfo | null = null,
  ) {
    super(year, month, day);
    checkTime(hour, minute, second, microsecond);
    this.hour = hour;
    this.minute = minute;
    this.second = second;
    this.microsecond = microsecond;
  }

  /** From a day and microseconds, which may lie outside of that day. */
  static of(ordinal: number, micros: number, zone: TzInfo | null): PyDateTime {
    const carry = Math.floor(micros / MICROS_PER_DAY);
    const { year, month, day } = fromOrdinal(checkOrdinal(ordinal + carry));
    const rest = micros - carry * MICROS_PER_DAY;
    const seconds = Math.floor(rest / 1e6);
    return new PyDateTime(
      year,
      month,
      day,
      Math.floor(seconds / 3600),
      Math.floor(seconds / 60) % 60,
      seconds % 60,
      rest % 1e6,
      zone,
    );
  }

  /** A moment in UTC, e.g. of a JavaScript Date or a warehouse. @param micros microseconds within the millisecond */
  static ofEpoch(milliseconds: number, micros = 0, zone: TzInfo | null = new FixedZone(0)): PyDateTime {
    const days = Math.floor(milliseconds / 86_400_000);
    return PyDateTime.of(EPOCH + days, (milliseconds - days * 86_400_000) * 1000 + micros, zone);
  }

  /** Raises ValueError where the text is no ISO datetime. */
  static override parse(text: string): PyDateTime {
    const cut = /^(?:\d{4}-?W\d{2}(?:-?\d)?|\d{8}|\d{4}-\d{2}-\d{2})/.exec(text)?.[0].length ?? 0;
    const date = parseIsoDate(text.slice(0, cut));
    const rest = text.slice(cut);
    const time =
      rest === ""
        ? { hour: 0, minute: 0, second: 0, microsecond: 0, offset: undefined }
        : parseIsoTime(rest.slice(1));
    if (date === undefined || time === undefined)
      return raise("ValueError", `Invalid isoformat string: '${text}'`);
    const zone = time.offset === undefined ? null : new FixedZone(time.offset);
    return new PyDateTime(
      date.year,
      date.month,
      date.day,
      time.hour,
      time.minute,
      time.second,
      time.microsecond,
      zone,
    );
  }

  get micros(): number {
    return ((this.hour * 60 + this.minute) * 60 + this.second) * 1e6 + this.microsecond;
  }

  /** Seconds east of UTC; undefined for a naive time. */
  get offset(): number | undefined {
    return this.zone?.offset();
  }

  override fields(): TimeFields {
    const { year, month, day, hour, minute, second, microsecond } = this;
    return {
      year,
      month,
      day,
      hour,
      minute,
      second,
      microsecond,
      offset: this.offset,
      zone: this.zone?.zoneName(),
    };
  }

  withZone(zone: TzInfo | null): PyDateTime {
    return PyDateTime.of(this.ordinal, this.micros, zone);
  }

  plusSeconds(seconds: number): PyDateTime {
    return PyDateTime.of(this.ordinal, this.micros + seconds * 1e6, this.zone);
  }

  /** Milliseconds since 1970 in UTC; a naive time counts as local time of this machine. */
  epochMs(): number {
    const wall = (this.ordinal - EPOCH) * 86_400_000 + this.micros / 1000;
    const { offset } = this;
    if (offset !== undefined) return wall - offset * 1000;
    return (
      new Date(this.year, this.month - 1, this.day, this.hour, this.minute, this.second).getTime() +
      this.microsecond / 1000
    );
  }

  /** The same moment in another zone. */
  inZone(zone: TzInfo): PyDateTime {
    const { offset } = this;
    const utc = offset === undefined ? PyDateTime.ofEpoch(this.epochMs()) : this.plusSeconds(-offset);
    const target = zone.atUtc(Math.floor(this.epochMs()));
    return utc.plusSeconds(target.offset).withZone(target.zone);
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
      case "isoformat":
        return new NativeFunction(name, (args, kwargs) => {
          const [separator, timespec] = bindArguments(name, ["sep?", "timespec?"], args, kwargs);
          return this.isoText(textArgument(separator ?? "T"), textArgument(timespec ?? "auto"));
        });
      default:
        return this.zoneAttribute(name) ?? super.getAttribute(name);
    }
  }

  private zoneAttribute(name: string): Value | undefined {
    switch (name) {
      case "date":
        return new NativeFunction(name, () => new PyDate(this.year, this.month, this.day));
      case "time":
        return new NativeFunction(
          name,
          () => new PyTime(this.hour, this.minute, this.second, this.microsecond),
        );
      case "timetz":
        return new NativeFunction(
          name,
          () => new PyTime(this.hour, this.minute, this.second, this.microsecond, this.zone),
        );
      case "timestamp":
        return new NativeFunction(name, () => new PyFloat(this.epochMs() / 1000));
      case "utcoffset":
        return new NativeFunction(name, () => deltaOf(this.offset));
      case "dst":
        return new NativeFunction(name, () => deltaOf(this.zone?.dst()));
      case "tzname":
        return new NativeFunction(name, () => this.zone?.zoneName() ?? null);
      case "astimezone":
        return new NativeFunction(name, (args, kwargs) =>
          this.asTimeZone(bindArguments(name, ["tz?"], args, kwargs)[0] ?? null),
        );
      default:
        return undefined;
    }
  }

  private asTimeZone(given: Value): Value {
    const local = new FixedZone(-new Date(this.epochMs()).getTimezoneOffset() * 60);
    return this.inZone(zoneArgument(given) ?? local);
  }

  protected override replaced(args: readonly Value[], kwargs: Kwargs): Value {
    const names = ["year", "month", "day", "hour", "minute", "second", "microsecond"] as const;
    const bound = bindArguments(
      "replace",
      [...names, "tzinfo"].map((name) => `${name}?`),
      args,
      kwargs,
    );
    const numbers = names.map((name, index) => integerArgument(bound[index] ?? this[name]));
    const [year = 1, month = 1, day = 1, hour, minute, second, microsecond] = numbers;
    const zone = bound[7] === undefined ? this.zone : zoneArgument(bound[7]);
    return new PyDateTime(year, month, day, hour, minute, second, microsecond, zone);
  }

  /** `isoformat(separator, timespec)`. */
  isoText(separator: string, timespec = "auto"): string {
    const { offset } = this;
    const clock = clockText(this.hour, this.minute, this.second, this.microsecond, timespec);
    return this.isoDate() + separator + clock + (offset === undefined ? "" : offsetText(offset));
  }

  override equals(other: Value): boolean {
    if (!(other instanceof PyDateTime) || (other.offset === undefined) !== (this.offset === undefined))
      return false;
    return this.difference(other) === 0;
  }

  /** Microseconds between two moments; naive times are compared as they are. */
  private difference(other: PyDateTime): number {
    const zones = (this.offset ?? 0) - (other.offset ?? 0);
    return (this.ordinal - other.ordinal) * MICROS_PER_DAY + (this.micros - other.micros) - zones * 1e6;
  }

  private checkComparable(other: PyDateTime, what: string): void {
    if ((this.offset === undefined) !== (other.offset === undefined))
      raise("TypeError", `can't ${what} offset-naive and offset-aware datetimes`);
  }

  override compare(other: Value): number {
    if (!(other instanceof PyDateTime))
      return raise("TypeError", "can't compare datetime.datetime to another type");
    this.checkComparable(other, "compare");
    return this.difference(other);
  }

  override hashKey(): unknown {
    return `\0datetime:${this.ordinal}:${this.micros - (this.offset ?? 0) * 1e6}:${this.offset === undefined}`;
  }

  override operate(operator: string, other: Value, reflected: boolean): Value | undefined {
    if (other instanceof PyTimeDelta) {
      if (operator === "+")
        return PyDateTime.of(this.ordinal + other.days, this.micros + other.micros, this.zone);
      if (operator === "-" && !reflected)
        return PyDateTime.of(this.ordinal - other.days, this.micros - other.micros, this.zone);
      return undefined;
    }
    if (operator !== "-" || !(other instanceof PyDateTime)) return undefined;
    this.checkComparable(other, "subtract");
    const [a, b] = reflected ? [other, this as PyDateTime] : [this as PyDateTime, other];
    const zones = ((a.offset ?? 0) - (b.offset ?? 0)) * 1e6;
    return new PyTimeDelta(a.ordinal - b.ordinal, a.micros - b.micros - zones);
  }

  override toText(): string {
    return this.isoText(" ");
  }

  override toRepr(): string {
    const parts = [this.year, this.month, this.day, this.hour, this.minute, this.second, this.microsecond];
    while (parts.length > 5 && parts.at(-1) === 0) parts.pop();
    return `datetime.datetime(${parts.join(", ")}${this.zone === null ? "" : `, tzinfo=${this.zone.toRepr()}`})`;
  }
}
