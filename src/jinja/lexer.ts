// Template text to tokens, with Jinja2 3.1's rules of whitespace control, comments, raw blocks and balanced braces.
// Every token carries its offsets, for error places and the source map; hosts may use the tokens for a static scan.

import { JinjaError } from "./errors.ts";
import { mistakeInExpression } from "./mistakes.ts";
import { normalizeNewlines, PlaceFinder, type TemplateSource } from "./source.ts";
import type { Token, TokenKind } from "./token.ts";

export interface LexerOptions {
  readonly trimBlocks?: boolean;
  readonly lstripBlocks?: boolean;
  readonly keepTrailingNewline?: boolean;
}

// Groups: 1 space, 2 float, 3 integer, 4 name, 5 string, 6 operator.
const TOKEN =
  /(\s+)|((?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?[eE][+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+))|(0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*)|([A-Za-z_]\w*)|('[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*")|(==|!=|<=|>=|\/\/|\*\*|[-+/*%~[\](){}=><.:|,;])/y;
const UNICODE_NAME = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
const RAW_BEGIN = /\s*raw\s*(-?)%\}/y;
const RAW_END = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g;
const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** @returns all tokens, the last one of kind eof. Throws JinjaError(syntax) with the place of what cannot be read. */
export function tokenize(source: TemplateSource, options: LexerOptions = {}): Token[] {
  return new Lexer(source, options).run();
}

class Lexer {
  private readonly text: string;
  private readonly tokens: Token[] = [];
  private position = 0;
  /** The tag before ended with "-": whitespace up to the next tag goes. */
  private stripLeft = false;
  /** The tag before was a block or a comment, so trim_blocks takes one newline. */
  private trimNewline = false;

  constructor(
    private readonly source: TemplateSource,
    private readonly options: LexerOptions,
  ) {
    const text = normalizeNewlines(source.text);
    this.text = options.keepTrailingNewline !== true && text.endsWith("\n") ? text.slice(0, -1) : text;
  }

  run(): Token[] {
    const { text } = this;
    while (this.position < text.length) {
      const open = this.nextOpening(this.position);
      if (open < 0) {
        this.data(this.position, text.length, "", "");
        break;
      }
      const kind = text.charAt(open + 1);
      const sign = text.charAt(open + 2);
      this.data(this.position, open, kind, sign);
      this.position = open + 2 + (sign === "-" || sign === "+" ? 1 : 0);
      if (kind === "#") this.comment(open);
      else if (kind !== "%" || !this.raw(open)) this.tag(open, kind === "%");
    }
    this.tokens.push({ kind: "eof", text: "", start: text.length, end: text.length });
    return this.tokens;
  }

  private nextOpening(from: number): number {
    for (let at = this.text.indexOf("{", from); at >= 0; at = this.text.indexOf("{", at + 1)) {
      const next = this.text.charCodeAt(at + 1);
      if (next === 0x7b || next === 0x25 || next === 0x23) return at;
    }
    return -1;
  }

  /** Adds the text between two tags after whitespace control; `kind` and `sign` are those of the tag behind it. */
  private data(from: number, to: number, kind: string, sign: string): void {
    const { text } = this;
    let start = from;
    let end = to;
    if (this.stripLeft) {
      while (start < end && isSpace(text.charCodeAt(start))) start++;
    } else if (this.trimNewline && this.options.trimBlocks === true && text.charAt(start) === "\n") start++;
    this.stripLeft = false;
    this.trimNewline = false;
    if (sign === "-" && kind !== "") {
      while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
    } else if (this.options.lstripBlocks === true && sign !== "+" && (kind === "%" || kind === "#")) {
      end = this.lineStrip(start, end);
    }
    if (end > start) this.tokens.push({ kind: "data", text: text.slice(start, end), start, end });
  }

  /** lstrip_blocks: blanks between the line's beginning and a tag go. */
  private lineStrip(start: number, end: number): number {
    let at = end;
    while (at > start && this.text.charAt(at - 1) !== "\n" && isSpace(this.text.charCodeAt(at - 1))) at--;
    const lineBegins = at === 0 || this.text.charAt(at - 1) === "\n";
    return lineBegins ? at : end;
  }

  private comment(open: number): void {
    const close = this.text.indexOf("#}", this.position);
    if (close < 0) {
      this.fail("a comment is never closed: '#}' is missing", open, open + 2);
    }
    const sign = close > this.position || close > open + 2 ? this.text.charAt(close - 1) : "";
    this.stripLeft = sign === "-";
    this.trimNewline = sign !== "-" && sign !== "+";
    this.position = close + 2;
  }

  /** Takes a whole raw block when there is one. */
  private raw(open: number): boolean {
    RAW_BEGIN.lastIndex = this.position;
    const begin = RAW_BEGIN.exec(this.text);
    if (begin === null) return false;
    const from = RAW_BEGIN.lastIndex;
    RAW_END.lastIndex = from;
    const end = RAW_END.exec(this.text);
    if (end === null) this.fail("a raw block is never closed: '{% endraw %}' is missing", open, from);
    this.stripLeft = begin[1] === "-";
    this.data(from, end.index, "%", end[1] ?? "");
    this.stripLeft = end[2] === "-";
    this.trimNewline = end[2] === "";
    this.position = end.index + end[0].length;
    return true;
  }

  private tag(open: number, isBlock: boolean): void {
    const { text, tokens } = this;
    const from = this.position;
    tokens.push({ kind: isBlock ? "block_begin" : "variable_begin", text: "", start: open, end: from });
    const closer = isBlock ? "%}" : "}}";
    const braces: Token[] = [];
    for (;;) {
      const at = this.position;
      if (at >= text.length) return;
      if (braces.length === 0) {
        const code = text.charCodeAt(at);
        const signed = code === 0x2d || (code === 0x2b && isBlock) ? 1 : 0;
        if (text.startsWith(closer, at + signed)) {
          this.position = at + signed + 2;
          this.stripLeft = signed === 1 && code === 0x2d;
          this.trimNewline = isBlock && signed === 0;
          tokens.push({
            kind: isBlock ? "block_end" : "variable_end",
            text: "",
            start: at,
            end: this.position,
          });
          return;
        }
      }
      this.expressionToken(at, braces, closer);
    }
  }

  private expressionToken(at: number, braces: Token[], closer: string): void {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(this.text);
    if (match === null) {
      this.oddCharacter(at);
      return;
    }
    const end = TOKEN.lastIndex;
    const [, , float, integer, name, quoted, operator] = match;
    this.position = end;
    if (name !== undefined) {
      if (end < this.text.length && this.text.charCodeAt(end) > 0x7f) this.unicodeName(at);
      else this.push("name", name, at, end);
    } else if (operator !== undefined) this.operator(operator, at, end, braces, closer);
    else if (quoted !== undefined) this.push("string", decodeString(quoted.slice(1, -1)), at, end);
    else if (integer !== undefined) this.push("integer", integer.replaceAll("_", ""), at, end);
    else if (float !== undefined) this.push("float", float.replaceAll("_", ""), at, end);
  }

  private push(kind: TokenKind, text: string, start: number, end: number): void {
    this.tokens.push({ kind, text, start, end });
  }

  private operator(text: string, start: number, end: number, braces: Token[], closer: string): void {
    const token: Token = { kind: "operator", text, start, end };
    if (CLOSING[text] !== undefined) braces.push(token);
    else if (text === ")" || text === "]" || text === "}") this.closeBrace(token, braces, closer);
    this.tokens.push(token);
  }

  private closeBrace(token: Token, braces: Token[], closer: string): void {
    const opening = braces.pop();
    if (opening === undefined) {
      const help = mistakeInExpression(this.text, this.tokens, token.start);
      if (closer === "}}" && token.text === "}") {
        this.fail(
          "the print statement is not closed: one '}' where '}}' must stand",
          token.start,
          token.end,
          help,
        );
      }
      this.fail(`unexpected '${token.text}'`, token.start, token.end, help);
    }
    const expected = CLOSING[opening.text] ?? "";
    if (expected !== token.text) {
      const help =
        mistakeInExpression(this.text, this.tokens, token.start) ??
        `'${opening.text}' was opened and never closed: write '${expected}' before '${token.text}'`;
      this.fail(`unexpected '${token.text}', expected '${expected}'`, token.start, token.end, help);
    }
  }

  private oddCharacter(at: number): void {
    if (this.unicodeName(at)) return;
    const character = String.fromCodePoint(this.text.codePointAt(at) ?? 0);
    const help = mistakeInExpression(this.text, this.tokens, at);
    if (character === "'" || character === '"') {
      // A string that reaches over the end of its own braces took the quote that opens a later one for its end.
      const long = this.tokens.find(({ kind, text }) => kind === "string" && /[%}]\}[\s\S]*\n/.test(text));
      const start = long?.start ?? at;
      const quote = this.text.charAt(start);
      this.fail(
        `a string is never closed: the quote ${quote} is missing at its end`,
        start,
        start + 1,
        long === undefined && help !== undefined ? help : `close it with ${quote}`,
      );
    }
    this.fail(`unexpected character '${character}'`, at, at + character.length, help);
  }

  private unicodeName(at: number): boolean {
    UNICODE_NAME.lastIndex = at;
    const match = UNICODE_NAME.exec(this.text);
    if (match === null) return false;
    this.position = UNICODE_NAME.lastIndex;
    this.push("name", match[0].normalize("NFKC"), at, this.position);
    return true;
  }

  private fail(detail: string, start: number, end: number, help?: string): never {
    throw new JinjaError("syntax", "TemplateSyntaxError", detail, {
      place: new PlaceFinder(this.source).place(start, end),
      ...(help === undefined ? {} : { help }),
    });
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 9 && code <= 13) || (code > 0x7f && /\s/.test(String.fromCharCode(code)));
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
  "'": "'",
  '"': '"',
  "\\": "\\",
  "\n": "",
};

/** Decodes Python's escapes of a string literal; an unknown one stays as written, as Python keeps it. */
export function decodeString(raw: string): string {
  if (!raw.includes("\\")) return raw;
  return raw.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g,
    (whole, hex2?: string, hex4?: string, hex8?: string, octal?: string, plain?: string) => {
      const hex = hex2 ?? hex4 ?? hex8;
      if (hex !== undefined) {
        const code = Number.parseInt(hex, 16);
        return code > 0x10ffff ? whole : String.fromCodePoint(code);
      }
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return plain !== undefined ? (ESCAPES[plain] ?? whole) : whole;
    },
  );
}
