// Walks the statements of a template and says what rendering it would call: ref, source and config with literal
// arguments, and macros that do no such thing themselves; for a tenth of the price of rendering. Statements under a
// condition must call nothing, because nobody knows whether they would run.

import type { Expression, ForNode, IfNode, Statement, Target } from "../jinja/ast.ts";
import { EFFECTS, ExpressionEffects, isSequence, type Kind, VALUES } from "./expression-effects.ts";

export class EffectWalker extends ExpressionEffects {
  /** @param certain false where the statements may not run; false is returned where there is doubt */
  statements(body: readonly Statement[], certain: boolean): boolean {
    for (const statement of body) {
      if (this.ended) return true;
      if (!this.statement(statement, certain)) return false;
    }
    return true;
  }

  private statement(node: Statement, certain: boolean): boolean {
    switch (node.kind) {
      case "text":
      case "break":
      case "continue":
        return true;
      case "output":
        return this.all(node.expressions, certain);
      case "do":
        return this.expression(node.expression, certain) !== undefined;
      case "set": {
        const kind = this.dispatchOf(node.value) ?? this.expression(node.value, certain);
        return kind !== undefined && this.assign(node.target, kind, certain);
      }
      case "set-block":
        return (
          node.filter === undefined &&
          this.statements(node.body, certain) &&
          this.assign(node.target, "text", certain)
        );
      case "if":
        return this.branches(node, certain);
      case "for":
        return this.loop(node, certain);
      default:
        return false;
    }
  }

  private assign(target: Target, kind: Kind, certain: boolean): boolean {
    if (target.kind === "namespace-item") return true;
    if (target.kind !== "name" || EFFECTS.has(target.name) || VALUES.has(target.name)) return false;
    const before = this.locals.get(target.name);
    if (certain || before === kind) this.locals.set(target.name, kind);
    else if (typeof kind === "object" || typeof before === "object") return false;
    else this.locals.set(target.name, "other");
    return true;
  }

  private branches({ branches, otherwise }: IfNode, certain: boolean): boolean {
    let reached = certain;
    for (const { test, body } of branches) {
      const known = executeTest(test);
      if (known === false) continue;
      if (known === true) return this.statements(body, reached);
      if (this.expression(test, reached) === undefined || !this.statements(body, false)) return false;
      reached = false;
    }
    return this.statements(otherwise, reached);
  }

  private loop({ target, iterable, filter, recursive, body, otherwise }: ForNode, certain: boolean): boolean {
    if (recursive || target.kind !== "name" || !isSequence(this.expression(iterable, certain))) return false;
    const outer = this.locals;
    this.locals = new Map(outer).set(target.name, "other").set("loop", "other");
    const inside =
      (filter === undefined || this.expression(filter, false) !== undefined) && this.statements(body, false);
    this.locals = outer;
    return inside && this.statements(otherwise, false);
  }
}

/** What an `if` over `execute` comes to while parsing; undefined for other tests. */
function executeTest(test: Expression): boolean | undefined {
  if (test.kind === "name") return test.name === "execute" ? false : undefined;
  return test.kind === "not" && executeTest(test.operand) === false ? true : undefined;
}
