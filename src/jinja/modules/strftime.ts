// strftime as glibc and Python write it, with the flags `-`, `_`, `0`, `^` and `#`.

import { dayOfYear, isoCalendar, pad, toOrdinal, weekdayOf } from "./calendar.ts";

/** What can be asked of a date, time or datetime. */
export interface TimeFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  /** Seconds east of UTC and name; undefined for naive times. */
  readonly offset: number | undefined;
  readonly zone: string | undefined;
}

export const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** @param format with `%` directives; unknown ones stay as written */
export function strftime(fields: TimeFields, format: string): string {
  return format.replace(/%([-_0^#]?)(:?[A-Za-z%])/g, (whole, flag: string, code: string) => {
    const text = directive(fields, code);
    return text === undefined ? whole : flagged(text, flag);
  });
}

function flagged(text: string, flag: string): string {
  switch (flag) {
    case "-":
      return text.replace(/^[0 ]+(?=.)/, "");
    case "_":
      return text.replace(/^0+(?=.)/, (zeros) => " ".repeat(zeros.length));
    case "^":
      return text.toUpperCase();
    case "#":
      return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
    default:
      return text;
  }
}

function directive(fields: TimeFields, code: string): string | undefined {
  return dateDirective(fields, code) ?? timeDirective(fields, code) ?? compound(fields, code);
}

function dateDirective(fields: TimeFields, code: string): string | undefined {
  const { year, month, day } = fields;
  const ordinal = toOrdinal(year, month, day);
  const weekday = weekdayOf(ordinal);
  const yearDay = dayOfYear(year, month, day);
  switch (code) {
    case "a":
      return (DAYS[weekday] ?? "").slice(0, 3);
    case "A":
      return DAYS[weekday] ?? "";
    case "w":
      return String((weekday + 1) % 7);
    case "u":
      return String(weekday + 1);
    case "d":
      return pad(day);
    case "e":
      return String(day).padStart(2);
    case "b":
    case "h":
      return (MONTHS[month - 1] ?? "").slice(0, 3);
    case "B":
      return MONTHS[month - 1] ?? "";
    case "m":
      return pad(month);
    case "y":
      return pad(year % 100);
    case "Y":
      return String(year);
    case "C":
      return pad(Math.floor(year / 100));
    case "j":
      return pad(yearDay, 3);
    case "U":
      return pad(Math.floor((yearDay + 6 - ((weekday + 1) % 7)) / 7));
    case "W":
      return pad(Math.floor((yearDay + 6 - weekday) / 7));
    case "V":
      return pad(isoCalendar(ordinal).week);
    case "G":
      return String(isoCalendar(ordinal).year);
    case "g":
      return pad(isoCalendar(ordinal).year % 100);
    default:
      return undefined;
  }
}

function timeDirective(fields: TimeFields, code: string): string | undefined {
  const { hour, minute, second } = fields;
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  switch (code) {
    case "H":
      return pad(hour);
    case "k":
      return String(hour).padStart(2);
    case "I":
      return pad(twelve);
    case "l":
      return String(twelve).padStart(2);
    case "p":
      return hour < 12 ? "AM" : "PM";
    case "P":
      return hour < 12 ? "am" : "pm";
    case "M":
      return pad(minute);
    case "S":
      return pad(second);
    case "f":
      return pad(fields.microsecond, 6);
    case "z":
      return fields.offset === undefined ? "" : zoneOffset(fields.offset, "");
    case ":z":
      return fields.offset === undefined ? "" : zoneOffset(fields.offset, ":");
    case "Z":
      return fields.zone ?? "";
    default:
      return undefined;
  }
}

function zoneOffset(seconds: number, separator: string): string {
  const size = Math.abs(seconds);
  const rest = size % 60 === 0 ? "" : separator + pad(size % 60);
  return `${seconds < 0 ? "-" : "+"}${pad(Math.floor(size / 3600))}${separator}${pad(Math.floor(size / 60) % 60)}${rest}`;
}

const COMPOUND: Readonly<Record<string, string>> = {
  c: "%a %b %e %H:%M:%S %Y",
  x: "%m/%d/%y",
  X: "%H:%M:%S",
  D: "%m/%d/%y",
  F: "%Y-%m-%d",
  T: "%H:%M:%S",
  R: "%H:%M",
  r: "%I:%M:%S %p",
  n: "\n",
  t: "\t",
  "%": "%",
};

function compound(fields: TimeFields, code: string): string | undefined {
  if (code === "s") {
    const days = toOrdinal(fields.year, fields.month, fields.day) - 719_163;
    return String(
      days * 86_400 + fields.hour * 3600 + fields.minute * 60 + fields.second - (fields.offset ?? 0),
    );
  }
  const format = Object.hasOwn(COMPOUND, code) ? COMPOUND[code] : undefined;
  return format === undefined || format === "%" ? format : strftime(fields, format);
}
