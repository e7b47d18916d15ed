// Reads the three kinds of YAML texts: plain, quoted and block (`|`, `>`). Each takes the cursor at the first
// character and leaves it behind the last one.

import { BLANKS, endOf, REST_OF_LINE, type YamlCursor } from "./yaml-cursor.ts";
import { isBlank, isBlankOrEnd, isBreak, YamlFault } from "./yaml-fault.ts";

/** What folded line breaks become: one blank, or the breaks after the first. */
function fold(breaks: number): string {
  return breaks === 1 ? " " : "\n".repeat(breaks - 1);
}

/**
 * A text without quotes: ends before ": ", " #", a line that is indented less, and in brackets before `,[]{}`.
 * @returns the text and the offset behind its last character (the cursor may stand behind blanks and line breaks)
 */
export function readPlainText(cursor: YamlCursor): { readonly text: string; readonly end: number } {
  const { text } = cursor;
  const least = cursor.indent + 1;
  let value = "";
  let end = cursor.pos;
  let lastOnOneLine = true;
  for (;;) {
    if (cursor.atDocumentMark() || text.charCodeAt(cursor.pos) === 35) break;
    const start = cursor.pos;
    cursor.pos = endOfPlainWords(cursor);
    if (cursor.pos === start) break;
    const gap = value === "" ? "" : text.slice(end, start);
    value += (breaksIn(gap) > 0 ? fold(breaksIn(gap)) : gap) + text.slice(start, cursor.pos);
    end = cursor.pos;
    lastOnOneLine = skipBlanksAndBreaks(cursor, least);
    if (cursor.pos === end || (!lastOnOneLine && cursor.flowLevel === 0 && cursor.column < least)) break;
  }
  if (!lastOnOneLine) cursor.keyAllowed = true;
  return { text: value, end };
}

