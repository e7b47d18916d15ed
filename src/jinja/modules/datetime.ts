// The module `datetime` as dbt offers it: date, time, datetime, timedelta, tzinfo (and timezone, which scripts expect).

import { bindArguments, integerArgument, numberArgument, textArgument } from "../bind-arguments.ts";
import { raise } from "../errors.ts";
import { type Kwargs, NativeFunction, type Value } from "../value.ts";
import { PyDate } from "./date.ts";
import { PyDateTime } from "./datetime-value.ts";
import { strptime } from "./strptime.ts";
import { PyTime, zoneArgument } from "./time.ts";
import { makeTimeDelta, PyTimeDelta } from "./timedelta.ts";
import { TypeObject } from "./type-object.ts";
import { FixedZone, type TzInfo } from "./tzinfo.ts";

export { PyDate } from "./date.ts";
export { PyDateTime } from "./datetime-value.ts";
export { PyTime } from "./time.ts";
export { PyTimeDelta } from "./timedelta.ts";
export { FixedZone, TzInfo } from "./tzinfo.ts";

/** Wall clock in milliseconds since 1970. */
export type Clock = () => number;

function native(name: string, compute: (args: readonly Value[], kwargs: Kwargs) => Value): [string, Value] {
  return [name, new NativeFunction(name, compute)];
}

/** A moment as local time of this machine, without a zone. */
function localTime(milliseconds: number, micros = 0): PyDateTime {
  const date = new Date(milliseconds);
  const fraction = date.getMilliseconds() * 1000 + micros;
  return new PyDateTime(
    date.getFullYear(),
    date.getMonth() + 1,
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
    date.getSeconds(),
    fraction,
  );
}

function timestampOf(value: Value): { milliseconds: number; micros: number } {
  const total = Math.round(numberArgument(value) * 1e6);
  const milliseconds = Math.floor(total / 1000);
  return { milliseconds, micros: total - milliseconds * 1000 };
}

function momentIn(milliseconds: number, micros: number, zone: TzInfo | null): PyDateTime {
  return zone === null
    ? localTime(milliseconds, micros)
    : PyDateTime.ofEpoch(milliseconds, micros).inZone(zone);
}

function dateType(clock: Clock): TypeObject {
  const construct = (args: readonly Value[], kwargs: Kwargs) => {
    const [year, month, day] = bindArguments("date", ["year", "month", "day"], args, kwargs).map((value) =>
      integerArgument(value ?? null),
    );
    return new PyDate(year ?? 0, month ?? 0, day ?? 0);
  };
  const dateOf = ({ year, month, day }: PyDateTime) => new PyDate(year, month, day);
  return new TypeObject(
    "datetime.date",
    construct,
    new Map<string, Value>([
      native("today", () => dateOf(localTime(clock()))),
      native("fromtimestamp", (args) => dateOf(localTime(timestampOf(args[0] ?? null).milliseconds))),
      native("fromisoformat", (args) => PyDate.parse(textArgument(args[0] ?? null))),
      native("fromordinal", (args) => PyDate.ofOrdinal(integerArgument(args[0] ?? null))),
      native("fromisocalendar", (args) => fromIsoCalendar(args)),
      ["min", new PyDate(1, 1, 1)],
      ["max", new PyDate(9999, 12, 31)],
      ["resolution", new PyTimeDelta(1)],
    ]),
  );
}

function fromIsoCalendar(args: readonly Value[]): PyDate {
  const [year = 0, week = 0, day = 0] = args.map(integerArgument);
  if (week < 1 || week > 53) raise("ValueError", `Invalid week: ${week}`);
  return PyDate.parse(`${String(year).padStart(4, "0")}-W${String(week).padStart(2, "0")}-${day}`);
}

const CLOCK = ["hour?", "minute?", "second?", "microsecond?", "tzinfo?"];

function timeType(): TypeObject {
  const construct = (args: readonly Value[], kwargs: Kwargs) => {
    const bound = bindArguments("time", CLOCK, args, kwargs);
    const [hour = 0, minute = 0, second = 0, microsecond = 0] = bound
      .slice(0, 4)
      .map((value) => integerArgument(value ?? 0));
    return new PyTime(hour, minute, second, microsecond, zoneArgument(bound[4] ?? null));
  };
  return new TypeObject(
    "datetime.time",
    construct,
    new Map<string, Value>([
      native("fromisoformat", (args) => PyTime.parse(textArgument(args[0] ?? null))),
      ["min", new PyTime(0, 0, 0, 0)],
      ["max", new PyTime(23, 59, 59, 999_999)],
      ["resolution", new PyTimeDelta(0, 1)],
    ]),
  );
}

function makeDateTime(args: readonly Value[], kwargs: Kwargs): PyDateTime {
  const bound = bindArguments("datetime", ["year", "month", "day", ...CLOCK], args, kwargs);
  const [year = 0, month = 0, day = 0, hour, minute, second, microsecond] = bound
    .slice(0, 7)
    .map((value) => integerArgument(value ?? 0));
  return new PyDateTime(year, month, day, hour, minute, second, microsecond, zoneArgument(bound[7] ?? null));
}

