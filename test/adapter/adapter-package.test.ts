// Adapters that come as npm packages: a project that has one in its node_modules is built with it; one that cannot be
// used is refused in a sentence.

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadAdapter } from "../../src/adapter/registry.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import { nodeFiles } from "../../src/base/node-files.ts";
import { buildNodes, loadConfig, nodeHost, type RunReport, withProject } from "../../src/index.ts";
import { troubles } from "./conformance/case-project.ts";
import {
  type Answer,
  type Answers,
  type CaseName,
  caseNames,
  conformance,
  type Engine,
} from "./conformance/suite.ts";

const packageFolder = resolve(import.meta.dirname, "fixtures/etl-adapter-example");

/** What the example brings to the conformance suite. */
const example: Omit<Engine, "adapter"> = {
  packageFolder,
  settings: (schema) => ({ type: "example", file: "conformance.duckdb", schema, threads: 1 }),
  database: "conformance",
  types: [{ sql: "42", type: "INTEGER", family: "integer", cell: 42 }],
  numbers: (rows) => `SELECT range AS n FROM range(${rows})`,
  endless: "SELECT count(*) AS n FROM range(100000000) a, range(100000) b WHERE a.range + b.range < 0",
  slow: "(SELECT count(*)::integer FROM range(100000000) a, range(100000) b WHERE a.range + b.range < 0)",
  failing: "SELECT 'x' || range::varchar::date::varchar AS failing FROM range(3)",
  missingColumnCode: "Binder Error",
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-package-"));
  write("dbt_project.yml", "name: shop\nprofile: p\n");
  write("profiles.yml", "p: {target: dev, outputs: {dev: {type: example, file: shop.duckdb}}}\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(resolve(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Copies the example as npm would; its driver is linked. */
function install(parent = folder): void {
  const modules = join(parent, "node_modules");
  cpSync(packageFolder, join(modules, "etl-adapter-example"), { recursive: true });
  symlinkSync(
    resolve(import.meta.dirname, "../../node_modules/@duckdb"),
    join(modules, "@duckdb"),
    "junction",
  );
}

async function build(cwd = folder): Promise<RunReport> {
  const { signal } = new AbortController();
  const host = nodeHost({ cwd, env: { HOME: cwd }, emit: () => {}, clean: (text) => text, signal });
  const config = await loadConfig({ command: "build", cli: new Map(), cwd }, host);
  const invocation = { id: host.uuid(), startedAt: host.now(), command: "build" as const };
  return withProject(config, invocation, host, (project) => buildNodes(project, "build"));
}

/** What is said of a project that is refused. */
async function refusal(cwd = folder): Promise<string> {
  const error = await build(cwd).catch((caught: unknown) => caught);
  if (!(error instanceof EtlError)) throw error;
  return error.diagnostics
    .map(({ code, message, help, place }) => `${code} ${place?.file}:${place?.line} ${message}; ${help}`)
    .join("\n");
}

describe("a package in the project's node_modules", () => {
  test("builds the project, with its own macros before those of its parent", async () => {
    install();
    write("seeds/s.csv", "id,name\n1,a\n2,\n");
    write(
      "models/m.sql",
      "{{ config(materialized='table') }}select id, name, {{ current_timestamp() }} as made from {{ ref('s') }}",
    );
    write(
      "models/i.sql",
      "{{ config(materialized='incremental', unique_key='id', incremental_strategy='merge') }}select * from {{ ref('m') }}",
    );
    write(
      "tests/t.sql",
      "select * from {{ ref('i') }} where made <> timestamp '2024-02-29 12:00:00' or id > 2",
    );
    for (let i = 0; i < 2; i++) {
      const report = await build();
      expect(troubles(report)).toBe("");
      expect(report.results.map(({ facts }) => facts.name)).toEqual(["s", "m", "i", "t"]);
    }
  });

  test("is found above the project's folder, too", async () => {
    install();
    for (const name of ["dbt_project.yml", "profiles.yml"])
      cpSync(join(folder, name), join(folder, "below", name));
    write("below/models/m.sql", "select 1 as id");
    expect(troubles(await build(join(folder, "below")))).toBe("");
  });

  test("has its settings checked by itself", async () => {
    install();
    write("profiles.yml", "p: {target: dev, outputs: {dev: {type: example, fiel: shop.duckdb}}}\n");
    expect(await refusal()).toContain(
      'target "dev" of profile "p" has no "file"; add the line file: warehouse.duckdb',
    );
  });
});

describe("the conformance suite", () => {
  const shown: readonly CaseName[] = [
    "a rollback undoes tables and rows",
    "a commit after a failed statement fails and keeps nothing",
    "a violated constraint is permanent",
    "relations of many schemas are listed with their kinds, temporary ones are not",
    "capability constraints is true",
    "a view becomes a table and a view again",
    "hooks run around the model, in its transaction and outside",
  ];

  test("runs on a package's adapter, whatever runs its tests", async () => {
    install();
    const files = nodeFiles((text) => text);
    const adapter = await loadAdapter("example", { projectFolder: folder, files });
    const { tests, close } = conformance({ ...example, adapter }, answersWith(shown, "passes"));
    for (const { name, run } of tests) if (shown.some((one) => one === name)) await run();
    await close();
  });

  test("tells what is not answered, and reasons that are not true", async () => {
    install();
    const adapter = await loadAdapter("example", { projectFolder: folder, files: nodeFiles((text) => text) });
    const engine = { ...example, adapter };
    const answers = answersWith(shown.slice(0, 1), { cannot: "it has no transactions" });
    const { tests, close } = conformance(engine, answers);
    const [one] = tests.filter(({ name }) => name.endsWith("(cannot: it has no transactions)"));
    await expect(one?.run()).rejects.toThrow(
      'it can: answer "passes" for "a rollback undoes tables and rows"',
    );
    await close();
    expect(() => conformance(engine, JSON.parse("{}"))).toThrow('the adapter "example" does not answer: ');
    expect(() => conformance(engine, { ...answers, ...JSON.parse('{"more": "passes"}') })).toThrow(
      "no cases of the suite: more",
    );
  });

  function answersWith(names: readonly CaseName[], answer: Answer): Answers {
    const others: Answer = { cannot: "not looked at here", tried: false };
    const entries = caseNames.map((name) => [name, names.includes(name) ? answer : others] as const);
    return Object.fromEntries(entries) as Answers;
  }
});

describe("a package that cannot be used", () => {
  const adapter = "createAdapter: () => ({ type: 'example' })";
  const module = (text: string): void => {
    write("node_modules/etl-adapter-example/package.json", '{"version": "1.2.3", "main": "main.mjs"}');
    write("node_modules/etl-adapter-example/main.mjs", text);
  };

  test("is not installed", async () => {
    expect(await refusal()).toBe(
      `adapter-unknown profiles.yml:1 there is no adapter "example"; known types: bigquery, duckdb, postgres, snowflake, trino; others come as packages: npm install etl-adapter-example in ${folder}`,
    );
  });

  test("is near to one that comes with etl", async () => {
    write("profiles.yml", "p: {target: dev, outputs: {dev: {type: duckbd, path: x.duckdb}}}\n");
    expect(await refusal()).toContain('did you mean "duckdb"?');
  });

  test.each([
    [
      "export const contract = 99;",
      "version 99 of the contract between etl and its adapters, this etl has version 1; update etl",
    ],
    ["export const contract = 0;", "this etl has version 1; install a newer version of the package"],
    ["export const a = 1;", "does not say for which version of the contract it was written"],
    ["export const contract = 1;", "exports no function createAdapter"],
    [
      "export const contract = 1; export const createAdapter = () => 5;",
      "gives an adapter without type, dialect,",
    ],
    [
      `export const contract = 1; export const { createAdapter } = { ${adapter} };`,
      "gives an adapter without dialect,",
    ],
    ["throw new Error('no licence\\nat home');", "cannot be loaded: no licence; reinstall it"],
    ["import 'not-installed-at-all';", "cannot be loaded: "],
    ["export const contract = ;", "cannot be loaded: "],
  ])("says %s", async (text, told) => {
    module(text);
    const said = await refusal();
    expect(said).toMatch(/^adapter-invalid profiles\.yml:1 the package etl-adapter-example 1\.2\.3 /);
    expect(said).toContain(told);
  });

  test("has a package.json that is no JSON", async () => {
    module("");
    write("node_modules/etl-adapter-example/package.json", "{");
    expect(await refusal()).toContain(
      "has a package.json that is no JSON; reinstall it: npm install etl-adapter-example",
    );
  });

  test("has no macros, or is an adapter of another type", async () => {
    install();
    rmSync(join(folder, "node_modules/etl-adapter-example/macros"), { recursive: true });
    expect(await refusal()).toContain("has no folder of macros at ");
    cpSync(join(folder, "node_modules/etl-adapter-example"), join(folder, "node_modules/etl-adapter-other"), {
      recursive: true,
    });
    write("profiles.yml", "p: {target: dev, outputs: {dev: {type: other, file: shop.duckdb}}}\n");
    expect(await refusal()).toContain('is an adapter for "example"');
  });
});
