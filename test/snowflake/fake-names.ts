// Names in the fake: Snowflake keeps unquoted names in upper case and tells quoted ones apart by case, DuckDB does neither.
// So words become upper case, and a quoted name that is not upper case becomes one that says its bytes: what asks for
// "name" when NAME is there fails here as it does there.

const TOKEN =
  /(--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|('(?:[^'\\]|\\[\s\S]|'')*')|\$\$([\s\S]*?)\$\$|("(?:[^"]|"")*")|([\p{L}_][\p{L}\p{N}_$]*)/gu;

/** @returns the statement without comments, with names as the fake keeps them and texts as DuckDB writes them */
export function plainSql(sql: string): string {
  return sql
    .replaceAll(TOKEN, (all, comment?: string, text?: string, body?: string, name?: string) => {
      if (comment !== undefined) return " ";
      if (text !== undefined) return literal(textOf(text));
      if (body !== undefined) return literal(body);
      if (name !== undefined) return `"${keptName(name.slice(1, -1).replaceAll('""', '"'))}"`;
      // A word of DuckDB's alone, but for AT TIME ZONE.
      return all.toUpperCase() === "AT" ? '"AT"' : all.toUpperCase();
    })
    .replaceAll(/"AT"(?=\s+TIME\s+ZONE)/g, "AT")
    .trim();
}

/** @returns the longest name or word of a statement */
export function longestName(sql: string): number {
  let longest = 0;
  for (const [, , , , name, word] of sql.matchAll(TOKEN))
    longest = Math.max(longest, (name?.length ?? 2) - 2, word?.length ?? 0);
  return longest;
}

/** Characters behind a backslash mean themselves, but for these. */
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0" };

function textOf(written: string): string {
  return written
    .slice(1, -1)
    .replaceAll(/\\([\s\S])|''/g, (_, sign?: string) => (sign === undefined ? "'" : (escapes[sign] ?? sign)));
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The name as the fake keeps it, for one that stands in quotes. */
export function keptName(name: string): string {
  return /^[A-Z_][A-Z0-9_$]*$/.test(name) ? name : `~${Buffer.from(name, "utf8").toString("hex")}`;
}

/** The name that Snowflake has for one of the fake's. */
export function realName(kept: string): string {
  return kept.startsWith("~") ? Buffer.from(kept.slice(1), "hex").toString("utf8") : kept;
}

/** The same in SQL, for views over DuckDB's catalog. */
export const REAL_NAME =
  "CREATE MACRO fake.main.real_name(n) AS CASE WHEN n LIKE '~%' THEN decode(unhex(substr(n, 2))) ELSE n END";

/** Kept names in a message, as Snowflake would say them. */
export function realNames(message: string): string {
  return message.replaceAll(/~[0-9a-f]+/g, (kept) => realName(kept));
}
