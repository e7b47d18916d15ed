// The tokens of one template with a cursor, and the one way in which parsing fails.

import { JinjaError, type JinjaErrorDetails } from "./errors.ts";
import { type LexerOptions, tokenize } from "./lexer.ts";
import { mistakeInExpression } from "./mistakes.ts";
import { normalizeNewlines, PlaceFinder, type TemplateSource } from "./source.ts";
import type { Token, TokenKind } from "./token.ts";

/** Words that begin a line of SQL, and that no template has at the start of a line within a tag. */
const SQL_BEGINS: ReadonlySet<string> = new Set([
  "select",
  "with",
  "from",
  "where",
  "join",
  "group",
  "order",
  "union",
]);

const DESCRIPTIONS: Readonly<Record<TokenKind, string>> = {
  data: "text",
  variable_begin: "'{{'",
  variable_end: "'}}'",
  block_begin: "'{%'",
  block_end: "'%}'",
  name: "a name",
  string: "a string",
  integer: "a number",
  float: "a number",
  operator: "an operator",
  eof: "the end of the template",
};

export class TokenStream {
  current: Token;
  readonly places: PlaceFinder;
  private readonly tokens: readonly Token[];
  private index = 0;

  constructor(
    readonly source: TemplateSource,
    options: LexerOptions,
  ) {
    this.tokens = tokenize(source, options);
    this.current = this.tokens[0] as Token;
    this.places = new PlaceFinder(source);
  }

  /** Takes the current token and moves on; the eof token stays. */
  advance(): Token {
    const token = this.current;
    const next = this.tokens[this.index + 1];
    if (next !== undefined) {
      this.index++;
      this.current = next;
    }
    return token;
  }

  /** The token after the current one. */
  peek(): Token {
    return this.tokens[this.index + 1] ?? this.current;
  }

  /** The token before the current one. */
  previous(): Token | undefined {
    return this.tokens[this.index - 1];
  }

  isOperator(text: string): boolean {
    return this.current.kind === "operator" && this.current.text === text;
  }

  isName(text: string): boolean {
    return this.current.kind === "name" && this.current.text === text;
  }

  skipOperator(text: string): boolean {
    if (!this.isOperator(text)) return false;
    this.advance();
    return true;
  }

  skipName(text: string): boolean {
    if (!this.isName(text)) return false;
    this.advance();
    return true;
  }

  expectOperator(text: string): Token {
    if (!this.isOperator(text)) this.unexpected(`'${text}'`);
    return this.advance();
  }

  expectName(what = "a name"): Token {
    if (this.current.kind !== "name") this.unexpected(what);
    return this.advance();
  }

  expectKeyword(text: string): Token {
    if (!this.isName(text)) this.unexpected(`'${text}'`);
    return this.advance();
  }

  expectKind(kind: TokenKind): Token {
    if (this.current.kind !== kind) this.unexpected(DESCRIPTIONS[kind]);
    return this.advance();
  }

  /** Fails at the current token: something else had to stand there. */
  unexpected(expected: string): never {
    const token = this.current;
    if (token.kind === "eof") this.unexpectedEnd(expected);
    this.ranIntoSql(token);
    this.mistake(`expected ${expected}, got ${this.describe(token)}`);
  }

  /** A word of SQL at the start of a later line: the tag before it was never closed. */
  private ranIntoSql(token: Token): void {
    if (!SQL_BEGINS.has(token.text.toLowerCase())) return;
    const opening = this.tokens
      .slice(0, this.index)
      .findLast(({ kind }) => kind === "variable_begin" || kind === "block_begin");
    const text = normalizeNewlines(this.source.text);
    const line = text.slice(text.lastIndexOf("\n", token.start - 1) + 1, token.start);
    if (!opening || line.trim() !== "" || !text.slice(opening.start, token.start).includes("\n")) return;
    const [open, close] = opening.kind === "variable_begin" ? ["{{", "}}"] : ["{%", "%}"];
    this.fail(`'${open}' is never closed: '${close}' is missing before '${token.text}'`, opening, {
      help: `close it with '${close}'`,
    });
  }

  /** Fails at the current token, with what people usually get wrong there as help. */
  mistake(detail: string): never {
    const token = this.current;
    const text = normalizeNewlines(this.source.text);
    const help = mistakeInExpression(text, this.tokens.slice(0, this.index), token.start);
    this.fail(detail, token, help === undefined ? {} : { help });
  }

  /** The text ended within a tag: blame the opening of that tag. */
  private unexpectedEnd(expected: string): never {
    for (let index = this.index - 1; index >= 0; index--) {
      const token = this.tokens[index];
      if (token?.kind === "variable_begin" || token?.kind === "block_begin") {
        const [open, close] = token.kind === "variable_begin" ? ["{{", "}}"] : ["{%", "%}"];
        this.fail(`'${open}' is never closed: the template ends where ${expected} was expected`, token, {
          help: `close it with '${close}'`,
        });
      }
      if (token?.kind === "variable_end" || token?.kind === "block_end") break;
    }
    this.fail(`the template ends where ${expected} was expected`, this.current);
  }

  private describe(token: Token): string {
    if (token.kind === "name" || token.kind === "operator") return `'${token.text}'`;
    if (token.kind === "integer" || token.kind === "float") return `the number ${token.text}`;
    if (token.kind === "string")
      return `the string '${token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text}'`;
    return DESCRIPTIONS[token.kind];
  }

  /** Throws JinjaError(syntax) at a token. */
  fail(
    detail: string,
    at: { readonly start: number; readonly end: number } = this.current,
    details: JinjaErrorDetails = {},
    pythonType = "TemplateSyntaxError",
  ): never {
    throw new JinjaError("syntax", pythonType, detail, {
      ...details,
      place: this.places.place(at.start, at.end),
    });
  }
}
