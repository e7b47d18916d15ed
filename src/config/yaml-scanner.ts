// Cuts a YAML text into tokens. The rules are those of libyaml, which dbt reads with: what is a key, where a plain
// text ends, what a tab may do. A reader of our own because neither js-yaml (keys become texts, order is lost) nor
// `yaml` (five times slower) reads YAML 1.1 as PyYAML does, and because it knows where a mistake begins.

import { BLANKS, endOf, REST_OF_LINE, YamlCursor } from "./yaml-cursor.ts";
import { isBlankOrEnd, isBreak, YamlFault } from "./yaml-fault.ts";
import { readBlockText, readPlainText, readQuotedText } from "./yaml-texts.ts";
import type { Token, TokenKind } from "./yaml-tokens.ts";

interface SimpleKey {
  readonly token: number;
  readonly start: number;
  readonly line: number;
  readonly column: number;
  readonly required: boolean;
}

const SPACES = / */y;

/** A key that stands on one line without "?" is at most so long. */
const LONGEST_KEY = 1024;

/**
 * @param text a whole YAML file
 * @returns its tokens, "eof" last
 * @throws YamlFault where the text cannot be cut into tokens
 */
export function scanYaml(text: string): Token[] {
  return new Scanner(text).scan();
}

class Scanner extends YamlCursor {
  private readonly tokens: Token[] = [];
  private readonly indents: number[] = [];
  /** The token that may turn out to be a key, for each flow level. */
  private readonly keys: (SimpleKey | undefined)[] = [undefined];

  scan(): Token[] {
    if (this.text.charCodeAt(0) === 0xfeff) this.lineStart = this.pos = 1;
    let going = true;
    while (going) {
      this.skipToToken();
      this.dropStaleKeys();
      this.closeBlocks(this.column);
      going = this.next();
    }
    return this.tokens;
  }

  private skipToToken(): void {
    const { text } = this;
    for (;;) {
      const tabs = this.flowLevel > 0 || !this.keyAllowed;
      this.pos = endOf(tabs ? BLANKS : SPACES, text, this.pos);
      if (text.charCodeAt(this.pos) === 35) this.pos = endOf(REST_OF_LINE, text, this.pos);
      if (!isBreak(text.charCodeAt(this.pos))) return;
      this.lineBreak();
      if (this.flowLevel === 0) this.keyAllowed = true;
    }
  }

  /** Reads one token (or the several that one indicator stands for); false at the end. */
  private next(): boolean {
    const { text, pos } = this;
    if (pos >= text.length) return this.end();
    const code = text.charCodeAt(pos);
    if (pos === this.lineStart && code === 37) return this.directive();
    if (this.atDocumentMark()) return this.documentMark();
    const flow = this.flowLevel > 0;
    const blankNext = isBlankOrEnd(text.charCodeAt(pos + 1));
    switch (code) {
      case 91:
        return this.openFlow("[");
      case 123:
        return this.openFlow("{");
      case 93:
        return this.closeFlow("]");
      case 125:
        return this.closeFlow("}");
      case 44:
        return this.flowEntry();
      case 45:
        if (blankNext) return this.blockEntry();
        break;
      case 63:
        if (flow || blankNext) return this.explicitKey();
        break;
      case 58:
        if (flow || blankNext) return this.value();
        break;
      case 42:
        return this.name("alias");
      case 38:
        return this.name("anchor");
      case 33:
        return this.tag();
      case 124:
      case 62:
        if (!flow) return this.blockText();
        break;
      case 34:
      case 39:
        return this.quoted();
    }
    return this.plain(code, blankNext);
  }

  private plain(code: number, blankNext: boolean): boolean {
    const indicator = "-?:,[]{}#&*!|>'\"%@`".includes(String.fromCharCode(code));
    const allowed =
      !isBlankOrEnd(code) &&
      (!indicator ||
        (code === 45 && !blankNext) ||
        (code === 63 && !blankNext) ||
        (this.flowLevel === 0 && code === 58));
    if (!allowed) throw new YamlFault(code === 9 ? "tab" : "start-character", this.pos);
    this.saveKey();
    this.keyAllowed = false;
    const start = this.pos;
    const value = readPlainText(this);
    this.tokens.push({ kind: "scalar", start, end: value.end, text: value.text, plain: true });
    return true;
  }

  private quoted(): boolean {
    this.saveKey();
    this.keyAllowed = false;
    const start = this.pos;
    const text = readQuotedText(this);
    this.tokens.push({ kind: "scalar", start, end: this.pos, text, plain: false });
    return true;
  }

  private blockText(): boolean {
    this.dropKey();
    this.keyAllowed = true;
    const start = this.pos;
    const text = readBlockText(this);
    this.tokens.push({ kind: "scalar", start, end: this.pos, text, plain: false });
    return true;
  }

  private end(): boolean {
    this.closeBlocks(-1);
    this.dropKey();
    this.push("eof", 0);
    return false;
  }

  private directive(): boolean {
    this.closeBlocks(-1);
    this.dropKey();
    this.keyAllowed = false;
    const start = this.pos;
    this.pos = endOf(REST_OF_LINE, this.text, start);
    this.tokens.push({
      kind: "%",
      start,
      end: this.pos,
      text: this.text.slice(start, this.pos),
      plain: false,
    });
    return true;
  }

