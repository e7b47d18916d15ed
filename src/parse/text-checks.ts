// What is surely not meant in the text of a model, though dbt and the warehouse take it: comparisons with null, conditions
// that are always true, tables written by hand, is_incremental without parentheses, vars with a near twin. Looks at the
// text with Jinja, comments and quoted texts blanked, since there is no grammar here; what is not certain is not told.

import type { Code } from "../base/codes.ts";
import { type Diagnostic, warningAt } from "../base/diagnostic.ts";
import { nearTwin } from "../base/nearest.ts";
import { placeWithin } from "../config/line-index.ts";
import { targetOf } from "../config/target.ts";
import { isRefable, materialization, type NodeId, type Resource } from "../manifest/node.ts";
import type { ParseSession } from "./session.ts";
import { emptyWords } from "./word-checks.ts";

/** A node with a text that the user wrote. */
type Written = Extract<Resource, { readonly rawCode: string }>;

/**
 * Adds warnings for all nodes of the root project.
 * @returns ids of the nodes in whose texts there is anything to look at: those of all others need no second look as long
 *   as they stay the same
 */
export function checkTexts(
  resources: ReadonlyMap<NodeId, Resource>,
  session: ParseSession,
): ReadonlySet<NodeId> {
  const { previous, diagnostics, rootName } = session;
  const suspects = new Set<NodeId>();
  let tables: ReadonlyMap<string, Resource> | undefined;
  for (const resource of resources.values()) {
    if (!("rawCode" in resource) || resource.packageName !== rootName) continue;
    if (resource.language !== "sql" || resource.rawCode === "") continue;
    if (resource.resourceType === "test" && resource.testMetadata) continue;
    if (previous?.isUnsuspected(resource)) continue;
    const told = diagnostics.length;
    const text = new CheckedText(resource, diagnostics);
    checkJinja(text, session);
    const isSuspect = SUSPECT.test(resource.rawCode);
    if (isSuspect || diagnostics.length > told) suspects.add(resource.id);
    if (!isSuspect) continue;
    tables ??= tablesOf([...resources.values()]);
    checkSql(text, tables, rootName);
  }
  return suspects;
}

