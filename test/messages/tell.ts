// What a small project is told, as lines: severity, code, place, sentence, help.

import type { Diagnostic } from "../../src/base/diagnostic.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import type { RunCommand } from "../../src/run/plan.ts";
import { parseFolder } from "../parse/parse-folder.ts";
import { type RunOptions, TestProject } from "../run/harness.ts";

type Files = Readonly<Record<string, string>>;

/** Everything that parsing says, in its order. */
export async function toldByParse(files: Files): Promise<readonly string[]> {
  const project = new TestProject(files);
  try {
    const { diagnostics } = await parseFolder(project.folder);
    return diagnostics.map(line);
  } catch (error) {
    if (error instanceof EtlError) return error.diagnostics.map(line);
    throw error;
  } finally {
    project.close();
  }
}

/** What running says beyond parsing: warnings on the way, then what ended the run or its nodes. */
export async function toldByRun(
  files: Files,
  command: RunCommand = "build",
  options: RunOptions = {},
): Promise<readonly string[]> {
  const project = new TestProject(files);
  const told: Diagnostic[] = [];
  try {
    const { results } = await project.run(command, options);
    told.push(...results.flatMap(({ diagnostics }) => diagnostics));
  } catch (error) {
    if (!(error instanceof EtlError)) throw error;
    told.push(...error.diagnostics);
  } finally {
    project.close();
  }
  const warned = project.events.flatMap((event) => (event.kind === "diagnostic" ? [event.diagnostic] : []));
  return [...warned, ...told].map(line);
}

function line({ severity, code, place, message, notes = [], help }: Diagnostic): string {
  const at = place ? `${place.file}:${place.line}:${place.column}` : "-";
  const more = notes.flatMap((note) =>
    note.place ? [`  note: ${note.message} (${note.place.file}:${note.place.line})`] : [],
  );
  return [
    `${severity}[${code}] ${at} ${message}`,
    ...more,
    ...(help === undefined ? [] : [`  help: ${help}`]),
  ].join("\n");
}
