// SQL cut into words and signs, with no grammar behind it: enough to look at what stands around a place that an engine
// complains of. Comments are left out; quoted texts and names are one token each.

export interface SqlWord {
  readonly kind: "word" | "name" | "text" | "number" | "sign";
  /** As written; lower case for words. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** How many parentheses are open before it. */
  readonly depth: number;
}

const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|('(?:[^']|'')*(?:'|$))|("(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$))|([\p{L}_][\p{L}\p{N}_$]*)|(\d[\w.]*)|(<>|[<>!=]=|::|\|\||\S)/gu;

/** @param sql any text; never throws */
export function sqlWords(sql: string): SqlWord[] {
  const words: SqlWord[] = [];
  let depth = 0;
  for (const match of sql.matchAll(TOKEN)) {
    const [all, text, name, word, number, sign] = match;
    const kind = text
      ? "text"
      : name
        ? "name"
        : word
          ? "word"
          : number
            ? "number"
            : sign
              ? "sign"
              : undefined;
    if (kind === undefined) continue;
    const start = match.index;
    if (all === ")") depth = Math.max(0, depth - 1);
    words.push({
      kind,
      text: kind === "word" ? all.toLowerCase() : all,
      start,
      end: start + all.length,
      depth,
    });
    if (all === "(") depth += 1;
  }
  return words;
}
