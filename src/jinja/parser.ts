// Statements of Jinja2 3.1 and dbt's tags to a syntax tree. Every open tag is remembered with its place, because the
// line that a person must repair is the one that opened a block, not the end of the file where it is missed.

import type { BlockNode, Expression, ForNode, IfNode, MacroNode, Statement, Target } from "./ast.ts";
import type { LexerOptions } from "./lexer.ts";
import { ExpressionParser, type KnownNames } from "./parse-expression.ts";
import { parseHeader, parseSignature } from "./parse-header.ts";
import { parseLoader } from "./parse-loader.ts";
import { parseTarget } from "./parse-target.ts";
import type { PlaceFinder, TemplateSource } from "./source.ts";
import { failUnknownTag, type OpenTag } from "./tags.ts";
import type { Token } from "./token.ts";
import { TokenStream } from "./token-stream.ts";
import { eachTargetName, readsName } from "./walk.ts";

export interface ParsedTemplate {
  readonly body: readonly Statement[];
  readonly places: PlaceFinder;
}

/** Throws JinjaError(syntax) with the place of the mistake. */
export function parseTemplate(
  source: TemplateSource,
  options: LexerOptions,
  known: KnownNames,
): ParsedTemplate {
  const parser = new Parser(source, options, known);
  return { body: parser.template(), places: parser.stream.places };
}

const MAX_BLOCK_DEPTH = 200;

class Parser {
  readonly stream: TokenStream;
  private readonly expressions: ExpressionParser;
  private readonly open: OpenTag[] = [];
  /** How many loops of the macro or template that is being read are open, for break and continue. */
  private loops = 0;
  /** The end tags that the innermost open block waits for. */
  private readonly waiting: (readonly string[])[] = [];

  constructor(source: TemplateSource, options: LexerOptions, known: KnownNames) {
    this.stream = new TokenStream(source, options);
    this.expressions = new ExpressionParser(this.stream, known);
  }

  template(): readonly Statement[] {
    return this.statementsUntil([]);
  }

  private statementsUntil(ends: readonly string[]): Statement[] {
    const { stream } = this;
    const body: Statement[] = [];
    for (;;) {
      const token = stream.current;
      switch (token.kind) {
        case "data":
          stream.advance();
          body.push({ kind: "text", text: token.text, start: token.start, end: token.end });
          break;
        case "variable_begin": {
          stream.advance();
          const { start, end } = stream.current;
          const expression = this.expressions.tuple();
          stream.expectKind("variable_end");
          this.expressions.settle();
          body.push({ kind: "output", expressions: [expression], start, end });
          break;
        }
        case "block_begin": {
          stream.advance();
          if (stream.current.kind === "name" && ends.includes(stream.current.text)) return body;
          const statement = this.statement(token);
          if (statement !== undefined) body.push(statement);
          stream.expectKind("block_end");
          this.expressions.settle();
          break;
        }
        default:
          if (ends.length > 0) this.unclosed();
          return body;
      }
    }
  }

  private unclosed(): never {
    const tag = this.open.at(-1);
    const ends = this.waiting.at(-1) ?? [];
    const end = ends.at(-1) ?? "";
    this.stream.fail(
      `the '${tag?.name ?? ""}' block is never closed: '{% ${end} %}' is missing`,
      tag?.token,
      {
        help: `add {% ${end} %} where the block ends`,
      },
    );
  }

  /** Reads a body up to one of `ends`; the end tag's name is then the current token. */
  private body(ends: readonly string[]): Statement[] {
    this.stream.skipOperator(":");
    this.stream.expectKind("block_end");
    this.expressions.settle();
    if (this.open.length > MAX_BLOCK_DEPTH) this.stream.fail("blocks are nested too deeply");
    this.waiting.push(ends);
    const body = this.statementsUntil(ends);
    this.waiting.pop();
    return body;
  }

