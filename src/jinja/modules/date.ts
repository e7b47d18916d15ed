// datetime.date.

import { bindArguments, integerArgument, textArgument } from "../bind-arguments.ts";
import { raise } from "../errors.ts";
import { NamedTuple } from "../named-tuple.ts";
import { type Kwargs, NativeFunction, PyObject, Tuple, type Value } from "../value.ts";
import {
  type CivilDate,
  dayOfYear,
  daysInMonth,
  fromOrdinal,
  isoCalendar,
  MAX_ORDINAL,
  pad,
  toOrdinal,
  weekdayOf,
} from "./calendar.ts";
import { strftime, type TimeFields } from "./strftime.ts";
import { PyTimeDelta } from "./timedelta.ts";

/** Raises ValueError for a date that does not exist. */
function checkDate(year: number, month: number, day: number): void {
  if (year < 1 || year > 9999) raise("ValueError", `year ${year} is out of range`);
  if (month < 1 || month > 12) raise("ValueError", "month must be in 1..12");
  if (day < 1 || day > daysInMonth(year, month)) raise("ValueError", "day is out of range for month");
}

/** An ordinal within Python's years. Raises OverflowError. */
export function checkOrdinal(ordinal: number): number {
  return ordinal < 1 || ordinal > MAX_ORDINAL ? raise("OverflowError", "date value out of range") : ordinal;
}

export class PyDate extends PyObject {
  override readonly typeName: string = "datetime.date";
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly ordinal: number;

  constructor(year: number, month: number, day: number) {
    super();
    checkDate(year, month, day);
    this.year = year;
    this.month = month;
    this.day = day;
    this.ordinal = toOrdinal(year, month, day);
  }

  static ofOrdinal(ordinal: number): PyDate {
    const { year, month, day } = fromOrdinal(checkOrdinal(ordinal));
    return new PyDate(year, month, day);
  }

  /** Raises ValueError where the text is no ISO date. */
  static parse(text: string): PyDate {
    const { year, month, day } =
      parseIsoDate(text) ?? raise("ValueError", `Invalid isoformat string: '${text}'`);
    return new PyDate(year, month, day);
  }

  fields(): TimeFields {
    const { year, month, day } = this;
    return {
      year,
      month,
      day,
      hour: 0,
      minute: 0,
      second: 0,
      microsecond: 0,
      offset: undefined,
      zone: undefined,
    };
  }

  isoDate(): string {
    return `${pad(this.year, 4)}-${pad(this.month)}-${pad(this.day)}`;
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "year":
        return this.year;
      case "month":
        return this.month;
      case "day":
        return this.day;
      case "strftime":
      case "__format__":
        return new NativeFunction(name, (args, kwargs) => {
          const [format] = bindArguments(name, ["format"], args, kwargs);
          return strftime(this.fields(), textArgument(format ?? null));
        });
      case "isoformat":
        return new NativeFunction(name, () => this.toText());
      case "replace":
        return new NativeFunction(name, (args, kwargs) => this.replaced(args, kwargs));
      default:
        return this.calendarAttribute(name);
    }
  }

  private calendarAttribute(name: string): Value | undefined {
    const weekday = weekdayOf(this.ordinal);
    switch (name) {
      case "weekday":
        return new NativeFunction(name, () => weekday);
      case "isoweekday":
        return new NativeFunction(name, () => weekday + 1);
      case "toordinal":
        return new NativeFunction(name, () => this.ordinal);
      case "isocalendar":
        return new NativeFunction(name, () => {
          const { year, week, weekday: day } = isoCalendar(this.ordinal);
          return new NamedTuple(["year", "week", "weekday"], [year, week, day], "datetime.IsoCalendarDate");
        });
      case "ctime":
        return new NativeFunction(name, () => strftime(this.fields(), "%c"));
      case "timetuple":
        return new NativeFunction(name, () => this.timeTuple());
      default:
        return undefined;
    }
  }

  private timeTuple(): Value {
    const { year, month, day, hour, minute, second } = this.fields();
    return new Tuple([
      year,
      month,
      day,
      hour,
      minute,
      second,
      weekdayOf(this.ordinal),
      dayOfYear(year, month, day),
      -1,
    ]);
  }

  protected replaced(args: readonly Value[], kwargs: Kwargs): Value {
    const [year, month, day] = bindArguments("replace", ["year?", "month?", "day?"], args, kwargs);
    return new PyDate(
      integerArgument(year ?? this.year),
      integerArgument(month ?? this.month),
      integerArgument(day ?? this.day),
    );
  }

  override equals(other: Value): boolean {
    return other instanceof PyDate && other.typeName === this.typeName && other.ordinal === this.ordinal;
  }

  override compare(other: Value): number {
    if (!(other instanceof PyDate) || other.typeName !== this.typeName)
      return raise("TypeError", `can't compare ${this.typeName} to another type`);
    return this.ordinal - other.ordinal;
  }

  override hashKey(): unknown {
    return `\0date:${this.ordinal}`;
  }

  override operate(operator: string, other: Value, reflected: boolean): Value | undefined {
    if (other instanceof PyTimeDelta) {
      if (operator === "+") return PyDate.ofOrdinal(this.ordinal + other.days);
      return operator === "-" && !reflected ? PyDate.ofOrdinal(this.ordinal - other.days) : undefined;
    }
    if (operator !== "-" || !(other instanceof PyDate) || other.typeName !== this.typeName) return undefined;
    return new PyTimeDelta(reflected ? other.ordinal - this.ordinal : this.ordinal - other.ordinal);
  }

  override toText(): string {
    return this.isoDate();
  }

  override toRepr(): string {
    return `datetime.date(${this.year}, ${this.month}, ${this.day})`;
  }
}

/** `2024-01-31`, `20240131`, `2024-W05-3`; undefined for other texts. */
export function parseIsoDate(text: string): CivilDate | undefined {
  const plain = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text);
  if (plain !== null && /^(?:\d{8}|\d{4}-\d{2}-\d{2})$/.test(text)) {
    return { year: Number(plain[1]), month: Number(plain[2]), day: Number(plain[3]) };
  }
  const week = /^(\d{4})-?W(\d{2})(?:-?([1-7]))?$/.exec(text);
  if (week === null) return undefined;
  const first = toOrdinal(Number(week[1]), 1, 4);
  return fromOrdinal(first - weekdayOf(first) + (Number(week[2]) - 1) * 7 + Number(week[3] ?? 1) - 1);
}
