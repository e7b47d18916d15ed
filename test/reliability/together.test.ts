// Several at once: two processes on one DuckDB file or in one project folder, and many threads on one file in one process.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ended, runEtl, startEtl } from "./etl-process.ts";
import { expectWholeArtifacts, KillsProject, second } from "./kills-project.ts";

const long = process.env.ETL_TEST_LONG === "1";

let lab: string;
let project: KillsProject;

beforeAll(async () => {
  lab = mkdtempSync(join(tmpdir(), "etl-together-"));
  project = await KillsProject.build(lab);
});
afterAll(() => rmSync(lab, { recursive: true, force: true }));

/** One that could not have the file says who holds it. */
function expectDoneOrRefused({ code, output }: Ended): void {
  expect(output).not.toMatch(/^\s+at .*[(:]\d+:\d+\)?$/m);
  if (code === 0) return;
  expect([1, 2]).toContain(code);
  expect(output).toMatch(/kills\.duckdb" cannot be opened: process \d+ .*holds its lock/);
}

describe("two builds on one file", () => {
  test("one waits for the other, and both succeed", async () => {
    const folder = project.layOut("wait");
    const both = await Promise.all([runEtl(folder, second), runEtl(folder, second)]);
    for (const ended of both) expectDoneOrRefused(ended);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    await project.expectBeforeOrAfter(folder);
    await project.expectRerunCompletes(folder);
  });

  test.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
    "the holder gets %s, and the other goes on",
    async (signal) => {
      const folder = project.layOut(`holder-${signal}`);
      const holder = startEtl(folder, second);
      await holder.says(/on duckdb/);
      const other = startEtl(folder, second);
      await Promise.race([other.says(/is in use by process/), holder.says(/Done/)]);
      holder.child.kill(signal);
      await holder.ended;
      const ended = await other.ended;
      expect(ended.code, ended.output).toBe(0);
      await project.expectRerunCompletes(folder);
    },
  );

  test.each(["SIGINT", "SIGTERM"] as const)(
    "the one that waits gets %s, and the holder goes on",
    async (signal) => {
      const folder = project.layOut(`waiter-${signal}`);
      const holder = startEtl(folder, second);
      await holder.says(/on duckdb/);
      const other = startEtl(folder, second);
      await other.says(/is in use by process|Done/);
      other.child.kill(signal);
      const [held, waited] = await Promise.all([holder.ended, other.ended]);
      expect(held.code, held.output).toBe(0);
      expect([0, 2]).toContain(waited.code);
      expect(waited.output).not.toMatch(/^\s+at .*[(:]\d+:\d+\)?$/m);
      await project.expectRerunCompletes(folder);
    },
  );
});

test("in one project folder the artifacts are whole at every moment", async () => {
  const folder = project.layOut("artifacts");
  const all = Promise.all(
    [1, 2, 3].map((batch) => runEtl(folder, ["parse", "--no-partial-parse", "--vars", `batch: ${batch}`])),
  );
  let ended = false;
  void all.then(() => {
    ended = true;
  });
  while (!ended) {
    expectWholeArtifacts(folder);
    await new Promise((done) => setTimeout(done, 5));
  }
  expect((await all).map(({ code }) => code)).toEqual([0, 0, 0]);
  expectWholeArtifacts(folder);
});

test("builds with many threads on one file never fail by themselves", async () => {
  const folder = project.layOut("threads");
  for (let round = 1; round <= (long ? 30 : 3); round++) {
    const args = ["build", "--threads", round % 2 === 0 ? "8" : "4", "--vars", `batch: ${1 + (round % 2)}`];
    const { code, output } = await runEtl(folder, args);
    expect(code, `round ${round}: ${output}`).toBe(0);
  }
});
