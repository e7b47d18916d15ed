// Golden SQL: every statement that small projects of all kinds send to a fake server, kept as text and read by the SQL
// parser in the engine's dialect where it knows it. The fake server shows that they do the right thing, this that they
// are the engine's SQL.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Value } from "../../src/jinja/value.ts";
import type { SqlDialect } from "../../src/sql/query-tree.ts";
import type { Lab, LabServer } from "./lab.ts";
import { GoldenReader, type UnknownClause } from "./read-golden.ts";
import type { SmallProject } from "./small-project.ts";

/** What one request is worth; nothing for those that only look. */
export interface SentGolden {
  /** What is kept of it. */
  readonly kept?: string;
  /** What the parser must read. */
  readonly sql?: string;
}

export interface Golden<Server extends LabServer> {
  /** As its people write it. */
  readonly engine: string;
  readonly dialect: SqlDialect;
  /** What the parser does not know, though the engine does. */
  readonly unknown: readonly UnknownClause[];
  /** By name: the files of a project that is built twice. */
  readonly subjects: Readonly<Record<string, Readonly<Record<string, string>>>>;
  startLab(): Promise<Lab<Server, SmallProject>>;
  /** Flags of the command for a subject. */
  readonly flags?: (subject: string) => Readonly<Record<string, Value>>;
  sent(request: Server["requests"][number]): SentGolden;
  /** Leaves out of a text what differs from run to run. */
  readonly stable?: (text: string) => string;
}

/** Registers the tests; to be called once by a test file. */
export function goldenTests<Server extends LabServer>(golden: Golden<Server>): void {
  const { engine, dialect, unknown, subjects, flags = () => ({}), stable = (text) => text } = golden;
  let lab: Lab<Server, SmallProject>;
  let reader: GoldenReader;
  beforeAll(async () => {
    lab = await golden.startLab();
    reader = await GoldenReader.open(dialect, unknown);
  });
  afterAll(() => lab.stop());

  describe.each(Object.entries(subjects))("%s", (name, files) => {
    test(`is what it was, and ${engine}'s SQL`, async () => {
      const project = lab.project(`golden_${Object.keys(subjects).indexOf(name)}`, files);
      const kept: string[] = [];
      const statements: string[] = [];
      for (const run of ["the first time", "again"]) {
        const from = lab.server.requests.length;
        await project.succeeds("build", flags(name));
        kept.push(`-- ${run}`);
        for (const request of lab.server.requests.slice(from)) {
          const sent = golden.sent(request);
          if (sent.kept !== undefined) kept.push(stable(tidied(sent.kept)));
          if (sent.sql !== undefined) statements.push(sent.sql);
        }
      }
      expect(kept.join("\n;\n")).toMatchSnapshot();
      expect(reader.refused(statements)).toEqual([]);
    });
  });

  if (unknown.length > 0)
    test("what the parser is said not to know, it does not know", () => {
      expect(reader.unneeded).toEqual([]);
    });
}

/** One line break in place of several: the white space of templates is nobody's concern. */
function tidied(sql: string): string {
  return sql.replaceAll(/[ \t]*\n\s*/g, "\n").trim();
}
