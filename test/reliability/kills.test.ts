// A kill at any moment leaves every relation, batch and file as before or after its node, never between, and the same
// command again completes the work.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEtl } from "./etl-process.ts";
import { KillsProject, second, statementsIn } from "./kills-project.ts";

const long = process.env.ETL_TEST_LONG === "1";

let lab: string;
let project: KillsProject;

beforeAll(async () => {
  lab = mkdtempSync(join(tmpdir(), "etl-kills-"));
  project = await KillsProject.build(lab);
});
afterAll(() => rmSync(lab, { recursive: true, force: true }));

test("the two builds differ in all that they make, but for an unchanged seed and old batches", () => {
  const { before, after } = project;
  const same = [...after].filter(([name, print]) => before.get(name) === print).map(([name]) => name);
  expect(same.sort()).toEqual([
    "main.codes",
    "main.microbatch 2020",
    "main.microbatch 2021",
    "main.microbatch 2022",
    "main.renamed_one",
    "main.x_csv",
    "main.x_parquet",
    "out/new_1.csv",
  ]);
  expect(after.size).toBeGreaterThan(30);
});

/** Numbers between 0 and 1, spread over the run, its first and last moments included; the same in every run. */
const moments = (count: number): number[] =>
  Array.from({ length: count }, (_, round) => Math.round(((round * 0.618 + 0.05) % 1) * 1000) / 1000);

async function expectKilledWell(folder: string): Promise<void> {
  await project.expectBeforeOrAfter(folder);
  await project.expectRerunCompletes(folder);
  rmSync(folder, { recursive: true });
}

describe("killed", () => {
  test.each(moments(long ? 250 : 5))("after %f of the run's time", async (moment) => {
    const folder = project.layOut(`time-${moment}`);
    const running = startEtl(folder, second);
    await new Promise((done) => setTimeout(done, moment * 1.05 * project.calmMs));
    running.child.kill("SIGKILL");
    await running.ended;
    await expectKilledWell(folder);
  });

  test.each(moments(long ? 150 : 3))("after %f of its statements", async (moment) => {
    const folder = project.layOut(`statement-${moment}`);
    const last = Math.ceil(moment * project.statements);
    const running = startEtl(folder, [...second, "--log-level", "debug"]);
    await running.says({ test: (output) => statementsIn(output) >= last });
    running.child.kill("SIGKILL");
    await running.ended;
    await expectKilledWell(folder);
  });

  test("twice, the second time in the rerun", async () => {
    const folder = project.layOut("twice");
    for (const moment of [0.7, 0.5]) {
      const running = startEtl(folder, second);
      await new Promise((done) => setTimeout(done, moment * project.calmMs));
      running.child.kill("SIGKILL");
      await running.ended;
    }
    await expectKilledWell(folder);
  });
});
