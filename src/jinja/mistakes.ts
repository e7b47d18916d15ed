// Recognises what people really get wrong inside of {{ }} and {% %}, so that an error can say what to write instead.
// Works on the text around the place where reading stopped; knows nothing of the grammar.

import type { Token } from "./token.ts";

/**
 * @param text the template
 * @param tokens what was read so far
 * @param at offset where reading stopped
 * @returns one line of help, or undefined when nothing is recognised
 */
export function mistakeInExpression(text: string, tokens: readonly Token[], at: number): string | undefined {
  const begin = openingOf(tokens);
  const inside = begin === undefined ? "" : text.slice(begin.end, at);
  return (
    nestedBraces(text, begin, at) ??
    sqlComment(text, inside, at) ??
    javaOperator(text, at) ??
    singleEquals(tokens, text, at) ??
    colonForEquals(tokens, text, at) ??
    missingBrace(text, begin, at) ??
    missingComma(tokens, text, at)
  );
}

/** The token that opened the tag in which the last token stands. */
function openingOf(tokens: readonly Token[]): Token | undefined {
  for (let index = tokens.length - 1; index >= 0; index--) {
    const token = tokens[index];
    if (token === undefined || token.kind === "block_end" || token.kind === "variable_end") return undefined;
    if (token.kind === "block_begin" || token.kind === "variable_begin") return token;
  }
  return undefined;
}

function nestedBraces(text: string, begin: Token | undefined, at: number): string | undefined {
  if (begin === undefined) return undefined;
  const inner = /\{\{-?|\{%-?/.exec(text.slice(begin.end, at + 2));
  if (inner === null) return undefined;
  const rest = text.slice(begin.end + inner.index + inner[0].length);
  const expression = /^\s*([^{}%\n]{1,60}?)\s*-?[%}]\}/.exec(rest)?.[1];
  const outer = begin.kind === "block_begin" ? /^\s*(\w+)/.exec(text.slice(begin.end))?.[1] : undefined;
  const written =
    expression === undefined
      ? ""
      : outer === undefined
        ? `: write {{ ${expression} }}`
        : `: write {% ${outer} ${expression} %}`;
  return `braces cannot be nested; inside of ${begin.kind === "block_begin" ? "{% %}" : "{{ }}"} names stand without braces${written}`;
}

function sqlComment(text: string, inside: string, at: number): string | undefined {
  const line = inside.slice(inside.lastIndexOf("\n") + 1) + text.slice(at).split("\n", 1)[0];
  const before = inside.split("\n");
  if (hasSqlComment(line) || before.some(hasSqlComment)) {
    return "SQL comments (--) do not work inside of {{ }} and {% %}; remove the comment, or write it as {# ... #} outside of the braces";
  }
  if (/\/\*/.test(inside)) {
    return "SQL comments (/* */) do not work inside of {{ }} and {% %}; write {# ... #} outside of the braces";
  }
  return text.charAt(at) === "#"
    ? "comments do not work inside of {{ }} and {% %}; write {# ... #} outside of the braces"
    : undefined;
}

function hasSqlComment(line: string): boolean {
  const unquoted = line.replace(/'[^']*'|"[^"]*"/g, "''");
  return /(?:^|[\s,(])--\s/.test(unquoted) || /(?:^|[\s,])--[^}%-]/.test(unquoted);
}

function javaOperator(text: string, at: number): string | undefined {
  switch (text.charAt(at)) {
    case "&":
      return "write 'and' instead of '&&'";
    case "!":
      return "write 'not' instead of '!'";
    case "?":
      return "write 'a if condition else b' instead of 'condition ? a : b'";
    case "$":
      return "names are written without '$'";
    case "`":
      return "strings are written in ' or \", not in backticks";
    default:
      return text.startsWith("||", at)
        ? "write 'or' for a condition and '~' to join strings instead of '||'"
        : undefined;
  }
}

function singleEquals(tokens: readonly Token[], text: string, at: number): string | undefined {
  if (text.charAt(at) !== "=" || text.charAt(at + 1) === "=") return undefined;
  const begin = openingOf(tokens);
  const tag = begin === undefined ? undefined : tokens[tokens.indexOf(begin) + 1]?.text;
  return tag === "if" || tag === "elif" ? "a comparison is written with '=='" : undefined;
}

/** `config(materialized: 'view')` as in YAML. */
function colonForEquals(tokens: readonly Token[], text: string, at: number): string | undefined {
  const name = tokens.at(text.charAt(at) === ":" && tokens.at(-1)?.text === ":" ? -2 : -1);
  if (text.charAt(at) !== ":" || name?.kind !== "name") return undefined;
  const value = /^:\s*([^\s,()]+)/.exec(text.slice(at))?.[1] ?? "...";
  return `arguments are written with '=': ${name.text}=${value}`;
}

function missingBrace(text: string, begin: Token | undefined, at: number): string | undefined {
  if (begin?.kind === "variable_begin") {
    if (text.charAt(at) === "}" && text.charAt(at + 1) !== "}") return "close the expression with '}}'";
    if (text.startsWith("%}", at)) return "what begins with '{{' ends with '}}'";
  }
  if (begin?.kind === "block_begin" && text.startsWith("}", at))
    return "what begins with '{%' ends with '%}'";
  return undefined;
}

const VALUE_KINDS: ReadonlySet<string> = new Set(["name", "string", "integer", "float"]);

function missingComma(tokens: readonly Token[], text: string, at: number): string | undefined {
  const before = tokens.filter((token) => token.end <= at).at(-1);
  if (before === undefined || !(VALUE_KINDS.has(before.kind) || /^[)\]}]$/.test(before.text)))
    return undefined;
  if (!/[\w'"([{]/.test(text.charAt(at))) return undefined;
  if (/^\w+\s*[([]?/.test(text.slice(at)) || /^['"([{]/.test(text.slice(at))) {
    return `a comma or an operator is missing before '${/^(?:\w+|.)/.exec(text.slice(at))?.[0] ?? ""}'`;
  }
  return undefined;
}
