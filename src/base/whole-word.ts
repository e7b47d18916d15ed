// Finding a name in a text as a whole word, where `$` belongs to names as it does in SQL.

/** The text as a regular expression that matches it and nothing else. */
export function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** @param flags of the regular expression: "i" where case means nothing, "g" to find all */
export function wholeWord(word: string, flags = ""): RegExp {
  return new RegExp(`(?<![\\w$])${escapeRegExp(word)}(?![\\w$])`, flags);
}
