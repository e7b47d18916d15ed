// The comment that every statement bears: who sends it, where it stands, what cannot be one.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { TestProject, troubles } from "./harness.ts";

let project: TestProject;

afterEach(() => project.close());

/** What is sent to build `models/a.sql` with this line in dbt_project.yml. */
async function sent(setting: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  project = new TestProject({
    "dbt_project.yml": `name: shop\nprofile: test\n${setting}\n`,
    "models/a.sql": "{{ config(materialized='table') }}select 1 as n",
    ...files,
  });
  const report = await project.run("run");
  expect(troubles(report)).toBe("");
  const texts = project.events.flatMap((event) =>
    event.kind === "statement" && event.node === "model.shop.a" ? [event.sql.trim()] : [],
  );
  expect(report.results[0]?.compiledCode).toBe("select 1 as n");
  return texts.find((text) => /select 1 as n/.test(text)) ?? "";
}

test("statements begin with a comment that tells who runs them", async () => {
  const sql = await sent("");
  expect(sql).toMatch(
    /^\/\* {"app": "dbt", "dbt_version": "1\.\d+\.\d+", "profile_name": "test", "target_name": "dev", "node_id": "model\.shop\.a"} \*\/\n/,
  );
  const written = readFileSync(join(project.folder, "target/run/shop/models/a.sql"), "utf8");
  expect(written).not.toContain("/*");
});

test.each(["query-comment: ''", "query-comment: null", "query-comment: {comment: ''}"])(
  "%s turns the comment off",
  async (setting) => expect(await sent(setting)).not.toContain("/*"),
);

test("a comment that cannot be made ends the run before anything is built", async () => {
  project = new TestProject({
    "dbt_project.yml": "name: shop\nprofile: test\nquery-comment: '{{ no_such_macro(node) }}'\n",
    "models/a.sql": "select 1 as n",
  });
  await expect(project.run("run")).rejects.toMatchObject({
    diagnostics: [{ code: "jinja-error", place: { file: "dbt_project.yml", line: 3 } }],
  });
  expect(await project.query("select count(*) from duckdb_views() where not internal")).toEqual([["0"]]);
});

test("a comment can stand at the end, and call macros with the node", async () => {
  const sql = await sent("query-comment: {comment: '{{ who(node) }}', append: true}", {
    "macros/who.sql":
      "{% macro who(node) %}{% do return('by ' ~ node.name ~ node.nothing ~ ' ' ~ node.config.materialized) %}{% endmacro %}",
  });
  expect(sql).toMatch(/select 1 as n?\s*\)?\s*\/\* by a table \*\/;?$/);
});

test("hooks of the run have no node", async () => {
  project = new TestProject({
    "dbt_project.yml":
      "name: shop\nprofile: test\non-run-start: select 7\nquery-comment: '{{ connection_name }} {{ node is none }}'\n",
    "models/a.sql": "select 1 as n",
  });
  await project.run("run");
  expect(project.events).toContainEqual(
    expect.objectContaining({ kind: "statement", sql: "/* master True */\nselect 7" }),
  );
});

test("errors point into the statement as the user wrote it", async () => {
  for (const append of [false, true]) {
    project?.close();
    project = new TestProject({
      "dbt_project.yml": `name: shop\nprofile: test\nquery-comment: {comment: 'ä {{ node.name }}', append: ${append}}\n`,
      "models/a.sql": "select 1 as n",
      "models/b.sql": "select n,\n  m\nfrom {{ ref('a') }}",
    });
    const report = await project.run("run");
    const [failed] = report.results.filter(({ status }) => status === "error");
    expect(failed?.diagnostics[0]?.place).toMatchObject({ file: "models/b.sql", line: 2, column: 3 });
  }
});

test("a comment that would end itself is refused", async () => {
  project = new TestProject({
    "dbt_project.yml": "name: shop\nprofile: test\nquery-comment: 'a */ b'\n",
    "models/a.sql": "select 1 as n",
  });
  await expect(project.run("run")).rejects.toMatchObject({
    diagnostics: [{ code: "query-comment", place: { file: "dbt_project.yml", line: 3 } }],
  });
});
