// Walks over expressions and statements: which names are read, whether a name is used somewhere.

import type { Arguments, BlockNode, Expression, Statement, Target } from "./ast.ts";

/** Calls `visit` for each direct part of an expression. */
export function eachPart(node: Expression, visit: (part: Expression) => void): void {
  switch (node.kind) {
    case "constant":
    case "name":
      break;
    case "list":
    case "tuple":
    case "concat":
      node.items.forEach(visit);
      break;
    case "dict":
      node.pairs.flat().forEach(visit);
      break;
    case "attribute":
      visit(node.object);
      break;
    case "item":
      visit(node.object);
      visit(node.key);
      break;
    case "slice":
      for (const part of node.parts) if (part !== undefined) visit(part);
      break;
    case "unary":
    case "not":
      visit(node.operand);
      break;
    case "binary":
    case "and":
    case "or":
      visit(node.left);
      visit(node.right);
      break;
    case "condition":
      visit(node.test);
      visit(node.value);
      if (node.otherwise !== undefined) visit(node.otherwise);
      break;
    case "compare":
      visit(node.left);
      for (const { right } of node.rest) visit(right);
      break;
    case "call":
      visit(node.callee);
      eachArgument(node, visit);
      break;
    case "filter":
    case "test":
      if (node.target !== undefined) visit(node.target);
      eachArgument(node, visit);
      break;
  }
}

function eachArgument(given: Arguments, visit: (part: Expression) => void): void {
  given.positional.forEach(visit);
  for (const { value } of given.keywords) visit(value);
  if (given.spread !== undefined) visit(given.spread);
  if (given.keywordSpread !== undefined) visit(given.keywordSpread);
}

/** Calls `visit` with each name that an expression reads. */
export function eachName(node: Expression, visit: (name: string) => void): void {
  if (node.kind === "name") visit(node.name);
  else eachPart(node, (part) => eachName(part, visit));
}

/** True when the expression or a part of it is a call. */
export function containsCall(node: Expression): boolean {
  let found = node.kind === "call";
  if (!found) eachPart(node, (part) => (found ||= containsCall(part)));
  return found;
}

/** The names that a target assigns, and the namespaces that it reads. */
export function eachTargetName(
  target: Target,
  assign: (name: string) => void,
  read: (name: string) => void,
): void {
  if (target.kind === "name") assign(target.name);
  else if (target.kind === "namespace-item") read(target.name);
  else for (const item of target.items) eachTargetName(item, assign, read);
}

/** Expressions and bodies directly below a statement. */
export function statementParts(node: Statement): {
  expressions: readonly Expression[];
  bodies: readonly (readonly Statement[])[];
} {
  switch (node.kind) {
    case "output":
      return { expressions: node.expressions, bodies: [] };
    case "do":
      return { expressions: [node.expression], bodies: [] };
    case "set":
      return { expressions: [node.value], bodies: [] };
    case "set-block":
      return { expressions: node.filter === undefined ? [] : [node.filter], bodies: [node.body] };
    case "with":
      return { expressions: node.assignments.map(({ value }) => value), bodies: [node.body] };
    case "call-block":
      return { expressions: [node.call], bodies: [node.caller.body] };
    case "filter-block":
      return { expressions: [node.filter], bodies: [node.body] };
    case "autoescape":
      return { expressions: [node.on], bodies: [node.body] };
    case "if":
      return {
        expressions: node.branches.map(({ test }) => test),
        bodies: [...node.branches.map(({ body }) => body), node.otherwise],
      };
    case "for":
      return {
        expressions: node.filter === undefined ? [node.iterable] : [node.iterable, node.filter],
        bodies: [node.body, node.otherwise],
      };
    case "macro":
      return {
        expressions: node.parameters.flatMap((parameter) => parameter.default ?? []),
        bodies: [node.body],
      };
    default:
      return { expressions: [], bodies: [] };
  }
}

/** True when one of the statements (blocks left out, as in Jinja2) reads the name. */
export function readsName(body: readonly Statement[], name: string): boolean {
  return body.some((statement) => {
    const { expressions, bodies } = statementParts(statement);
    let found = false;
    for (const expression of expressions) eachName(expression, (read) => (found ||= read === name));
    return found || bodies.some((inner) => readsName(inner, name));
  });
}

/** All `block` tags, nested ones included. */
export function collectBlocks(body: readonly Statement[], blocks: BlockNode[] = []): BlockNode[] {
  for (const statement of body) {
    if (statement.kind === "block") {
      blocks.push(statement);
      collectBlocks(statement.body, blocks);
    } else for (const inner of statementParts(statement).bodies) collectBlocks(inner, blocks);
  }
  return blocks;
}