function parseDateTime(args: readonly Value[]): PyDateTime {
  const fields = strptime(textArgument(args[0] ?? null), textArgument(args[1] ?? null));
  const { year, month, day, hour, minute, second, microsecond, offset } = fields;
  return new PyDateTime(
    year,
    month,
    day,
    hour,
    minute,
    second,
    microsecond,
    offset === undefined ? null : new FixedZone(offset),
  );
}

function combine(args: readonly Value[], kwargs: Kwargs): PyDateTime {
  const [date, time, zone] = bindArguments("combine", ["date", "time", "tzinfo?"], args, kwargs);
  if (!(date instanceof PyDate) || !(time instanceof PyTime))
    return raise("TypeError", "combine() needs a date and a time");
  const { hour, minute, second, microsecond } = time;
  return new PyDateTime(
    date.year,
    date.month,
    date.day,
    hour,
    minute,
    second,
    microsecond,
    zone === undefined ? time.zone : zoneArgument(zone),
  );
}

function dateTimeType(clock: Clock): TypeObject {
  const zoneOf = (name: string, args: readonly Value[], kwargs: Kwargs) =>
    zoneArgument(bindArguments(name, ["tz?"], args, kwargs)[0] ?? null);
  return new TypeObject(
    "datetime.datetime",
    makeDateTime,
    new Map<string, Value>([
      native("now", (args, kwargs) => momentIn(clock(), 0, zoneOf("now", args, kwargs))),
      native("today", () => localTime(clock())),
      native("utcnow", () => PyDateTime.ofEpoch(clock(), 0, null)),
      native("fromtimestamp", (args, kwargs) => {
        const [timestamp, zone] = bindArguments("fromtimestamp", ["timestamp", "tz?"], args, kwargs);
        const { milliseconds, micros } = timestampOf(timestamp ?? null);
        return momentIn(milliseconds, micros, zoneArgument(zone ?? null));
      }),
      native("utcfromtimestamp", (args) => {
        const { milliseconds, micros } = timestampOf(args[0] ?? null);
        return PyDateTime.ofEpoch(milliseconds, micros, null);
      }),
      native("fromisoformat", (args) => PyDateTime.parse(textArgument(args[0] ?? null))),
      native("fromordinal", (args) => PyDateTime.of(integerArgument(args[0] ?? null), 0, null)),
      native("strptime", parseDateTime),
      native("combine", combine),
      native("strftime", (args) => callMethod(args, "strftime")),
      native("isoformat", (args) => callMethod(args, "isoformat")),
      ["min", new PyDateTime(1, 1, 1)],
      ["max", new PyDateTime(9999, 12, 31, 23, 59, 59, 999_999)],
      ["resolution", new PyTimeDelta(0, 1)],
    ]),
  );
}

/** `datetime.strftime(value, ...)`: a method called through its class. */
function callMethod([self, ...rest]: readonly Value[], name: string): Value {
  const method = self instanceof PyDate ? self.getAttribute(name) : undefined;
  if (!(method instanceof NativeFunction)) return raise("TypeError", `descriptor '${name}' needs a datetime`);
  return method.call(rest, new Map()) as Value;
}

function timeZoneType(): TypeObject {
  const construct = (args: readonly Value[], kwargs: Kwargs) => {
    const [offset, name] = bindArguments("timezone", ["offset", "name?"], args, kwargs);
    if (!(offset instanceof PyTimeDelta))
      return raise("TypeError", "timezone() argument 1 must be datetime.timedelta");
    const seconds = offset.totalSeconds();
    if (Math.abs(seconds) >= 86_400)
      raise("ValueError", "offset must be a timedelta strictly between -24 and 24 hours");
    return new FixedZone(seconds, name === undefined || name === null ? undefined : textArgument(name));
  };
  return new TypeObject("datetime.timezone", construct, new Map<string, Value>([["utc", new FixedZone(0)]]));
}

/** @param clock what now(), today() and utcnow() read */
export function datetimeModule(clock: Clock): Value {
  return new Map<Value, Value>([
    ["date", dateType(clock)],
    ["datetime", dateTimeType(clock)],
    ["time", timeType()],
    [
      "timedelta",
      new TypeObject(
        "datetime.timedelta",
        makeTimeDelta,
        new Map<string, Value>([
          ["min", new PyTimeDelta(-999_999_999)],
          ["max", new PyTimeDelta(999_999_999, 86_400e6 - 1)],
          ["resolution", new PyTimeDelta(0, 1)],
        ]),
      ),
    ],
    [
      "tzinfo",
      new TypeObject("datetime.tzinfo", () =>
        raise("NotImplementedError", "a tzinfo subclass must implement utcoffset()"),
      ),
    ],
    ["timezone", timeZoneType()],
  ]);
}
