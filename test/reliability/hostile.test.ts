// Projects that mean harm: names that look like SQL, paths or markup, and templates that look for the implementation.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runEtl } from "./etl-process.ts";
import { queryWarehouse } from "./warehouse-state.ts";

let lab: string;
let project: string;

beforeEach(() => {
  lab = mkdtempSync(join(tmpdir(), "etl-hostile-"));
  project = join(lab, "project");
  write("dbt_project.yml", "name: hostile\nversion: '1.0'\nprofile: hostile\n");
  write(
    "profiles.yml",
    "hostile:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: hostile.duckdb, schema: main}\n",
  );
});

afterEach(() => rmSync(lab, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

test("names of schemas, aliases and columns are never read as SQL", async () => {
  const evil = `s"; drop table main.victim; --`;
  write("models/victim.sql", "{{ config(materialized='table') }} select 1 as id");
  expect(await runEtl(project, ["build"])).toMatchObject({ code: 0 });
  write("models/by_schema.sql", `{{ config(schema='${evil}', materialized='table') }} select 1 as id`);
  write("models/by_alias.sql", `{{ config(alias='${evil}', materialized='table') }} select 1 as id`);
  write("models/by_line.sql", "{{ config(alias='new\\nline', materialized='incremental') }} select 1 as id");
  const once = await runEtl(project, ["build", "--exclude", "victim"]);
  expect(once, "created").toMatchObject({ code: 0 });
  expect(await runEtl(project, ["build", "--exclude", "victim"]), "replaced").toMatchObject({ code: 0 });
  expect(await queryWarehouse(join(project, "hostile.duckdb"), "select id from main.victim")).toEqual([
    ["1"],
  ]);
});

test("a database with a quote in its name is refused and nothing is run", async () => {
  write("models/victim.sql", "{{ config(materialized='table') }} select 1 as id");
  expect(await runEtl(project, ["build"])).toMatchObject({ code: 0 });
  write("models/m.sql", `{{ config(database='s"; drop table main.victim; --') }} select 1 as id`);
  const ended = await runEtl(project, ["build", "--select", "m"]);
  expect(ended.code).not.toBe(0);
  expect(ended.output).toMatch(/does not exist/);
  expect(await queryWarehouse(join(project, "hostile.duckdb"), "select id from main.victim")).toEqual([
    ["1"],
  ]);
});

test("names of tests that are paths stay below target/", async () => {
  const away = join(lab, "absolute");
  write("models/m.sql", "select 1 as id");
  write(
    "models/m.yml",
    `models:
  - name: m
    columns:
      - name: id
        data_tests:
          - not_null: {name: ${JSON.stringify(away)}}
          - unique: {name: "../../../../../../relative"}
`,
  );
  expect(await runEtl(project, ["build"])).toMatchObject({ code: 0 });
  expect(existsSync(`${away}.sql`) || existsSync(join(lab, "relative.sql"))).toBe(false);
});

test("templates reach no secret and nothing of the implementation", async () => {
  const expressions = [
    "adapter.config.credentials",
    "builtins.ref.config.credentials",
    "target.password",
    "ref.__globals__",
    "''|attr('constructor')",
    "builtins.constructor",
    "api.Relation.create.constructor",
    "modules.datetime.__builtins__",
    "'{0.constructor}'.format(ref)",
    "this.__class__",
    "graph.__proto__",
  ];
  const cells = expressions.map((text, index) => `select ${index}, '[{{ ${text} }}]'`);
  write("models/m.sql", cells.join("\nunion all\n"));
  expect(await runEtl(project, ["compile"])).toMatchObject({ code: 0 });
  const sql = readFileSync(join(project, "target/compiled/hostile/models/m.sql"), "utf8");
  expect(sql.match(/\[.*\]/g)).toEqual(expressions.map(() => "[]"));
});
