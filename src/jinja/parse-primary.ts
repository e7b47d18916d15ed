// What operators connect: literals, names, brackets, and what follows them: attributes, items, calls, filters, tests.

import type { Arguments, Expression, FilterNode } from "./ast.ts";
import { integerOf } from "./number.ts";
import type { TokenStream } from "./token-stream.ts";
import { PyFloat } from "./value.ts";

/** Names that exist, so that a misspelled filter or test is an error of the template, as in Jinja2. */
export interface KnownNames {
  readonly filters: { has(name: string): boolean; keys(): Iterable<string> };
  readonly tests: { has(name: string): boolean; keys(): Iterable<string> };
}

const NO_ARGUMENTS: Arguments = { positional: [], keywords: [], spread: undefined, keywordSpread: undefined };
/** Deeper nesting than any person writes; keeps the parser's own recursion from overflowing. */
const MAX_DEPTH = 200;

export abstract class PrimaryParser {
  /** Above zero within if statements and inline ifs, where Jinja2 reports unknown filters only when they run. */
  soft = 0;
  /** Unknown filters and tests of the statement that is being read; an inline if behind them forgives them. */
  protected readonly unknown: (Unknown & { readonly start: number; readonly end: number })[] = [];
  private depth = 0;

  constructor(
    readonly stream: TokenStream,
    readonly known: KnownNames,
  ) {}

  abstract expression(conditional?: boolean): Expression;

  /** Called after each statement. Throws JinjaError(syntax) for a filter or test that does not exist. */
  settle(): void {
    const [first] = this.unknown;
    if (first === undefined) return;
    const { what, name, candidates } = first;
    this.stream.fail(
      `there is no ${what} named '${name}'`,
      first,
      { undefinedName: name, candidates },
      "TemplateAssertionError",
    );
  }

  /**
   * An expression or, with commas, a tuple.
   * @param explicit parentheses surround it, so it may be empty
   * @param stop a name that ends the tuple
   */
  tuple(explicit = false, conditional = true, stop?: string): Expression {
    const { stream } = this;
    const first = stream.current;
    const items: Expression[] = [];
    let isTuple = false;
    for (;;) {
      if (items.length > 0) stream.expectOperator(",");
      const { kind } = stream.current;
      if (kind === "variable_end" || kind === "block_end" || stream.isOperator(")")) break;
      if (stop !== undefined && stream.isName(stop)) break;
      items.push(this.expression(conditional));
      if (!stream.isOperator(",")) break;
      isTuple = true;
    }
    const only = items[0];
    if (!isTuple && only !== undefined) return only;
    if (!isTuple && !explicit) stream.unexpected("an expression");
    return { kind: "tuple", items, start: first.start, end: first.end };
  }

  /** Guards a recursion that does not pass `expression`. */
  protected nested(parse: () => Expression): Expression {
    if (++this.depth > MAX_DEPTH) this.stream.fail("the expression is nested too deeply");
    const result = parse();
    this.depth--;
    return result;
  }

  /** A literal, a name, or something in brackets. */
  primary(): Expression {
    const { stream } = this;
    const token = stream.current;
    const { start, end } = token;
    switch (token.kind) {
      case "name":
        stream.advance();
        return nameOrConstant(token.text, start, end);
      case "string": {
        stream.advance();
        let value = token.text;
        while (stream.current.kind === "string") value += stream.advance().text;
        return { kind: "constant", value, start, end };
      }
      case "integer":
        stream.advance();
        return { kind: "constant", value: integerOf(BigInt(token.text)), start, end };
      case "float":
        stream.advance();
        return { kind: "constant", value: new PyFloat(Number(token.text)), start, end };
      default:
        if (stream.isOperator("(")) {
          stream.advance();
          const inner = this.tuple(true);
          stream.expectOperator(")");
          return inner;
        }
        if (stream.isOperator("[")) return { kind: "list", items: this.listItems(), start, end };
        if (stream.isOperator("{")) return { kind: "dict", pairs: this.dictPairs(), start, end };
        return stream.unexpected("an expression");
    }
  }

  private listItems(): Expression[] {
    const { stream } = this;
    const items: Expression[] = [];
    stream.expectOperator("[");
    while (!stream.isOperator("]")) {
      if (items.length > 0) stream.expectOperator(",");
      if (stream.isOperator("]")) break;
      items.push(this.expression());
    }
    stream.expectOperator("]");
    return items;
  }

  private dictPairs(): [Expression, Expression][] {
    const { stream } = this;
    const pairs: [Expression, Expression][] = [];
    stream.expectOperator("{");
    while (!stream.isOperator("}")) {
      if (pairs.length > 0) stream.expectOperator(",");
      if (stream.isOperator("}")) break;
      const key = this.expression();
      stream.expectOperator(":");
      pairs.push([key, this.expression()]);
    }
    stream.expectOperator("}");
    return pairs;
  }

  protected postfix(node: Expression): Expression {
    for (let result = node; ; ) {
      if (this.stream.isOperator(".") || this.stream.isOperator("[")) result = this.subscript(result);
      else if (this.stream.isOperator("(")) result = this.call(result);
      else return result;
    }
  }

  protected filtersAndTests(node: Expression): Expression {
    for (let result = node; ; ) {
      if (this.stream.isOperator("|")) {
        this.stream.advance();
        result = this.filter(result);
      } else if (this.stream.isName("is")) result = this.test(result);
      else if (this.stream.isOperator("(")) result = this.call(result);
      else return result;
    }
  }

