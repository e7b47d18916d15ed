// datetime.strptime: a format becomes a regular expression, what it finds becomes fields.

import { raise } from "../errors.ts";
import { textRepr } from "../repr.ts";
import { daysInMonth, fromOrdinal, toOrdinal } from "./calendar.ts";
import { DAYS, MONTHS, type TimeFields } from "./strftime.ts";

const names = (list: readonly string[], length?: number) =>
  list.map((name) => name.slice(0, length)).join("|");

const PATTERNS: Readonly<Record<string, string>> = {
  Y: "\\d{4}",
  y: "\\d{2}",
  m: "1[0-2]|0[1-9]|[1-9]",
  d: "3[01]|[12]\\d|0[1-9]|[1-9]| [1-9]",
  H: "2[0-3]|[01]\\d|\\d",
  I: "1[0-2]|0[1-9]|[1-9]",
  M: "[0-5]\\d|\\d",
  S: "6[01]|[0-5]\\d|\\d",
  f: "\\d{1,6}",
  p: "AM|PM",
  z: "[+-]\\d{2}:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|Z",
  Z: "UTC|GMT",
  j: "36[0-6]|3[0-5]\\d|[12]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]",
  a: names(DAYS, 3),
  A: names(DAYS),
  b: names(MONTHS, 3),
  B: names(MONTHS),
  U: "5[0-3]|[0-4]\\d|\\d",
  W: "5[0-3]|[0-4]\\d|\\d",
  w: "[0-6]",
  u: "[1-7]",
  G: "\\d{4}",
  V: "5[0-3]|0[1-9]|[1-4]\\d|\\d",
};

const COMPOUND: Readonly<Record<string, string>> = {
  c: "%a %b %d %H:%M:%S %Y",
  x: "%m/%d/%y",
  X: "%H:%M:%S",
};

/** Raises ValueError where the text does not have the format. */
export function strptime(text: string, format: string): TimeFields {
  const codes: string[] = [];
  const match = new RegExp(`^${pattern(format, codes)}$`, "i").exec(text);
  if (match === null) {
    const longer = new RegExp(`^${pattern(format, [])}`, "i").exec(text);
    if (longer !== null) raise("ValueError", `unconverted data remains: ${text.slice(longer[0].length)}`);
    raise("ValueError", `time data ${textRepr(text)} does not match format ${textRepr(format)}`);
  }
  return fieldsOf(new Map(codes.map((code, index) => [code, match[index + 1] ?? ""])));
}

function pattern(format: string, codes: string[]): string {
  return format.replace(/%(.)|\s+|[\\^$.*+?()[\]{}|]|%$/gs, (whole, code: string | undefined) => {
    if (/^\s/.test(whole)) return "\\s+";
    if (code === undefined)
      return whole === "%" ? raise("ValueError", `stray % in format '${format}'`) : `\\${whole}`;
    if (code === "%") return "%";
    const compound = Object.hasOwn(COMPOUND, code) ? COMPOUND[code] : undefined;
    if (compound !== undefined) return pattern(compound, codes);
    const part = Object.hasOwn(PATTERNS, code) ? PATTERNS[code] : undefined;
    if (part === undefined) return raise("ValueError", `'${code}' is a bad directive in format '${format}'`);
    if (codes.includes(code)) raise("re.error", `the directive %${code} stands twice in format '${format}'`);
    codes.push(code);
    return `(${part})`;
  });
}

function indexOf(list: readonly string[], text: string): number {
  return list.findIndex(
    (name) => name.slice(0, Math.max(3, text.length)).toLowerCase() === text.toLowerCase(),
  );
}

function fieldsOf(found: ReadonlyMap<string, string>): TimeFields {
  const number = (code: string, otherwise: number) => (found.has(code) ? Number(found.get(code)) : otherwise);
  const short = number("y", 0);
  const year = found.has("y") ? short + (short < 69 ? 2000 : 1900) : number("Y", 1900);
  const monthName = found.get("B") ?? found.get("b");
  let month = monthName === undefined ? number("m", 1) : indexOf(MONTHS, monthName) + 1;
  let day = number("d", 1);
  if (found.has("j")) ({ month, day } = fromOrdinal(toOrdinal(year, 1, 1) + number("j", 1) - 1));
  if (day > daysInMonth(year, month)) raise("ValueError", "day is out of range for month");
  const half = found.get("p")?.toUpperCase();
  const twelve = number("I", 0) % 12;
  const hour = found.has("I") ? twelve + (half === "PM" ? 12 : 0) : number("H", 0);
  const micros = Number((found.get("f") ?? "0").padEnd(6, "0"));
  const { offset, zone } = zoneOf(found);
  return {
    year,
    month,
    day,
    hour,
    minute: number("M", 0),
    second: number("S", 0),
    microsecond: micros,
    offset,
    zone,
  };
}

function zoneOf(found: ReadonlyMap<string, string>): {
  offset: number | undefined;
  zone: string | undefined;
} {
  const text = found.get("z");
  if (text === undefined) return { offset: undefined, zone: undefined };
  if (text.toUpperCase() === "Z") return { offset: 0, zone: "UTC" };
  const digits = text.replaceAll(":", "");
  const size =
    Number(digits.slice(1, 3)) * 3600 + Number(digits.slice(3, 5)) * 60 + Number(digits.slice(5, 7) || "0");
  return { offset: text.startsWith("-") ? -size : size, zone: undefined };
}
