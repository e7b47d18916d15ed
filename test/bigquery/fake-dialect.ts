// The part of BigQuery's SQL that our statements use, brought to DuckDB's, for the fake service: queries by the SQL
// parser's own translation, DDL by its clauses. It shows that statements come in the right order with the right effect;
// that they are BigQuery's SQL is shown by golden.test.ts and the emulator.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { Dialect, init, transpile } from "@polyglot-sql/sdk/manual";

/** What BigQuery would say of a text that is not its SQL. */
export class NotBigQuery extends Error {}

/** Loads the parser. */
export async function loadTranslation(): Promise<void> {
  // As in load-polyglot.ts: V8 would take seconds to optimize what few statements use.
  setFlagsFromString("--liftoff-only");
  const bytes = readFileSync(join(import.meta.dirname, "../../dist/polyglot_sql.wasm"));
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/wasm" }));
  await init({ wasmUrl: url });
  URL.revokeObjectURL(url);
}

const TOKEN =
  /--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|[rRbB]{0,2}(?:'''[\s\S]*?'''|"""[\s\S]*?"""|'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*")|`(?:\\[\s\S]|[^`\\])*`|[\p{L}_@][\p{L}\p{N}_]*|\S/gu;

interface Token {
  readonly text: string;
  readonly start: number;
  /** How many parentheses are open before it. */
  readonly depth: number;
}

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (const { 0: text, index } of sql.matchAll(TOKEN)) {
    if (/^(?:--|#|\/\*)/.test(text)) continue;
    if (text === ")") depth--;
    tokens.push({ text, start: index, depth });
    if (text === "(") depth++;
  }
  return tokens;
}

/** A script's statements, without the semicolons. */
export function splitScript(sql: string): { readonly sql: string; readonly start: number }[] {
  const parts: { sql: string; start: number }[] = [];
  let first: Token | undefined;
  let end = 0;
  const close = (): void => {
    if (first) parts.push({ sql: sql.slice(first.start, end), start: first.start });
    first = undefined;
  };
  for (const token of tokensOf(sql)) {
    if (token.text === ";") {
      close();
      continue;
    }
    first ??= token;
    end = token.start + token.text.length;
  }
  close();
  return parts;
}

/** "CREATE TABLE ..." taken apart. */
export interface Creation {
  readonly kind: "table" | "view" | "materialized view";
  readonly replaces: boolean;
  readonly unlessExists: boolean;
  /** project, dataset, table */
  readonly name: readonly string[];
  readonly columns: string | undefined;
  readonly partitionBy: string | undefined;
  readonly clusterBy: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly query: string | undefined;
  readonly clone: readonly string[] | undefined;
}

const CREATE =
  /^create\s+(or\s+replace\s+)?(?:temp(?:orary)?\s+)?(table|view|materialized\s+view)\s+(if\s+not\s+exists\s+)?((?:`[^`]*`|[\w-]+)(?:\s*\.\s*(?:`[^`]*`|[\w-]+))*)/i;

/** @returns undefined for any other statement */
export function creationOf(sql: string): Creation | undefined {
  const match = CREATE.exec(sql);
  if (!match) return undefined;
  const [head, replaces, kind = "", unlessExists, name = ""] = match;
  const rest = sql.slice(head.length);
  const clauses = clausesOf(rest);
  return {
    kind: kind.toLowerCase().replace(/\s+/, " ") as Creation["kind"],
    replaces: replaces !== undefined,
    unlessExists: unlessExists !== undefined,
    name: partsOf(name),
    columns: clauses.columns,
    partitionBy: clauses["partition by"],
    clusterBy: (clauses["cluster by"] ?? "")
      .split(",")
      .map((one) => one.trim().replaceAll("`", ""))
      .filter(Boolean),
    options: optionsOf(clauses.options ?? ""),
    query: clauses.as,
    clone: clauses.clone === undefined ? undefined : partsOf(clauses.clone),
  };
}

export function partsOf(name: string): string[] {
  const inner = /^`([^`]*)`$/.exec(name.trim())?.[1];
  const parts = inner?.split(".") ?? name.split(".").map((part) => part.trim().replaceAll("`", ""));
  return parts.length === 2 && inner === undefined ? [PROJECT, ...parts] : parts;
}

/** The one project that there is. */
export const PROJECT = "test-project";

