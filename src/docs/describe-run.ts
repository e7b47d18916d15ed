// Makes the data of the page of the last run.

import type { Manifest } from "../manifest/manifest.ts";
import type { LastRun, Outcome } from "./last-run.ts";
import { resultDetails, testedColumn, testLabel } from "./node-tests.ts";
import type { RunDetails, RunRow } from "./run-details.ts";
import { isGeneric, type SiteEntries, testedNodes } from "./site-entries.ts";

/** Clocks of workers differ by less than this. */
const SLACK_MS = 5;

/** The last run as the site shows it, node by node. */
export function describeRun(run: LastRun, manifest: Manifest, entries: SiteEntries): RunDetails {
  const outcomes = [...run.outcomes.values()].sort((a, b) => beginning(a) - beginning(b));
  const began = beginning(outcomes[0]);
  const timed = outcomes.filter(({ startedAt }) => startedAt !== null);
  const threads = [...new Set(timed.map(({ thread }) => thread))].sort();
  const rows = outcomes.map((outcome) => rowOf(outcome, began, threads, run, manifest, entries));
  const places = new Map(outcomes.map(({ id }, at) => [id, at]));
  const critical = criticalPath(run, manifest).flatMap((id) => places.get(id) ?? []);
  const { command, at, seconds } = run;
  return { command, at, seconds, threads, rows, critical };
}

function beginning(outcome: Outcome | undefined): number {
  return outcome?.startedAt ?? Number.MAX_SAFE_INTEGER;
}

function rowOf(
  outcome: Outcome,
  began: number,
  threads: readonly string[],
  run: LastRun,
  manifest: Manifest,
  { list, numbers }: SiteEntries,
): RunRow {
  const { id, startedAt, endedAt, seconds, health, status, thread } = outcome;
  const resource = manifest.resources.get(id);
  const [tested] = resource ? testedNodes(resource) : [];
  const node = numbers.get(id) ?? (tested === undefined ? undefined : numbers.get(tested));
  const { failures, message } = resultDetails(outcome, run);
  const where = node === undefined ? "" : (list[node]?.label ?? "");
  return {
    label:
      resource && isGeneric(resource)
        ? testPlace(testLabel(resource), where, testedColumn(resource))
        : lastPart(id, list[node ?? -1]?.label),
    id,
    ...(node !== undefined && { node }),
    ...(startedAt !== null && { start: (startedAt - began) / 1000 }),
    seconds: startedAt !== null && endedAt !== null ? (endedAt - startedAt) / 1000 : seconds,
    thread: threads.indexOf(thread),
    health,
    status,
    ...(resource &&
      (resource.resourceType === "test" || resource.resourceType === "unit_test") && {
        isTest: true as const,
      }),
    ...(failures !== undefined && { failures }),
    ...(message !== undefined && { message }),
  };
}

function testPlace(label: string, node: string, column: string | undefined): string {
  return `${label} on ${column === undefined ? node : `${node}.${column}`}`;
}

/** What is no longer in the project has no label. */
function lastPart(id: string, label: string | undefined): string {
  return label ?? id.split(".").slice(2).join(".");
}

/**
 * The chain of nodes and tests that ended last, each the last one that its successor had to wait for.
 * @returns ids, first to last; empty when no times are known
 */
function criticalPath({ outcomes }: LastRun, manifest: Manifest): string[] {
  const timed = [...outcomes.values()].filter(
    ({ startedAt, endedAt }) => startedAt !== null && endedAt !== null,
  );
  let last = timed.reduce<Outcome | undefined>(
    (late, one) => (ending(one) > ending(late) ? one : late),
    undefined,
  );
  const path: string[] = [];
  while (last && path.length < timed.length) {
    path.unshift(last.id);
    last = lastAwaited(last, outcomes, manifest);
  }
  return path;
}

function lastAwaited(
  outcome: Outcome,
  outcomes: ReadonlyMap<string, Outcome>,
  manifest: Manifest,
): Outcome | undefined {
  let found: Outcome | undefined;
  const consider = (id: string) => {
    const one = outcomes.get(id);
    if (!one || one.id === outcome.id || one.endedAt === null) return;
    if (ending(one) <= beginning(outcome) + SLACK_MS && ending(one) > ending(found)) found = one;
  };
  for (const parent of manifest.parents.get(outcome.id) ?? []) {
    consider(parent);
    // Tests of a parent hold back what is made of it, but not each other.
    if (isTest(outcome.id)) continue;
    for (const child of manifest.children.get(parent) ?? []) if (isTest(child)) consider(child);
  }
  return found;
}

function ending(outcome: Outcome | undefined): number {
  return outcome?.endedAt ?? 0;
}

function isTest(id: string): boolean {
  return id.startsWith("test.") || id.startsWith("unit_test.");
}
