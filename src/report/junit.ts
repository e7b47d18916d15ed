// `--junit FILE`: the results of a run in the XML that CI systems read. One suite a source file, one case a node.

import { isFailure, type NodeFinished } from "../base/events.ts";
import { groupBy } from "../base/groups.ts";
import { shownPath } from "./diagnostic-text.ts";
import { tableLines } from "./result-table.ts";

export interface JunitRun {
  readonly command: string;
  readonly startedAt: Date;
  readonly seconds: number;
  readonly folder: string;
  readonly finished: readonly NodeFinished[];
  /** Why the command could not run at all: told as one case that failed, or CI would see an empty, green report. */
  readonly refusals: readonly string[];
}

/** The whole document. */
export function junitXml(run: JunitRun): string {
  const suites = byFile(run);
  const lines = [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites name="etl ${attribute(run.command)}" ${totals(run.finished, run.refusals.length)} time="${run.seconds.toFixed(3)}">`,
    ...refusalSuite(run),
    ...[...suites].flatMap(([file, events]) => suiteLines(file, events, run)),
    "</testsuites>",
  ];
  return `${lines.join("\n")}\n`;
}

function byFile({ finished, folder }: JunitRun): ReadonlyMap<string, readonly NodeFinished[]> {
  return groupBy(finished, ({ node }) => shownPath(node.file, folder) || node.packageName);
}

function refusalSuite({ command, refusals }: JunitRun): string[] {
  if (refusals.length === 0) return [];
  const cases = refusals.map(
    (text) =>
      `    <testcase name="start" classname="etl" time="0.000"><error message="${attribute(firstLine(text))}">${content(text)}</error></testcase>`,
  );
  return [
    `  <testsuite name="etl ${attribute(command)}" tests="${cases.length}" failures="0" errors="${cases.length}" skipped="0" time="0.000">`,
    ...cases,
    "  </testsuite>",
  ];
}

function suiteLines(file: string, events: readonly NodeFinished[], run: JunitRun): string[] {
  const seconds = events.reduce((sum, event) => sum + event.seconds, 0);
  return [
    `  <testsuite name="${attribute(file)}" ${totals(events, 0)} time="${seconds.toFixed(3)}" timestamp="${run.startedAt.toISOString().slice(0, 19)}">`,
    ...events.map((event) => caseLines(event, file)),
    "  </testsuite>",
  ];
}

function caseLines(event: NodeFinished, file: string): string {
  const { node, status } = event;
  const line = event.diagnostics.find(({ place }) => place)?.place?.line;
  const head = `    <testcase name="${attribute(node.name)}" classname="${attribute(`${node.packageName}.${node.resourceType}`)}" time="${event.seconds.toFixed(3)}" file="${attribute(file)}"${line === undefined ? "" : ` line="${line}"`}`;
  const message = attribute(messageOf(event));
  if (status === "skipped") return `${head}><skipped message="${message}"/></testcase>`;
  if (status === "fail")
    return `${head}><failure message="${message}">${content(detailsOf(event))}</failure></testcase>`;
  if (isFailure(status))
    return `${head}><error message="${message}">${content(detailsOf(event))}</error></testcase>`;
  if (status === "warn") return `${head}><system-out>${content(detailsOf(event))}</system-out></testcase>`;
  return `${head}/>`;
}

function messageOf(event: NodeFinished): string {
  return firstLine(event.diagnostics[0]?.message ?? event.message) || event.status;
}

function detailsOf(event: NodeFinished): string {
  const said = event.diagnostics.map(({ code, message, place, help }) =>
    [
      `${code}: ${message}`,
      ...(place ? [`  at ${place.file}:${place.line}:${place.column}`] : []),
      ...(help ? [`  help: ${help}`] : []),
    ].join("\n"),
  );
  if (said.length === 0) said.push(event.message);
  if (event.sample) said.push(tableLines(event.sample).join("\n"));
  return said.join("\n\n");
}

function totals(events: readonly NodeFinished[], refusals: number): string {
  const failures = events.filter(({ status }) => status === "fail").length;
  const errors = events.filter(({ status }) => status !== "fail" && isFailure(status)).length;
  const skipped = events.filter(({ status }) => status === "skipped").length;
  return `tests="${events.length + refusals}" failures="${failures}" errors="${errors + refusals}" skipped="${skipped}"`;
}

function firstLine(text: string): string {
  return text.trimStart().split("\n", 1)[0] ?? "";
}

function content(text: string): string {
  return withoutForbidden(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function attribute(text: string): string {
  return content(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}

/** XML 1.0 has no way to write most control characters, nor half of a surrogate pair. */
function withoutForbidden(text: string): string {
  return text
    .replaceAll(/\u001b\[[0-9;]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/g, "")
    .replaceAll(/[\ud800-\udfff]/gu, "\ufffd");
}