function clausesOf(rest: string): Partial<Record<string, string>> {
  const found: Partial<Record<string, string>> = {};
  let name = "columns";
  let from = 0;
  const tokens = tokensOf(rest);
  const close = (end: number): void => {
    const text = rest.slice(from, end).trim();
    if (text !== "") found[name] = text;
  };
  for (const [i, { text, start, depth }] of tokens.entries()) {
    if (depth > 0) continue;
    const word = text.toLowerCase();
    const two = `${word} ${tokens[i + 1]?.text.toLowerCase() ?? ""}`;
    const key = ["partition by", "cluster by", "with connection"].includes(two)
      ? two
      : ["options", "as", "clone"].includes(word)
        ? word
        : undefined;
    if (key === undefined) continue;
    close(start);
    name = key;
    const last = (key.includes(" ") && tokens[i + 1]) || { start, text };
    from = last.start + last.text.length;
    if (key === "as") {
      found.as = rest.slice(from).trim();
      return found;
    }
  }
  close(rest.length);
  return found;
}

/** The items of "(a=1, b='x')" by name, as written. */
function optionsOf(text: string): Record<string, string> {
  const inner = /^\(([\s\S]*)\)$/.exec(text.trim())?.[1] ?? "";
  const options: Record<string, string> = {};
  let from = 0;
  const take = (end: number): void => {
    const [, name = "", value = ""] = /^\s*(\w+)\s*=\s*([\s\S]*)$/.exec(inner.slice(from, end)) ?? [];
    if (name !== "") options[name] = value.trim();
    from = end + 1;
  };
  let brackets = 0;
  for (const { text: sign, start, depth } of tokensOf(inner)) {
    if (sign === "[") brackets++;
    if (sign === "]") brackets--;
    if (sign === "," && depth === 0 && brackets === 0) take(start);
  }
  take(inner.length);
  return options;
}

/** The text of a literal. */
export function textOf(literal: string | undefined): string | undefined {
  const inner = /^(?:'''|"""|'|")([\s\S]*?)(?:'''|"""|'|")$/.exec(literal ?? "")?.[1];
  return inner?.replace(/\\(.)/gs, (_, sign: string) => ({ n: "\n", r: "\r", t: "\t" })[sign] ?? sign);
}

const VIEWS = /(?:`[^`]*`|[\w-]+)\.(?:`[^`]*`|[\w-]+)\.INFORMATION_SCHEMA\.(\w+)/g;

/**
 * A query or change in DuckDB's words.
 * @param variables names that were declared in the script
 * @throws NotBigQuery with BigQuery's words
 */
export function toDuckDB(sql: string, variables: readonly string[]): string {
  const views = !sql.includes("INFORMATION_SCHEMA")
    ? sql
    : sql.replaceAll(VIEWS, (_, view: string) => `fake.main.info_${view.toLowerCase()}`);
  const dated = views.replaceAll(/((?<!\w)\w+\.)?\b_PARTITIONDATE\b/gi, "cast($1_PARTITIONTIME as date)");
  const answer = transpile(withRaw(dated), Dialect.BigQuery, Dialect.DuckDB);
  if (!answer.success) throw new NotBigQuery(syntaxError(answer.error ?? ""));
  const plain = (answer.sql ?? []).join(";\n");
  let text = plain.replaceAll(
    /\b(?:DATE|DATETIME|TIMESTAMP)_TRUNC\(((?:\w+\.)?\w+), (\w+)\)/gi,
    "DATE_TRUNC('$2', $1)",
  );
  for (const name of variables)
    text = text.replaceAll(new RegExp(`\\b${name}\\b`, "g"), `GETVARIABLE('${name}')`);
  if (!/ IN UNNEST\(/.test(text)) return text;
  return text.replaceAll(
    /((?:\w+\.)*\w+|\w+\((?:[^()]|\([^()]*\))*\)|\((?:[^()]|\([^()]*\))*\)) IN UNNEST\((GETVARIABLE\('\w+'\)|\[[^\]]*\]|\w+)\)/g,
    "list_contains($2, $1)",
  );
}

/** What the translation does not know. */
function withRaw(sql: string): string {
  return sql
    .replaceAll(/\bsession_user\(\)/gi, "'me@example.com'")
    .replaceAll(/\[offset\((\d)\)\]/gi, "[$1]")
    .replaceAll(/\btimestamp\((\w+)\)/gi, "cast($1 as timestamp)");
}

function syntaxError(words: string): string {
  const match = /line (\d+), column (\d+): ([\s\S]*)/.exec(words);
  return match
    ? `Syntax error: Unexpected ${match[3]} at [${match[1]}:${match[2]}]`
    : `Syntax error: ${words}`;
}