/** Words on one line outside of brackets: a colon before a blank and "#" behind one end them. */
const PLAIN_LINE =
  /(?:[^ \t\n\r\x85\u2028\u2029:]+|:(?![ \t\n\r\x85\u2028\u2029]|$)|[ \t]+(?:(?=[^ \t\n\r\x85\u2028\u2029:#])|(?=:[^ \t\n\r\x85\u2028\u2029])))*/y;

/** Offset behind the words at the cursor: all of their line, in brackets up to the first blank or indicator. */
function endOfPlainWords(cursor: YamlCursor): number {
  const { text } = cursor;
  if (cursor.flowLevel === 0) return endOf(PLAIN_LINE, text, cursor.pos);
  let pos = cursor.pos;
  for (; ; pos++) {
    const code = text.charCodeAt(pos);
    if (isBlankOrEnd(code) || isFlowIndicator(code)) return pos;
    if (code === 58) {
      const next = text.charCodeAt(pos + 1);
      if (isBlankOrEnd(next)) return pos;
      if (isFlowIndicator(next) || next === 63) throw new YamlFault("colon-not-here", pos, cursor.pos);
    }
  }
}

function isFlowIndicator(code: number): boolean {
  return code === 44 || code === 91 || code === 93 || code === 123 || code === 125;
}

/** Moves over blanks and line breaks; false when there was a break. */
function skipBlanksAndBreaks(cursor: YamlCursor, least: number): boolean {
  const { text } = cursor;
  let onOneLine = true;
  for (;;) {
    const code = text.charCodeAt(cursor.pos);
    if (isBlank(code)) {
      if (!onOneLine && code === 9 && cursor.column < least) throw new YamlFault("tab", cursor.pos);
      cursor.pos = onOneLine ? endOf(BLANKS, text, cursor.pos) : cursor.pos + 1;
    } else if (isBreak(code)) {
      cursor.lineBreak();
      onOneLine = false;
    } else return onOneLine;
  }
}

function breaksIn(gap: string): number {
  let count = 0;
  for (let i = 0; i < gap.length; i++) {
    if (!isBreak(gap.charCodeAt(i))) continue;
    if (gap.charCodeAt(i) === 13 && gap.charCodeAt(i + 1) === 10) i += 1;
    count += 1;
  }
  return count;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "/": "/",
  "\\": "\\",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
};

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** What stands on one line of a text in quotes, up to an escape or the closing quote. */
const DOUBLE_QUOTED_LINE = /[^"\\\n\r\x85\u2028\u2029]*/y;
const SINGLE_QUOTED_LINE = /[^'\n\r\x85\u2028\u2029]*/y;

/**
 * A text in quotes; lines are folded, double quotes know escapes.
 * @throws YamlFault "quote-open" at the opening quote when it is never closed, "escape" for an unknown one
 */
export function readQuotedText(cursor: YamlCursor): string {
  const { text } = cursor;
  const start = cursor.pos;
  const quote = text.charCodeAt(start);
  cursor.pos += 1;
  let value = "";
  for (;;) {
    const from = cursor.pos;
    cursor.pos = endOf(quote === 34 ? DOUBLE_QUOTED_LINE : SINGLE_QUOTED_LINE, text, from);
    const code = text.charCodeAt(cursor.pos);
    if (isBreak(code)) while (cursor.pos > from && isBlank(text.charCodeAt(cursor.pos - 1))) cursor.pos -= 1;
    const line = text.slice(from, cursor.pos);
    value = value === "" ? line : value + line;
    if (cursor.pos >= text.length) throw new YamlFault("quote-open", cursor.pos, start);
    if (code === quote) {
      cursor.pos += 1;
      if (quote === 34 || text.charCodeAt(cursor.pos) !== 39) return value;
      value += "'";
      cursor.pos += 1;
    } else if (code === 92) value += readEscape(cursor, start);
    else value += readQuotedGap(cursor, start);
  }
}

function readQuotedGap(cursor: YamlCursor, start: number): string {
  const { text } = cursor;
  const from = cursor.pos;
  let breaks = 0;
  for (;;) {
    const code = text.charCodeAt(cursor.pos);
    if (isBlank(code)) cursor.pos += 1;
    else if (isBreak(code)) {
      cursor.lineBreak();
      breaks += 1;
      if (cursor.atDocumentMark()) throw new YamlFault("quote-open", cursor.pos, start);
    } else break;
  }
  return breaks === 0 ? text.slice(from, cursor.pos) : fold(breaks);
}

function readEscape(cursor: YamlCursor, start: number): string {
  const { text } = cursor;
  const at = cursor.pos;
  const letter = text.charAt(at + 1);
  if (isBreak(text.charCodeAt(at + 1))) {
    cursor.pos += 1;
    cursor.lineBreak();
    const breaks = skipIndentedBreaks(cursor);
    return "\n".repeat(breaks);
  }
  const digits = HEX_DIGITS[letter];
  if (digits !== undefined) {
    const hex = text.slice(at + 2, at + 2 + digits);
    const point = /^[0-9A-Fa-f]+$/.test(hex) && hex.length === digits ? Number.parseInt(hex, 16) : -1;
    if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
      throw new YamlFault("escape", at, start);
    cursor.pos += 2 + digits;
    return String.fromCodePoint(point);
  }
  if (!Object.hasOwn(ESCAPES, letter)) throw new YamlFault("escape", at, start);
  cursor.pos += 2;
  return ESCAPES[letter] as string;
}

function skipIndentedBreaks(cursor: YamlCursor): number {
  let breaks = 0;
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.pos);
    if (isBlank(code)) cursor.pos += 1;
    else if (isBreak(code)) {
      cursor.lineBreak();
      breaks += 1;
    } else return breaks;
  }
}

/**
 * A block text: `|` keeps line breaks, `>` folds them; `-` drops the last ones, `+` keeps them all; a digit gives
 * the indent where the first line does not.
 * @throws YamlFault "block-header" for what follows the indicator, "tab" for a tab in the indent
 */
export function readBlockText(cursor: YamlCursor): string {
  const { text } = cursor;
  const folded = text.charCodeAt(cursor.pos) === 62;
  const header = readBlockHeader(cursor);
  let indent = header.indent > 0 ? Math.max(cursor.indent, 0) + header.indent : 0;
  let found = readBlockBreaks(cursor, indent);
  if (indent === 0) indent = Math.max(found.column, cursor.indent + 1, 1);
  let value = "";
  let leading = "";
  let wasMore = false;
  let breaks = found.breaks;
  while (cursor.column === indent && cursor.pos < text.length) {
    const more = isBlank(text.charCodeAt(cursor.pos));
    if (folded && leading !== "" && !wasMore && !more) value += breaks === "" ? " " : "";
    else value += leading;
    value += breaks;
    wasMore = more;
    const from = cursor.pos;
    cursor.pos = endOf(REST_OF_LINE, text, from);
    value += text.slice(from, cursor.pos);
    leading = "";
    breaks = "";
    if (cursor.pos >= text.length) break;
    cursor.lineBreak();
    leading = "\n";
    found = readBlockBreaks(cursor, indent);
    breaks = found.breaks;
  }
  if (header.chomp === "-") return value;
  return header.chomp === "+" ? value + leading + breaks : value + leading;
}

function readBlockHeader(cursor: YamlCursor): { readonly chomp: string; readonly indent: number } {
  const { text } = cursor;
  const start = cursor.pos;
  const found = /[|>](?:([+-])([1-9])?|([1-9])([+-])?)?/y;
  found.lastIndex = start;
  const match = found.exec(text) as RegExpExecArray;
  cursor.pos += match[0].length;
  const afterIndicators = cursor.pos;
  cursor.pos = endOf(BLANKS, text, cursor.pos);
  if (text.charCodeAt(cursor.pos) === 35 && cursor.pos > afterIndicators)
    cursor.pos = endOf(REST_OF_LINE, text, cursor.pos);
  if (cursor.pos < text.length) {
    if (!isBreak(text.charCodeAt(cursor.pos))) throw new YamlFault("block-header", cursor.pos, start);
    cursor.lineBreak();
  }
  return { chomp: match[1] ?? match[4] ?? "", indent: Number(match[2] ?? match[3] ?? 0) };
}

/** Moves over empty lines to the next text, at most to the column `indent` (0: as far as blanks go). */
function readBlockBreaks(
  cursor: YamlCursor,
  indent: number,
): { readonly breaks: string; readonly column: number } {
  const { text } = cursor;
  let breaks = "";
  let column = 0;
  for (;;) {
    while ((indent === 0 || cursor.column < indent) && text.charCodeAt(cursor.pos) === 32) cursor.pos += 1;
    column = Math.max(column, cursor.column);
    const code = text.charCodeAt(cursor.pos);
    if (code === 9 && (indent === 0 || cursor.column < indent)) throw new YamlFault("tab", cursor.pos);
    if (!isBreak(code)) return { breaks, column };
    cursor.lineBreak();
    breaks += "\n";
  }
}
