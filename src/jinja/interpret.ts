// Renders a template by walking its syntax tree, for templates that are rendered once: writing JavaScript and having V8
// compile it costs several times what the one render does. It calls the same operations (runtime.ts) in the same order as
// written code does, and keeps no source map. Macros, blocks and what is rare are left to written code.

import type { Arguments, Expression, FilterNode, ForNode, IfNode, Statement, Target } from "./ast.ts";
import { isEffectful } from "./calls.ts";
import { drive } from "./drive.ts";
import { orElse } from "./or-else.ts";
import { toText } from "./repr.ts";
import type { Frame, Globals } from "./run.ts";
import type { Runtime } from "./runtime.ts";
import { bodyScope, loopScope, type Scope, withScope } from "./scope.ts";
import { Undefined } from "./undefined.ts";
import { type Dict, type Effectful, type Kwargs, NO_KWARGS, type Value } from "./value.ts";
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

/** The variables of one scope while it is entered. */
interface Variables {
  readonly scope: Scope;
  readonly values: Map<string, Value | undefined>;
  readonly outer: Variables | undefined;
}

/** What a template is walked with. */
export interface Walk {
  readonly frame: Frame;
  /** The `positions` of the frame's unit: here one position only, that of the operation that runs. */
  readonly position: number[];
  /** The `locals` of the frame's unit. */
  readonly locals: Set<string>;
  readonly runtime: Runtime;
  readonly globals: Globals;
  /** Answers what macros ask for. */
  readonly answer: (request: unknown) => unknown;
}

/** @returns the text. Throws what the template raises, without the place of the outermost frame. */
export function interpret(body: readonly Statement[], walk: Walk): string {
  return new Interpreter(walk).template(body);
}

class Interpreter {
  private readonly frame: Frame;
  private readonly runtime: Runtime;
  private output = "";

  constructor(private readonly walk: Walk) {
    this.frame = walk.frame;
    this.runtime = walk.runtime;
  }

  template(body: readonly Statement[]): string {
    this.run(body, this.enter(bodyScope(undefined, body), undefined));
    return this.end(this.output);
  }

  // variables

  private enter(scope: Scope, outer: Variables | undefined): Variables {
    const variables: Variables = { scope, values: new Map(), outer };
    for (const [name, load] of scope.loads) {
      const stored = scope.stores.has(name);
      if (stored) this.walk.locals.add(name);
      if (load.kind === "alias") variables.values.set(name, this.lookUp(name, variables, load.of));
      else if (load.kind === "global" && stored) variables.values.set(name, this.walk.globals.get(name));
    }
    return variables;
  }

  /** A name's value as it is seen from a scope that is entered. */
  private lookUp(name: string, variables: Variables, from: Scope): Value | undefined {
    const owner = from.owner(name);
    const load = owner?.loads.get(name);
    if (owner === undefined || load === undefined || (load.kind === "global" && !owner.stores.has(name)))
      return this.walk.globals.get(name);
    let holder: Variables | undefined = variables;
    while (holder !== undefined && holder.scope !== owner) holder = holder.outer;
    return holder?.values.get(name);
  }

  private assign(target: Target, value: Value, variables: Variables): void {
    switch (target.kind) {
      case "name":
        variables.values.set(target.name, value);
        return;
      case "namespace-item": {
        const object = this.value({ ...target, kind: "name" }, variables);
        this.at(target);
        this.runtime.setNamespace(this.frame, object, target.attribute, value);
        return;
      }
      case "targets": {
        this.at(target);
        const items = this.runtime.unpack(this.frame, value, target.items.length);
        for (const [index, item] of target.items.entries())
          this.assign(item, items[index] as Value, variables);
      }
    }
  }

