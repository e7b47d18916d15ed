// Compiled SQL told by its template: most lines of a model stand in both, so only lines that differ are written, and runs
// of equal lines as two numbers. This makes the site of a large project a third smaller. Pure: bundled for the browser.

/** A line of text, or a run of lines of the original: [first line, how many]. */
export type LinePatch = readonly (string | readonly [first: number, count: number])[];

/** Lines shorter than this are cheaper to write than to point at. */
const SHORT = 8;

/** @returns what `applyPatch` makes `changed` of, given the same original */
export function makePatch(original: string, changed: string): LinePatch {
  const places = new Map<string, number>();
  const source = original.split("\n");
  source.forEach((line, at) => {
    if (!places.has(line)) places.set(line, at);
  });
  const patch: (string | [number, number])[] = [];
  for (const line of changed.split("\n")) {
    const last = patch.at(-1);
    if (Array.isArray(last) && source[last[0] + last[1]] === line) last[1] += 1;
    else {
      const at = line.length < SHORT ? undefined : places.get(line);
      patch.push(at === undefined ? line : [at, 1]);
    }
  }
  return patch;
}

/** The text that a patch was made for. @param original the text that it was made from */
export function applyPatch(original: string, patch: LinePatch): string {
  const source = original.split("\n");
  return patch
    .flatMap((part) => (typeof part === "string" ? [part] : source.slice(part[0], part[0] + part[1])))
    .join("\n");
}
