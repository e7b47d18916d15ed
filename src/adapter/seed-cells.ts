// What a cell of a seed can be: the types that dbt would infer from it (dbt_common's agate_helper: number, ISO date,
// timestamp, boolean, else text; "" and "null" are empty in all but text) as a set of bits, so that the type of a
// column is the intersection over its cells. Works on bytes: most cells are short numbers and dates.

/** In the order in which a type is chosen for a column. Text is what remains when none fits. */
const seedKinds = [
  "integer",
  "bigint",
  "huge",
  "float",
  "date",
  "timestamp",
  "isoTimestamp",
  "boolean",
] as const;

export type SeedKind = (typeof seedKinds)[number] | "text";

const INTEGER = 1;
const BIGINT = 2;
const HUGE = 4;
const FLOAT = 8;
const DATE = 16;
const TIMESTAMP = 32;
const ISO_TIMESTAMP = 64;
const BOOLEAN = 128;

/** Everything fits: an empty cell, or a column without cells. */
export const ANY_KIND = 255;
export const NO_KIND = 0;
/** A cell that is not empty and means NULL in a column that is not text: "null", white space. */
const NULL_WORD = 256 | ANY_KIND;

const FITS_INTEGER = INTEGER | BIGINT | HUGE | FLOAT;
const FITS_BIGINT = BIGINT | HUGE | FLOAT;
const FITS_HUGE = HUGE | FLOAT;

/** @returns the first kind of a set */
export function kindOfBits(bits: number): SeedKind {
  for (let i = 0; i < seedKinds.length; i++) if (bits & (1 << i)) return seedKinds[i] as SeedKind;
  return "text";
}

/** @returns whether the cell `bytes[start, end)` is NULL for agate without being empty: "null" or white space */
export function isNullWord(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return false;
  const first = bytes[start] as number;
  const mayBe = first === 0x6e || first === 0x4e || isSpace(first);
  return mayBe && cellKinds(bytes, start, end) === NULL_WORD;
}

/** @returns the kinds that the cell `bytes[start, end)` can be, or NULL_WORD */
export function cellKinds(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return ANY_KIND;
  let from = start;
  let to = end;
  while (from < to && isSpace(bytes[from] as number)) from++;
  while (to > from && isSpace(bytes[to - 1] as number)) to--;
  if (from === to) return NULL_WORD;
  const first = bytes[from] as number;
  if (isDigit(first) || first === 0x2d) {
    const digitsFrom = first === 0x2d ? from + 1 : from;
    let at = digitsFrom;
    while (at < to && isDigit(bytes[at] as number)) at++;
    if (at === to && at > digitsFrom) return wholeNumber(bytes, digitsFrom, to);
    if (bytes[at] === 0x2d && at - from === 4) return moment(bytes, from, to);
    if (bytes[at] === POINT && at > digitsFrom) {
      let rest = at + 1;
      while (rest < to && bytes[rest] === 0x30) rest++;
      if (rest === to) return wholeNumber(bytes, digitsFrom, at);
      while (rest < to && isDigit(bytes[rest] as number)) rest++;
      if (rest === to) return FLOAT;
    }
    return unusual(bytes, from, to);
  }
  // A word that begins with a letter other than these is text, as most text is.
  return FIRST_LETTERS.includes(first) ? unusual(bytes, from, to) : NO_KIND;
}

const POINT = 0x2e;
const COLON = 0x3a;
const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");

/** n, t, f, i (null, nan, true, false, inf), sign and point. */
const FIRST_LETTERS: readonly number[] = [..."nNtTfFiI+."].map((letter) => letter.charCodeAt(0));

function wholeNumber(bytes: Uint8Array, from: number, to: number): number {
  if (to - from <= 9) return FITS_INTEGER;
  const value = BigInt(text(bytes, from, to));
  return wholeValue(bytes[from - 1] === 0x2d ? -value : value);
}

/** Beyond 28 digits dbt makes a float of it: the precision of Python's decimals. */
const TOO_LONG = 10n ** 28n;

function wholeValue(value: bigint): number {
  if (value === BigInt.asIntN(32, value)) return FITS_INTEGER;
  if (value === BigInt.asIntN(64, value)) return FITS_BIGINT;
  return value > -TOO_LONG && value < TOO_LONG ? FITS_HUGE : FLOAT;
}

