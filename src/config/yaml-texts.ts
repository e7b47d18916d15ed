// Reads the three kinds of YAML texts: plain, quoted and block (`|`, `>`). Each takes the scanner at the first
// character and leaves it behind the last one.

import { isBlank, isBlankOrEnd, isBreak, YamlFault } from "./yaml-fault.ts";
import type { Scanner } from "./yaml-scanner.ts";

/** What folded line breaks become: one blank, or the breaks after the first. */
function fold(breaks: number): string {
  return breaks === 1 ? " " : "\n".repeat(breaks - 1);
}

/**
 * A text without quotes: ends before ": ", " #", a line that is indented less, and in brackets before `,[]{}`.
 * @returns the text and the offset behind its last character (the scanner may stand behind blanks and line breaks)
 */
export function readPlainText(scanner: Scanner): { readonly text: string; readonly end: number } {
  const { text } = scanner;
  const least = scanner.indent + 1;
  let value = "";
  let end = scanner.pos;
  let lastOnOneLine = true;
  for (;;) {
    if (scanner.atDocumentMark() || text.charCodeAt(scanner.pos) === 35) break;
    const start = scanner.pos;
    scanner.pos = endOfPlainWords(scanner);
    if (scanner.pos === start) break;
    const gap = value === "" ? "" : text.slice(end, start);
    value += (breaksIn(gap) > 0 ? fold(breaksIn(gap)) : gap) + text.slice(start, scanner.pos);
    end = scanner.pos;
    lastOnOneLine = skipBlanksAndBreaks(scanner, least);
    if (scanner.pos === end || (!lastOnOneLine && scanner.flowLevel === 0 && scanner.column < least)) break;
  }
  if (!lastOnOneLine) scanner.keyAllowed = true;
  return { text: value, end };
}

/** Offset of the first blank, break or indicator behind the words at the cursor. */
function endOfPlainWords(scanner: Scanner): number {
  const { text, flowLevel } = scanner;
  let pos = scanner.pos;
  for (; ; pos++) {
    const code = text.charCodeAt(pos);
    if (isBlankOrEnd(code)) return pos;
    if (code === 58) {
      const next = text.charCodeAt(pos + 1);
      if (isBlankOrEnd(next)) return pos;
      if (flowLevel > 0 && (isFlowIndicator(next) || next === 63))
        throw new YamlFault("colon-not-here", pos, scanner.pos);
    } else if (flowLevel > 0 && isFlowIndicator(code)) return pos;
  }
}

function isFlowIndicator(code: number): boolean {
  return code === 44 || code === 91 || code === 93 || code === 123 || code === 125;
}

