// pytz: zones from the time zone data that Node carries. As in pytz, a zone attached without localize() stands for local
// mean time, and each localized time holds the offset that is valid for it.

import { bindArguments, integerArgument, textArgument } from "../bind-arguments.ts";
import { setOf, truth } from "../compare.ts";
import { raise } from "../errors.ts";
import { type Kwargs, NativeFunction, type Value } from "../value.ts";
import { PyDateTime } from "./datetime-value.ts";
import { PyTimeDelta } from "./timedelta.ts";
import { TypeObject } from "./type-object.ts";
import { TzInfo } from "./tzinfo.ts";
import { zoneAbbreviation } from "./zone-names.ts";

/** pytz.utc */
class UtcZone extends TzInfo {
  override readonly typeName = "UTC";

  override offset(): number {
    return 0;
  }

  override dst(): number {
    return 0;
  }

  override zoneName(): string {
    return "UTC";
  }

  override atUtc(): { zone: TzInfo; offset: number } {
    return { zone: this, offset: 0 };
  }

  override getAttribute(name: string): Value | undefined {
    if (name === "zone") return "UTC";
    if (name === "localize") return new NativeFunction(name, (args) => naive(args[0]).withZone(this));
    if (name === "normalize") return new NativeFunction(name, (args) => aware(args[0]).inZone(this));
    return super.getAttribute(name);
  }

  override toText(): string {
    return "UTC";
  }

  override toRepr(): string {
    return "<UTC>";
  }
}

function naive(value: Value | undefined): PyDateTime {
  if (!(value instanceof PyDateTime)) return raise("TypeError", "localize() needs a datetime");
  if (value.zone !== null) raise("ValueError", "Not naive datetime (tzinfo is already set)");
  return value;
}

function aware(value: Value | undefined): PyDateTime {
  if (!(value instanceof PyDateTime)) return raise("TypeError", "normalize() needs a datetime");
  if (value.zone === null) raise("ValueError", "Naive time - no tzinfo set");
  return value;
}

/** pytz.FixedOffset(minutes) */
class FixedOffset extends TzInfo {
  override readonly typeName = "pytz._FixedOffset";

  constructor(readonly minutes: number) {
    super();
  }

  override offset(): number {
    return this.minutes * 60;
  }

  override dst(): number {
    return 0;
  }

  override zoneName(): undefined {
    return undefined;
  }

  override atUtc(): { zone: TzInfo; offset: number } {
    return { zone: this, offset: this.minutes * 60 };
  }

  override getAttribute(name: string): Value | undefined {
    if (name === "zone") return null;
    if (name === "localize") return new NativeFunction(name, (args) => naive(args[0]).withZone(this));
    if (name === "normalize") return new NativeFunction(name, (args) => aware(args[0]).inZone(this));
    return super.getAttribute(name);
  }

  override toText(): string {
    return `pytz.FixedOffset(${this.minutes})`;
  }
}

/** A named zone; with `fixed` the variant of it that holds at some moment. */
class NamedZone extends TzInfo {
  override readonly typeName: string;

  constructor(
    readonly name: string,
    private readonly data: ZoneData,
    private readonly fixed?: { readonly offset: number; readonly dst: number; readonly label: string },
  ) {
    super();
    this.typeName = `pytz.tzfile.${name}`;
  }

  override offset(): number {
    return this.fixed?.offset ?? this.data.meanTime();
  }

  override dst(): number {
    return this.fixed?.dst ?? 0;
  }

  override zoneName(): string {
    return this.fixed?.label ?? "LMT";
  }

  override atUtc(utc: number): { zone: TzInfo; offset: number } {
    const offset = this.data.offsetAt(utc);
    return { zone: this.variant(utc, offset), offset };
  }