  /** Reads a body and takes its only possible end tag. */
  private closedBody(end: string): Statement[] {
    const body = this.body([end]);
    this.stream.advance();
    return body;
  }

  /** One statement after `{%`; undefined where it leaves nothing to do. */
  private statement(begin: Token): Statement | undefined {
    const { stream } = this;
    if (stream.current.kind !== "name") stream.unexpected("the name of a tag");
    const tag = stream.advance();
    this.open.push({ name: tag.text, token: { ...tag, start: begin.start } });
    const statement = this.dispatch(tag);
    this.open.pop();
    return statement;
  }

  private dispatch(tag: Token): Statement | undefined {
    switch (tag.text) {
      case "if":
        return this.if(tag);
      case "for":
        return this.for(tag);
      case "set":
        return this.set(tag);
      case "do":
        return { kind: "do", expression: this.expressions.tuple(), ...span(tag) };
      case "with":
        return this.with(tag);
      case "call":
        return this.callBlock(tag);
      case "filter": {
        const filter = this.filterChain();
        return { kind: "filter-block", filter, body: this.closedBody("endfilter"), ...span(tag) };
      }
      case "print":
        return this.print(tag);
      case "block":
        return this.block(tag);
      case "autoescape": {
        const on = this.expressions.expression();
        return { kind: "autoescape", on, body: this.closedBody("endautoescape"), ...span(tag) };
      }
      case "break":
      case "continue":
        if (this.loops === 0) this.stream.fail(`'${tag.text}' stands outside of a loop`, tag);
        return { kind: tag.text, ...span(tag) };
      case "include":
      case "import":
      case "from":
      case "extends":
        return this.loader(tag);
      case "macro":
      case "test":
      case "data_test":
      case "materialization":
      case "snapshot":
      case "docs":
        return this.definition(tag);
      default:
        return this.unknownTag(tag);
    }
  }

  private unknownTag(tag: Token): never {
    const next = this.stream.current.kind === "name" ? this.stream.current.text : undefined;
    return failUnknownTag(this.stream, tag, next, this.open.at(-2), this.waiting.at(-1));
  }

  private if(tag: Token): IfNode {
    const { stream, expressions } = this;
    const branches: { test: Expression; body: Statement[] }[] = [];
    let otherwise: Statement[] = [];
    const outer = expressions.soft;
    for (;;) {
      expressions.soft = outer + 1;
      const test = expressions.tuple(false, false);
      branches.push({ test, body: this.body(["elif", "else", "endif"]) });
      const end = stream.advance();
      if (end.text === "elif") continue;
      if (end.text === "else") {
        if (stream.isName("if")) {
          stream.fail(
            "'else if' is two tags",
            { start: end.start, end: stream.current.end },
            { help: "write {% elif ... %}" },
          );
        }
        otherwise = this.closedBody("endif");
      }
      break;
    }
    expressions.soft = outer;
    return { kind: "if", branches, otherwise, ...span(tag) };
  }

  private for(tag: Token): ForNode {
    const { stream, expressions } = this;
    const target = parseTarget(this.expressions, "in");
    this.forbidLoop(target, 1);
    stream.expectKeyword("in");
    const iterable = expressions.tuple(false, false, "recursive");
    const filter = stream.skipName("if") ? expressions.expression() : undefined;
    const recursive = stream.skipName("recursive");
    const soft = expressions.soft;
    expressions.soft = 0;
    this.loops++;
    const body = this.body(["else", "endfor"]);
    this.loops--;
    const otherwise = stream.advance().text === "else" ? this.closedBody("endfor") : [];
    expressions.soft = soft;
    return { kind: "for", target, iterable, filter, recursive, body, otherwise, ...span(tag) };
  }

