// How a text spells the functions that it calls. The parser keeps a word of its own for those that it knows ("n_tile",
// "array_func"), and the same words for operators ("power" for ^), but engines call columns after what was written.

const CALLED = /([\p{L}_][\p{L}\p{N}_]*)\s*[([]/gu;
/** Words before a parenthesis that call nothing. */
const NO_FUNCTIONS = new Set("in any all some and or not is like between overlaps".split(" "));

export class CalledNames {
  private spellings: ReadonlyMap<string, string> | undefined;

  constructor(private readonly sql: string) {}

  /** @param kind the parser's word. @returns in lower case; null when the text calls nothing of that name */
  of(kind: string): string | null {
    this.spellings ??= spellingsIn(this.sql);
    return this.spellings.get(squeezed(kind.replace(/_func$/, ""))) ?? null;
  }
}

function spellingsIn(sql: string): ReadonlyMap<string, string> {
  const names = Array.from(sql.matchAll(CALLED), ([, name = ""]) => name.toLowerCase());
  return new Map(names.filter((name) => !NO_FUNCTIONS.has(name)).map((name) => [squeezed(name), name]));
}

function squeezed(name: string): string {
  return name.replaceAll("_", "");
}
