// Which variable a name means at each point of a template, decided before it runs, with Jinja2's rules: `set` inside of
// a loop or block does not reach outside, `if` makes no scope of its own, a name that is only read comes from the
// globals. Each scope becomes a block of JavaScript variables.

import type { Expression, ForNode, MacroNode, Statement, Target } from "./ast.ts";
import { eachName, eachTargetName } from "./walk.ts";

/** How a variable gets its value when its scope is entered. */
export type Load =
  | { readonly kind: "parameter" }
  | { readonly kind: "global" }
  /** Starts as what the same name is in an outer scope. */
  | { readonly kind: "alias"; readonly of: Scope }
  | { readonly kind: "unset" };

export class Scope {
  readonly level: number;
  /** Names that live in this scope. */
  loads = new Map<string, Load>();
  stores = new Set<string>();

  constructor(readonly parent?: Scope) {
    this.level = parent === undefined ? 0 : parent.level + 1;
  }

  /** The scope in which the name lives, seen from here. */
  owner(name: string): Scope | undefined {
    return this.loads.has(name) ? this : this.parent?.owner(name);
  }

  store(name: string): void {
    this.stores.add(name);
    if (this.loads.has(name)) return;
    const outer = this.parent?.owner(name);
    this.loads.set(name, outer === undefined ? { kind: "unset" } : { kind: "alias", of: outer });
  }

  parameter(name: string): void {
    this.stores.add(name);
    this.loads.set(name, { kind: "parameter" });
  }

  load(name: string): void {
    if (this.owner(name) === undefined) this.loads.set(name, { kind: "global" });
  }

  /** A name that is assigned in one branch only keeps its value of before in the others. */
  mergeBranches(before: Scope, branches: readonly Scope[]): void {
    const stored = new Set<string>();
    for (const branch of branches) {
      for (const name of branch.stores) if (!before.stores.has(name)) stored.add(name);
      for (const [name, load] of branch.loads) this.loads.set(name, load);
      for (const name of branch.stores) this.stores.add(name);
    }
    for (const name of stored) {
      const known = before.loads.get(name);
      if (known?.kind === "global") continue;
      const outer = this.parent?.owner(name);
      this.loads.set(name, outer === undefined ? { kind: "global" } : { kind: "alias", of: outer });
    }
  }

  branch(): Scope {
    const copy = new Scope(this.parent);
    copy.loads = new Map(this.loads);
    copy.stores = new Set(this.stores);
    return copy;
  }

  /** Reads in the names of an expression. */
  readExpression(node: Expression): void {
    eachName(node, (name) => this.load(name));
  }

  /** All names that live here or further out. */
  visible(): Set<string> {
    return new Set([...this.stores, ...(this.parent?.visible() ?? [])]);
  }

  private assignTarget(target: Target): void {
    eachTargetName(
      target,
      (name) => this.store(name),
      (name) => this.load(name),
    );
  }

  /** Reads in statements; what opens a scope of its own is read when that scope is made. */
  readStatements(body: readonly Statement[]): void {
    for (const node of body) this.readStatement(node);
  }

  private readStatement(node: Statement): void {
    switch (node.kind) {
      case "output":
        for (const expression of node.expressions) this.readExpression(expression);
        break;
      case "do":
        this.readExpression(node.expression);
        break;
      case "set":
        this.readExpression(node.value);
        this.assignTarget(node.target);
        break;
      case "set-block":
        this.assignTarget(node.target);
        break;
      case "if":
        this.readIf(node);
        break;
      case "for":
        this.readExpression(node.iterable);
        break;
      case "macro":
        this.store(node.name);
        break;
      case "call-block":
        this.readExpression(node.call);
        break;
      case "filter-block":
        this.readExpression(node.filter);
        break;
      case "autoescape":
        this.readExpression(node.on);
        break;
      case "with":
        for (const { value } of node.assignments) this.readExpression(value);
        break;
      case "loader":
        for (const name of node.names) this.store(name);
        break;
      default:
        break;
    }
  }

  private readIf(node: Extract<Statement, { kind: "if" }>): void {
    for (const { test } of node.branches) this.readExpression(test);
    const before = this.branch();
    const branches = [...node.branches.map(({ body }) => body), node.otherwise].map((body) => {
      const branch = before.branch();
      branch.readStatements(body);
      return branch;
    });
    this.mergeBranches(before, branches);
  }
}

/** A scope below `parent` with the names of a body. */
export function bodyScope(parent: Scope | undefined, body: readonly Statement[]): Scope {
  const scope = new Scope(parent);
  scope.readStatements(body);
  return scope;
}

/** The scope of a macro: its parameters, then its body. */
export function macroScope(parent: Scope, node: MacroNode, special: readonly string[]): Scope {
  const scope = new Scope(parent);
  for (const { name } of node.parameters) scope.parameter(name);
  for (const parameter of node.parameters)
    if (parameter.default !== undefined) scope.readExpression(parameter.default);
  for (const name of special) scope.parameter(name);
  scope.readStatements(node.body);
  return scope;
}

/** The scope of a loop's body, or of its `if` part. */
export function loopScope(parent: Scope, node: ForNode, part: "body" | "filter", withLoop: boolean): Scope {
  const scope = new Scope(parent);
  if (withLoop) scope.parameter("loop");
  eachTargetName(
    node.target,
    (name) => scope.parameter(name),
    (name) => scope.load(name),
  );
  if (part === "body") scope.readStatements(node.body);
  else if (node.filter !== undefined) scope.readExpression(node.filter);
  return scope;
}

/** The scope of a `with` block. */
export function withScope(parent: Scope, node: Extract<Statement, { kind: "with" }>): Scope {
  const scope = new Scope(parent);
  for (const { target } of node.assignments)
    eachTargetName(
      target,
      (name) => scope.parameter(name),
      (name) => scope.load(name),
    );
  scope.readStatements(node.body);
  return scope;
}
