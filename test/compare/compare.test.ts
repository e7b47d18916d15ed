// The statements of dbt and of etl for the same projects on the same servers are the same, but for the known differences.
// Needs Python's dbt, so it is run by hand or in `npm run test:long` where ETL_TEST_DBT names its program.
// ETL_TEST_COMPARE_REPORT names a folder for both tools' statements as they were sent.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type EngineName, engines } from "./engines.ts";
import { knownDifferences } from "./known-differences.ts";
import { type ByNode, byNode, type Difference, differences, type Rule } from "./statements.ts";
import { ComparedProject, comparedProjects, dbtMissing, type Tool, titleOf } from "./tools.ts";

const missing = dbtMissing();
/** Not `build`: a test that fails on the fakes must not keep what is below from being sent. */
const COMMANDS = ["seed", "run", "snapshot", "test", "run", "snapshot"];

async function recorded(tool: Tool, engine: EngineName, folder: string): Promise<ByNode> {
  const warehouse = await engines[engine]();
  const project = new ComparedProject(folder, tool, warehouse.profile);
  try {
    const said = await project.run(COMMANDS);
    keep(`${engine}-${titleOf(folder)}-${tool}.log`, [said]);
    return byNode(warehouse.sent());
  } finally {
    keep(`${engine}-${titleOf(folder)}-${tool}.sql`, warehouse.sent());
    project.remove();
    await warehouse.stop();
  }
}

function keep(name: string, parts: readonly string[]): void {
  const folder = process.env.ETL_TEST_COMPARE_REPORT;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), parts.join("\n;;\n"));
}

function told({ node, onlyDbt, onlyEtl }: Difference): string {
  return [node || "(no node)", ...onlyDbt.map((sql) => `- ${sql}`), ...onlyEtl.map((sql) => `+ ${sql}`)].join(
    "\n",
  );
}

describe.skipIf(missing !== undefined)(`dbt beside etl${missing ? ` (${missing})` : ""}`, () => {
  const used = new Set<Rule>();

  describe.each(Object.keys(engines) as EngineName[])("%s", (engine) => {
    const rules = knownDifferences.filter(({ engines: of }) => of === undefined || of.includes(engine));

    test.each(comparedProjects().map((folder) => [titleOf(folder), folder] as const))(
      "%s",
      { timeout: 1_800_000 },
      async (_, folder) => {
        const dbt = await recorded("dbt", engine, folder);
        const etl = await recorded("etl", engine, folder);
        expect(dbt.size).toBeGreaterThan(1);
        const found = differences(dbt, etl, rules, used).map(told);
        keep(`${engine}-${titleOf(folder)}.diff`, found);
        expect(found).toEqual([]);
      },
    );
  });

  // The example alone does not need them all.
  test.skipIf(comparedProjects().length < 2)("every rule is needed", () => {
    expect(knownDifferences.filter((rule) => !used.has(rule)).map(({ reason }) => reason)).toEqual([]);
  });
});