  // statements

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
        this.value(node.expression, variables);
        return;
      case "set":
        this.assign(node.target, this.value(node.value, variables), variables);
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
        const inner = this.enter(withScope(variables.scope, node), variables);
        for (const { target, value } of node.assignments)
          this.assign(target, this.value(value, variables), inner);
        this.run(node.body, inner);
        return;
      }
      default:
        throw new Error(`a ${node.kind} statement cannot be interpreted`);
    }
  }

  private branch(node: IfNode, variables: Variables): readonly Statement[] {
    for (const { test, body } of node.branches)
      if (this.runtime.truth(this.value(test, variables))) return body;
    return node.otherwise;
  }

  private print(node: Expression, variables: Variables): void {
    const value = this.value(node, variables);
    if (typeof value === "string") {
      this.output += value;
      return;
    }
    this.at(node);
    if (value instanceof Undefined) this.frame.run.report(this.frame, value, "printed");
    this.output += toText(value);
  }

  private setBlock(node: Extract<Statement, { kind: "set-block" }>, variables: Variables): void {
    const before = this.output;
    this.output = "";
    this.run(node.body, this.enter(bodyScope(variables.scope, node.body), variables));
    const text = this.end(this.output);
    this.output = before;
    const value = node.filter === undefined ? text : this.blockFilter(node.filter, text, variables);
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
    const iterable = this.value(node.iterable, variables);
    this.at(node.iterable);
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
      const inner = this.enter(scope, variables);
      if (extended) inner.values.set("loop", items as Iterable<Value> & Value);
      this.assign(node.target, item, inner);
      this.run(node.body, inner);
      isEmpty = false;
    }
    if (isEmpty && node.otherwise.length > 0)
      this.run(node.otherwise, this.enter(bodyScope(variables.scope, node.otherwise), variables));
  }

  /** The `if` of a loop as a function of the item. */
  private filterOf(node: ForNode, variables: Variables): ((item: Value) => boolean) | undefined {
    const { filter } = node;
    if (filter === undefined) return undefined;
    const scope = loopScope(variables.scope, node, "filter", false);
    return (item) => {
      const inner = this.enter(scope, variables);
      this.assign(node.target, item, inner);
      return this.runtime.truth(this.value(filter, inner));
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

  // expressions

  /** Tells the frame where the operation stands that runs next. */
  private at({ start, end }: { readonly start: number; readonly end: number }): void {
    this.walk.position[0] = start;
    this.walk.position[1] = end;
  }

  private value(node: Expression, variables: Variables): Value {
    const { frame, runtime } = this;
    switch (node.kind) {
      case "constant":
        return node.value;
      case "name":
        return orElse(this.lookUp(node.name, variables, variables.scope), () =>
          runtime.undefinedName(frame, node.name),
        );
      case "list":
        return this.values(node.items, variables);
      case "tuple":
        return runtime.tuple(this.values(node.items, variables));
      case "dict":
        return this.dict(node, variables);
      case "attribute": {
        const object = this.value(node.object, variables);
        this.at(node);
        return runtime.attribute(frame, object, node.name);
      }
      case "item":
        return this.item(node, variables);
      case "slice":
        return runtime.tuple(this.slice(node.parts, variables));
      case "unary": {
        const operand = this.value(node.operand, variables);
        this.at(node);
        return runtime.unary(frame, node.operator, operand);
      }
      case "binary": {
        const left = this.value(node.left, variables);
        const right = this.value(node.right, variables);
        this.at(node);
        return runtime.binary(frame, node.operator, left, right);
      }
      case "concat": {
        const items = this.values(node.items, variables);
        this.at(node);
        return runtime.concat(frame, items);
      }
      default:
        return this.decision(node, variables);
    }
  }

  /** Expressions that do not look at all of their parts, and those with arguments. */
  private decision(node: Expression, variables: Variables): Value {
    const { frame, runtime } = this;
    switch (node.kind) {
      case "not":
        return !runtime.truth(this.value(node.operand, variables));
      case "and":
      case "or": {
        const left = this.value(node.left, variables);
        return runtime.truth(left) === (node.kind === "and") ? this.value(node.right, variables) : left;
      }
      case "condition":
        if (runtime.truth(this.value(node.test, variables))) return this.value(node.value, variables);
        return node.otherwise === undefined ? runtime.noElse(frame) : this.value(node.otherwise, variables);
      case "compare":
        return this.compare(node, variables);
      case "call":
        return this.call(node, variables);
      case "filter":
        return this.filter(
          node,
          node.target === undefined ? null : this.value(node.target, variables),
          variables,
        );
      case "test": {
        const target = this.value(node.target, variables);
        const { args, kwargs } = this.arguments(node, variables);
        this.at(node);
        return runtime.test(frame, node.name, target, args, kwargs);
      }
      default:
        throw new Error(`a ${node.kind} expression cannot be interpreted`);
    }
  }

  private values(items: readonly Expression[], variables: Variables): Value[] {
    return items.map((item) => this.value(item, variables));
  }

  private dict(node: Extract<Expression, { kind: "dict" }>, variables: Variables): Dict {
    const pairs = node.pairs.map(([key, value]): [Value, Value] => [
      this.value(key, variables),
      this.value(value, variables),
    ]);
    this.at(node);
    return this.runtime.dict(this.frame, pairs) as Dict;
  }

  private slice(parts: readonly (Expression | undefined)[], variables: Variables): Value[] {
    return parts.map((part) => (part === undefined ? null : this.value(part, variables)));
  }

  private item(node: Extract<Expression, { kind: "item" }>, variables: Variables): Value {
    const object = this.value(node.object, variables);
    if (node.key.kind !== "slice") {
      const key = this.value(node.key, variables);
      this.at(node);
      return this.runtime.item(this.frame, object, key);
    }
    const [start = null, stop = null, step = null] = this.slice(node.key.parts, variables);
    this.at(node);
    return this.runtime.slice(this.frame, object, start, stop, step);
  }

  private compare(node: Extract<Expression, { kind: "compare" }>, variables: Variables): boolean {
    let left = this.value(node.left, variables);
    for (const part of node.rest) {
      const right = this.value(part.right, variables);
      this.at(part);
      const holds =
        part.operator === "=="
          ? this.runtime.equals(left, right)
          : this.runtime.compare(this.frame, part.operator, left, right);
      if (!holds) return false;
      left = right;
    }
    return true;
  }

  private arguments(
    given: Arguments,
    variables: Variables,
  ): { readonly args: readonly Value[]; readonly kwargs: Kwargs } {
    const args = this.values(given.positional, variables);
    if (given.spread !== undefined) args.push(...this.runtime.spread(this.value(given.spread, variables)));
    let kwargs = NO_KWARGS;
    if (given.keywords.length > 0)
      kwargs = new Map(given.keywords.map(({ name, value }) => [name, this.value(value, variables)]));
    if (given.keywordSpread !== undefined)
      kwargs = this.runtime.keywords(kwargs, this.value(given.keywordSpread, variables));
    return { args, kwargs };
  }

  private call(node: Extract<Expression, { kind: "call" }>, variables: Variables): Value {
    const { frame, runtime } = this;
    const { callee } = node;
    const isMethod = callee.kind === "attribute";
    const object = this.value(isMethod ? callee.object : callee, variables);
    const { args, kwargs } = this.arguments(node, variables);
    this.at(callee);
    const result: Value | Effectful<Value> = isMethod
      ? runtime.method(frame, object, callee.name, args, kwargs)
      : runtime.call(frame, object, args, kwargs);
    return isEffectful(result) ? runtime.done(frame, drive(result, this.walk.answer)) : result;
  }

  private filter(node: FilterNode, value: Value, variables: Variables): Value {
    const { args, kwargs } = this.arguments(node, variables);
    this.at(node);
    return this.runtime.filter(this.frame, node.name, value, args, kwargs);
  }

  /** The filters of a set block, applied to the block's text. */
  private blockFilter(node: FilterNode, text: string, variables: Variables): Value {
    const value = node.target?.kind === "filter" ? this.blockFilter(node.target, text, variables) : text;
    return this.filter(node, value, variables);
  }
}