/** Moves over blanks and line breaks; false when there was a break. */
function skipBlanksAndBreaks(scanner: Scanner, least: number): boolean {
  const { text } = scanner;
  let onOneLine = true;
  for (;;) {
    const code = text.charCodeAt(scanner.pos);
    if (isBlank(code)) {
      if (!onOneLine && code === 9 && scanner.column < least) throw new YamlFault("tab", scanner.pos);
      scanner.pos += 1;
    } else if (isBreak(code)) {
      scanner.lineBreak();
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

/**
 * A text in quotes; lines are folded, double quotes know escapes.
 * @throws YamlFault "quote-open" at the opening quote when it is never closed, "escape" for an unknown one
 */
export function readQuotedText(scanner: Scanner): string {
  const { text } = scanner;
  const start = scanner.pos;
  const quote = text.charCodeAt(start);
  scanner.pos += 1;
  let value = "";
  for (;;) {
    const from = scanner.pos;
    let code = text.charCodeAt(scanner.pos);
    while (code !== quote && code !== 92 && !isBlankOrEnd(code)) code = text.charCodeAt(++scanner.pos);
    value += text.slice(from, scanner.pos);
    if (scanner.pos >= text.length || scanner.atDocumentMark())
      throw new YamlFault("quote-open", scanner.pos, start);
    if (code === quote) {
      scanner.pos += 1;
      if (quote === 34 || text.charCodeAt(scanner.pos) !== 39) return value;
      value += "'";
      scanner.pos += 1;
    } else if (code === 92 && quote === 34) value += readEscape(scanner, start);
    else if (code === 92 || code === 0) {
      value += text[scanner.pos];
      scanner.pos += 1;
    } else value += readQuotedGap(scanner, start);
  }
}

function readQuotedGap(scanner: Scanner, start: number): string {
  const { text } = scanner;
  const from = scanner.pos;
  let breaks = 0;
  for (;;) {
    const code = text.charCodeAt(scanner.pos);
    if (isBlank(code)) scanner.pos += 1;
    else if (isBreak(code)) {
      scanner.lineBreak();
      breaks += 1;
      if (scanner.atDocumentMark()) throw new YamlFault("quote-open", scanner.pos, start);
    } else break;
  }
  return breaks === 0 ? text.slice(from, scanner.pos) : fold(breaks);
}

function readEscape(scanner: Scanner, start: number): string {
  const { text } = scanner;
  const at = scanner.pos;
  const letter = text.charAt(at + 1);
  if (isBreak(text.charCodeAt(at + 1))) {
    scanner.pos += 1;
    scanner.lineBreak();
    const breaks = skipIndentedBreaks(scanner);
    return "\n".repeat(breaks);
  }
  const digits = HEX_DIGITS[letter];
  if (digits !== undefined) {
    const hex = text.slice(at + 2, at + 2 + digits);
    const point = /^[0-9A-Fa-f]+$/.test(hex) && hex.length === digits ? Number.parseInt(hex, 16) : -1;
    if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
      throw new YamlFault("escape", at, start);
    scanner.pos += 2 + digits;
    return String.fromCodePoint(point);
  }
  if (!Object.hasOwn(ESCAPES, letter)) throw new YamlFault("escape", at, start);
  scanner.pos += 2;
  return ESCAPES[letter] as string;
}

function skipIndentedBreaks(scanner: Scanner): number {
  let breaks = 0;
  for (;;) {
    const code = scanner.text.charCodeAt(scanner.pos);
    if (isBlank(code)) scanner.pos += 1;
    else if (isBreak(code)) {
      scanner.lineBreak();
      breaks += 1;
    } else return breaks;
  }
}

/**
 * A block text: `|` keeps line breaks, `>` folds them; `-` drops the last ones, `+` keeps them all; a digit gives
 * the indent where the first line does not.
 * @throws YamlFault "block-header" for what follows the indicator, "tab" for a tab in the indent
 */
export function readBlockText(scanner: Scanner): string {
  const { text } = scanner;
  const folded = text.charCodeAt(scanner.pos) === 62;
  const header = readBlockHeader(scanner);
  let indent = header.indent > 0 ? Math.max(scanner.indent, 0) + header.indent : 0;
  let found = readBlockBreaks(scanner, indent);
  if (indent === 0) indent = Math.max(found.column, scanner.indent + 1, 1);
  let value = "";
  let leading = "";
  let wasMore = false;
  let breaks = found.breaks;
  while (scanner.column === indent && scanner.pos < text.length) {
    const more = isBlank(text.charCodeAt(scanner.pos));
    if (folded && leading !== "" && !wasMore && !more) value += breaks === "" ? " " : "";
    else value += leading;
    value += breaks;
    wasMore = more;
    const from = scanner.pos;
    while (scanner.pos < text.length && !isBreak(text.charCodeAt(scanner.pos))) scanner.pos += 1;
    value += text.slice(from, scanner.pos);
    leading = "";
    breaks = "";
    if (scanner.pos >= text.length) break;
    scanner.lineBreak();
    leading = "\n";
    found = readBlockBreaks(scanner, indent);
    breaks = found.breaks;
  }
  if (header.chomp === "-") return value;
  return header.chomp === "+" ? value + leading + breaks : value + leading;
}

function readBlockHeader(scanner: Scanner): { readonly chomp: string; readonly indent: number } {
  const { text } = scanner;
  const start = scanner.pos;
  const found = /[|>](?:([+-])([1-9])?|([1-9])([+-])?)?/y;
  found.lastIndex = start;
  const match = found.exec(text) as RegExpExecArray;
  scanner.pos += match[0].length;
  const afterIndicators = scanner.pos;
  while (isBlank(text.charCodeAt(scanner.pos))) scanner.pos += 1;
  if (text.charCodeAt(scanner.pos) === 35 && scanner.pos > afterIndicators)
    while (scanner.pos < text.length && !isBreak(text.charCodeAt(scanner.pos))) scanner.pos += 1;
  if (scanner.pos < text.length) {
    if (!isBreak(text.charCodeAt(scanner.pos))) throw new YamlFault("block-header", scanner.pos, start);
    scanner.lineBreak();
  }
  return { chomp: match[1] ?? match[4] ?? "", indent: Number(match[2] ?? match[3] ?? 0) };
}

/** Moves over empty lines to the next text, at most to the column `indent` (0: as far as blanks go). */
function readBlockBreaks(
  scanner: Scanner,
  indent: number,
): { readonly breaks: string; readonly column: number } {
  const { text } = scanner;
  let breaks = "";
  let column = 0;
  for (;;) {
    while ((indent === 0 || scanner.column < indent) && text.charCodeAt(scanner.pos) === 32) scanner.pos += 1;
    column = Math.max(column, scanner.column);
    const code = text.charCodeAt(scanner.pos);
    if (code === 9 && (indent === 0 || scanner.column < indent)) throw new YamlFault("tab", scanner.pos);
    if (!isBreak(code)) return { breaks, column };
    scanner.lineBreak();
    breaks += "\n";
  }
}
