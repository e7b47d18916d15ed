// The operators of Jinja2 3.1's expressions with its precedence, which is not Python's everywhere: `~` binds tighter than
// `+`, filters and tests bind tighter than every operator except unary minus, `not` is looser than comparison.

import type { BinaryOperator, CompareOperator, Expression } from "./ast.ts";
import { PrimaryParser } from "./parse-primary.ts";

export type { KnownNames } from "./parse-primary.ts";

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", ">", "<=", ">="]);

export class ExpressionParser extends PrimaryParser {
  /** One expression, inline if included unless `conditional` is false. */
  override expression(conditional = true): Expression {
    return this.nested(() => (conditional ? this.condition() : this.or()));
  }

  private condition(): Expression {
    const { stream } = this;
    const outer = this.soft;
    const unknown = this.unknown.length;
    let result = this.or();
    while (stream.isName("if")) {
      const { start, end } = stream.advance();
      this.soft++;
      this.unknown.length = unknown;
      const test = this.or();
      const otherwise = stream.skipName("else") ? this.nested(() => this.condition()) : undefined;
      result = { kind: "condition", test, value: result, otherwise, start, end };
    }
    this.soft = outer;
    return result;
  }

  private or(): Expression {
    let left = this.and();
    while (this.stream.isName("or")) {
      const { start, end } = this.stream.advance();
      left = { kind: "or", left, right: this.and(), start, end };
    }
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.stream.isName("and")) {
      const { start, end } = this.stream.advance();
      left = { kind: "and", left, right: this.not(), start, end };
    }
    return left;
  }

  private not(): Expression {
    if (!this.stream.isName("not")) return this.compare();
    const { start, end } = this.stream.advance();
    return { kind: "not", operand: this.nested(() => this.not()), start, end };
  }

  private compare(): Expression {
    const { stream } = this;
    const left = this.sum();
    const rest: { operator: CompareOperator; right: Expression; start: number; end: number }[] = [];
    for (;;) {
      const { kind, text, start, end } = stream.current;
      if (kind === "operator" && COMPARISONS.has(text)) {
        stream.advance();
        rest.push({ operator: text as CompareOperator, right: this.sum(), start, end });
      } else if (stream.skipName("in")) rest.push({ operator: "in", right: this.sum(), start, end });
      else if (
        kind === "name" &&
        text === "not" &&
        stream.peek().kind === "name" &&
        stream.peek().text === "in"
      ) {
        stream.advance();
        stream.advance();
        rest.push({ operator: "not in", right: this.sum(), start, end });
      } else break;
    }
    const first = rest[0];
    return first === undefined ? left : { kind: "compare", left, rest, start: first.start, end: first.end };
  }

  private sum(): Expression {
    let left = this.concat();
    while (this.stream.isOperator("+") || this.stream.isOperator("-")) {
      const { text, start, end } = this.stream.advance();
      left = { kind: "binary", operator: text as BinaryOperator, left, right: this.concat(), start, end };
    }
    return left;
  }

  private concat(): Expression {
    const { start, end } = this.stream.current;
    const first = this.product();
    if (!this.stream.isOperator("~")) return first;
    const items = [first];
    while (this.stream.skipOperator("~")) items.push(this.product());
    return { kind: "concat", items, start, end };
  }

  private product(): Expression {
    let left = this.power();
    for (;;) {
      const { kind, text, start, end } = this.stream.current;
      if (kind !== "operator" || (text !== "*" && text !== "/" && text !== "//" && text !== "%")) return left;
      this.stream.advance();
      left = { kind: "binary", operator: text, left, right: this.power(), start, end };
    }
  }

  private power(): Expression {
    let left = this.unary();
    while (this.stream.isOperator("**")) {
      const { start, end } = this.stream.advance();
      left = { kind: "binary", operator: "**", left, right: this.unary(), start, end };
    }
    return left;
  }

  protected unary(withFilter = true): Expression {
    const { stream } = this;
    let node: Expression;
    if (stream.isOperator("-") || stream.isOperator("+")) {
      const { text, start, end } = stream.advance();
      node = {
        kind: "unary",
        operator: text as "+" | "-",
        operand: this.nested(() => this.unary(false)),
        start,
        end,
      };
    } else node = this.primary();
    node = this.postfix(node);
    return withFilter ? this.filtersAndTests(node) : node;
  }
}
