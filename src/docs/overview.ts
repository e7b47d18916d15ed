// The first screen as data for its template: is it well, and where does one begin. Nothing that is zero is counted.

import type { DocBlock, Manifest } from "../manifest/manifest.ts";
import type { PageKnowledge } from "./describe-node.ts";
import type { Knowledge } from "./knowledge.ts";
import type { RunDetails, RunRow } from "./run-details.ts";
import { graphKinds, type Health, healths } from "./site-data.ts";
import type { SiteEntry } from "./site-entries.ts";

export interface OverviewLink {
  readonly label: string;
  readonly href: string;
  /** One plain line. */
  readonly note: string;
}

/** A source whose rows are late, or could not be looked at. */
export interface LateSource extends Omit<OverviewLink, "note"> {
  readonly health: Health;
  /** ISO 8601; null when the check itself failed. */
  readonly loadedAt: string | null;
}

export interface RunSummary {
  readonly command: string;
  readonly at: string;
  readonly duration: string;
  readonly health: Health;
  /** One sentence. */
  readonly verdict: string;
  readonly counts: readonly { readonly health: Health; readonly count: string; readonly label: string }[];
  /** Failures first, then warnings, as many as fit. */
  readonly problems: readonly (OverviewLink & { readonly health: Health })[];
  readonly moreProblems: number;
}

export interface Overview {
  readonly run: RunSummary | null;
  readonly freshness: {
    readonly late: readonly LateSource[];
    readonly fresh: number;
    /** Sources with thresholds that were never measured. */
    readonly unmeasured: number;
  };
  readonly used: readonly (OverviewLink & { readonly uses: number })[];
  readonly exposures: readonly OverviewLink[];
  /** HTML of the project's own docs block __overview__; "" without one. */
  readonly about: string;
  /** "9 models", "2 source tables", each leading to the list of them. */
  readonly contents: readonly { readonly text: string; readonly href: string }[];
}

const MOST_PROBLEMS = 6;
const MOST_LINKS = 10;

/** What the first page shows of the project. */
export function makeOverview(known: PageKnowledge): Overview {
  const { input, entries, markdown } = known;
  const { manifest } = input;
  const { run } = known;
  const exposures = entries.list.filter(({ kind }) => kind === "exposure");
  const about = aboutBlock(manifest);
  return {
    run: run ? runSummary(run, known) : null,
    freshness: freshnessOf(known),
    used: mostUsed(known),
    exposures: exposures.slice(0, MOST_LINKS).map((entry) => linkTo(entry, exposureNote(entry))),
    about: about ? markdown.render(about.contents) : "",
    contents: contentsOf(entries.list),
  };
}

/** The address of a node's page. */
function hrefOf(id: string): string {
  return `#/node/${encodeURIComponent(id)}`;
}

function runSummary(run: RunDetails, { entries }: Knowledge): RunSummary {
  const { rows } = run;
  const count = (health: Health) => rows.filter((row) => row.health === health).length;
  const bad = [
    ...rows.filter(({ health }) => health === "fail"),
    ...rows.filter(({ health }) => health === "warn"),
  ];
  const labels: readonly (readonly [Health, string])[] = [
    ["fail", "failed"],
    ["warn", "with warnings"],
    ["skipped", "skipped"],
    ["ok", "passed"],
  ];
  const failed = count("fail");
  return {
    command: run.command,
    at: run.at,
    duration: durationText(run.seconds),
    health: failed > 0 ? "fail" : count("warn") > 0 ? "warn" : "ok",
    verdict: verdictOf(failed, count("warn"), rows.length),
    counts: labels.flatMap(([health, label]) =>
      count(health) > 0 ? [{ health, count: counted(count(health)), label }] : [],
    ),
    problems: bad.slice(0, MOST_PROBLEMS).map((row) => ({
      label: row.label,
      href: hrefOf(row.node === undefined ? row.id : (entries.list[row.node]?.id ?? row.id)),
      note: problemNote(row),
      health: row.health,
    })),
    moreProblems: Math.max(0, bad.length - MOST_PROBLEMS),
  };
}

function verdictOf(failed: number, warned: number, all: number): string {
  if (failed > 0) return `${counted(failed)} of ${counted(all)} failed`;
  if (warned > 0) return `All passed, ${warned === 1 ? "one" : counted(warned)} with a warning`;
  return "All is well";
}

