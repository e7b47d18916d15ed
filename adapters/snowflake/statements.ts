// A text cut into the statements that Snowflake takes one at a time, as dbt-snowflake cuts it: at semicolons outside of
// texts, quoted names, $$ bodies and comments. What each statement does to the session is told by its first words.

/** dml: may be undone by a ROLLBACK · ddl: ends an open transaction and commits it */
export type StatementKind = "query" | "dml" | "ddl" | "begin" | "commit" | "rollback" | "session" | "file";

export interface Statement {
  readonly sql: string;
  /** Where it begins in the whole text. */
  readonly start: number;
  readonly kind: StatementKind;
}

const TOKEN =
  /--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|\$\$[\s\S]*?(?:\$\$|$)|;|[^\s]/g;

/** @returns the statements of a text in order, with their comments but without semicolons; none for comments alone */
export function statementsOf(sql: string): Statement[] {
  const found: Statement[] = [];
  let start: number | undefined;
  let end = 0;
  for (const match of sql.matchAll(TOKEN)) {
    const [text] = match;
    if (text === ";") {
      if (start !== undefined) found.push(statement(sql, start, end));
      start = undefined;
    } else if (!isComment(text) || start !== undefined) {
      start ??= match.index;
      end = match.index + text.length;
    }
  }
  if (start !== undefined) found.push(statement(sql, start, end));
  return found;
}

/**
 * The comment on a line of its own at the end of a text, with its line break, or "". It tells who sends the text, and as
 * with dbt-snowflake each of its statements tells so.
 */
export function trailingComment(sql: string): string {
  return /\n\/\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.exec(sql)?.[0] ?? "";
}

function isComment(token: string): boolean {
  return token.startsWith("--") || token.startsWith("//") || token.startsWith("/*");
}

function statement(sql: string, start: number, end: number): Statement {
  const text = sql.slice(start, end);
  return { sql: text, start, kind: kindOf(text) };
}

const DDL = new Set(["create", "alter", "drop", "undrop", "truncate", "comment", "grant", "revoke"]);
const DML = new Set(["insert", "update", "delete", "merge", "copy"]);
const SETTING = new Set(["use", "set", "unset"]);

function kindOf(sql: string): StatementKind {
  const [first = "", second = ""] = leadingWords(sql);
  if (first === "begin" && ["", "transaction", "work", "name"].includes(second)) return "begin";
  if (first === "start" && second === "transaction") return "begin";
  if (first === "commit" || first === "rollback") return first;
  if (first === "alter" && second === "session") return "session";
  if (SETTING.has(first)) return "session";
  if (first === "put" || first === "get" || first === "remove" || first === "rm") return "file";
  if (DDL.has(first)) return "ddl";
  return DML.has(first) ? "dml" : "query";
}

/** The first two words in lower case; the second is empty where something else than a word follows. */
function leadingWords(sql: string): readonly string[] {
  const plain = sql.replaceAll(/--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, " ").trimStart();
  const [, first = "", second = ""] = /^([a-z_]*)\s*([a-z_]*)/i.exec(plain) ?? [];
  return [first.toLowerCase(), second.toLowerCase()];
}
