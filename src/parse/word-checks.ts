// Words within Jinja that mean nothing there, though Jinja takes them without a word: `null` and `TRUE` of SQL are names
// that nobody has set, and a misspelt field of `target` is empty, so a condition on it is never true.

import { nearest } from "../base/nearest.ts";

/** What is said in other languages, and what Jinja says. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  null: "none",
  Null: "none",
  NULL: "none",
  nil: "none",
  NONE: "none",
  TRUE: "true",
  FALSE: "false",
};

/** A word that means nothing. */
export interface EmptyWord {
  readonly word: string;
  /** Offset in the template. */
  readonly start: number;
  readonly message: string;
  readonly help: string;
}

/**
 * @param code a template; what stands outside of tags, in comments and in texts is not looked at
 * @param targetFields names of the fields of `target`
 * @returns words that are surely no more than a mistake, in the order of the template
 */
export function emptyWords(code: string, targetFields: () => Iterable<string>): EmptyWord[] {
  if (!SUSPECT.test(code)) return [];
  const tags = onlyTags(code);
  const found: EmptyWord[] = [];
  for (const { index: start, 0: word } of tags.matchAll(
    /(?<![\w.|])(?:null|Null|NULL|nil|NONE|TRUE|FALSE)(?![\w(.]|\s*=(?!=))/g,
  )) {
    if (new RegExp(`\\b(?:set|for)\\s+${word}\\b`).test(tags)) continue;
    const meant = OTHER_WORDS[word] as string;
    const message = `'${word}' is a name that nobody has set, as Jinja writes ${meant}, so it counts as empty`;
    found.push({ word, start, message, help: `write ${meant}` });
  }
  for (const match of tags.matchAll(/(?<![\w.|])target\s*\.\s*([a-z_]\w*)(?!\w|\s*\()/g)) {
    const word = match[1] as string;
    const fields = new Set(targetFields());
    const near = fields.has(word) ? undefined : nearest(word, fields);
    if (near === undefined || FIELDS_OF_OTHERS.has(word)) continue;
    const start = match.index + match[0].length - word.length;
    const message = `target has no "${word}", so it counts as empty`;
    found.push({ word, start, message, help: `did you mean "${near}"?` });
  }
  return found.sort((a, b) => a.start - b.start);
}

/** A cheap look before the template is taken apart. */
const SUSPECT = /\b(?:null|nil|NONE|TRUE|FALSE)\b|\btarget\s*\./i;

/** Fields that the target has on other warehouses: a project that runs on several asks for them. */
const FIELDS_OF_OTHERS: ReadonlySet<string> = new Set([
  "account",
  "catalog",
  "cluster",
  "dataset",
  "dbname",
  "host",
  "http_path",
  "location",
  "method",
  "path",
  "port",
  "project",
  "role",
  "server",
  "user",
  "warehouse",
]);

/** The code of tags at its offsets; all else, comments and texts in quotes are blanks. */
function onlyTags(code: string): string {
  const pattern =
    /\{#[\s\S]*?#\}|\{%-?\s*raw\b[\s\S]*?endraw\s*-?%\}|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|[^{]+|\{/g;
  return code.replaceAll(pattern, (part) => {
    const isTag = part.startsWith("{{") || (part.startsWith("{%") && !/^\{%-?\s*raw\b/.test(part));
    return isTag
      ? part.replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, (text) => " ".repeat(text.length))
      : " ".repeat(part.length);
  });
}
