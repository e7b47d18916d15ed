// Unix wildcards as Python's fnmatch and pathlib read them, which is what dbt's selectors are made of.

/**
 * Python's fnmatch.fnmatchcase: `*` any text, `?` one character, `[a-z]` and `[!a-z]` classes; all else is literal.
 * @returns a test for whole texts
 */
export function wildcard(pattern: string): (text: string) => boolean {
  if (!/[*?[]/.test(pattern)) return (text) => text === pattern;
  const expression = new RegExp(`^(?:${translate(pattern, "[\\s\\S]*", "[\\s\\S]")})$`, "u");
  return (text) => expression.test(text);
}

/** pathlib's glob on "/" separated paths: wildcards stay within one folder, `**` is any number of folders. */
export function pathWildcard(pattern: string): (path: string) => boolean {
  const parts = normalizePath(pattern).split("/");
  const source = parts
    .map((part, index) => {
      const last = index === parts.length - 1;
      if (part === "**") return last ? "(?:[^/]+(?:/|$))*" : "(?:[^/]+/)*";
      return translate(part, "[^/]*", "[^/]") + (last ? "" : "/");
    })
    .join("");
  const expression = new RegExp(`^(?:${source})$`, "u");
  return (path) => expression.test(path);
}

/** A path as typed brought to the form of the manifest: "/" between folders, no "./", no trailing "/". */
export function normalizePath(path: string): string {
  return path
    .replaceAll("\\", "/")
    .split("/")
    .filter((part, index) => part !== "." && (part !== "" || index === 0))
    .join("/");
}

function translate(pattern: string, many: string, one: string): string {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] as string;
    const close = character === "[" ? pattern.indexOf("]", at + (pattern[at + 1] === "!" ? 3 : 2)) : -1;
    if (character === "*") source += many;
    else if (character === "?") source += one;
    else if (close > 0) {
      const negated = pattern[at + 1] === "!";
      const members = pattern.slice(at + (negated ? 2 : 1), close).replaceAll(/[\\\]^[&]/g, "\\$&");
      source += `[${negated ? "^" : ""}${members}]`;
      at = close;
    } else source += character.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  }
  return source;
}
