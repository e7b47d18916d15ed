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

/** Passwords and tokens inside of paths (`postgresql://user:password@host`, `md:db?motherduck_token=...`). */
export function passwordsIn(paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    [...path.matchAll(/:\/\/[^:@/]+:([^@/]+)@|(?:password|token)=([^&\s]+)/gi)].map(
      (match) => (match[1] ?? match[2]) as string,
    ),
  );
}

/** The value with what is secret in it replaced by ***. */
export function mask(value: Setting): Setting {
  if (typeof value === "string")
    return value
      .replaceAll(/(:\/\/[^:@/]+:)[^@/]+@/g, "$1***@")
      .replaceAll(/((?:password|token)=)[^&\s]+/gi, "$1***");
  if (Array.isArray(value)) return value.map(mask);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SECRET_NAME.test(key) && typeof item === "string" ? "***" : mask(item),
    ]),
  );
}