  private variant(utc: number, offset: number): NamedZone {
    const dst = offset - this.data.standardAt(utc);
    return new NamedZone(this.name, this.data, {
      offset,
      dst: Math.max(0, dst),
      label: zoneAbbreviation(this.name, utc, offset, dst > 0),
    });
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "zone":
        return this.name;
      case "localize":
        return new NativeFunction(name, (args, kwargs) => this.localize(args, kwargs));
      case "normalize":
        return new NativeFunction(name, (args) => aware(args[0]).inZone(this));
      default:
        return super.getAttribute(name);
    }
  }

  /** The offsets at which a wall clock shows this time: none in a gap, two when clocks go back. */
  private localize(args: readonly Value[], kwargs: Kwargs): Value {
    const [given, isDst] = bindArguments("localize", ["dt", "is_dst?"], args, kwargs);
    const local = naive(given);
    const wall = utcMs(local);
    const around = [this.data.offsetAt(wall - 86_400_000), this.data.offsetAt(wall + 86_400_000)];
    const valid = [...new Set(around)].filter(
      (offset) => this.data.offsetAt(wall - offset * 1000) === offset,
    );
    if (isDst === null && valid.length !== 1) {
      raise(valid.length === 0 ? "NonExistentTimeError" : "AmbiguousTimeError", local.toText());
    }
    const candidates = valid.length === 0 ? around : valid;
    const wantsDst = truth(isDst ?? false);
    const offset = wantsDst ? Math.max(...candidates) : Math.min(...candidates);
    return local.withZone(this.variant(wall - offset * 1000, offset));
  }

  override equals(other: Value): boolean {
    return other instanceof NamedZone && other.name === this.name && other.offset() === this.offset();
  }

  override hashKey(): unknown {
    return `\0pytz:${this.name}:${this.offset()}`;
  }

  override toText(): string {
    return this.name;
  }

  override toRepr(): string {
    const kind = this.dst() > 0 ? "DST" : "STD";
    const offset = new PyTimeDelta(0, this.offset() * 1e6).toText();
    const signed = offset.startsWith("-") ? offset : `+${offset}`;
    return `<DstTzInfo '${this.name}' ${this.zoneName()}${signed} ${kind}>`;
  }
}

/** Milliseconds since 1970 of a naive time read as UTC. */
function utcMs(moment: PyDateTime): number {
  return (moment.ordinal - 719_163) * 86_400_000 + Math.floor(moment.micros / 1000);
}

/** The offsets of one zone, asked from Intl and remembered by hour. */
class ZoneData {
  private readonly format: Intl.DateTimeFormat;
  private readonly known = new Map<number, number>();

  constructor(name: string) {
    this.format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** Seconds east of UTC at a moment. */
  offsetAt(utc: number): number {
    const quarter = Math.floor(utc / 900_000);
    const known = this.known.get(quarter);
    if (known !== undefined) return known;
    const moment = quarter * 900_000;
    const parts = new Map(
      this.format.formatToParts(new Date(moment)).map(({ type, value }) => [type, value]),
    );
    const number = (type: string) => Number(parts.get(type as Intl.DateTimeFormatPartTypes));
    const wall = new Date(0);
    wall.setUTCFullYear(
      parts.get("era") === "BC" ? 1 - number("year") : number("year"),
      number("month") - 1,
      number("day"),
    );
    wall.setUTCHours(number("hour"), number("minute"), number("second"));
    const offset = Math.round((wall.getTime() - moment) / 1000);
    if (this.known.size < 10_000) this.known.set(quarter, offset);
    return offset;
  }

  /** The offset without daylight saving around a moment: the smaller one of January and July. */
  standardAt(utc: number): number {
    const year = new Date(utc).getUTCFullYear();
    return Math.min(this.offsetAt(Date.UTC(year, 0, 1)), this.offsetAt(Date.UTC(year, 6, 1)));
  }

  /** Local mean time, to the minute as pytz has it. */
  meanTime(): number {
    return Math.round(this.offsetAt(Date.UTC(1800, 0, 1)) / 60) * 60;
  }
}

function timeZoneNames(): string[] {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", "GMT"])].sort();
}

/** The module; zones are kept, so that the same name gives the same object. */
export function pytzModule(): Value {
  const utc = new UtcZone();
  const zones = new Map<string, TzInfo>();
  const timezone = (args: readonly Value[], kwargs: Kwargs): Value => {
    const name = textArgument(bindArguments("timezone", ["zone"], args, kwargs)[0] ?? null);
    if (/^utc$/i.test(name)) return utc;
    const known = zones.get(name);
    if (known !== undefined) return known;
    if (!/^[A-Za-z][\w+/-]*$/.test(name)) return raise("UnknownTimeZoneError", `'${name}'`);
    try {
      const zone = new NamedZone(name, new ZoneData(name));
      zones.set(name, zone);
      return zone;
    } catch {
      return raise("UnknownTimeZoneError", `'${name}'`, { undefinedName: name, candidates: timeZoneNames() });
    }
  };
  const names = timeZoneNames();
  const classes = [
    "AmbiguousTimeError",
    "InvalidTimeError",
    "NonExistentTimeError",
    "UnknownTimeZoneError",
    "BaseTzInfo",
  ];
  return new Map<Value, Value>([
    ["timezone", new NativeFunction("timezone", timezone)],
    ["utc", utc],
    [
      "FixedOffset",
      new NativeFunction("FixedOffset", (args) => new FixedOffset(integerArgument(args[0] ?? null))),
    ],
    ["all_timezones", names],
    ["all_timezones_set", setOf(names)],
    ["common_timezones", names],
    ["common_timezones_set", setOf(names)],
    ...classes.map((name): [Value, Value] => [
      name,
      new TypeObject(`pytz.${name}`, (args) => args[0] ?? null),
    ]),
  ]);
}
