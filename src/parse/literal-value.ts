// Values that stand in a template as they are.

import type { Expression } from "../jinja/ast.ts";
import { type Dict, PyFloat, Tuple, type Value } from "../jinja/value.ts";

/** The value of a literal; undefined when it must be computed. */
export function literalValue(node: Expression): Value | undefined {
  switch (node.kind) {
    case "constant":
      return node.value;
    case "list":
    case "tuple": {
      const items = node.items.map(literalValue);
      if (items.includes(undefined)) return undefined;
      return node.kind === "list" ? (items as Value[]) : new Tuple(items as Value[]);
    }
    case "dict": {
      const dict: Dict = new Map();
      for (const [key, written] of node.pairs) {
        const value = literalValue(written);
        if (key.kind !== "constant" || typeof key.value !== "string" || value === undefined) return undefined;
        dict.set(key.value, value);
      }
      return dict;
    }
    case "unary": {
      const value = node.operator === "-" ? literalValue(node.operand) : undefined;
      return typeof value === "number"
        ? -value
        : value instanceof PyFloat
          ? new PyFloat(-value.value)
          : undefined;
    }
    default:
      return undefined;
  }
}
