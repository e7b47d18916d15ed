// The closing summary: what was built, reused, passed, failed; rows, time, the slowest three, and the next command.

import type { NodeFinished, SlowerNode } from "../base/events.ts";
import { visibleLine } from "../base/visible-text.ts";
import { shownPath } from "./diagnostic-text.ts";
import type { Style } from "./style.ts";
import { isCompiling, type Tally } from "./tally.ts";
import { counted, shownCount, shownSeconds, shownWord } from "./words.ts";

export interface SummaryOptions {
  readonly style: Style;
  readonly folder: string;
  /** Options of this command that the next one needs as well, e.g. " --project-dir example". */
  readonly repeatedOptions: string;
}

/** How many failed nodes are named; the rest is counted. */
const NAMED_FAILURES = 10;

/** @returns lines, none when no node ran */
export function summaryLines(
  tally: Tally,
  seconds: number,
  exitCode: number,
  options: SummaryOptions,
): string[] {
  if (tally.finished.length === 0) return [];
  const { style } = options;
  const head = exitCode === 0 ? style.green(style.bold("Done")) : style.red(style.bold("Failed"));
  const lines = ["", `${head} in ${shownSeconds(seconds)}: ${countsText(tally)}`];
  const row = (label: string, text: string): void =>
    void lines.push(`  ${style.dim(label.padEnd(8))} ${text}`);
  if (tally.rows() > 0) row("rows", shownCount(tally.rows()));
  if (tally.quarantined.size > 0) row("aside", quarantineText(tally));
  const slowest = tally.slowest(3);
  if (slowest.length > 0 && tally.finished.length > 3) {
    row(
      "slowest",
      slowest.map((event) => `${visibleLine(event.node.name)} ${shownSeconds(event.seconds)}`).join(", "),
    );
  }
  if (tally.slower.length > 0) row("slower", slowerText(tally.slower));
  for (const [index, event] of tally.failed().slice(0, NAMED_FAILURES).entries()) {
    row(index === 0 ? "failed" : "", `${visibleLine(event.node.name)} (${placeText(event, options.folder)})`);
  }
  const unnamed = tally.failed().length - NAMED_FAILURES;
  if (unnamed > 0) row("", `and ${unnamed} more`);
  const next = nextCommand(tally, exitCode);
  if (next !== undefined) row("next", next + options.repeatedOptions);
  return lines;
}

/** "3 rows in quarantine: etl quarantine show orders" */
function quarantineText({ quarantined }: Tally): string {
  const rows = [...quarantined.values()].reduce((sum, count) => sum + count, 0);
  const [name, second] = quarantined.keys();
  const command =
    second === undefined ? `etl quarantine show ${shownWord(name ?? "")}` : "etl quarantine list";
  return `${counted(rows, "row")} in quarantine: ${command}`;
}

/** "orders 3.4s, usually 1.6s" */
export function slowerText(nodes: readonly SlowerNode[]): string {
  return nodes
    .map(
      ({ name, seconds, usual }) =>
        `${visibleLine(name)} ${shownSeconds(seconds)}, usually ${shownSeconds(usual)}`,
    )
    .join("; ");
}

/** "12 built, 8 passed, 1 failed"; what is zero is not told. */
export function countsText(tally: Tally): string {
  const counts = tally.counts();
  const parts = (["built", "reused", "passed", "warned", "failed", "skipped"] as const)
    .filter((word) => counts[word] > 0)
    .map(
      (word) => `${shownCount(counts[word])} ${word === "built" && isCompiling(tally) ? "compiled" : word}`,
    );
  if (tally.hooksFailed > 0) parts.push(counted(tally.hooksFailed, "hook failed", "hooks failed"));
  return parts.join(", ") || "nothing to do";
}

function placeText(event: NodeFinished, folder: string): string {
  const place = event.diagnostics.find((diagnostic) => diagnostic.place)?.place;
  return place ? `${shownPath(place.file, folder)}:${place.line}` : shownPath(event.node.file, folder);
}

/** What a person would type next. */
function nextCommand(tally: Tally, exitCode: number): string | undefined {
  if (exitCode !== 0) {
    return ["build", "run", "test", "seed", "snapshot", "compile", "clone", "retry"].includes(tally.command)
      ? "etl retry"
      : undefined;
  }
  if (tally.command !== "build" && tally.command !== "run") return undefined;
  const last = tally.finished.findLast(
    ({ node, status }) => node.resourceType === "model" && status === "success",
  );
  return last && `etl show --select ${shownWord(last.node.name)}`;
}

/** The command that shows all failing rows of a test. */
export function showCommand(event: NodeFinished, repeatedOptions: string): string {
  return `etl show --select ${shownWord(event.node.name)} --limit -1${repeatedOptions}`;
}