  private subscript(object: Expression): Expression {
    const { stream } = this;
    const { start, end } = stream.current;
    if (stream.advance().text === ".") {
      const token = stream.advance();
      if (token.kind === "name")
        return { kind: "attribute", object, name: token.text, start: object.start, end: token.end };
      if (token.kind !== "integer") stream.fail("expected a name or a number after '.'", token);
      const key: Expression = {
        kind: "constant",
        value: integerOf(BigInt(token.text)),
        start: token.start,
        end: token.end,
      };
      return { kind: "item", object, key, start: token.start, end: token.end };
    }
    const keys: Expression[] = [];
    while (!stream.isOperator("]")) {
      if (keys.length > 0) stream.expectOperator(",");
      keys.push(this.subscriptKey());
    }
    stream.expectOperator("]");
    const [only] = keys;
    const key: Expression =
      keys.length === 1 && only !== undefined ? only : { kind: "tuple", items: keys, start, end };
    return { kind: "item", object, key, start: object.start, end };
  }

  private subscriptKey(): Expression {
    const { stream } = this;
    const { start, end } = stream.current;
    const parts: (Expression | undefined)[] = [];
    if (stream.skipOperator(":")) parts.push(undefined);
    else {
      const key = this.expression();
      if (!stream.skipOperator(":")) return key;
      parts.push(key);
    }
    const atEnd = () => stream.isOperator("]") || stream.isOperator(",");
    parts.push(stream.isOperator(":") || atEnd() ? undefined : this.expression());
    parts.push(stream.skipOperator(":") && !atEnd() ? this.expression() : undefined);
    return { kind: "slice", parts, start, end };
  }

  private call(callee: Expression): Expression {
    const { start, end } = callee;
    return { kind: "call", callee, ...this.callArguments(), start, end };
  }

  private callArguments(): Arguments {
    const { stream } = this;
    const positional: Expression[] = [];
    const keywords: { name: string; value: Expression }[] = [];
    let spread: Expression | undefined;
    let keywordSpread: Expression | undefined;
    stream.expectOperator("(");
    for (let first = true; !stream.isOperator(")"); first = false) {
      if (!first) {
        stream.expectOperator(",");
        if (stream.isOperator(")")) break;
      }
      const token = stream.current;
      if (stream.isOperator("*")) {
        if (spread !== undefined || keywordSpread !== undefined)
          stream.fail("invalid syntax for function call expression");
        stream.advance();
        spread = this.expression();
      } else if (stream.skipOperator("**")) {
        if (keywordSpread !== undefined) stream.fail("invalid syntax for function call expression", token);
        keywordSpread = this.expression();
      } else if (token.kind === "name" && stream.peek().kind === "operator" && stream.peek().text === "=") {
        if (keywordSpread !== undefined) stream.fail("invalid syntax for function call expression");
        stream.advance();
        stream.advance();
        keywords.push({ name: token.text, value: this.expression() });
      } else {
        if (spread !== undefined || keywordSpread !== undefined || keywords.length > 0) {
          stream.mistake("an argument without a name stands behind one with a name");
        }
        positional.push(this.expression());
      }
    }
    stream.expectOperator(")");
    return { positional, keywords, spread, keywordSpread };
  }

  /** The filter whose name is the current token, and its arguments; `target` is undefined in filter blocks. */
  filter(target: Expression | undefined): FilterNode {
    const { stream } = this;
    const { name, start, end } = this.dottedName();
    const given = stream.isOperator("(") ? this.callArguments() : NO_ARGUMENTS;
    const known = this.checkKnown("filter", name, { start, end });
    return { kind: "filter", name, target, known, ...given, start, end };
  }

  private test(target: Expression): Expression {
    const { stream } = this;
    stream.advance();
    const negated = stream.skipName("not");
    const { name, start, end } = this.dottedName();
    let given: Arguments = NO_ARGUMENTS;
    const { kind, text } = stream.current;
    if (stream.isOperator("(")) given = this.callArguments();
    else if (
      kind === "string" ||
      kind === "integer" ||
      kind === "float" ||
      stream.isOperator("[") ||
      stream.isOperator("{") ||
      (kind === "name" && text !== "else" && text !== "or" && text !== "and")
    ) {
      if (text === "is" && kind === "name") stream.fail("tests cannot be chained with 'is'");
      given = { ...NO_ARGUMENTS, positional: [this.postfix(this.primary())] };
    }
    const known = this.checkKnown("test", name, { start, end });
    const node: Expression = { kind: "test", name, target, known, ...given, start, end };
    return negated ? { kind: "not", operand: node, start, end } : node;
  }

  private dottedName(): { name: string; start: number; end: number } {
    const first = this.stream.expectName();
    let { text: name, end } = first;
    while (this.stream.skipOperator(".")) {
      const part = this.stream.expectName();
      name += `.${part.text}`;
      end = part.end;
    }
    return { name, start: first.start, end };
  }

  private checkKnown(what: "filter" | "test", name: string, at: { start: number; end: number }): boolean {
    const table = what === "filter" ? this.known.filters : this.known.tests;
    if (table.has(name)) return true;
    if (this.soft === 0) this.unknown.push({ what, name, ...at, candidates: table.keys() });
    return false;
  }
}

interface Unknown {
  readonly what: "filter" | "test";
  readonly name: string;
  readonly candidates: Iterable<string>;
}

function nameOrConstant(text: string, start: number, end: number): Expression {
  switch (text) {
    case "true":
    case "True":
      return { kind: "constant", value: true, start, end };
    case "false":
    case "False":
      return { kind: "constant", value: false, start, end };
    case "none":
    case "None":
      return { kind: "constant", value: null, start, end };
    default:
      return { kind: "name", name: text, start, end };
  }
}
