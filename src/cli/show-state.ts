// What the commands `etl state ...` and `etl history ...` have in common: open the project, ask, print rows.

import type { Flags } from "../config/flags.ts";
import type { OpenProject } from "../open-project.ts";
import type { HistoryView } from "../state/history.ts";
import type { Invocation } from "./command.ts";

/** The `run` of a command that prints rows. @param ask takes the words behind the command */
export function showState(
  ask: (project: OpenProject, words: readonly string[], flags: Flags) => Promise<HistoryView>,
): (invocation: Invocation) => Promise<number> {
  return async ({ configure, withProject, print, words, columns }) => {
    const config = await configure();
    const view = await withProject(config, (project) => ask(project, words, config.flags));
    print(config.flags.text("output") === "json" ? asJson(view) : await viewText(view, columns));
    return 0;
  };
}

/** The `run` of a command that moves a watermark by hand. */
export function moveState(
  read: (words: readonly string[]) => { readonly model: string; readonly value: string | null },
): (invocation: Invocation) => Promise<number> {
  return async ({ configure, withProject, say, words }) => {
    const config = await configure();
    const { moveWatermark } = await import("../project-state.ts");
    const { model, value } = read(words);
    const before = await withProject(config, (project) => moveWatermark(project, model, value));
    const now = value === null ? "forgotten" : `at ${value}`;
    say(`the watermark of ${model} is ${now}${before === null ? "" : `; it stood at ${before}`}`);
    return 0;
  };
}

function asJson({ columns, rows }: HistoryView): string {
  const objects = rows.map((row) =>
    Object.fromEntries(columns.map((name, index) => [name.replaceAll(" ", "_"), row[index] ?? null])),
  );
  return JSON.stringify(objects, null, 2);
}

/** Rows as a table. Ids of runs are cut to what people type; they are whole in JSON. @param width of the terminal */
export async function viewText(
  { columns, rows, empty, note }: HistoryView,
  width: number | undefined,
): Promise<string> {
  const { tableLines } = await import("../report/result-table.ts");
  if (rows.length === 0) return empty;
  const cells = rows.map((row) =>
    row.map((cell, index) => {
      const text = cell === null ? "-" : String(cell);
      return columns[index] === "run" ? text.slice(0, 8) : text;
    }),
  );
  const lines = tableLines({ columns, rows: cells }, width);
  return (note === undefined ? lines : [...lines, "", note]).join("\n");
}