/** 23670 as "23,670". */
function counted(count: number): string {
  return count.toLocaleString("en");
}

function problemNote({ failures, message, status }: RunRow): string {
  if (failures !== undefined) return `${failures} failing ${failures === 1 ? "row" : "rows"}`;
  return message?.split("\n", 1)[0]?.slice(0, 160) ?? status;
}

/** "0.8 s", "4 min 5 s". */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

function freshnessOf({ input, entries }: Knowledge): Overview["freshness"] {
  const late: LateSource[] = [];
  let fresh = 0;
  let unmeasured = 0;
  for (const entry of entries.list) {
    const { subject } = entry;
    if (subject.kind !== "resource" || subject.resource.resourceType !== "source") continue;
    const age = input.ages.get(entry.id);
    if (!age) unmeasured += subject.resource.freshness ? 1 : 0;
    else if (age.health === "ok") fresh += 1;
    else {
      const { label, id } = entry;
      late.push({ label, href: hrefOf(id), health: age.health, loadedAt: age.loadedAt });
    }
  }
  late.sort((a, b) => healths.indexOf(b.health) - healths.indexOf(a.health));
  return { late, fresh, unmeasured };
}

function mostUsed({ input, entries }: Knowledge): Overview["used"] {
  const counted = entries.list
    .filter(({ kind }) => kind === "model")
    .map((entry) => ({ entry, uses: usesOf(entry.id, input.manifest) }))
    .filter(({ uses }) => uses > 0);
  counted.sort((a, b) => b.uses - a.uses);
  return counted
    .slice(0, MOST_LINKS)
    .map(({ entry, uses }) => ({ ...linkTo(entry, firstSentence(descriptionOf(entry))), uses }));
}

/** How many nodes of the graph are made of it. */
function usesOf(id: string, { children, resources }: Manifest): number {
  return (children.get(id) ?? []).filter((child) => {
    const type = resources.get(child)?.resourceType;
    return type !== undefined && type !== "operation" && type !== "sql_operation" && graphKinds.has(type);
  }).length;
}

function linkTo({ label, id }: SiteEntry, note: string): OverviewLink {
  return { label, href: hrefOf(id), note };
}

function exposureNote({ subject }: SiteEntry): string {
  if (subject.kind !== "resource" || subject.resource.resourceType !== "exposure") return "";
  const { type, owner } = subject.resource;
  const name = owner.get("name") ?? owner.get("email");
  return typeof name === "string" ? `${type}, ${name}` : type;
}

function descriptionOf({ subject }: SiteEntry): string {
  return subject.kind === "resource" && "description" in subject.resource ? subject.resource.description : "";
}

/** The first sentence of Markdown as plain text, at most a line long. */
export function firstSentence(markdown: string): string {
  const line = markdown.trim().split(/\n\s*\n|\n(?=[#|*-])/, 1)[0] ?? "";
  const plain = line.replaceAll(/\s+/g, " ").replaceAll(/[*`]/g, "").replace(/^#+ /, "");
  const sentence = /^.*?[.!?](?= |$)/.exec(plain)?.[0] ?? plain;
  return sentence.length > 120 ? `${sentence.slice(0, 119).trimEnd()}…` : sentence;
}

/** The project's own words for the first page, under the name that dbt gives them. */
function aboutBlock({ docs, projectName }: Manifest): DocBlock | undefined {
  return [...docs.values()].find(
    ({ name, packageName }) =>
      packageName === projectName && (name === `__${projectName}__` || name === "__overview__"),
  );
}

function contentsOf(list: readonly SiteEntry[]): Overview["contents"] {
  const words: readonly (readonly [string, string, string])[] = [
    ["source", "source table", "source tables"],
    ["seed", "seed", "seeds"],
    ["model", "model", "models"],
    ["snapshot", "snapshot", "snapshots"],
    ["metric", "metric", "metrics"],
    ["exposure", "exposure", "exposures"],
  ];
  return words.flatMap(([kind, one, many]) => {
    const count = list.filter((entry) => entry.kind === kind).length;
    if (count === 0) return [];
    return [{ text: `${counted(count)} ${count === 1 ? one : many}`, href: `#/list/${kind}` }];
  });
}
