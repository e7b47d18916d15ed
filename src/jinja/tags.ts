// The tags that dbt's environment knows, and what people write instead of them.

import { nearest } from "../base/nearest.ts";
import type { Token } from "./token.ts";
import type { TokenStream } from "./token-stream.ts";

/** All tags that open or are a statement of their own. */
const KNOWN_TAGS: readonly string[] = [
  "if",
  "for",
  "set",
  "do",
  "macro",
  "call",
  "filter",
  "with",
  "print",
  "block",
  "raw",
  "break",
  "continue",
  "materialization",
  "test",
  "data_test",
  "snapshot",
  "docs",
  "autoescape",
  "include",
  "import",
  "from",
  "extends",
];

const INSTEAD: Readonly<Record<string, string>> = {
  elseif: "write {% elif ... %}",
  elsif: "write {% elif ... %}",
  else_if: "write {% elif ... %}",
  let: "write {% set name = value %}",
  var: "write {% set name = value %}",
  assign: "write {% set name = value %}",
  foreach: "write {% for item in items %}",
  while: "there is no while loop; write {% for i in range(n) %} with {% break %}",
  return: "write {{ return(value) }}",
  ref: "write {{ ref('name') }}",
  source: "write {{ source('name', 'table') }}",
  config: "write {{ config(...) }}",
  log: "write {{ log(...) }} or {% do log(...) %}",
  comment: "write {# ... #}",
  trans: "translations do not exist in dbt; write the text itself",
  debug: "write {{ debug() }}",
};

/**
 * @param tag the tag that is not known
 * @param next the word behind it ("end for", "else if")
 * @param wanted end tags that the innermost open block waits for
 */
function helpForUnknownTag(
  tag: string,
  next: string | undefined,
  wanted: readonly string[] | undefined,
): string | undefined {
  if (tag === "end" && next !== undefined) return `write {% end${next} %} in one word`;
  if (tag === "end") return wanted === undefined ? undefined : `write {% ${wanted.at(-1) ?? ""} %}`;
  const instead = INSTEAD[tag];
  if (instead !== undefined && Object.hasOwn(INSTEAD, tag)) return instead;
  const near = nearest(tag, [...(wanted ?? []), ...KNOWN_TAGS]);
  return near === undefined ? undefined : `did you mean {% ${near} %}?`;
}

/** A tag whose block is still open. */
export interface OpenTag {
  readonly name: string;
  readonly token: Token;
}

/** `{ % if` or `{if`, which Jinja takes for text. @param before the template up to the tag that closes nothing */
function brokenBrace(
  before: string,
  name: string,
): { readonly text: string; readonly start: number; readonly end: number } | undefined {
  const found = [...before.matchAll(new RegExp(`\\{(?:\\s+%-?\\s*|\\s*)${name}\\b`, "g"))].at(-1);
  return found && { text: found[0], start: found.index, end: found.index + found[0].length };
}

/**
 * Throws JinjaError(syntax) for a tag that does not exist or does not belong here.
 * @param next the word behind it
 * @param opened the innermost open block
 * @param wanted the tags that this block waits for
 */
export function failUnknownTag(
  stream: TokenStream,
  tag: Token,
  next: string | undefined,
  opened: OpenTag | undefined,
  wanted: readonly string[] | undefined,
): never {
  const name = tag.text;
  const plain = name.slice(3);
  if (name.startsWith("end") && opened === undefined && name !== "end") {
    const broken = brokenBrace(stream.source.text.slice(0, tag.start), plain);
    if (broken !== undefined)
      stream.fail(`'${broken.text}' is not a tag, so '${name}' closes nothing`, broken, {
        help: `write {% ${plain}: there is no blank between the brace and the percent sign`,
      });
    const help = KNOWN_TAGS.includes(plain) ? { help: `no {% ${plain} %} is open here: remove it` } : {};
    stream.fail(`'${name}' closes nothing`, tag, help);
  }
  const help = helpForUnknownTag(name, next, wanted);
  if (wanted !== undefined && opened !== undefined && /^(?:end\w*|else|elif)$/.test(name)) {
    const { line } = stream.places.place(opened.token.start, opened.token.end);
    const expected = wanted.at(-1) ?? "";
    stream.fail(
      `unknown tag '${name}' here: the '${opened.name}' block of line ${line} is closed by '{% ${expected} %}'`,
      tag,
      { help: help ?? `write {% ${expected} %}`, undefinedName: name, candidates: wanted },
    );
  }
  const candidates = [...KNOWN_TAGS, ...(wanted ?? [])];
  stream.fail(`unknown tag '${name}'`, tag, {
    ...(help === undefined ? {} : { help }),
    undefinedName: name,
    candidates,
  });
}
