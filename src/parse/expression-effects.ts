// Reads expressions of a template's syntax tree: what they call, and what kind of value they give. It answers only when
// the tree leaves no doubt: a call that may not be made, an argument that is computed, anything that could fail, gives
// undefined, and the template is rendered instead. So what it says is exactly what rendering would find.

import type { Expression } from "../jinja/ast.ts";
import { NO_KWARGS, type Value } from "../jinja/value.ts";
import type { Macro } from "../manifest/manifest.ts";
import { literalValue } from "./literal-value.ts";
import type { StaticCall } from "./static-calls.ts";

/** What is known of a value without computing it: a number is an int; a macro is one that `adapter.dispatch` found. */
export type Kind = "number" | "text" | "list" | "sequence" | "other" | Macro;

type Call = Extract<Expression, { readonly kind: "call" }>;

/** What the walk asks of the project. */
export interface EffectScope {
  /** The macro that a name means. */
  macro(name: string): Macro | undefined;
  macroIn(packageName: string, name: string): Macro | undefined;
  dispatched(name: string, namespace: string | null): Macro | undefined;
  isPackage(name: string): boolean;
  /** True when calling the macro calls nothing that counts, whatever it is given. */
  isInert(macro: Macro): boolean;
  /** True when reading a var can do nothing: its text is no template. */
  isPlainVar(name: string): boolean;
}

/** Gets what a template calls, in order; none while a macro is looked at, which must call nothing. */
export interface EffectSink {
  call(call: StaticCall): void;
  macro(macro: Macro): void;
}

export const EFFECTS: ReadonlySet<string> = new Set(["ref", "source", "config"]);

/** Names whose value nothing depends on while parsing, and whose attributes can be read without harm. */
export const VALUES: ReadonlySet<string> = new Set([
  "this",
  "target",
  "model",
  "schema",
  "database",
  "project_name",
  "invocation_id",
  "dbt_version",
  "execute",
  "kwargs",
  "varargs",
]);

/** Filters that take anything and never fail, with the kind of what they give. */
const FILTERS: Readonly<Record<string, Kind>> = {
  trim: "text",
  lower: "text",
  upper: "text",
  string: "text",
  title: "text",
  capitalize: "text",
  int: "number",
  default: "other",
  d: "other",
};

const TESTS: ReadonlySet<string> = new Set([
  "none",
  "defined",
  "undefined",
  "string",
  "mapping",
  "iterable",
  "number",
]);
const CONFIG_READS: ReadonlySet<string> = new Set(["get", "require", "meta_get", "meta_require"]);

export class ExpressionEffects {
  /** A return() that is certainly reached: what follows never runs. */
  protected ended = false;

  constructor(
    private readonly scope: EffectScope,
    private readonly sink: EffectSink | undefined,
    protected locals = new Map<string, Kind>(),
  ) {}

  /** The kind of a value, after its calls were noted; undefined where there is doubt. */
  expression(node: Expression, certain: boolean): Kind | undefined {
    switch (node.kind) {
      case "constant":
        return constantKind(node.value);
      case "name":
        return this.name(node.name);
      case "list":
        return this.all(node.items, certain) ? "list" : undefined;
      case "tuple":
        return this.all(node.items, certain) ? "sequence" : undefined;
      case "dict":
        return this.all(node.pairs.flat(), certain) ? "other" : undefined;
      case "attribute":
        return this.expression(node.object, certain) && "other";
      case "item":
        return this.all([node.object, node.key], certain) ? "other" : undefined;
      case "concat":
        return this.all(node.items, certain) ? "text" : undefined;
      case "not":
        return this.expression(node.operand, certain) && "other";
      case "unary":
        return this.expression(node.operand, certain) === "number" ? "number" : undefined;
      case "binary":
        return this.binary(node, certain);
      case "and":
      case "or":
        return this.expression(node.left, certain) && this.expression(node.right, false) && "other";
      case "condition":
        return this.condition(node, certain);
      case "compare":
        return this.compare(node, certain);
      case "filter":
        return this.filter(node, certain);
      case "test":
        return TESTS.has(node.name) ? this.expression(node.target, certain) && "other" : undefined;
      case "call":
        return this.call(node, certain);
      default:
        return undefined;
    }
  }

