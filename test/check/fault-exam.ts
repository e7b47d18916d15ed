// How many mistakes the checks find: mutants of a project's models are put beside them, the engine says which of them are
// wrong by running them, and `etl lint` must find those and no others.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startEtl } from "../reliability/etl-process.ts";
import { propertyFaults } from "./property-faults.ts";
import { faultsOf } from "./seed-faults.ts";

export interface Subject {
  /** The folder of dbt_project.yml, whose project is built already. */
  readonly folder: string;
  /** Options of every command. */
  readonly options: readonly string[];
  /** Files of models. */
  readonly models: readonly string[];
  /** Mutants of each kind. */
  readonly perKind: number;
}

export interface Tally {
  /** Mutants that the engine refuses. */
  wrong: number;
  /** Those among them that lint finds. */
  found: number;
  /** Mutants that the engine takes. */
  fine: number;
  /** Those among them of which lint says that they are wrong. */
  alarms: number;
}

export interface Outcome {
  readonly kinds: ReadonlyMap<string, Tally>;
  /** What was missed or told without reason: kind, text, message. */
  readonly doubts: readonly string[];
}

interface Mutant {
  readonly kind: string;
  readonly name: string;
  readonly file: string;
  readonly text: string;
  /** Properties of the mutant, where the mistake is in them. */
  readonly properties?: string;
}

const PREFIX = "etl_fault_";

/** Leaves the project as it was, but for what running the mutants makes in its database. */
export async function examine(subject: Subject): Promise<Outcome> {
  const mutants = [...sqlMutants(subject), ...(await propertyMutants(subject))].map((mutant, i) =>
    place(mutant, i),
  );
  try {
    for (const { file, text, properties } of mutants) {
      writeFileSync(file, text);
      if (properties !== undefined) writeFileSync(propertiesOf(file), properties);
    }
    const broken = await brokenNodes(subject);
    const findings = await lint(subject);
    return tally(mutants, broken, findings);
  } finally {
    for (const { file } of mutants)
      for (const path of [file, propertiesOf(file)]) rmSync(path, { force: true });
  }
}

type Draft = Omit<Mutant, "name" | "file" | "properties"> & {
  readonly model: string;
  readonly properties?: (name: string) => string;
};

function place({ kind, model, text, properties }: Draft, i: number): Mutant {
  const name = `${PREFIX}${i}`;
  const file = join(dirname(model), `${name}.sql`);
  return { kind, name, file, text, ...(properties === undefined ? {} : { properties: properties(name) }) };
}

function propertiesOf(file: string): string {
  return file.replace(/\.sql$/, ".yml");
}

function sqlMutants({ models, perKind }: Subject): Draft[] {
  const drafts = models.flatMap((model) => {
    const text = textOf(model);
    // A second model of one alias cannot be.
    return /\balias\s*=/.test(text) ? [] : faultsOf(text).map((fault): Draft => ({ ...fault, model }));
  });
  return sampled(drafts, perKind);
}

/** What is ephemeral or disabled would not be run by itself. */
function textOf(model: string): string {
  return readFileSync(model, "utf8").replaceAll(/(materialized\s*=\s*['"])ephemeral/g, "$1view");
}

async function propertyMutants({ folder, options, models, perKind }: Subject): Promise<Draft[]> {
  await startEtl(folder, ["docs", "generate", ...options]).ended;
  const drafts = models.flatMap((model) => {
    const text = textOf(model);
    if (/\balias\s*=/.test(text)) return [];
    const name = /([^/\\]+)\.sql$/.exec(model)?.[1] ?? "";
    return propertyFaults(name, readFileSync(join(folder, "target", "catalog.json"), "utf8")).map(
      ({ kind, properties }): Draft => ({ kind, model, text, properties }),
    );
  });
  return sampled(drafts, perKind);
}

/** Some of each kind, from all over the project, the same each time. */
function sampled(drafts: readonly Draft[], perKind: number): Draft[] {
  const byKind = new Map<string, Draft[]>();
  for (const draft of drafts) byKind.set(draft.kind, [...(byKind.get(draft.kind) ?? []), draft]);
  return [...byKind.values()].flatMap((all) => {
    const step = Math.max(1, all.length / perKind);
    return Array.from(
      { length: Math.min(perKind, all.length) },
      (_, i) => all[Math.floor(i * step)] as Draft,
    );
  });
}

/** Names of the mutants that do not run, or one of whose tests does not. */
async function brokenNodes({ folder, options }: Subject): Promise<ReadonlySet<string>> {
  const broken = new Set<string>();
  // Incremental models are others when they are built again.
  for (const command of ["build", "build"]) {
    const { code, output } = await startEtl(folder, [command, "--select", `${PREFIX}*`, ...options]).ended;
    if (code === 2) throw new Error(output.slice(0, 4000));
    const { results } = JSON.parse(readFileSync(join(folder, "target", "run_results.json"), "utf8"));
    for (const { unique_id: id, status } of results as { unique_id: string; status: string }[]) {
      const name = new RegExp(`${PREFIX}\\d+`).exec(id)?.[0];
      if (name !== undefined && status === "error") broken.add(name);
    }
  }
  return broken;
}

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
}

async function lint({ folder, options }: Subject): Promise<readonly Finding[]> {
  const { output } = await startEtl(folder, ["lint", "--output", "json", "--quiet", ...options]).ended;
  return JSON.parse(output.slice(output.indexOf("[")));
}

function tally(
  mutants: readonly Mutant[],
  broken: ReadonlySet<string>,
  findings: readonly Finding[],
): Outcome {
  const told = new Map<string, string>();
  for (const { code, severity, message } of findings) {
    const name = new RegExp(`${PREFIX}\\d+`).exec(message)?.[0];
    if (name !== undefined && (severity === "error" || code === "column-unmatched")) told.set(name, message);
  }
  const kinds = new Map<string, Tally>();
  const doubts: string[] = [];
  for (const { kind, name, text, properties } of mutants) {
    const counts = kinds.get(kind) ?? { wrong: 0, found: 0, fine: 0, alarms: 0 };
    kinds.set(kind, counts);
    const message = told.get(name);
    // A description of nothing breaks nothing, and is a mistake all the same.
    const isWrong = broken.has(name) || kind === "description";
    if (isWrong) counts.wrong += 1;
    else counts.fine += 1;
    if (isWrong && message !== undefined) counts.found += 1;
    if (!isWrong && message !== undefined) counts.alarms += 1;
    if (isWrong !== (message !== undefined))
      doubts.push(`${isWrong ? "missed" : "alarm"}: ${kind}: ${message ?? ""}\n${text}\n${properties ?? ""}`);
  }
  return { kinds, doubts };
}
