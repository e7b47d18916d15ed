// A project with a bit of everything, compared with what dbt makes of it (recorded by record/shop.py): the result of
// every node, the compiled SQL of models and the rows of every relation, in a first and a second build.

import { cpSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runResultsText } from "../../src/artifacts/run-results-json.ts";
import { TestProject } from "./harness.ts";

interface Recorded {
  readonly status: string;
  readonly message: string | null;
  readonly failures: number | null;
  readonly relation_name: string | null;
  readonly adapter_response: object;
  readonly compiled: boolean | null;
  readonly compiled_code: string | null;
}

interface Round {
  readonly results: Readonly<Record<string, Recorded>>;
  readonly relations: Readonly<
    Record<
      string,
      {
        readonly kind: string;
        readonly broken?: true;
        readonly columns: string[];
        readonly rows: (string | null)[][];
      }
    >
  >;
}

const rounds = JSON.parse(
  readFileSync(new URL("fixtures/shop.json", import.meta.url), "utf8"),
) as readonly Round[];
const VOLATILE = /^dbt_(?:updated_at|valid_from|valid_to|scd_id)$/;

describe.each([1, 2])("build %d of a project with everything", (round) => {
  const expected = rounds[round - 1] as Round;
  let project: TestProject;
  let results: Readonly<Record<string, Recorded>>;

  beforeAll(async () => {
    project = new TestProject({});
    cpSync(fileURLToPath(new URL("fixtures/shop", import.meta.url)), project.folder, { recursive: true });
    for (let number = 1; number <= round; number++) {
      const flags = { vars: new Map([["round", number]]) };
      const report = await project.run("build", { flags });
      const text = await project.with("build", { flags }, async ({ shared }) =>
        runResultsText(report, shared),
      );
      const json = JSON.parse(text) as { results: (Recorded & { unique_id: string })[] };
      results = Object.fromEntries(json.results.map((result) => [result.unique_id, result]));
    }
  });

  afterAll(() => project.close());

  test.each(Object.entries(expected.results))("%s", (id, recorded) => {
    const { status, message, failures, relation_name, adapter_response, compiled, compiled_code } = results[
      id
    ] as Recorded;
    const own = status === "error" || (status === "fail" && id.startsWith("unit_test."));
    expect({ status, failures, relation_name, adapter_response, compiled }).toEqual({
      status: recorded.status,
      failures: recorded.failures,
      relation_name: recorded.relation_name,
      adapter_response: recorded.adapter_response,
      compiled: recorded.compiled,
    });
    if (!own) expect(message).toBe(recorded.message);
    if (id.startsWith("model.")) expect(compiled_code).toBe(recorded.compiled_code);
  });

  test("no other node was run", () => {
    expect(Object.keys(results).sort()).toEqual(Object.keys(expected.results).sort());
  });

  test("all relations hold the same rows", async () => {
    const names = await project.query(
      "select table_schema || '.' || table_name, table_type from information_schema.tables order by all",
      "shop.duckdb",
    );
    expect(Object.fromEntries(names)).toEqual(
      Object.fromEntries(Object.entries(expected.relations).map(([name, { kind }]) => [name, kind])),
    );
    for (const [name, relation] of Object.entries(expected.relations)) {
      const columns = await project.query(
        `select column_name from information_schema.columns where table_schema || '.' || table_name = '${name}' order by ordinal_position`,
        "shop.duckdb",
      );
      expect([name, columns.flat()]).toEqual([name, relation.columns]);
      const kept = relation.columns
        .filter((column) => !VOLATILE.test(column))
        .map((column) => `"${column}"::varchar`);
      const rows = await project.query(`select ${kept.join(", ")} from ${name}`, "shop.duckdb");
      const key = (row: readonly (string | null)[]) => row.map((cell) => cell ?? "").join("\u0001");
      const plain = (list: (string | null)[][]) =>
        list
          .map((row) => row.map((cell) => cell?.toLowerCase() ?? null))
          .sort((a, b) => (key(a) < key(b) ? -1 : 1));
      expect([name, plain(rows)]).toEqual([name, plain(relation.rows)]);
    }
  });
});
