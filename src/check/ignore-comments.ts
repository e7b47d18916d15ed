// Comments that silence a check where it is wrong or not wanted: `-- etl: ignore sql-column: the view is made elsewhere`
// on the line itself or the one above it. The reason is asked for, since the next reader will want it.

import { type Diagnostic, warningAt } from "../base/diagnostic.ts";

const COMMENT = /etl:\s*ignore\s+([\w-]+)(?:\s*:\s*(\S.*))?/;

/**
 * @param read the text of a file
 * @returns what no comment silences, and a warning for each comment that gives no reason
 */
export function withoutIgnored(
  diagnostics: readonly Diagnostic[],
  read: (file: string) => string,
): Diagnostic[] {
  const lines = new Map<string, readonly string[]>();
  const linesOf = (file: string) => {
    let known = lines.get(file);
    if (!known) {
      known = read(file).split(/\r?\n/);
      lines.set(file, known);
    }
    return known;
  };
  return diagnostics.flatMap((diagnostic) => {
    const { place, code } = diagnostic;
    if (!place) return [diagnostic];
    const text = linesOf(place.file);
    for (const line of [place.line, place.line - 1]) {
      const [, name, reason] = COMMENT.exec(text[line - 1] ?? "") ?? [];
      if (name !== code) continue;
      if (reason !== undefined) return [];
      const why = { help: `write it behind the code: etl: ignore ${code}: <reason>` };
      const at = { file: place.file, line, column: 1 };
      return [
        diagnostic,
        warningAt("lint-reason", `the comment that ignores ${code} gives no reason`, at, why),
      ];
    }
    return [diagnostic];
  });
}
