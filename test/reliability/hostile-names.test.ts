// Names with line breaks, escape sequences of terminals and commands of CIs: in no outlet do they become more than names.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeFiles } from "../adapter/open-folder.ts";
import { type Ended, runEtl } from "./etl-process.ts";
import { queryWarehouse } from "./warehouse-state.ts";

const evil = "x\n::error::owned\r\n##[command]owned\u001b[2J\u001b]0;owned\u0007\u202e";
/** In YAML and in a template's string the escapes are the same. */
const written = JSON.stringify(evil);

const files: Readonly<Record<string, string>> = {
  "dbt_project.yml": `name: hostile
version: "1.0"
profile: hostile
on-run-start: ["select 1 as ${"a".repeat(3)}"]
`,
  "profiles.yml": "hostile: {target: dev, outputs: {dev: {type: duckdb, path: ':memory:'}}}\n",
  "models/by_alias.sql": `{{ config(alias=${written}, materialized='table') }} select 1 as id`,
  "models/fails.sql": `{{ config(alias=${written} ~ '2') }} select 1 as id from nowhere`,
  "models/after.sql": "select * from {{ ref('fails') }}",
  "models/says.sql": `{% do log(${written}, info=true) %}{{ print(${written}) }} select 1 as id`,
  "models/warns.sql": `{% do exceptions.warn(${written}) %} select 1 as id`,
  "models/raises.sql": `{% if execute %}{% do exceptions.raise_compiler_error(${written}) %}{% endif %} select 1`,
  "models/columns.sql": `select 1 as "${evil.replaceAll('"', "")}", null as b`,
  "models/m.yml": `models:
  - name: by_alias
    description: ${written}
    columns: [{name: id, data_tests: [{not_null: {name: ${JSON.stringify(`${evil}t`)}}}]}]
  - name: columns
    columns: [{name: b, data_tests: [{not_null: {name: ${JSON.stringify(`${evil}f`)}}}]}]
`,
};

let folder: string;
let built: Ended;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "etl-names-"));
  writeFiles(folder, files);
  built = await runEtl(folder, ["build", "--junit", "junit.xml", "--log-level", "debug"], {
    GITHUB_ACTIONS: "true",
    GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string): string => readFileSync(join(folder, name), "utf8");

test("the build runs to its end", () => {
  expect(built.code).toBe(1);
  expect(built.output).toMatch(/Failed in .*: \d+ built, .*failed/);
});

test("no control character but line breaks and tabs reaches the terminal, the log, JUnit or the job's summary", () => {
  const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
  for (const text of [built.output, read("logs/etl.log"), read("junit.xml"), read("summary.md")])
    expect(text).not.toMatch(control);
  // A document for programs may say in which direction a name is read.
  for (const text of [built.output, read("logs/etl.log"), read("summary.md")])
    expect(text).not.toContain("\u202e");
});

test("no name begins a line as a command of the CI", () => {
  expect(
    built.output.split("\n").filter((line) => /^\s*(::(?!(error|warning) (file|title)=)|##\[)/.test(line)),
  ).toEqual([]);
  expect(built.output).toMatch(/^::error file=models\/raises\.sql/m);
  expect(
    read("summary.md")
      .split("\n")
      .filter((line) => /^(::|##\[|owned)/.test(line)),
  ).toEqual([]);
});

test("each node has one line", () => {
  const lines = built.output
    .split("\n")
    .filter((line) => /^\s*\d+\/\d+ {2}(ok|pass|FAIL|ERROR|skip)/.test(line));
  expect(lines.filter((line) => line.includes("x\\n::error::owned")).length).toBeGreaterThan(3);
});

test("ls prints one line a node, and the plan too", async () => {
  for (const args of [["ls"], ["ls", "--output", "name"], ["build", "--dry-run"]]) {
    const { code, output } = await runEtl(folder, args);
    expect(code).toBe(0);
    expect(output).toContain("\\n::error::owned");
    expect(output.split("\n").filter((line) => /^(::|##|owned)/.test(line))).toEqual([]);
  }
});

test("JUnit is well-formed: as many cases as nodes", () => {
  const xml = read("junit.xml");
  expect(xml.match(/<testcase /g)?.length).toBe(9);
  expect(xml).not.toMatch(/&(?!(amp|lt|gt|quot|#\d+);)/);
});

test.skipIf(process.platform === "win32")("files may have any name that the system takes", async () => {
  const names = [
    "a\nb",
    "it's",
    'x"; drop table y; --',
    "esc\u001b[2J",
    "$(touch evil)",
    "-dash",
    "s*",
    "s[1]",
    "s?",
    "{{ 1 }}",
  ];
  const other = mkdtempSync(join(tmpdir(), "etl-file-names-"));
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(other, name)), { recursive: true });
    writeFileSync(join(other, name), text);
  };
  write(
    "dbt_project.yml",
    "name: hostile\nversion: '1.0'\nprofile: hostile\nflags: {require_resource_names_without_spaces: false}\n",
  );
  write("profiles.yml", "hostile: {target: dev, outputs: {dev: {type: duckdb, path: names.duckdb}}}\n");
  for (const [index, name] of names.entries()) {
    write(`models/${name}.sql`, `select ${index} as id`);
    write(`seeds/seed ${name}.csv`, `id,"na'me"\n${index},x\n`);
  }
  const { code, output } = await runEtl(other, ["build", "--threads", "2"]);
  expect(code, output).toBe(0);
  for (const [index, name] of names.entries()) {
    const quoted = name.replaceAll('"', '""');
    const sql = `select m.id, s.id from main."${quoted}" as m, main."seed ${quoted}" as s`;
    expect(await queryWarehouse(join(other, "names.duckdb"), sql)).toEqual([[String(index), String(index)]]);
  }
  expect(existsSync(join(other, "evil"))).toBe(false);
  rmSync(other, { recursive: true });
});