const NUMBER = /^([+-]?)(\d+(?:_\d+)*)?(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Numbers with sign, point or exponent, and words. */
function unusual(bytes: Uint8Array, from: number, to: number): number {
  if (isWord(bytes, from, to, TRUE) || isWord(bytes, from, to, FALSE)) return BOOLEAN;
  // Python's Decimal takes any length, but what is longer than this is text in all but contrived files.
  if (to - from > 400) return NO_KIND;
  const word = text(bytes, from, to);
  const number = NUMBER.exec(word);
  if (number && (number[2] !== undefined || (number[3] ?? "") !== "")) {
    const [, sign = "", whole = "0", fraction = "", exponent] = number;
    if (exponent === undefined && /^0*$/.test(fraction)) {
      const value = BigInt(whole.replaceAll("_", ""));
      return wholeValue(sign === "-" ? -value : value);
    }
    const value = Number(word.replaceAll("_", ""));
    return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? FITS_INTEGER : FLOAT;
  }
  const lower = word.toLowerCase();
  if (lower === "null") return NULL_WORD;
  return /^[+-]?(?:nan|inf|infinity)$/.test(lower) ? FLOAT : NO_KIND;
}

const DATE_ONLY = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const DATE_TIME = /^(\d{4})-(\d{1,2})-(\d{1,2})\s+(\d{1,2}):(\d{1,2}):(\d{1,2})$/;
/** The forms of ISO 8601 that both dbt's parser and databases read. */
const ISO_DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?$/;

function moment(bytes: Uint8Array, from: number, to: number): number {
  // The forms that nearly all files have; whatever else they are is left to the patterns.
  if (to - from === 10 && startsWithDate(bytes, from)) return DATE;
  if (
    to - from === 19 &&
    startsWithDate(bytes, from) &&
    bytes[from + 10] === 0x20 &&
    isTime(bytes, from + 11)
  )
    return TIMESTAMP;
  if (to - from > 60) return NO_KIND;
  const word = text(bytes, from, to);
  const date = DATE_ONLY.exec(word);
  if (date) return matchesDate(date) ? DATE : NO_KIND;
  const plain = DATE_TIME.exec(word);
  if (plain) return matchesDate(plain) && matchesTime(plain) ? TIMESTAMP : NO_KIND;
  const iso = ISO_DATE_TIME.exec(word);
  return iso && matchesDate(iso) && matchesTime(iso) ? ISO_TIMESTAMP : NO_KIND;
}

/** "2024-01-31" */
function startsWithDate(bytes: Uint8Array, from: number): boolean {
  const year = digits(bytes, from, from + 4);
  const month = digits(bytes, from + 5, from + 7);
  return bytes[from + 7] === 0x2d && isDate(year, month, digits(bytes, from + 8, from + 10));
}

/** "23:59:58" */
function isTime(bytes: Uint8Array, from: number): boolean {
  const colons = bytes[from + 2] === COLON && bytes[from + 5] === COLON;
  return (
    colons &&
    digits(bytes, from, from + 2) < 24 &&
    digits(bytes, from + 3, from + 5) < 60 &&
    digits(bytes, from + 6, from + 8) < 60
  );
}

function matchesDate(match: RegExpExecArray): boolean {
  return isDate(Number(match[1]), Number(match[2]), Number(match[3]));
}

function matchesTime(match: RegExpExecArray): boolean {
  return Number(match[4]) < 24 && Number(match[5]) < 60 && Number(match[6] ?? 0) < 60;
}

/** A day of the calendar from year 1 on, as Python's datetime has it; NaN is none. */
function isDate(year: number, month: number, day: number): boolean {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return false;
  if (day <= 28) return true;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return (
    day <=
    (month === 2 ? (leap ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31)
  );
}

/** The number that the digits make, NaN when another byte is among them. */
function digits(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    if (!isDigit(byte)) return Number.NaN;
    value = value * 10 + byte - 0x30;
  }
  return value;
}

/** True for a word of lower-case letters, however it is written. */
function isWord(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  if (to - from !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (((bytes[from + i] as number) | 0x20) !== word[i]) return false;
  return true;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("utf8");
}
