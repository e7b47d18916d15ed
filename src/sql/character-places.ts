// Places that engines tell by lines and characters, as offsets: JavaScript counts UTF-16 units, and some characters take two.

/** @returns the offset behind so many characters from `from` on, or the end of the text where there are fewer */
export function offsetAfter(text: string, characters: number, from = 0): number {
  let at = from;
  for (let i = 0; i < characters && at < text.length; i++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

/**
 * @param line from 1 on; the first begins at `from`
 * @param characters how many stand before the place in its line
 * @returns undefined when the text has no such line, or the place lies before `from`
 */
export function offsetInLine(text: string, line: number, characters: number, from = 0): number | undefined {
  if (characters < 0) return undefined;
  let start = from;
  for (let i = 1; i < line; i++) {
    const end = text.indexOf("\n", start);
    if (end < 0) return undefined;
    start = end + 1;
  }
  return offsetAfter(text, characters, start);
}
