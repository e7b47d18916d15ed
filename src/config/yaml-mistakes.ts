// Puts a broken YAML text into words: where the mistake begins (which is often lines before the place where the reader
// stumbled), what it is, and how the line would be right. Recognizers are tried in order; each looks at the fault and
// at the lines around it.

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import type { LineIndex } from "./line-index.ts";
import type { FaultKind, YamlFault } from "./yaml-fault.ts";

interface Mistake {
  readonly start: number;
  readonly end?: number;
  readonly message: string;
  readonly help?: string;
  /** The message repeats a value of the file. */
  readonly reveals?: true;
}

type Recognizer = (fault: YamlFault, lines: LineIndex) => Mistake | undefined;

/**
 * @param secret true when the file can hold secrets: its lines are not repeated
 * @returns one error of code yaml-syntax
 */
export function describeFault(fault: YamlFault, lines: LineIndex, secret: boolean): Diagnostic {
  const mistake = recognize(fault, lines);
  const rest = mistake.help && !secret ? { help: mistake.help } : {};
  const message = secret && mistake.reveals ? WORDS[fault.kind] : mistake.message;
  return errorAt("yaml-syntax", message, lines.place(mistake.start, mistake.end), rest);
}

function recognize(fault: YamlFault, lines: LineIndex): Mistake {
  for (const recognizer of RECOGNIZERS) {
    const mistake = recognizer(fault, lines);
    if (mistake) return mistake;
  }
  return { start: fault.offset, message: WORDS[fault.kind] };
}

/** What is said when nothing more is known. */
const WORDS: Readonly<Record<FaultKind, string>> = {
  tab: "a tab is used to indent; YAML wants spaces",
  "start-character": "a value cannot start with this character; put it in quotes",
  "control-character": "the file holds a control character, which YAML does not allow",
  "colon-missing": "this line has no colon: neither a key nor a list item",
  "colon-not-here": "a colon stands where no key can be",
  "item-not-here": "a list item cannot stand here",
  "key-not-here": "a key cannot stand here",
  "key-expected": "this line does not fit the mapping around it: its indent matches no key above",
  "item-expected": "this line does not fit the list around it: its indent matches nothing above",
  "flow-expected": "a bracket is not closed, or a comma is missing",
  "content-expected": "a value is missing here",
  "quote-open": "a quote is never closed",
  escape: "this escape does not exist in a text in double quotes",
  "block-header": "nothing may follow | or > on their line but an indent, + or -",
  "anchor-name": "the name of an anchor is missing behind &",
  "alias-name": "the name of an anchor is missing behind *",
  "alias-unknown": "this alias has no anchor above it",
  "alias-cycle": "this alias stands inside of its own anchor",
  "too-large": "the aliases of this file stand for more than a million values",
  "too-deep": "the file is nested more than 200 levels deep",
  tag: "tags are not supported",
  documents: "the file holds more than one document; remove the ---",
  directive: "this directive is not supported",
  "key-unhashable": "a key must be a text, a number or a date, not a list or a mapping",
  merge: "<<: takes a mapping or a list of mappings",
  value: "this value does not exist",
};

/** "  - key: value" in parts. */
interface KeyLine {
  readonly keyColumn: number;
  readonly key: string;
  readonly valueColumn: number;
  readonly value: string;
}

