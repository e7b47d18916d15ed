// Runs every case of the conformance suite on one engine, each in a schema of its own. Bound to no test runner: it gives
// named functions that throw when something is wrong.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Warehouse } from "../../../src/adapter/adapter.ts";
import type { Host } from "../../../src/base/host.ts";
import { nodeHost } from "../../../src/base/node-host.ts";
import { CaseProject } from "./case-project.ts";
import { cases } from "./cases.ts";
import { credentialsOf } from "./credentials.ts";
import type { Case, Engine } from "./engine.ts";

export type { Engine, TypeExample } from "./engine.ts";

export type CaseName = keyof typeof cases;

/** The sentences of all cases. */
export const caseNames = Object.keys(cases) as readonly CaseName[];

/**
 * "passes", or why the engine cannot do it. A case that it cannot is run too and must fail, so that no reason outlives
 * its cause; `tried: false` where that would hang or harm.
 */
export type Answer = "passes" | { readonly cannot: string; readonly tried?: false };

/** For every case: the record is total, so a new case compiles for no adapter that has not answered it. */
export type Answers = Readonly<Record<CaseName, Answer>>;

/** The answers of an engine that can do everything. What it cannot do stands after it: `{ ...allPass, "...": { cannot } }`. */
export const allPass = Object.fromEntries(caseNames.map((name) => [name, "passes"])) as Answers;

export interface ConformanceTest {
  readonly name: string;
  run(): Promise<void>;
}

export interface ConformanceSuite {
  readonly tests: readonly ConformanceTest[];
  /** Closes the warehouse and removes all files; to be called after the last test. */
  close(): Promise<void>;
}

/**
 * Makes the tests of one engine, for any runner:
 *
 *   const { tests, close } = conformance(engine, answers);
 *   for (const { name, run } of tests) test(name, run);
 *   after(close);
 */
export function conformance(engine: Engine, answers: Answers): ConformanceSuite {
  const folder = mkdtempSync(join(tmpdir(), "etl-conformance-"));
  let opened: Promise<Warehouse> | undefined;
  const open = (signal = new AbortController().signal) => openEngine(engine, folder, signal);
  const runCase = async (name: CaseName, index: number): Promise<void> => {
    opened ??= open();
    const warehouse = await opened;
    const schemaName = `case_${index}`;
    const schema = `${engine.adapter.quote(engine.database)}.${engine.adapter.quote(schemaName)}`;
    await warehouse.withSession("set up", (session) =>
      session.execute(`CREATE SCHEMA ${engine.adapter.quote(schemaName)}`),
    );
    const projects: CaseProject[] = [];
    const project = (files: Readonly<Record<string, string>>): CaseProject => {
      const made = new CaseProject(engine, schemaName, files);
      projects.push(made);
      return made;
    };
    try {
      await (cases[name] as Case)({ ...engine, warehouse, schema, schemaName, folder, open, project });
    } finally {
      for (const one of projects) one.remove();
    }
  };
  return {
    tests: namesOf(answers, engine.adapter.type).map((name, index) =>
      asTest(name, answers[name], () => runCase(name, index)),
    ),
    async close() {
      await (await opened)?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** All cases. @throws Error when an adapter that is not type checked has answered too few or too many */
function namesOf(answers: Answers, type: string): CaseName[] {
  const silent = caseNames.filter((name) => answers[name] === undefined);
  if (silent.length > 0) throw new Error(`the adapter "${type}" does not answer: ${silent.join("; ")}`);
  const unknown = Object.keys(answers).filter((name) => !(name in cases));
  if (unknown.length > 0) throw new Error(`no cases of the suite: ${unknown.join("; ")}`);
  return [...caseNames];
}

function asTest(name: CaseName, answer: Answer, run: () => Promise<void>): ConformanceTest {
  if (answer === "passes") return { name, run };
  const told = `${name} (cannot: ${answer.cannot})`;
  if (answer.tried === false) return { name: told, run: async () => {} };
  return {
    name: told,
    async run() {
      const failed = await run().then(
        () => false,
        () => true,
      );
      if (!failed) throw new Error(`it can: answer "passes" for "${name}"`);
    },
  };
}

function openEngine(engine: Engine, folder: string, signal: AbortSignal): Promise<Warehouse> {
  const host = caseHost(folder, signal);
  return engine.adapter.open(credentialsOf(engine, folder, "case_main", host), { threads: 4, host });
}

function caseHost(folder: string, signal: AbortSignal): Host {
  return nodeHost({ cwd: folder, env: {}, emit: () => {}, clean: (text) => text, signal });
}
