// catalogs.yml where the warehouse knows no catalogs: only its form is looked at, and a model that names one is warned.

import { afterEach, expect, test } from "vitest";
import type { Diagnostic } from "../../src/base/diagnostic.ts";
import { openFolder } from "../adapter/open-folder.ts";
import { SmallProject } from "../adapter/small-project.ts";

const made: SmallProject[] = [];
afterEach(() => {
  for (const project of made.splice(0)) project.remove();
});

async function said(catalogs: string, config: string): Promise<readonly string[]> {
  const project = new SmallProject(
    { type: "duckdb", path: ":memory:" },
    { "catalogs.yml": catalogs, "models/t.sql": `{{ config(${config}) }}\nselect 1 as id\n` },
  );
  made.push(project);
  const found: Diagnostic[] = [];
  await openFolder(
    project.folder,
    "parse",
    { onEvent: (event) => event.kind === "diagnostic" && found.push(event.diagnostic) },
    async () => {},
  );
  return found.map(
    ({ severity, code, message, place }) => `${severity}[${code}] ${place?.file}:${place?.line} ${message}`,
  );
}

const catalog = (text: string): string =>
  `catalogs:\n  - name: lake\n    write_integrations:\n      - {name: one, ${text}}\n`;

test("a catalog of another warehouse is nobody's mistake, a table that is to go there is told", async () => {
  expect(await said(catalog("catalog_type: built_in"), "materialized='table'")).toEqual([]);
  expect(await said(catalog("catalog_type: built_in"), "materialized='table', catalog_name='lake'")).toEqual([
    'warning[catalog-config] models/t.sql:1 catalog_name of model "t" has no effect: duckdb knows no catalogs',
  ]);
  await expect(said(catalog("table_format: iceberg"), "materialized='table'")).rejects.toThrow(
    'write integration "one" has no "catalog_type"',
  );
});