function keyLine(text: string): KeyLine | undefined {
  const found = /^(\s*(?:- +)*)([^\s#:'"[{-][^#:]*|"[^"]*"|'[^']*')\s*:([ \t]+|$)(.*)$/.exec(text);
  if (!found) return undefined;
  const [, prefix = "", key = "", gap = "", value = ""] = found;
  const valueColumn = text.length - value.length;
  return {
    keyColumn: prefix.length,
    key: key.trimEnd(),
    valueColumn: gap === "" ? text.length : valueColumn,
    value: value.trimEnd(),
  };
}

/** The value in quotes that fit it. */
function quoted(value: string): string {
  if (!/["\\]/.test(value)) return `"${value}"`;
  return `'${value.replaceAll("'", "''")}'`;
}

/** "write key: "value"", or the value alone for a list item. */
function writeQuoted(line: KeyLine | undefined, value: string): string {
  return `write ${line ? `${line.key}: ` : ""}${quoted(value)}`;
}

function indentOf(text: string): string {
  return (/^\s*/.exec(text) as RegExpExecArray)[0];
}

const tab: Recognizer = (fault, lines) => {
  const line = lines.lineOf(fault.offset);
  const indent = indentOf(lines.line(line));
  if (fault.kind !== "tab" && !indent.includes("\t")) return undefined;
  const column = indent.indexOf("\t");
  const start = column < 0 ? fault.offset : lines.start(line) + column;
  return { start, message: WORDS.tab, help: "replace the tab (\\t) with spaces, two for each level" };
};

/** `key: {{ x }}`: a mapping in a mapping for YAML. */
const template: Recognizer = (fault, lines) => {
  for (let line = lines.lineOf(fault.from); line <= lines.lineOf(fault.offset); line++) {
    const text = lines.line(line);
    const known = keyLine(text);
    const item = /^(\s*(?:- +)+)(\{[{%].*)$/.exec(text);
    const value = known?.value ?? item?.[2] ?? text.trim();
    const opening = /^\{[{%]/.exec(value)?.[0];
    if (!opening) continue;
    const start = lines.start(line) + text.indexOf(opening);
    return {
      start,
      end: start + value.length,
      message: `a value that starts with "${opening}" must stand in quotes, or YAML takes it for a mapping`,
      help: writeQuoted(known, value.trimEnd()),
    };
  }
  return undefined;
};

/** A quote opened on an earlier line whose next quote is on the line where the reader stumbled. */
const quoteOpen: Recognizer = (fault, lines) => {
  if (fault.kind === "quote-open") return openQuote(fault.from, lines);
  const last = lines.lineOf(fault.offset);
  for (let line = last - 1; line > 0 && line > last - 200; line--) {
    const text = lines.line(line);
    const found = /^(?:\s*(?:- +)*)(?:[^\s#'"][^#'"]*?:\s+)?(["'])/.exec(text);
    if (!found) continue;
    const start = lines.start(line) + found[0].length - 1;
    const next = lines.text.indexOf(found[1] as string, start + 1);
    if (next >= 0 && lines.lineOf(next) === last) return openQuote(start, lines);
    if (next > lines.end(line)) return undefined;
  }
  return undefined;
};

function openQuote(start: number, lines: LineIndex): Mistake {
  const line = lines.lineOf(start);
  const quote = lines.text.charAt(start);
  const rest = lines.text.slice(start + 1, lines.end(line)).trimEnd();
  const known = keyLine(lines.line(line));
  const help = `write ${known ? `${known.key}: ` : ""}${quote}${rest}${quote}`;
  return {
    start,
    end: lines.end(line),
    message: "the closing quote is missing: the quoted text that opens here never ends",
    help,
  };
}

const colon: Recognizer = (fault, lines) => {
  if (fault.kind !== "colon-not-here") return undefined;
  const at = lines.lineOf(fault.offset);
  const from = lines.lineOf(fault.from);
  const known = keyLine(lines.line(from));
  if (from === at || !known)
    return from === at && known ? colonInValue(known, at, lines) : colonMissing(fault.from, lines);
  const text = lines.line(at);
  const indent = indentOf(text).length;
  const key = text.slice(indent, fault.offset - lines.start(at)).replace(/^- +/, "");
  const start = lines.start(at) + indent;
  return {
    start,
    end: fault.offset,
    message: `"${key}" is indented deeper than "${known.key}" above it, so YAML reads it as more of that text`,
    help:
      known.keyColumn === 0
        ? "remove its indent"
        : `indent it with ${known.keyColumn} spaces, like "${known.key}"`,
  };
};

function colonInValue(known: KeyLine, line: number, lines: LineIndex): Mistake {
  const start = lines.start(line) + known.valueColumn;
  return {
    start,
    end: start + known.value.length,
    message: `the value of "${known.key}" holds a colon with a blank behind it; such a text must stand in quotes`,
    help: writeQuoted(known, known.value),
  };
}

function colonMissing(start: number, lines: LineIndex): Mistake {
  const line = lines.lineOf(start);
  const text = lines.text.slice(start, lines.end(line)).trimEnd();
  const [first = "", ...rest] = text.split(/\s+/);
  const tight = /^(- +)?([\w.-]+):([^\s:/].*)$/.exec(text);
  if (tight !== null) {
    const [, dash = "", key, value] = tight;
    const said = `a blank is missing behind the colon of "${text}", so YAML reads it as one text`;
    return {
      start,
      end: start + text.length,
      message: said,
      help: `write ${dash}${key}: ${value}`,
      reveals: true,
    };
  }
  const message = `a colon is missing: "${text}" is neither a key with a value nor a list item`;
  const help =
    rest.length > 0
      ? `write ${first}: ${rest.join(" ")}`
      : `write ${text}: and its value, or - ${text} for a list item`;
  return { start, end: start + text.length, message, help, reveals: true };
}

const withoutColon: Recognizer = (fault, lines) =>
  fault.kind === "colon-missing" ? colonMissing(fault.offset, lines) : undefined;

/** `key: "x" y`, `key: [x] y`, `key: *x`, `key: @x`: a value that must be quoted as a whole. */
const unquoted: Recognizer = (fault, lines) => {
  const line = lines.lineOf(fault.offset);
  const text = lines.line(line);
  const known = keyLine(text);
  const value = known?.value ?? text.replace(/^\s*(?:- +)*/, "").trimEnd();
  const start = lines.start(line) + text.indexOf(value, known?.valueColumn ?? 0);
  const first = value.charAt(0);
  const closedEarly = /^(?:"[^"]*"|'[^']*'|\[[^[\]]*\]|\{[^{}]*\})\s*[^\s#,\]}]/.test(value);
  const marks =
    fault.offset <= start &&
    (["start-character", "alias-name", "anchor-name"] as FaultKind[]).includes(fault.kind);
  if (value === "" || !(closedEarly || marks)) return undefined;
  const message =
    first === '"' || first === "'"
      ? "text follows a closing quote: the quotes must be around the whole value"
      : `a value that starts with "${first}" must stand in quotes`;
  return { start, end: start + value.length, message, help: writeQuoted(known, value) };
};

const bracket: Recognizer = (fault, lines) => {
  if (fault.kind !== "flow-expected" && !(fault.kind === "content-expected" && fault.from !== fault.offset))
    return undefined;
  const line = lines.lineOf(fault.from);
  const opening = lines.text.charAt(fault.from);
  const close = opening === "[" ? "]" : "}";
  const closesLater = lines.text.slice(fault.offset, lines.end(lines.lineOf(fault.offset))).includes(close);
  if (lines.lineOf(fault.offset) === line && closesLater)
    return {
      start: fault.offset,
      message: `a comma is missing here, between two members of "${opening} ${close}"`,
    };
  return {
    start: fault.from,
    message: `the bracket "${opening}" that opens here is never closed`,
    help: `close it with "${close}"`,
  };
};

/** A line among list items without its dash, and a dash among keys. */
const dash: Recognizer = (fault, lines) => {
  const line = lines.lineOf(fault.offset);
  const text = lines.line(line).trim();
  const column = fault.offset - lines.start(line);
  const above = fault.from - lines.start(lines.lineOf(fault.from));
  if (fault.kind === "item-expected" && column === above)
    return {
      start: fault.offset,
      end: lines.end(line),
      message: "a dash is missing: this line stands among list items",
      help: `write - ${text}`,
    };
  if (fault.kind === "key-expected" && lines.text.charAt(fault.offset) === "-")
    return {
      start: fault.offset,
      end: lines.end(line),
      message: "a list item stands among the keys of a mapping",
      help: "indent it below the key whose list it belongs to",
    };
  const known = keyLine(lines.line(line));
  if (fault.kind === "item-not-here" && known)
    return {
      start: fault.offset,
      end: lines.end(line),
      message: `the list of "${known.key}" must start on a line of its own`,
      help: `write each item below "${known.key}:", or all in one line: ${known.key}: [${known.value.replace(/^- +/, "")}]`,
    };
  return undefined;
};

const indent: Recognizer = (fault, lines) => {
  if (fault.kind !== "key-expected" && fault.kind !== "item-expected") return undefined;
  const line = lines.lineOf(fault.offset);
  const deep = indentOf(lines.line(line)).length;
  const before = indentOf(lines.line(lines.lineOf(fault.from))).length;
  return {
    start: fault.offset,
    end: lines.end(line),
    message: `the indent of this line (${deep}) matches no line above it`,
    help: `the block that it stands in began in line ${lines.lineOf(fault.from)} with ${before}`,
  };
};

const detailed: Recognizer = (fault, lines) => {
  if (fault.kind === "alias-unknown")
    return {
      start: fault.offset,
      end: fault.offset + fault.detail.length + 1,
      message: `"*${fault.detail}" has no anchor "&${fault.detail}" above it`,
      help: `define the anchor, or put the text in quotes: "*${fault.detail}"`,
      reveals: true,
    };
  if (fault.kind === "tag" && fault.detail !== "")
    return {
      start: fault.offset,
      end: fault.offset + fault.detail.length,
      message: `the tag "${fault.detail}" is not supported`,
      help: "remove it, or put the value in quotes",
      reveals: true,
    };
  if (fault.kind === "value")
    return {
      start: fault.offset,
      end: lines.end(lines.lineOf(fault.offset)),
      message: `${fault.detail}; put the value in quotes if it is a text`,
      reveals: true,
    };
  return undefined;
};

const RECOGNIZERS: readonly Recognizer[] = [
  tab,
  template,
  quoteOpen,
  colon,
  withoutColon,
  unquoted,
  bracket,
  dash,
  indent,
  detailed,
];
