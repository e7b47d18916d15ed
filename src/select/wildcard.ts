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
      source += translateClass(pattern.slice(at + 1, close));
      at = close;
    } else source += character.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  }
  return source;
}

/** What stands between "[" and "]": characters and ranges; a range that runs backwards holds nothing, as in Python. */
function translateClass(members: string): string {
  const negated = members.startsWith("!");
  const characters = [...members.slice(negated ? 1 : 0)];
  let source = "";
  for (let at = 0; at < characters.length; at++) {
    const from = characters[at] as string;
    const to = characters[at + 1] === "-" ? characters[at + 2] : undefined;
    if (to === undefined) source += escapeInClass(from);
    else {
      if ((from.codePointAt(0) as number) <= (to.codePointAt(0) as number))
        source += `${escapeInClass(from)}-${escapeInClass(to)}`;
      at += 2;
    }
  }
  if (source === "") return negated ? "[\\s\\S]" : "[]";
  return `[${negated ? "^" : ""}${source}]`;
}

function escapeInClass(character: string): string {
  return character.replace(/[\\\]^[-]/, "\\$&");
}