  protected all(nodes: readonly Expression[], certain: boolean): boolean {
    return nodes.every((node) => this.expression(node, certain) !== undefined);
  }

  private name(name: string): Kind | undefined {
    const local = this.locals.get(name);
    if (local !== undefined) return typeof local === "object" ? undefined : local;
    return VALUES.has(name) && this.scope.macro(name) === undefined ? "other" : undefined;
  }

  private binary(node: Extract<Expression, { kind: "binary" }>, certain: boolean): Kind | undefined {
    const left = this.expression(node.left, certain);
    const right = this.expression(node.right, certain);
    if (left !== right || !["+", "-", "*"].includes(node.operator)) return undefined;
    return left === "number" || (left === "text" && node.operator === "+") ? left : undefined;
  }

  private condition(node: Extract<Expression, { kind: "condition" }>, certain: boolean): Kind | undefined {
    if (this.expression(node.test, certain) === undefined) return undefined;
    const parts = node.otherwise ? [node.value, node.otherwise] : [node.value];
    return this.all(parts, false) ? "other" : undefined;
  }

  private compare(node: Extract<Expression, { kind: "compare" }>, certain: boolean): Kind | undefined {
    let left = this.expression(node.left, certain);
    for (const { operator, right } of node.rest) {
      const kind = this.expression(right, certain);
      if (left === undefined || kind === undefined) return undefined;
      const safe =
        operator === "==" ||
        operator === "!=" ||
        (operator.endsWith("in") ? isSequence(kind) : left === "number" && kind === "number");
      if (!safe) return undefined;
      left = kind;
    }
    return "other";
  }

  private filter(node: Extract<Expression, { kind: "filter" }>, certain: boolean): Kind | undefined {
    const { name, target, positional, keywords } = node;
    if (!target || keywords.length > 0) return undefined;
    const given = this.expression(target, certain);
    const args = positional.map((arg) => this.expression(arg, certain));
    if (given === undefined || args.includes(undefined)) return undefined;
    if (name === "join") return isSequence(given) && args.every((arg) => arg === "text") ? "text" : undefined;
    if (name === "length" || name === "count")
      return isSequence(given) && args.length === 0 ? "number" : undefined;
    const kind = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
    return args.length <= (kind === "text" ? 0 : 1) ? kind : undefined;
  }

  private call(node: Call, certain: boolean): Kind | undefined {
    if (node.spread || node.keywordSpread) return undefined;
    const { callee } = node;
    if (callee.kind === "name") {
      const local = this.locals.get(callee.name);
      if (local !== undefined)
        return typeof local === "object" ? this.macroCall(local, node, certain) : undefined;
      const macro = this.scope.macro(callee.name);
      return macro ? this.macroCall(macro, node, certain) : this.builtin(callee.name, node, certain);
    }
    const dispatched = this.dispatchOf(callee);
    if (dispatched) return this.macroCall(dispatched, node, certain);
    return callee.kind === "attribute" && callee.object.kind === "name"
      ? this.method(callee.object.name, callee.name, node, certain)
      : undefined;
  }

  private builtin(name: string, node: Call, certain: boolean): Kind | undefined {
    const { positional, keywords } = node;
    if (EFFECTS.has(name)) return this.effect(name as StaticCall["name"], node, certain);
    const [first] = positional;
    switch (name) {
      case "var":
        return first?.kind === "constant" &&
          typeof first.value === "string" &&
          this.scope.isPlainVar(first.value) &&
          keywords.length === 0
          ? this.all(positional.slice(1), certain)
            ? "other"
            : undefined
          : undefined;
      case "range":
        return positional.length > 0 &&
          keywords.length === 0 &&
          positional.every((arg) => this.expression(arg, certain) === "number")
          ? "sequence"
          : undefined;
      case "return":
        if (this.sink || positional.length > 1 || keywords.length > 0 || !this.all(positional, certain))
          return undefined;
        if (certain) this.ended = true;
        return "other";
      default:
        return undefined;
    }
  }

