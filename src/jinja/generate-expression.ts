// Expressions to JavaScript. The code names runtime operations (R), the running frame (F), the globals (G) and
// constants (K); of a template's text only names get into it, as JSON strings.

import type { Arguments, CallNode, CompareOperator, Expression, FilterNode } from "./ast.ts";
import type { Scope } from "./scope.ts";
import type { Value } from "./value.ts";

/** What all functions of one template share while code is written. */
export class UnitWriter {
  /** Start and end of each position that the code mentions. */
  readonly positions: number[] = [];
  readonly constants: unknown[] = [];
  /** Names that come from the globals. */
  readonly globals = new Set<string>();
  /** Names that the template itself assigns. */
  readonly locals = new Set<string>();
  /** The template has block tags, so that `self` means them. */
  hasBlocks = false;
  private readonly variables = new Map<string, number>();
  private temporaries = 0;

  position(node: { readonly start: number; readonly end: number }): number {
    return this.positions.push(node.start, node.end) / 2 - 1;
  }

  constant(value: unknown): string {
    return `K[${this.constants.push(value) - 1}]`;
  }

  /** The JavaScript variable of a name at a level of scopes. */
  variable(level: number, name: string): string {
    let number = this.variables.get(name);
    if (number === undefined) {
      number = this.variables.size;
      this.variables.set(name, number);
    }
    return `v${level}_${number}`;
  }

  temporary(): string {
    return `t${this.temporaries++}`;
  }
}

/** Writes expressions of one JavaScript function. */
export class ExpressionWriter {
  /** Temporaries to be declared at the function's beginning. */
  readonly declared: string[] = [];
  /** True when the code has `yield*`, so that the function must be a generator. */
  yields = false;
  /** True while the defaults of parameters are written, which may read parameters without a value. */
  unsureParameters = false;

  constructor(readonly unit: UnitWriter) {}

  temporary(): string {
    const name = this.unit.temporary();
    this.declared.push(name);
    return name;
  }

  /** The name's value or JavaScript's undefined, without a check. */
  rawName(name: string, scope: Scope): string {
    const owner = scope.owner(name);
    const load = owner?.loads.get(name);
    if (owner === undefined || load === undefined || (load.kind === "global" && !owner.stores.has(name))) {
      if (name === "self" && this.unit.hasBlocks) return "R.self(F,B,G,X)";
      this.unit.globals.add(name);
      return `G.get(${JSON.stringify(name)})`;
    }
    return this.unit.variable(owner.level, name);
  }

  private name(name: string, scope: Scope): string {
    const owner = scope.owner(name);
    const load = owner?.loads.get(name);
    const code = this.rawName(name, scope);
    if (load?.kind === "parameter" && !this.unsureParameters) return code;
    if (code.startsWith("G.") || code.startsWith("R."))
      return code.startsWith("G.") ? `R.global(F,G,${JSON.stringify(name)})` : code;
    return `(${code}===undefined?R.undefinedName(F,${JSON.stringify(name)}):${code})`;
  }

  write(node: Expression, scope: Scope): string {
    switch (node.kind) {
      case "constant":
        return this.literal(node.value);
      case "name":
        return this.name(node.name, scope);
      case "list":
        return `[${this.list(node.items, scope)}]`;
      case "tuple":
        return `R.tuple([${this.list(node.items, scope)}])`;
      case "dict":
        return this.dict(node.pairs, node, scope);
      case "attribute":
        return `R.attribute(F,${this.write(node.object, scope)},${JSON.stringify(node.name)},${this.at(node)})`;
      case "item":
        return this.item(node, scope);
      case "slice":
        return `R.tuple([${this.slice(node.parts, scope)}])`;
      case "unary":
        return `R.unary(F,"${node.operator}",${this.write(node.operand, scope)},${this.at(node)})`;
      case "binary":
        return `R.binary(F,"${node.operator}",${this.write(node.left, scope)},${this.write(node.right, scope)},${this.at(node)})`;
      case "concat":
        return `R.concat(F,[${this.list(node.items, scope)}],${this.at(node)})`;
      case "not":
        return `!${this.truth(node.operand, scope)}`;
      case "and":
      case "or":
        return this.logic(node, scope);
      case "condition": {
        const otherwise = node.otherwise === undefined ? "R.noElse(F)" : this.write(node.otherwise, scope);
        return `(${this.truth(node.test, scope)}?${this.write(node.value, scope)}:${otherwise})`;
      }
      case "compare":
        return this.compare(node, scope);
      case "call":
        return this.call(node, scope);
      case "filter":
        return this.filter(node, node.target === undefined ? "null" : this.write(node.target, scope), scope);
      case "test":
        return `R.test(F,${JSON.stringify(node.name)},${this.write(node.target, scope)},${this.arguments(node, scope)},${this.at(node)})`;
    }
  }

  /** `F.p=n`: tells the frame where the code is, evaluated right before the operation runs. */
  at(node: { readonly start: number; readonly end: number }): string {
    return `F.p=${this.unit.position(node)}`;
  }