  private documentMark(): boolean {
    this.closeBlocks(-1);
    this.dropKey();
    this.keyAllowed = false;
    return this.push(this.text.charCodeAt(this.pos) === 45 ? "---" : "...", 3);
  }

  private openFlow(kind: "[" | "{"): boolean {
    this.saveKey();
    this.keys.push(undefined);
    this.flowLevel += 1;
    this.keyAllowed = true;
    return this.push(kind, 1);
  }

  private closeFlow(kind: "]" | "}"): boolean {
    this.dropKey();
    if (this.flowLevel > 0) {
      this.flowLevel -= 1;
      this.keys.pop();
    }
    this.keyAllowed = false;
    return this.push(kind, 1);
  }

  private flowEntry(): boolean {
    this.dropKey();
    this.keyAllowed = true;
    return this.push(",", 1);
  }

  private blockEntry(): boolean {
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) throw new YamlFault("item-not-here", this.pos);
      this.openBlock(this.column, "sequence", this.tokens.length, this.pos);
    }
    this.dropKey();
    this.keyAllowed = true;
    return this.push("-", 1);
  }

  private explicitKey(): boolean {
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) throw new YamlFault("key-not-here", this.pos);
      this.openBlock(this.column, "mapping", this.tokens.length, this.pos);
    }
    this.dropKey();
    this.keyAllowed = this.flowLevel === 0;
    return this.push("?", 1);
  }

  /** ":" makes the token that was remembered a key, or is the value of an explicit one. */
  private value(): boolean {
    const key = this.keys[this.flowLevel];
    if (key && this.isFresh(key)) {
      this.keys[this.flowLevel] = undefined;
      this.tokens.splice(key.token, 0, {
        kind: "?",
        start: key.start,
        end: key.start,
        text: "",
        plain: false,
      });
      if (this.flowLevel === 0) this.openBlock(key.column, "mapping", key.token, key.start);
      this.keyAllowed = false;
      return this.push(":", 1);
    }
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) throw new YamlFault("colon-not-here", this.pos, this.tokens.at(-1)?.start);
      this.openBlock(this.column, "mapping", this.tokens.length, this.pos);
    }
    this.keyAllowed = this.flowLevel === 0;
    return this.push(":", 1);
  }

  private name(kind: "alias" | "anchor"): boolean {
    this.saveKey();
    this.keyAllowed = false;
    const { text, pos: start } = this;
    this.pos += 1;
    while (/[\w-]/.test(text.charAt(this.pos))) this.pos += 1;
    const next = text.charCodeAt(this.pos);
    if (this.pos === start + 1 || !(isBlankOrEnd(next) || "?:,]}%@`".includes(text.charAt(this.pos))))
      throw new YamlFault(kind === "alias" ? "alias-name" : "anchor-name", start);
    this.tokens.push({ kind, start, end: this.pos, text: text.slice(start + 1, this.pos), plain: false });
    return true;
  }

  private tag(): boolean {
    this.saveKey();
    this.keyAllowed = false;
    const start = this.pos;
    const found = /^!(?:<[^>\s]*>|[^\s,[\]{}]*)/.exec(
      this.text.slice(start, start + LONGEST_KEY),
    ) as RegExpExecArray;
    this.pos += found[0].length;
    if (!isBlankOrEnd(this.text.charCodeAt(this.pos)) && !(this.flowLevel > 0 && this.text[this.pos] === ","))
      throw new YamlFault("tag", start);
    this.tokens.push({ kind: "tag", start, end: this.pos, text: found[0], plain: false });
    return true;
  }

  private push(kind: TokenKind, length: number): true {
    this.tokens.push({ kind, start: this.pos, end: this.pos + length, text: "", plain: false });
    this.pos += length;
    return true;
  }

  private openBlock(column: number, kind: "sequence" | "mapping", token: number, start: number): void {
    if (this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    this.tokens.splice(token, 0, { kind, start, end: start, text: "", plain: false });
  }

  private closeBlocks(column: number): void {
    if (this.flowLevel > 0) return;
    while (this.indent > column) {
      this.indent = this.indents.pop() as number;
      this.push("end", 0);
    }
  }

  private saveKey(): void {
    if (!this.keyAllowed) return;
    this.dropKey();
    const required = this.flowLevel === 0 && this.indent === this.column;
    this.keys[this.flowLevel] = {
      token: this.tokens.length,
      start: this.pos,
      line: this.line,
      column: this.column,
      required,
    };
  }

  private dropKey(): void {
    const key = this.keys[this.flowLevel];
    if (key?.required) throw new YamlFault("colon-missing", key.start);
    this.keys[this.flowLevel] = undefined;
  }

  /** A key ends with its line. Only block keys can be required, so those in brackets are looked at when they are used. */
  private dropStaleKeys(): void {
    const key = this.keys[0];
    if (!key || this.isFresh(key)) return;
    if (key.required) throw new YamlFault("colon-missing", key.start);
    this.keys[0] = undefined;
  }

  private isFresh(key: SimpleKey): boolean {
    return key.line === this.line && this.pos - key.start <= LONGEST_KEY;
  }
}
