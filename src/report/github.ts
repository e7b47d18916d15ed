// In a GitHub Actions job: annotations at the lines of the mistakes, and a summary of the run on the job's page.

import { isAbsolute, join, relative } from "node:path";
import type { Diagnostic } from "../base/diagnostic.ts";
import { isFailure, type NodeFinished } from "../base/events.ts";
import { visibleLine, visibleLines } from "../base/visible-text.ts";
import { shownPath } from "./diagnostic-text.ts";
import { countsText } from "./summary.ts";
import type { Tally } from "./tally.ts";
import { shownSeconds } from "./words.ts";

/** GitHub drops what is beyond; the log holds all. */
const MOST_ROWS = 50;

/**
 * One workflow command: "::error file=models/a.sql,line=3,col=7,title=ref-not-found::...".
 * @param workspace GITHUB_WORKSPACE, to which the paths of annotations are relative
 */
export function annotation(diagnostic: Diagnostic, folder: string, workspace: string | undefined): string {
  const { severity, code, message, place, help } = diagnostic;
  const properties = [`title=${property(code)}`];
  if (place) {
    const file = property(inWorkspace(place.file, folder, workspace));
    properties.unshift(`file=${file}`, `line=${place.line}`, `col=${place.column}`);
  }
  return `::${severity} ${properties.join(",")}::${text(help === undefined ? message : `${message}\nhelp: ${help}`)}`;
}

/** An annotation for a node that failed without a diagnostic of its own. */
export function nodeAnnotation(
  event: NodeFinished,
  folder: string,
  workspace: string | undefined,
): string | undefined {
  if (
    event.diagnostics.length > 0 ||
    event.message === "" ||
    !(isFailure(event.status) || event.status === "warn")
  )
    return undefined;
  const file = property(inWorkspace(event.node.file, folder, workspace));
  return `::${event.status === "warn" ? "warning" : "error"} file=${file},title=${property(event.node.name)}::${text(event.message)}`;
}

/** The path of a file as annotations have it. @param file relative to the project's folder, or absolute */
function inWorkspace(file: string, folder: string, workspace: string | undefined): string {
  const path = isAbsolute(file) ? file : join(folder, file);
  return workspace === undefined ? shownPath(path, folder) : relative(workspace, path).replaceAll("\\", "/");
}

/** Markdown for the file GITHUB_STEP_SUMMARY. */
export function jobSummary(
  tally: Tally,
  exitCode: number,
  seconds: number,
  refusals: readonly Diagnostic[],
): string {
  const lines = [
    `### etl ${tally.command}: ${exitCode === 0 ? "done" : "failed"} in ${shownSeconds(seconds)}`,
    "",
  ];
  if (tally.finished.length > 0) lines.push(countsText(tally), "");
  const failed = [...tally.failed(), ...tally.finished.filter(({ status }) => status === "warn")];
  if (failed.length > 0) {
    lines.push("| node | status | why |", "|---|---|---|");
    for (const event of failed.slice(0, MOST_ROWS)) {
      lines.push(
        `| ${cell(event.node.name)} | ${event.status} | ${cell(event.diagnostics[0]?.message ?? event.message)} |`,
      );
    }
    if (failed.length > MOST_ROWS) lines.push("", `and ${failed.length - MOST_ROWS} more`);
  }
  for (const { code, message, place } of refusals.slice(0, MOST_ROWS)) {
    lines.push(`- \`${code}\` ${cell(message)}${place ? ` (${cell(place.file)}:${place.line})` : ""}`);
  }
  return `${lines.join("\n")}\n\n`;
}

function text(value: string): string {
  return visibleLines(value).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(value: string): string {
  return text(value).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** Names and messages come from users and engines: no markup of theirs, no broken table. */
function cell(value: string): string {
  return visibleLine(value.replaceAll(/\s+/g, " "))
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_[\]|]/g, "\\$&")
    .slice(0, 300);
}