  /** Texts are constants, so that templates of one shape have one code. */
  private literal(value: Value): string {
    if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
    return this.unit.constant(value);
  }

  private list(items: readonly Expression[], scope: Scope): string {
    return items.map((item) => this.write(item, scope)).join(",");
  }

  private dict(
    pairs: readonly (readonly [Expression, Expression])[],
    node: Expression,
    scope: Scope,
  ): string {
    const simple = pairs.every(([key]) => key.kind === "constant" && typeof key.value === "string");
    const written = pairs
      .map(([key, value]) => `[${this.write(key, scope)},${this.write(value, scope)}]`)
      .join(",");
    return simple ? `new Map([${written}])` : `R.dict(F,[${written}],${this.at(node)})`;
  }

  private slice(parts: readonly (Expression | undefined)[], scope: Scope): string {
    return parts.map((part) => (part === undefined ? "null" : this.write(part, scope))).join(",");
  }

  private item(node: Extract<Expression, { kind: "item" }>, scope: Scope): string {
    const object = this.write(node.object, scope);
    if (node.key.kind === "slice")
      return `R.slice(F,${object},${this.slice(node.key.parts, scope)},${this.at(node)})`;
    return `R.item(F,${object},${this.write(node.key, scope)},${this.at(node)})`;
  }

  /** The expression as a JavaScript boolean. */
  truth(node: Expression, scope: Scope): string {
    if (node.kind === "not") return `!${this.truth(node.operand, scope)}`;
    const code = this.write(node, scope);
    return node.kind === "compare" || node.kind === "test" ? `(${code})` : `R.truth(${code})`;
  }

  private logic(node: Extract<Expression, { kind: "and" | "or" }>, scope: Scope): string {
    const left = this.temporary();
    const first = this.write(node.left, scope);
    const second = this.write(node.right, scope);
    return node.kind === "and"
      ? `(R.truth(${left}=${first})?${second}:${left})`
      : `(R.truth(${left}=${first})?${left}:${second})`;
  }

  private compare(node: Extract<Expression, { kind: "compare" }>, scope: Scope): string {
    const single = (operator: CompareOperator, left: string, right: string, at: string) =>
      operator === "==" ? `R.equals(${left},${right})` : `R.compare(F,"${operator}",${left},${right},${at})`;
    const [first] = node.rest;
    if (first !== undefined && node.rest.length === 1) {
      return single(
        first.operator,
        this.write(node.left, scope),
        this.write(first.right, scope),
        this.at(first),
      );
    }
    let previous = this.temporary();
    let left = `(${previous}=${this.write(node.left, scope)})`;
    const parts = node.rest.map((part) => {
      const next = this.temporary();
      const code = single(part.operator, left, `(${next}=${this.write(part.right, scope)})`, this.at(part));
      left = next;
      previous = next;
      return code;
    });
    return `(${parts.join("&&")})`;
  }

  /** `[positional],keywords` of a call. */
  arguments(
    given: Arguments,
    scope: Scope,
    extra?: { readonly name: string; readonly code: string },
  ): string {
    const positional = given.positional.map((value) => this.write(value, scope));
    if (given.spread !== undefined) positional.push(`...R.spread(${this.write(given.spread, scope)})`);
    const keywords = given.keywords.map(
      ({ name, value }) => `[${JSON.stringify(name)},${this.write(value, scope)}]`,
    );
    if (extra !== undefined) keywords.push(`[${JSON.stringify(extra.name)},${extra.code}]`);
    const map = keywords.length === 0 ? "R.none" : `new Map([${keywords.join(",")}])`;
    const named =
      given.keywordSpread === undefined
        ? map
        : `R.keywords(${map},${this.write(given.keywordSpread, scope)})`;
    return `[${positional.join(",")}],${named}`;
  }

  /** A call, which may turn out to be a computation that asks for things. */
  call(node: CallNode, scope: Scope, extra?: { readonly name: string; readonly code: string }): string {
    this.yields = true;
    const { callee } = node;
    const given = this.arguments(node, scope, extra);
    const start =
      callee.kind === "attribute"
        ? `R.method(F,${this.write(callee.object, scope)},${JSON.stringify(callee.name)},${given},${this.at(callee)})`
        : `R.call(F,${this.write(callee, scope)},${given},${this.at(callee)})`;
    return `((T=${start}) instanceof E?R.done(F,yield* T):T)`;
  }

  /** A filter applied to code that gives its value. */
  filter(node: FilterNode, value: string, scope: Scope): string {
    return `R.filter(F,${JSON.stringify(node.name)},${value},${this.arguments(node, scope)},${this.at(node)})`;
  }

  /** The filters of a filter or set block, applied to the block's text. */
  blockFilter(node: FilterNode, text: string, scope: Scope): string {
    const value = node.target?.kind === "filter" ? this.blockFilter(node.target, text, scope) : text;
    return this.filter(node, value, scope);
  }
}
