// What is remembered of runs, of nodes and of the freshness of sources, and what can be read from it.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEtl } from "../reliability/etl-process.ts";

let folder: string;

const etl = (...args: string[]) => startEtl(folder, args).ended;
const json = async (...args: string[]) =>
  JSON.parse((await etl(...args, "--output", "json", "--quiet")).output);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-history-"));
  mkdirSync(join(folder, "models"));
  writeFileSync(join(folder, "dbt_project.yml"), "name: shop\nflags: {history: true}\n");
  writeFileSync(
    join(folder, "models/raw.yml"),
    `sources:
  - name: raw
    schema: main
    tables:
      - name: orders
        config: {loaded_at_query: "select now() - interval 3 hour", freshness: {warn_after: {count: 1, period: hour}}}
`,
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("checks of freshness are remembered, and shown under the source's name", async () => {
  for (let check = 0; check < 2; check++) expect((await etl("source", "freshness")).code).toBe(0);
  const found = await json("history", "orders");
  expect(found).toHaveLength(2);
  expect(found[0]).toMatchObject({ status: "warn", hours_old: 3 });
  expect((await etl("source", "freshness", "--no-history")).code).toBe(0);
  expect(await json("history", "orders")).toHaveLength(2);
}, 30_000);
