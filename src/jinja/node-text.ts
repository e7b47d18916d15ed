// An expression as Jinja2 prints its syntax tree: `Call(node=Name(name='var', ctx='load'), args=[...], ...)`. dbt puts
// these texts into manifests, where they are only compared (dbt-core, clients/jinja_static.py).

import type { Arguments, Expression } from "./ast.ts";
import { toRepr } from "./repr.ts";

const BINARY: Readonly<Record<string, string>> = {
  "+": "Add",
  "-": "Sub",
  "*": "Mul",
  "/": "Div",
  "//": "FloorDiv",
  "%": "Mod",
  "**": "Pow",
};

const COMPARE: Readonly<Record<string, string>> = {
  "==": "eq",
  "!=": "ne",
  "<": "lt",
  "<=": "lteq",
  ">": "gt",
  ">=": "gteq",
  in: "in",
  "not in": "notin",
};

/** `Keyword(key='materialized', value=...)`: a keyword argument of a call. */
export function keywordText(name: string, value: Expression): string {
  return `Keyword(key=${toRepr(name)}, value=${nodeText(value)})`;
}

/** What Python prints for the node. */
function nodeText(node: Expression): string {
  switch (node.kind) {
    case "constant":
      return `Const(value=${toRepr(node.value)})`;
    case "name":
      return `Name(name=${toRepr(node.name)}, ctx='load')`;
    case "list":
      return `List(items=${listText(node.items)})`;
    case "tuple":
      return `Tuple(items=${listText(node.items)}, ctx='load')`;
    case "dict":
      return `Dict(items=[${node.pairs.map(([key, value]) => `Pair(key=${nodeText(key)}, value=${nodeText(value)})`).join(", ")}])`;
    case "attribute":
      return `Getattr(node=${nodeText(node.object)}, attr=${toRepr(node.name)}, ctx='load')`;
    case "item":
      return `Getitem(node=${nodeText(node.object)}, arg=${nodeText(node.key)}, ctx='load')`;
    case "slice": {
      const [start, stop, step] = [0, 1, 2].map((i) => optional(node.parts[i]));
      return `Slice(start=${start}, stop=${stop}, step=${step})`;
    }
    case "call":
      return `Call(node=${nodeText(node.callee)}, ${argumentsText(node)})`;
    case "filter":
      return `Filter(node=${optional(node.target)}, name=${toRepr(node.name)}, ${argumentsText(node)})`;
    case "test":
      return `Test(node=${nodeText(node.target)}, name=${toRepr(node.name)}, ${argumentsText(node)})`;
    default:
      return operatorText(node);
  }
}

type Operation = Extract<
  Expression,
  { readonly kind: "unary" | "not" | "binary" | "and" | "or" | "concat" | "condition" | "compare" }
>;

function operatorText(node: Operation): string {
  switch (node.kind) {
    case "unary":
      return `${node.operator === "-" ? "Neg" : "Pos"}(node=${nodeText(node.operand)})`;
    case "not":
      return `Not(node=${nodeText(node.operand)})`;
    case "binary":
      return `${BINARY[node.operator]}(left=${nodeText(node.left)}, right=${nodeText(node.right)})`;
    case "and":
    case "or":
      return `${node.kind === "and" ? "And" : "Or"}(left=${nodeText(node.left)}, right=${nodeText(node.right)})`;
    case "concat":
      return `Concat(nodes=${listText(node.items)})`;
    case "condition":
      return `CondExpr(test=${nodeText(node.test)}, expr1=${nodeText(node.value)}, expr2=${optional(node.otherwise)})`;
    case "compare": {
      const operands = node.rest.map(
        ({ operator, right }) =>
          `Operand(op=${toRepr(COMPARE[operator] ?? operator)}, expr=${nodeText(right)})`,
      );
      return `Compare(expr=${nodeText(node.left)}, ops=[${operands.join(", ")}])`;
    }
  }
}

function listText(items: readonly Expression[]): string {
  return `[${items.map(nodeText).join(", ")}]`;
}

function optional(node: Expression | undefined): string {
  return node === undefined ? "None" : nodeText(node);
}

function argumentsText({ positional, keywords, spread, keywordSpread }: Arguments): string {
  const kwargs = keywords.map(({ name, value }) => keywordText(name, value)).join(", ");
  return `args=${listText(positional)}, kwargs=[${kwargs}], dyn_args=${optional(spread)}, dyn_kwargs=${optional(keywordSpread)}`;
}
