// Expressions of a template that is rendered by walking its syntax tree (interpret.ts): what written code of
// generate-expression.ts gives, operation by operation.

import type { Arguments, Expression, FilterNode } from "./ast.ts";
import { isEffectful } from "./calls.ts";
import { drive } from "./drive.ts";
import { orElse } from "./or-else.ts";
import type { Frame, Globals } from "./run.ts";
import type { Runtime } from "./runtime.ts";
import type { Scope } from "./scope.ts";
import { type Dict, type Effectful, type Kwargs, NO_KWARGS, type Value } from "./value.ts";

/** The variables of one scope while it is entered. */
export interface Variables {
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

/** Computes the values of expressions, and knows the variables of the scopes around them. */
export class ExpressionWalker {
  private readonly frame: Frame;
  private readonly runtime: Runtime;

  constructor(private readonly walk: Walk) {
    this.frame = walk.frame;
    this.runtime = walk.runtime;
  }

  /** The variables of a scope that is entered. */
  enter(scope: Scope, outer: Variables | undefined): Variables {
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

  /** Tells the frame where the operation stands that runs next. */
  at({ start, end }: { readonly start: number; readonly end: number }): void {
    this.walk.position[0] = start;
    this.walk.position[1] = end;
  }

  /** The value of an expression. Throws what its operations raise. */
  value(node: Expression, variables: Variables): Value {
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
  blockFilter(node: FilterNode, text: string, variables: Variables): Value {
    const value = node.target?.kind === "filter" ? this.blockFilter(node.target, text, variables) : text;
    return this.filter(node, value, variables);
  }
}