  private method(object: string, name: string, node: Call, certain: boolean): Kind | undefined {
    const { positional } = node;
    if (this.locals.get(object) === "list") {
      const adds = name === "append" && positional.length === 1 && node.keywords.length === 0;
      return adds ? this.expression(positional[0] as Expression, certain) && "other" : undefined;
    }
    if (this.locals.has(object) || this.scope.macro(object)) return undefined;
    if (object === "config") {
      return CONFIG_READS.has(name) &&
        positional.length > 0 &&
        node.keywords.length === 0 &&
        this.all(positional, certain)
        ? "other"
        : undefined;
    }
    if (object === "adapter") {
      const arity = name === "quote" ? 1 : name === "type" ? 0 : -1;
      return positional.length === arity && node.keywords.length === 0 && this.all(positional, certain)
        ? "text"
        : undefined;
    }
    const macro = this.scope.isPackage(object) ? this.scope.macroIn(object, name) : undefined;
    return macro && this.macroCall(macro, node, certain);
  }

  /** The macro that `adapter.dispatch('name', 'package')` finds. */
  protected dispatchOf(node: Expression): Macro | undefined {
    if (node.kind !== "call" || node.callee.kind !== "attribute" || node.callee.name !== "dispatch")
      return undefined;
    const { object } = node.callee;
    if (object.kind !== "name" || object.name !== "adapter" || this.locals.has("adapter")) return undefined;
    const args = new Map<string, Expression>(node.keywords.map(({ name, value }) => [name, value]));
    for (const [index, value] of node.positional.entries())
      args.set(index === 0 ? "macro_name" : "macro_namespace", value);
    const [name, namespace] = ["macro_name", "macro_namespace"].map((key) => {
      const value = args.get(key);
      return value?.kind === "constant" && typeof value.value === "string" ? value.value : undefined;
    });
    if (name === undefined || (namespace === undefined && args.size > 1)) return undefined;
    return this.scope.dispatched(name, namespace ?? null);
  }

  private macroCall(macro: Macro, call: Call, certain: boolean): Kind | undefined {
    if (!takes(macro, call) || (this.sink && !certain)) return undefined;
    const { positional, keywords } = call;
    if (!this.all(positional, certain)) return undefined;
    for (const { value } of keywords) if (this.expression(value, certain) === undefined) return undefined;
    if (!this.scope.isInert(macro)) return undefined;
    this.sink?.macro(macro);
    return "other";
  }

  private effect(name: StaticCall["name"], node: Call, certain: boolean): Kind | undefined {
    if (!this.sink || !certain) return undefined;
    const args: Value[] = [];
    for (const arg of node.positional) {
      const value = literalValue(arg);
      if (value === undefined) return undefined;
      args.push(value);
    }
    const kwargs = new Map<string, Value>();
    for (const { name: key, value: written } of node.keywords) {
      const value = literalValue(written);
      if (value === undefined || kwargs.has(key)) return undefined;
      kwargs.set(key, value);
    }
    this.sink.call({
      name,
      args,
      kwargs: kwargs.size === 0 ? NO_KWARGS : kwargs,
      start: node.start,
      end: node.end,
    });
    return "other";
  }
}

/** True for what can be looped over. */
export function isSequence(kind: Kind | undefined): boolean {
  return kind === "list" || kind === "sequence";
}

/** Whether a macro takes the arguments of a call: each of them once, and all that have no default. */
function takes({ block: { parameters } }: Macro, { positional, keywords }: Call): boolean {
  if (positional.length > parameters.length) return false;
  for (const [index, { name }] of keywords.entries()) {
    if (parameters.findIndex((one) => one.name === name) < positional.length) return false;
    if (keywords.findIndex((one) => one.name === name) < index) return false;
  }
  return parameters.every(
    ({ name, default: otherwise }, index) =>
      index < positional.length ||
      otherwise !== undefined ||
      keywords.some((keyword) => keyword.name === name),
  );
}

function constantKind(value: Value): Kind {
  if (typeof value === "number") return "number";
  return typeof value === "string" ? "text" : "other";
}
