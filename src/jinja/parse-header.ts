// Headers of macros, tests and materializations: parameters with defaults and dbt's type annotations.

import type { Expression, Parameter } from "./ast.ts";
import type { ExpressionParser } from "./parse-expression.ts";
import type { Token } from "./token.ts";
import type { TokenStream } from "./token-stream.ts";

/** `(a, b: list[str] = x)`. Types are read and dropped: the language does not check them. */
export function parseSignature(stream: TokenStream, expressions: ExpressionParser): Parameter[] {
  const parameters: Parameter[] = [];
  stream.expectOperator("(");
  while (!stream.isOperator(")")) {
    if (parameters.length > 0) stream.expectOperator(",");
    const name = stream.expectName("the name of a parameter");
    if (stream.skipOperator(":")) skipType(stream);
    let value: Expression | undefined;
    if (stream.skipOperator("=")) value = expressions.expression();
    else if (parameters.at(-1)?.default !== undefined) {
      stream.fail(`parameter '${name.text}' has no default but stands behind one that has`, name);
    }
    parameters.push({ name: name.text, default: value, start: name.start, end: name.end });
  }
  stream.expectOperator(")");
  return parameters;
}

function skipType(stream: TokenStream): void {
  stream.expectName("the name of a type");
  if (!stream.skipOperator("[")) return;
  for (let first = true; !stream.isOperator("]"); first = false) {
    if (!first) stream.expectOperator(",");
    skipType(stream);
  }
  stream.expectOperator("]");
}

export interface MaterializationHeader {
  readonly adapter: string;
  readonly parameters: readonly Parameter[];
}

/** `, default`, `, adapter='x'`, `, supported_languages=[...]` after the name, as dbt's tag takes them. */
function parseMaterializationHeader(
  stream: TokenStream,
  expressions: ExpressionParser,
): MaterializationHeader {
  let adapter = "default";
  let languages: Parameter | undefined;
  const { start, end } = stream.current;
  while (stream.skipOperator(",")) {
    const key = stream.expectName();
    if (key.text === "default") continue;
    if (key.text !== "adapter" && key.text !== "supported_languages") {
      stream.fail(`a materialization has no argument '${key.text}'`, key, {
        undefinedName: key.text,
        candidates: ["default", "adapter", "supported_languages"],
      });
    }
    stream.expectOperator("=");
    const value = expressions.expression();
    if (key.text === "supported_languages") {
      languages = { name: key.text, default: value, start: key.start, end: key.end };
    } else if (value.kind === "constant" && typeof value.value === "string") adapter = value.value;
    else stream.fail("the adapter of a materialization is a string", value);
  }
  const sql: Expression = {
    kind: "list",
    items: [{ kind: "constant", value: "sql", start, end }],
    start,
    end,
  };
  return { adapter, parameters: [languages ?? { name: "supported_languages", default: sql, start, end }] };
}

/** The name under which dbt keeps a macro, test, materialization, snapshot or docs block, and its parameters. */
export function parseHeader(
  stream: TokenStream,
  expressions: ExpressionParser,
  tag: string,
  { text: name, start, end }: Token,
): { readonly name: string; readonly parameters: readonly Parameter[] } {
  if (tag === "materialization") {
    const { adapter, parameters } = parseMaterializationHeader(stream, expressions);
    return { name: `materialization_${name}_${adapter}`, parameters };
  }
  if (tag === "snapshot" || tag === "docs") return { name, parameters: [] };
  if (!stream.isOperator("(")) {
    const help = { help: `write {% ${tag} ${name}() %}` };
    stream.fail(`'(' is missing after the name of the ${tag} '${name}'`, { start, end }, help);
  }
  return { name: tag === "macro" ? name : `test_${name}`, parameters: parseSignature(stream, expressions) };
}
