// Mistakes seeded into good projects: at least 98 of 100 are found before anything runs, and nothing is told of queries that
// the engine takes. `npm run test:long` takes more of them; ETL_FAULT_PROJECTS names other projects (folders that are built,
// separated as in PATH; a profiles.yml is looked for there and above), ETL_FAULT_OPTIONS the options of their commands.

import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { startEtl } from "../reliability/etl-process.ts";
import { examine, type Outcome } from "./fault-exam.ts";

const example = resolve(import.meta.dirname, "../../example-project");
const others = (process.env.ETL_FAULT_PROJECTS ?? "").split(delimiter).filter((folder) => folder !== "");

test("seeded mistakes are found, and nothing else", { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "etl-faults-"));
  try {
    for (const part of ["dbt_project.yml", "macros", "models", "seeds", "snapshots", "tests"])
      cpSync(join(example, part), join(folder, part), { recursive: true });
    const { code, output } = await startEtl(folder, ["build"]).ended;
    expect(code, output).toBe(0);
    await expectFound(folder, [], process.env.ETL_TEST_LONG ? 60 : 8);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each(others)("of %s", { timeout: 3_600_000 }, async (folder) => {
  const options = (process.env.ETL_FAULT_OPTIONS ?? "").split(" ").filter((word) => word !== "");
  await expectFound(folder, options, 60);
});

async function expectFound(folder: string, options: readonly string[], perKind: number): Promise<void> {
  const models = modelsIn(join(folder, "models"));
  const outcome = await examine({ folder, options, models, perKind });
  const table = report(outcome);
  if (process.env.ETL_TEST_LONG) console.log(`${folder}\n${table}`);
  const sum = (key: "wrong" | "found" | "fine" | "alarms") =>
    [...outcome.kinds.values()].reduce((total, counts) => total + counts[key], 0);
  expect(sum("wrong"), table).toBeGreaterThan(5 * perKind);
  expect(sum("found") / sum("wrong"), table).toBeGreaterThanOrEqual(0.98);
  expect(sum("alarms"), table).toBe(0);
}

function modelsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => join(folder, file));
}

function report({ kinds, doubts }: Outcome): string {
  const lines = [...kinds].map(
    ([kind, { wrong, found, fine, alarms }]) =>
      `${kind.padEnd(22)} ${found} of ${wrong} found, ${alarms} alarms in ${fine}`,
  );
  return [...lines, ...doubts].join("\n");
}
