// What the commands `etl state ...` and `etl history ...` have in common: open the project, ask, print rows.

import type { Command } from "../config/flag-table.ts";
import type { Flags } from "../config/flags.ts";
import type { OpenProject } from "../open-project.ts";
import type { HistoryView } from "../state/history.ts";
import type { Invocation } from "./command.ts";

/** The `run` of a command that prints rows. @param ask takes the words behind the command */
export function showState(
  command: Command,
  ask: (project: OpenProject, words: readonly string[], flags: Flags) => Promise<HistoryView>,
): (invocation: Invocation) => Promise<number> {
  return async ({ configure, host, id, startedAt, report, words, columns }) => {
    const config = await configure();
    const { withProject } = await import("../pipeline.ts");
    const view = await withProject(config, { id, startedAt, command }, host, (project) =>
      ask(project, words, config.flags),
    );
    const text = config.flags.text("output") === "json" ? asJson(view) : await viewText(view, columns);
    report.result(text, "PrintEvent", "Z052");
    return 0;
  };
}

/** The `run` of a command that moves a watermark by hand. */
export function moveState(
  command: Command,
  read: (words: readonly string[]) => { readonly model: string; readonly value: string | null },
): (invocation: Invocation) => Promise<number> {
  return async ({ configure, host, id, startedAt, words }) => {
    const config = await configure();
    const { withProject } = await import("../pipeline.ts");
    const { moveWatermark } = await import("../project-state.ts");
    const { model, value } = read(words);
    const before = await withProject(config, { id, startedAt, command }, host, (project) =>
      moveWatermark(project, model, value),
    );
    const now = value === null ? "forgotten" : `at ${value}`;
    const text = `the watermark of ${model} is ${now}${before === null ? "" : `; it stood at ${before}`}`;
    host.emit({ kind: "message", level: "info", text });
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
