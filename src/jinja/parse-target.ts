// What `set`, `for` and `with` assign to: a name, several names, or (for set) attributes of namespaces.

import type { Expression, Target } from "./ast.ts";
import type { ExpressionParser } from "./parse-expression.ts";

/** @param stop a name that ends a list of targets. Throws JinjaError(syntax). */
export function parseTarget(expressions: ExpressionParser, stop?: string): Target {
  const { stream } = expressions;
  const { start, end } = stream.current;
  const items: Target[] = [];
  let isTuple = false;
  for (;;) {
    if (items.length > 0) stream.expectOperator(",");
    const ends =
      stream.isOperator("=") ||
      stream.current.kind === "block_end" ||
      (stop !== undefined && stream.isName(stop));
    if (items.length > 0 && ends) break;
    items.push(single(expressions));
    if (!stream.isOperator(",")) break;
    isTuple = true;
  }
  const [only] = items;
  if (!isTuple && only !== undefined) return only;
  return { kind: "targets", items, start, end };
}

function single(expressions: ExpressionParser): Target {
  const { stream } = expressions;
  const next = stream.peek();
  if (stream.current.kind === "name" && next.kind === "operator" && next.text === ".") {
    const name = stream.advance();
    stream.advance();
    const attribute = stream.expectName();
    const span = { start: name.start, end: attribute.end };
    return { kind: "namespace-item", name: name.text, attribute: attribute.text, ...span };
  }
  return asTarget(expressions, expressions.primary());
}

function asTarget(expressions: ExpressionParser, node: Expression): Target {
  if (node.kind === "name") return node;
  if (node.kind === "tuple" || node.kind === "list") {
    const items = node.items.map((item) => asTarget(expressions, item));
    return { kind: "targets", items, start: node.start, end: node.end };
  }
  return expressions.stream.fail("only names can be assigned to", node);
}
