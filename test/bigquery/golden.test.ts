// Every statement that a project of all materializations sends, kept as text and read by the SQL parser in BigQuery's
// dialect where it knows it: the fake service shows that they do the right thing, this that they are BigQuery's SQL.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GoldenReader, type UnknownClause } from "../adapter/read-golden.ts";
import { type FakeBigQuery, startFakeBigQuery } from "./fake-server.ts";
import { Project } from "./project.ts";
import { subjects } from "./subjects.ts";

/** What the parser does not know, though BigQuery does. */
const unknown: readonly UnknownClause[] = [
  { clause: /^(create or replace materialized view \S+)[\s\S]*?\sas\s/i, instead: "$1 as " },
  { clause: /\boptions\([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*\)(?=\s*;)/gi, instead: "" },
  { clause: /\bwith connection default\b/i, instead: "" },
  { clause: /^\s*grant `[^`]*` on (?:table|view) (\S+) to [\s\S]*$/i, instead: "select * from $1" },
];

let server: FakeBigQuery;
let reader: GoldenReader;
const projects: Project[] = [];
beforeAll(async () => {
  server = await startFakeBigQuery();
  reader = await GoldenReader.open("bigquery", unknown);
});
afterAll(async () => {
  for (const project of projects) project.remove();
  await server.stop();
});

describe.each(Object.entries(subjects))("%s", (name, files) => {
  test("is what it was, and BigQuery's SQL", async () => {
    const dataset = `golden_${Object.keys(subjects).indexOf(name)}`;
    const project = new Project(server.port, dataset, files);
    projects.push(project);
    const sent: string[] = [];
    const statements: string[] = [];
    for (const run of ["the first time", "again"]) {
      const from = server.requests.length;
      await project.succeeds("build");
      sent.push(`-- ${run}`);
      for (const { sql, body, method, path } of server.requests.slice(from)) {
        const { configuration } = body as { readonly configuration?: Readonly<Record<string, unknown>> };
        if (sql !== undefined) statements.push(sql);
        if (sql !== undefined) sent.push(configuration?.dryRun ? `-- dry run\n${sql}` : sql);
        else if (method !== "GET" && !/\/jobs/.test(path))
          sent.push(`-- ${method} ${path}\n${JSON.stringify(body)}`);
        else if (configuration) sent.push(`-- job\n${JSON.stringify(configuration)}`);
      }
    }
    expect(sent.map(tidied).join("\n;\n")).toMatchSnapshot();
    expect(reader.refused(statements)).toEqual([]);
  });
});

test("what the parser is said not to know, it does not know", () => {
  expect(reader.unneeded).toEqual([]);
});

/** One space between words: the white space of templates is nobody's concern. */
function tidied(sql: string): string {
  return sql.replaceAll(/[ \t]*\n\s*/g, "\n").trim();
}
