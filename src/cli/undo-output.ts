// What `etl undo` says: one line for each relation and watermark.

import type { UndoReport } from "../project-undo.ts";
import { momentOf } from "../state/row-values.ts";

/** @param isDry whether it only tells what it would do */
export function undoLines({ runId, run, changes, marks, hasHooks }: UndoReport, isDry: boolean): string[] {
  const facts = run ? ` (etl ${String(run.command)}, ${momentOf(run.started_at)})` : "";
  const verb = isDry ? "would be taken back" : "is taken back";
  const lines = [`run ${runId.slice(0, 8)}${facts} ${verb}:`];
  for (const { version, relation } of changes) {
    const name = `  ${version.schema}.${version.identifier}`;
    const kind = (version.was ?? "").replace("_", " ");
    if (version.was !== null) lines.push(`${name}: the ${kind} of before ${momentOf(version.at)}`);
    else lines.push(`${name}: ${relation.kind === null ? "stays away" : "goes"}, it did not exist before`);
  }
  for (const { identifier, column, value } of marks)
    lines.push(
      `  ${identifier}: the watermark of ${column} ${value === null ? "is forgotten" : `stands at ${value}`}`,
    );
  if (hasHooks) lines.push("what hooks did is not taken back");
  if (!isDry) lines.push("etl undo takes this back again");
  return lines;
}