  private set(tag: Token): Statement {
    const { stream, expressions } = this;
    const target = parseTarget(this.expressions);
    this.forbidLoop(target, this.loops);
    if (stream.skipOperator("=")) return { kind: "set", target, value: expressions.tuple(), ...span(tag) };
    if (stream.current.kind !== "block_end" && !stream.isOperator("|") && !stream.isOperator(":"))
      stream.unexpected("'='");
    const filter = stream.skipOperator("|") ? this.filterChain() : undefined;
    return { kind: "set-block", target, filter, body: this.closedBody("endset"), ...span(tag) };
  }

  /** `loop` is the loop's own inside of one. */
  private forbidLoop(target: Target, loops: number): void {
    if (loops === 0) return;
    eachTargetName(
      target,
      (name) => {
        if (name === "loop")
          this.stream.fail(
            "'loop' cannot be assigned inside of a loop",
            target,
            {},
            "TemplateAssertionError",
          );
      },
      () => {},
    );
  }

  /** `upper|trim(...)`: filters that take the text of a block. */
  private filterChain() {
    let filter = this.expressions.filter(undefined);
    while (this.stream.skipOperator("|")) filter = this.expressions.filter(filter);
    return filter;
  }

  private with(tag: Token): Statement {
    const { stream } = this;
    const assignments: { target: Target; value: Expression }[] = [];
    while (stream.current.kind !== "block_end") {
      if (assignments.length > 0) stream.expectOperator(",");
      const target = parseTarget(this.expressions);
      stream.expectOperator("=");
      assignments.push({ target, value: this.expressions.expression() });
    }
    return { kind: "with", assignments, body: this.closedBody("endwith"), ...span(tag) };
  }

  private callBlock(tag: Token): Statement {
    const { stream } = this;
    const parameters = stream.isOperator("(") ? parseSignature(stream, this.expressions) : [];
    const call = this.expressions.expression();
    if (call.kind !== "call") return stream.fail("expected a call of a macro", call);
    const body = this.macroBody("endcall");
    return {
      kind: "call-block",
      call,
      caller: { kind: "macro", name: "caller", parameters, body, ...span(tag) },
      ...span(tag),
    };
  }

  private print(tag: Token): Statement {
    const expressions: Expression[] = [];
    while (this.stream.current.kind !== "block_end") {
      if (expressions.length > 0) this.stream.expectOperator(",");
      expressions.push(this.expressions.expression());
    }
    return { kind: "output", expressions, ...span(tag) };
  }

  private block(tag: Token): BlockNode {
    const { stream } = this;
    const name = stream.expectName().text;
    const scoped = stream.skipName("scoped");
    stream.skipName("required");
    if (stream.isOperator("-")) stream.fail("names of blocks cannot contain hyphens: use an underscore");
    const body = this.closedBody("endblock");
    stream.skipName(name);
    return { kind: "block", name, scoped, body, ...span(tag) };
  }

  /** include, import, from and extends: read to their end; there is nothing to load from. */
  private loader(tag: Token): Statement {
    return { kind: "loader", tag: tag.text, names: parseLoader(this.expressions, tag.text), ...span(tag) };
  }

  private definition(tag: Token): MacroNode {
    const { stream } = this;
    const header = stream.expectName(`the name of the ${tag.text}`);
    const { name, parameters } = parseHeader(stream, this.expressions, tag.text, header);
    const body = this.macroBody(`end${tag.text}`);
    const caller = parameters.find((parameter) => parameter.name === "caller");
    if (caller !== undefined && caller.default === undefined && readsName(body, "caller")) {
      const help = { help: "leave 'caller' out of the parameters, or give it a default" };
      stream.fail("a parameter named 'caller' needs a default", caller, help, "TemplateAssertionError");
    }
    return { kind: "macro", name, parameters, body, start: header.start, end: header.end };
  }

  private macroBody(end: string): Statement[] {
    const { loops, expressions } = this;
    const { soft } = expressions;
    this.loops = 0;
    expressions.soft = 0;
    const body = this.closedBody(end);
    this.loops = loops;
    expressions.soft = soft;
    return body;
  }
}

function span(token: Token): { start: number; end: number } {
  return { start: token.start, end: token.end };
}
