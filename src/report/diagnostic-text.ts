// Diagnostics as text, in the one form that all messages have: severity and code, the sentence, the place with a
// frame of the source, notes, one line of help.

import { isAbsolute, join } from "node:path";
import { codeFrame } from "../base/code-frame.ts";
import type { Diagnostic, Place } from "../base/diagnostic.ts";
import { visibleLine, visibleLines } from "../base/visible-text.ts";
import { shownPath as pathInside } from "../config/file-paths.ts";
import type { Style } from "./style.ts";

export interface DiagnosticView {
  /** Project folder: places are relative to it. */
  readonly folder: string;
  readonly style: Style;
  readonly width: number;
  /** The text of a file by absolute path; may throw. */
  readText(path: string): string;
}

/** A path as people read it: relative to the project when inside of it, with "/", on one line. */
export function shownPath(file: string, folder: string): string {
  return visibleLine(isAbsolute(file) ? pathInside(file, folder) : file.replaceAll("\\", "/"));
}

/** "models/a.sql:3:7" */
function shownPlace(place: Place, folder: string): string {
  return `${shownPath(place.file, folder)}:${place.line}:${place.column}`;
}

/** One diagnostic as lines without a line break at the end. */
export function renderDiagnostic(diagnostic: Diagnostic, view: DiagnosticView): string {
  const { style } = view;
  const paint = diagnostic.severity === "error" ? style.red : style.yellow;
  const lines = [
    `${paint(style.bold(`${diagnostic.severity}[${diagnostic.code}]`))}: ${indentRest(diagnostic.message)}`,
  ];
  if (diagnostic.place) {
    lines.push(`  ${style.cyan("-->")} ${shownPlace(diagnostic.place, view.folder)}`);
    lines.push(...frameOf(diagnostic, diagnostic.place, view, paint));
  }
  for (const note of diagnostic.notes ?? []) {
    const where = note.place ? ` (${shownPlace(note.place, view.folder)})` : "";
    lines.push(`  ${style.cyan("note:")} ${indentRest(note.message)}${where}`);
  }
  if (diagnostic.help) lines.push(`  ${style.cyan("help:")} ${indentRest(diagnostic.help)}`);
  return lines.join("\n");
}

/** Equal for diagnostics that would tell the same twice. */
export function identityOf({ code, severity, message, place }: Diagnostic): string {
  return JSON.stringify([code, severity, message, place?.file, place?.line, place?.column]);
}

function indentRest(text: string): string {
  return visibleLines(text.trimEnd()).replaceAll("\n", "\n    ");
}

function frameOf(
  diagnostic: Diagnostic,
  place: Place,
  view: DiagnosticView,
  paint: (text: string) => string,
): string[] {
  // Files that hold secrets by their nature are not shown, whatever the stage that found the mistake said.
  if (diagnostic.frame === false || /(^|[/\\])(profiles\.ya?ml|\.env)$/i.test(place.file)) return [];
  let text: string;
  try {
    text = view.readText(isAbsolute(place.file) ? place.file : join(view.folder, place.file));
  } catch {
    return [];
  }
  const [line, carets] = codeFrame(text, place, view.width);
  if (line === undefined || carets === undefined) return [];
  return [dimGutter(line, view.style), carets.replace(/\^+$/, (marks) => paint(marks))];
}

function dimGutter(line: string, style: Style): string {
  const bar = line.indexOf("|");
  return style.dim(line.slice(0, bar + 1)) + line.slice(bar + 1);
}
