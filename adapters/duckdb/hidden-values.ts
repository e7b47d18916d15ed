// Which values of a profile are secrets by the name of their key or their place in a path: they are scrubbed from every
// output and masked in what templates see.

import type { Setting } from "../../src/adapter/adapter.ts";
import { isMapping } from "../../src/adapter/profile-settings.ts";

const SECRET_NAME = /secret|token|passw|pwd|credential|(?:^|_)key(?:_id)?$/i;

/** Values of keys that are named like secrets. */
export function hiddenTexts(texts: Readonly<Record<string, string>>): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    SECRET_NAME.test(key) && value !== "" ? [value] : [],
  );
}

/**
 * Passwords and tokens inside of texts (`postgresql://user:password@host`, `md:db?motherduck_token=...`). In the connection
 * strings of Postgres a value with spaces stands in quotes, with a backslash before those that belong to it.
 */
const SECRET_IN_TEXT =
  /(?<=:\/\/[^:@/]+:)[^@/]+(?=@)|(?<=(?:password|token)=)(?:'(?:[^'\\]|\\.)*'|[^&\s]+)/gi;

/** @returns the passwords and tokens in the paths, as they are written there and as they are meant. */
export function passwordsIn(paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    [...path.matchAll(SECRET_IN_TEXT)].flatMap(([found]) => {
      const written = found.replace(/^'([\s\S]*)'$/, "$1");
      return [written, written.replaceAll(/\\(.)/g, "$1")].filter((text) => text !== "");
    }),
  );
}

/** The text with every password and token in it replaced by ***. */
export function maskText(text: string): string {
  return text.replaceAll(SECRET_IN_TEXT, "***");
}

/** The value with what is secret in it replaced by ***. */
export function mask(value: Setting): Setting {
  if (typeof value === "string") return maskText(value);
  if (Array.isArray(value)) return value.map(mask);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SECRET_NAME.test(key) && typeof item === "string" ? "***" : mask(item),
    ]),
  );
}
