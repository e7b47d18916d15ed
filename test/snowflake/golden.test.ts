// Every statement that a project of all materializations sends, kept as text and read by the SQL parser in Snowflake's
// dialect where it knows it: the fake server shows that they do the right thing, this that they are Snowflake's SQL.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GoldenReader, type UnknownClause } from "../adapter/read-golden.ts";
import { type FakeSnowflake, startFakeSnowflake } from "./fake-server.ts";
import { Project } from "./project.ts";
import { subjects } from "./subjects.ts";

/** What the parser does not know, though Snowflake does. */
const unknown: readonly UnknownClause[] = [
  { clause: /\bcopy (?:grants|tags)\b/gi, instead: "" },
  {
    clause: /\bwith row access policy \S+ on \([^)]*\)\s+with tag \([^)]*\)\s+change_tracking = \w+/i,
    instead: "",
  },
  { clause: /^\s*alter table (\S+) resume recluster\b/i, instead: "select * from $1" },
  { clause: /^\s*create(?: or replace)? iceberg table (\S+)[\s\S]*?\sas\s/i, instead: "create table $1 as " },
  { clause: /^\s*create\s+dynamic (?:iceberg )?table (\S+)[\s\S]*?\sas\s/i, instead: "create table $1 as " },
];

let server: FakeSnowflake;
let reader: GoldenReader;
const projects: Project[] = [];
beforeAll(async () => {
  server = await startFakeSnowflake();
  reader = await GoldenReader.open("snowflake", unknown);
});
afterAll(async () => {
  for (const project of projects) project.remove();
  await server.stop();
});

/** A range that ends: its batches are the same whenever this is run. */
const YEARS = { event_time_start: "2024-01-01", event_time_end: "2026-01-01" };

describe.each(Object.entries(subjects))("%s", (name, files) => {
  test("is what it was, and Snowflake's SQL", async () => {
    const project = new Project(server.port, `golden_${Object.keys(subjects).indexOf(name)}`, files);
    projects.push(project);
    const sent: string[] = [];
    for (const run of ["the first time", "again"]) {
      const from = server.requests.length;
      await project.succeeds("build", name === "microbatch" ? YEARS : {});
      sent.push(`-- ${run}`);
      for (const { sql, body } of server.requests.slice(from))
        if (sql !== "") sent.push(body.describeOnly ? `-- described\n${sql}` : sql);
    }
    // What etl remembers changes with its own tables, and is read by the parser only.
    const own = sent.filter((sql) => !/\betl_state\b/.test(sql));
    expect(own.map(tidied).join("\n;\n")).toMatchSnapshot();
    // What moves files is the driver's.
    expect(reader.refused(sent.filter((sql) => !/^\s*(?:put|remove)\b/i.test(sql)))).toEqual([]);
  });
});

test("what the parser is said not to know, it does not know", () => {
  expect(reader.unneeded).toEqual([]);
});

/** One space between words: the white space of templates is nobody's concern. Names made by chance and the time are left out. */
function tidied(sql: string): string {
  return sql
    .replaceAll(/[ \t]*\n\s*/g, "\n")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "UUID")
    .replaceAll(/'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+'/g, "'NOW'")
    .replaceAll(/file:\/\/\S*etl-seed-\w+/g, "file://FOLDER")
    .trim();
}
