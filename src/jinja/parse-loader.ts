// include, import, from and extends: dbt has no templates to load, but the tags are read by Jinja2's rules, so that a
// mistake in one is told as such.

import type { ExpressionParser } from "./parse-expression.ts";

/** @returns the names that the tag would define. Throws JinjaError(syntax). */
export function parseLoader(expressions: ExpressionParser, tag: string): string[] {
  const { stream } = expressions;
  expressions.expression();
  switch (tag) {
    case "include":
      if (stream.isName("ignore") && stream.peek().text === "missing") {
        stream.advance();
        stream.advance();
      }
      skipContext(expressions);
      return [];
    case "import": {
      stream.expectKeyword("as");
      const name = stream.expectName().text;
      skipContext(expressions);
      return [name];
    }
    case "from":
      return parseNames(expressions);
    default:
      return [];
  }
}

function skipContext({ stream }: ExpressionParser): boolean {
  if (!(stream.isName("with") || stream.isName("without")) || stream.peek().text !== "context") return false;
  stream.advance();
  stream.advance();
  return true;
}

function parseNames(expressions: ExpressionParser): string[] {
  const { stream } = expressions;
  const names: string[] = [];
  stream.expectKeyword("import");
  for (;;) {
    if (names.length > 0) stream.expectOperator(",");
    if (skipContext(expressions)) return names;
    const name = stream.expectName();
    if (name.text.startsWith("_")) {
      stream.fail(
        "names that begin with an underscore cannot be imported",
        name,
        {},
        "TemplateAssertionError",
      );
    }
    names.push(stream.skipName("as") ? stream.expectName().text : name.text);
    if (skipContext(expressions) || !stream.isOperator(",")) return names;
  }
}
