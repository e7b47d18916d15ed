// What Jinja2 folds into text before it runs: in native mode such an output is text, not a value.

import type { Expression, Statement } from "./ast.ts";
import { eachPart } from "./walk.ts";

/** True when a template only prints constants: `{{ 1 }}` is the text "1" in dbt's native mode. */
export function isConstantOutput(body: readonly Statement[]): boolean {
  return body.every(
    (node) => node.kind === "text" || (node.kind === "output" && node.expressions.every(isConstant)),
  );
}

function isConstant(node: Expression): boolean {
  if (node.kind === "name" || node.kind === "call") return false;
  if (node.kind === "filter" && node.name.startsWith("as_")) return false;
  let constant = true;
  eachPart(node, (part) => {
    constant &&= isConstant(part);
  });
  return constant;
}