/** A cheap look before the text is blanked. */
const SUSPECT =
  /(?:=|<>)\s*null\b|\bnot\s+in\s*\([^()]*\bnull\b|\b(\w+\.\w+)\s*=\s*\1\b|\b(?:from|join)\s+["`\w]+\s*\.|\blimit\s+\d+\s*;?\s*$/i;

class CheckedText {
  readonly code: string;
  readonly subject: string;

  constructor(
    readonly node: Written,
    private readonly diagnostics: Diagnostic[],
  ) {
    this.code = node.rawCode;
    this.subject = `${node.resourceType.replace("_", " ")} "${node.name}"`;
  }

  warn(code: Code, start: number, length: number, message: string, help: string): void {
    const place = placeWithin(this.code, this.node.rawPlace, start, start + length);
    this.diagnostics.push(warningAt(code, `${this.subject}: ${message}`, place, { help }));
  }
}

function checkJinja(text: CheckedText, session: ParseSession): void {
  const { node, code } = text;
  if (!code.includes("{")) return;
  if (code.includes("is_incremental")) checkIsIncremental(text);
  for (const { word, start, message, help } of emptyWords(code, () => targetFields(session)))
    text.warn("undefined-name", start, word.length, message, help);
  if (!code.includes("var(")) return;
  const { variables } = session.shared.config;
  for (const match of withoutComments(code).matchAll(/\bvar\(\s*(["'])([\w.]+)\1\s*,/g)) {
    const name = match[2] as string;
    const known = variables.names(node.packageName);
    const near = known.has(name) ? undefined : nearTwin(name, known);
    if (near === undefined) continue;
    const start = match.index + match[0].indexOf(name);
    text.warn(
      "var-unknown",
      start,
      name.length,
      `the var "${name}" is set nowhere, so its default is always taken`,
      `did you mean "${near}"?`,
    );
  }
}

function targetFields({ shared }: ParseSession): string[] {
  return [...targetOf(shared.config).keys()].map(String);
}

/** The macro itself is always true; in a model that is never incremental, its answer is always false. */
function checkIsIncremental(text: CheckedText): void {
  const { node, code } = text;
  for (const match of withoutComments(code).matchAll(/\{%[^%]*?\bis_incremental\b(?!\s*\()/g)) {
    const name = "is_incremental";
    text.warn(
      "incremental-condition",
      match.index + match[0].length - name.length,
      name.length,
      "is_incremental without parentheses is the macro itself, which is always true",
      "write is_incremental()",
    );
  }
  const kind = materialization(node);
  if (node.resourceType !== "model" || !["table", "view", "ephemeral"].includes(kind)) return;
  // A model that chooses its materialization says the word somewhere.
  const call = /\bis_incremental\s*\(/.exec(withoutComments(code));
  if (!call || /["']incremental["']/.test(code) || /\bconfig\s*\([^)]*materialized\s*=\s*[^"'\s]/.test(code))
    return;
  text.warn(
    "incremental-condition",
    call.index,
    "is_incremental()".length,
    `is_incremental() is always false, as the model is a ${kind}`,
    "write config(materialized='incremental'), or take the condition out",
  );
}

function checkSql(text: CheckedText, tables: ReadonlyMap<string, Resource>, rootName: string): void {
  const sql = blanked(text.code);
  for (const { index, 0: all, 1: sign } of sql.matchAll(/(?<![:<>=!])(=|<>|!=)\s*null\b/gi)) {
    const right = sign === "=" ? "is null" : "is not null";
    const say = "a comparison with null is never true, so no row is kept by it";
    // `set x = null` of an update, and named arguments of functions, are no comparisons.
    if (/\bset\b[^;]*$/i.test(sql.slice(Math.max(0, index - 200), index))) continue;
    text.warn("null-comparison", index, all.length, say, `write ${right}`);
  }
  for (const { index, 0: all } of sql.matchAll(/\bnot\s+in\s*\((?:[^()]*,)?\s*null\s*(?:,[^()]*)?\)/gi)) {
    const help = "take null out of the list, and write x is not null beside it";
    text.warn(
      "null-comparison",
      index,
      all.length,
      "not in with null in its list is never true, so no row is kept by it",
      help,
    );
  }
  for (const { index, 0: all } of sql.matchAll(/(?<![\w."])(\w+\.\w+)\s*=\s*\1(?![\w."(])/gi)) {
    text.warn(
      "condition-always-true",
      index,
      all.length,
      "both sides of the condition are the same column, so it is true for every row",
      "one of the two sides belongs to the other table",
    );
  }
  checkTables(text, sql, tables, rootName);
  checkLimit(text, sql);
}

function checkTables(
  text: CheckedText,
  sql: string,
  tables: ReadonlyMap<string, Resource>,
  rootName: string,
): void {
  for (const match of sql.matchAll(
    /\b(?:from|join)\s+((?:["`]?\w+["`]?\s*\.\s*){1,2}["`]?\w+["`]?)(?!\w|\s*[.(])/gi,
  )) {
    const written = match[1] as string;
    const parts = written
      .toLowerCase()
      .split(".")
      .map((part) => part.replaceAll(/["`\s]/g, ""));
    const target = tables.get(parts.slice(-2).join("."));
    // Some describe the catalog as a source, which is no reason to read it as one everywhere.
    if (parts.at(-2) === "information_schema") continue;
    if (!target || target.id === text.node.id || !("database" in target)) continue;
    const database = parts.length === 3 ? parts[0] : undefined;
    if (database !== undefined && database !== target.database?.toLowerCase()) continue;
    const call =
      target.resourceType === "source"
        ? `{{ source('${target.sourceName}', '${target.name}') }}`
        : target.packageName === rootName
          ? `{{ ref('${target.name}') }}`
          : `{{ ref('${target.packageName}', '${target.name}') }}`;
    const what =
      target.resourceType === "source" ? "a source" : `the ${target.resourceType} "${target.name}"`;
    text.warn(
      "table-by-hand",
      match.index + match[0].length - written.length,
      written.length,
      `${written} is ${what}, but it is read by the name of its table, so the order of the build does not know of it`,
      `write ${call}`,
    );
  }
}

/** A limit at the very end, without an order and outside of any condition of Jinja, is left over from trying things out. */
function checkLimit(text: CheckedText, sql: string): void {
  const found = /\blimit\s+\d+\s*;?\s*$/i.exec(sql);
  if (!found || text.node.resourceType !== "model") return;
  const before = sql.slice(0, found.index);
  if (/\border\s+by\b/i.test(before) || openConditions(text.code.slice(0, found.index)) > 0) return;
  text.warn(
    "limit-left",
    found.index,
    found[0].trimEnd().length,
    "the model keeps only some of its rows, and without an order by nobody knows which",
    "remove the limit, or put it into {% if target.name == 'dev' %}",
  );
}

function openConditions(code: string): number {
  const tags = [
    ...withoutComments(code).matchAll(/\{%-?\s*(end)?(?:if|for|macro|set|call|filter)\b([^%]*)%\}/g),
  ];
  return tags.reduce((open, [, end]) => open + (end === undefined ? 1 : -1), 0);
}

/** Tables by "schema.identifier" in lower case. */
function tablesOf(resources: readonly Resource[]): ReadonlyMap<string, Resource> {
  const tables = new Map<string, Resource>();
  for (const resource of resources) {
    if (resource.resourceType === "source")
      tables.set(`${resource.schema}.${resource.identifier}`.toLowerCase(), resource);
    else if (isRefable(resource) && resource.relationName !== null)
      tables.set(`${resource.schema}.${resource.alias}`.toLowerCase(), resource);
  }
  return tables;
}

/** Jinja, SQL comments and quoted texts as blanks, so that offsets stay. */
function blanked(code: string): string {
  return code.replaceAll(
    /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}|--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\.|'')*'/g,
    (all) => all.replaceAll(/[^\n]/g, " "),
  );
}

/** Jinja's comments as blanks. */
function withoutComments(code: string): string {
  return code.replaceAll(/\{#[\s\S]*?#\}/g, (all) => all.replaceAll(/[^\n]/g, " "));
}
