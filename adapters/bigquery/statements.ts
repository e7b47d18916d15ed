// A script cut into its statements, as far as it takes to know what kind of text it is: BigQuery runs it whole.

/** Comments, strings of all kinds, quoted names, words, other signs. */
const TOKEN =
  /--[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|([rRbB]{0,2}(?:'''(?:\\[\s\S]|[^\\])*?'''|"""(?:\\[\s\S]|[^\\])*?"""|'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"))|(`(?:\\[\s\S]|[^`\\])*`)|([\p{L}_@][\p{L}\p{N}_]*)|(\S)/gu;

/** @returns the first words of each statement of a text in lower case; none for comments and white space */
export function statementHeads(sql: string): string[][] {
  const heads: string[][] = [];
  let head: string[] | undefined;
  for (const [all, text, name, word, sign] of sql.matchAll(TOKEN)) {
    if (text === undefined && name === undefined && word === undefined && sign === undefined) continue;
    if (sign === ";") {
      head = undefined;
      continue;
    }
    if (head === undefined) {
      head = [];
      heads.push(head);
    }
    if (head.length < HEAD_WORDS) head.push(all.toLowerCase());
  }
  return heads;
}

const HEAD_WORDS = 4;
const READING = new Set(["select", "with", "(", "from"]);

/** True for a query, which may be left before all of its rows are read. */
export function isQuery(head: readonly string[] | undefined): boolean {
  return READING.has(head?.[0] ?? "");
}

/** True for what stands before a query and changes nothing that lasts: variables, temporary functions. */
export function isPreparing(head: readonly string[]): boolean {
  const [first, second, third, fourth] = head;
  if (first === "declare" || first === "set") return true;
  const kind = second === "or" && third === "replace" ? fourth : second;
  return first === "create" && (kind === "temp" || kind === "temporary");
}

/**
 * Puts ? in the place of $1 and %s, which macros may write, and orders the values as the places stand.
 * @throws Error when there are more places than values
 */
export function withPlaces<T>(
  sql: string,
  binds: readonly T[],
): { readonly sql: string; readonly binds: readonly T[] } {
  const ordered: T[] = [];
  let text = "";
  let from = 0;
  let next = 0;
  const tokens = [...sql.matchAll(TOKEN)];
  for (const [i, token] of tokens.entries()) {
    const [, , , , sign] = token;
    const behind = tokens[i + 1];
    const isNext = behind !== undefined && behind.index === token.index + 1;
    const digits = sign === "$" && isNext ? /^\d+/.exec(sql.slice(behind.index))?.[0] : undefined;
    const isPercent = sign === "%" && isNext && behind[3] === "s";
    if (sign !== "?" && digits === undefined && !isPercent) continue;
    const index = digits === undefined ? next++ : Number(digits) - 1;
    const value = binds[index];
    if (value === undefined) throw new Error(`the statement has no value for its placeholder ${index + 1}`);
    ordered.push(value);
    text += `${sql.slice(from, token.index)}?`;
    from = token.index + (digits === undefined ? (isPercent ? 2 : 1) : 1 + digits.length);
  }
  return { sql: text + sql.slice(from), binds: ordered };
}
