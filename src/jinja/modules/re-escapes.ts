// Escapes of Python's regular expressions, and how characters are written in JavaScript's.

/** The inside of a class for \\w. */
export function wordCharacter(ascii: boolean): string {
  return ascii ? "a-zA-Z0-9_" : "\\p{L}\\p{N}_";
}

/** The inside of a class for \\d, \\w, \\s; undefined for other letters. */
export function classEscape(ascii: boolean, letter: string): string | undefined {
  const controls = " \\t\\n\\r\\f\\v";
  switch (letter) {
    case "d":
      return ascii ? "0-9" : "\\p{Nd}";
    case "w":
      return wordCharacter(ascii);
    case "s":
      return ascii
        ? controls
        : `${controls}\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000`;
    default:
      return undefined;
  }
}

const NAMED: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v", a: "\x07" };

/**
 * The escape with which `rest` begins, where it stands for one character.
 * @param fail called for an escape that does not exist
 */
export function characterEscape(
  rest: string,
  fail: (what: string) => never,
): { readonly character: string; readonly length: number } {
  const coded = /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(0[0-7]{0,2}|[1-3][0-7]{2}))/.exec(
    rest,
  );
  if (coded !== null) {
    const [whole, x, u, long, octal] = coded;
    const code = octal === undefined ? Number.parseInt(x ?? u ?? long ?? "0", 16) : Number.parseInt(octal, 8);
    if (code > 0x10ffff) fail(`bad escape ${whole}`);
    return { character: String.fromCodePoint(code), length: whole.length };
  }
  const letter = String.fromCodePoint(rest.codePointAt(1) ?? 0);
  if (Object.hasOwn(NAMED, letter)) return { character: NAMED[letter] ?? "", length: 2 };
  if (/[A-Za-z\d]/.test(letter)) fail(`bad escape \\${letter}`);
  return { character: letter, length: 1 + letter.length };
}

/** A character outside of a class. */
export function literal(character: string): string {
  if (character === "\n") return "\\n";
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

/** A character inside of a class. */
export function classLiteral(character: string): string {
  return /[\^\\\]\-[]/.test(character) ? `\\${character}` : character;
}
