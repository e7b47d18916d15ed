// What DuckDB builds besides tables and views: functions, files, sources that are files.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { TestProject, troubles } from "./harness.ts";

let project: TestProject;

afterEach(() => project.close());

test("a function is built before the models that call it", async () => {
  project = new TestProject({
    "functions/twice.sql": "x * 2",
    "functions/f.yml":
      "functions: [{name: twice, arguments: [{name: x, data_type: bigint}], returns: {data_type: bigint}}]",
    "models/a.sql": "{{ config(materialized='table') }}select {{ function('twice') }}(21) as n",
  });
  expect(troubles(await project.run("build"))).toBe("");
  expect(await project.query("select n, typeof(n) from a")).toEqual([["42", "BIGINT"]]);
});

test("a function in a language that the engine has not is refused", async () => {
  project = new TestProject({
    "functions/twice.js": "return x * 2;",
    "functions/f.yml":
      "functions: [{name: twice, arguments: [{name: x, data_type: bigint}], returns: {data_type: bigint}}]",
  });
  expect(troubles(await project.run("build"))).toContain(
    "The function twice cannot be made: the duckdb adapter has no functions in JavaScript",
  );
});

test("external models write files, and sources read them", async () => {
  project = new TestProject({
    "models/src.yml":
      "sources: [{name: files, config: {meta: {external_location: 'data/{name}.csv'}}, tables: [{name: a}]}]",
    "data/a.csv": "x,y\n1,2\n",
    "models/a.sql": "select * from {{ source('files', 'a') }}",
    "models/f.sql":
      "{{ config(materialized='external', location='f.parquet') }}select x + y as z from {{ ref('a') }}",
    "models/b.sql": "{{ config(materialized='table') }}select z from {{ ref('f') }}",
  });
  const here = process.cwd();
  process.chdir(project.folder);
  try {
    expect(troubles(await project.run("build"))).toBe("");
  } finally {
    process.chdir(here);
  }
  expect(existsSync(join(project.folder, "f.parquet"))).toBe(true);
  expect(await project.query("select z from b")).toEqual([["3"]]);
});
