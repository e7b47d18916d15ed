// Strings as sequences of characters (code points, as Python counts them) and limits on how large they may grow.

import { raiseLimit } from "./errors.ts";

/** The longest string that one operation may make. */
const MAX_TEXT = 16_000_000;

const SURROGATE = /[\ud800-\udfff]/;

/** True when UTF-16 units and characters are not the same for this text. */
export function hasSurrogates(text: string): boolean {
  return SURROGATE.test(text);
}

/** The characters of a text. */
export function characters(text: string): readonly string[] {
  return hasSurrogates(text) ? Array.from(text) : text.split("");
}

/** len(text). Without an array of its characters: packages ask for the length of statements of megabytes, over and over. */
export function textLength(text: string): number {
  if (!hasSurrogates(text)) return text.length;
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** Fails when an operation would make a text of more than MAX_TEXT characters. */
export function checkTextLength(length: number): void {
  if (!(length <= MAX_TEXT))
    raiseLimit(`a text would grow to ${length} characters; ${MAX_TEXT} are possible`);
}

/** `text * count`. */
export function repeatText(text: string, count: number): string {
  if (count <= 0 || text === "") return "";
  checkTextLength(text.length * count);
  return text.repeat(count);
}

/** Blanks or other fill of a width, limited. */
export function fill(width: number, character = " "): string {
  return repeatText(character, width);
}
