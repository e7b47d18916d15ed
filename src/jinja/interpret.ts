// Renders a template by walking its syntax tree, for templates that are rendered once: writing JavaScript and having V8
// compile it costs several times what the one render does. It calls the same operations (runtime.ts) in the same order as
// written code does, and keeps no source map. Macros, blocks and what is rare are left to written code.

import type { Expression, ForNode, IfNode, Statement, Target } from "./ast.ts";
import { ExpressionWalker, type Variables, type Walk } from "./interpret-expression.ts";
import { toText } from "./repr.ts";
import type { Frame } from "./run.ts";
import type { Runtime } from "./runtime.ts";
import { bodyScope, loopScope, withScope } from "./scope.ts";
import { Undefined } from "./undefined.ts";
import type { Value } from "./value.ts";
import { containsCall, readsName } from "./walk.ts";

/** True when all statements are of kinds that can be walked. */
export function canInterpret(body: readonly Statement[]): boolean {
  return body.every((node) => {
    switch (node.kind) {
      case "text":
      case "output":
      case "do":
      case "set":
        return true;
      case "set-block":
      case "with":
        return canInterpret(node.body);
      case "if":
        return node.branches.every((branch) => canInterpret(branch.body)) && canInterpret(node.otherwise);
      case "for":
        return !node.recursive && canInterpret(node.body) && canInterpret(node.otherwise);
      default:
        return false;
    }
  });
}

/** @returns the text. Throws what the template raises, without the place of the outermost frame. */
export function interpret(body: readonly Statement[], walk: Walk): string {
  return new Interpreter(walk).template(body);
}

class Interpreter {
  private readonly frame: Frame;
  private readonly runtime: Runtime;
  private readonly expressions: ExpressionWalker;
  private output = "";

  constructor(walk: Walk) {
    this.frame = walk.frame;
    this.runtime = walk.runtime;
    this.expressions = new ExpressionWalker(walk);
  }

  template(body: readonly Statement[]): string {
    this.run(body, this.expressions.enter(bodyScope(undefined, body), undefined));
    return this.end(this.output);
  }

  private assign(target: Target, value: Value, variables: Variables): void {
    switch (target.kind) {
      case "name":
        variables.values.set(target.name, value);
        return;
      case "namespace-item": {
        const object = this.expressions.value({ ...target, kind: "name" }, variables);
        this.expressions.at(target);
        this.runtime.setNamespace(this.frame, object, target.attribute, value);
        return;
      }
      case "targets": {
        this.expressions.at(target);
        const items = this.runtime.unpack(this.frame, value, target.items.length);
        for (const [index, item] of target.items.entries())
          this.assign(item, items[index] as Value, variables);
      }
    }
  }

  private run(body: readonly Statement[], variables: Variables): void {
    for (const node of body) this.statement(node, variables);
  }

  private statement(node: Statement, variables: Variables): void {
    switch (node.kind) {
      case "text":
        this.output += node.text;
        return;
      case "output":
        for (const expression of node.expressions) this.print(expression, variables);
        return;
      case "do":
        this.expressions.value(node.expression, variables);
        return;
      case "set":
        this.assign(node.target, this.expressions.value(node.value, variables), variables);
        return;
      case "set-block":
        this.setBlock(node, variables);
        return;
      case "if":
        this.run(this.branch(node, variables), variables);
        return;
      case "for":
        this.loop(node, variables);
        return;
      case "with": {
        const inner = this.expressions.enter(withScope(variables.scope, node), variables);
        for (const { target, value } of node.assignments)
          this.assign(target, this.expressions.value(value, variables), inner);
        this.run(node.body, inner);
        return;
      }
      default:
        throw new Error(`a ${node.kind} statement cannot be interpreted`);
    }
  }

  private branch(node: IfNode, variables: Variables): readonly Statement[] {
    for (const { test, body } of node.branches)
      if (this.runtime.truth(this.expressions.value(test, variables))) return body;
    return node.otherwise;
  }

  private print(node: Expression, variables: Variables): void {
    const value = this.expressions.value(node, variables);
    if (typeof value === "string") {
      this.output += value;
      return;
    }
    this.expressions.at(node);
    if (value instanceof Undefined) this.frame.run.report(this.frame, value, "printed");
    this.output += toText(value);
  }

  private setBlock(node: Extract<Statement, { kind: "set-block" }>, variables: Variables): void {
    const before = this.output;
    this.output = "";
    this.run(node.body, this.expressions.enter(bodyScope(variables.scope, node.body), variables));
    const text = this.end(this.output);
    this.output = before;
    const value =
      node.filter === undefined ? text : this.expressions.blockFilter(node.filter, text, variables);
    this.assign(node.target, value, variables);
  }

  /** A text has been written. */
  private end(text: string): string {
    if (text.length > 256) this.frame.run.chargeSize(text.length);
    return text;
  }

  private loop(node: ForNode, variables: Variables): void {
    const { frame, runtime } = this;
    const { run } = frame;
    const extended = readsName(node.body, "loop");
    const scope = loopScope(variables.scope, node, "body", extended);
    const iterable = this.expressions.value(node.iterable, variables);
    this.expressions.at(node.iterable);
    let items = runtime.iterate(frame, iterable);
    let keeps = this.filterOf(node, variables);
    if (extended) {
      const loop = runtime.loop(frame, keeps ? this.filtered(node, items, keeps) : items, null, 0);
      items = loop;
      keeps = undefined;
    }
    let isEmpty = true;
    for (const item of items) {
      if (++run.steps >= run.checkpoint || this.output.length > run.maxOutput)
        runtime.check(frame, this.output.length);
      if (keeps?.(item) === false) continue;
      const inner = this.expressions.enter(scope, variables);
      if (extended) inner.values.set("loop", items as Iterable<Value> & Value);
      this.assign(node.target, item, inner);
      this.run(node.body, inner);
      isEmpty = false;
    }
    if (isEmpty && node.otherwise.length > 0)
      this.run(node.otherwise, this.expressions.enter(bodyScope(variables.scope, node.otherwise), variables));
  }

  /** The `if` of a loop as a function of the item. */
  private filterOf(node: ForNode, variables: Variables): ((item: Value) => boolean) | undefined {
    const { filter } = node;
    if (filter === undefined) return undefined;
    const scope = loopScope(variables.scope, node, "filter", false);
    return (item) => {
      const inner = this.expressions.enter(scope, variables);
      this.assign(node.target, item, inner);
      return this.runtime.truth(this.expressions.value(filter, inner));
    };
  }

  /** Items for `loop`, which may look ahead: lazily, or at once when the filter calls something. */
  private filtered(
    { filter }: ForNode,
    items: Iterable<Value>,
    keeps: (item: Value) => boolean,
  ): Iterable<Value> {
    if (filter !== undefined && containsCall(filter)) return [...items].filter(keeps);
    return this.runtime.lazy(function* () {
      for (const item of items) if (keeps(item)) yield item;
    });
  }
}
