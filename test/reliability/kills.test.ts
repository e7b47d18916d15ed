// A kill at any moment leaves every relation as before or after its node, never between (K1 to K7 of our reliability
// rules), and the same command again completes the work. Interrupts end cleanly; two processes never harm a file.

import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runEtl, startEtl } from "./etl-process.ts";
import { queryWarehouse, readWarehouse, type WarehouseState } from "./warehouse-state.ts";

const rounds = process.env.ETL_TEST_LONG ? 200 : 8;
const first = ["build", "--vars", "batch: 1"];
const second = ["build", "--vars", "batch: 2"];

let lab: string;
let before: WarehouseState;
let after: WarehouseState;
/** How long an undisturbed second build takes, in milliseconds. */
let calm: number;

function layOut(name: string): string {
  const folder = join(lab, name);
  cpSync(join(lab, "built"), folder, { recursive: true });
  return folder;
}

const file = (folder: string): string => join(folder, "kills.duckdb");

beforeAll(async () => {
  lab = mkdtempSync(join(tmpdir(), "etl-kills-"));
  cpSync(join(import.meta.dirname, "fixture"), join(lab, "built"), { recursive: true });
  const built = await runEtl(join(lab, "built"), first);
  expect(built).toMatchObject({ code: 0 });
  before = await readWarehouse(file(join(lab, "built")));

  const folder = layOut("undisturbed");
  const start = performance.now();
  expect(await runEtl(folder, second)).toMatchObject({ code: 0 });
  calm = performance.now() - start;
  after = await readWarehouse(file(folder));
});

afterAll(() => rmSync(lab, { recursive: true, force: true }));

test("the two builds differ in every relation but the seed", () => {
  const same = [...after].filter(([name, print]) => before.get(name) === print).map(([name]) => name);
  expect(same).toEqual(["main.codes"]);
  expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
});

describe(`${rounds} kills`, () => {
  // Spread over the run, first moments included; the same moments in every run of the tests.
  const moments = Array.from({ length: rounds }, (_, round) => ((round * 0.618 + 0.05) % 1) * 1.05);

  test.each(moments.map((moment, round) => [round, moment] as const))(
    "number %i, at %f of the run",
    async (round, moment) => {
      const folder = layOut(`kill-${round}`);
      const running = startEtl(folder, second);
      await new Promise((done) => setTimeout(done, moment * calm));
      running.child.kill("SIGKILL");
      await running.ended;

      const state = await readWarehouse(file(folder));
      const between = [...after.keys()].filter(
        (name) =>
          name !== "main.run_log" &&
          state.get(name) !== before.get(name) &&
          state.get(name) !== after.get(name),
      );
      expect(between, "relations that are neither as before nor as after").toEqual([]);
      await expectHooksWithTheirNodes(folder, state);
      expectWholeArtifacts(folder);

      expect(await runEtl(folder, second), "the rerun").toMatchObject({ code: 0 });
      const again = await readWarehouse(file(folder));
      expect(withoutLog(again)).toEqual(withoutLog(after));
      rmSync(folder, { recursive: true });
    },
  );
});

describe("an interrupt", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "by %s ends with 2, true statuses and no stack trace",
    async (signal) => {
      const folder = layOut(`interrupt-${signal}`);
      // A query long enough to be hit surely.
      const running = startEtl(folder, ["run", "--select", "slow+"], { KILLS_SLOW: "1" });
      await untilRunning(running.child);
      const start = performance.now();
      running.child.kill(signal);
      const ended = await running.ended;
      expect(performance.now() - start).toBeLessThan(10_000);
      expect(ended.signal).toBeNull();
      expect(ended.code).toBe(2);
      expect(ended.output).not.toMatch(/^\s+at .*\(/m);
      const results = JSON.parse(readFileSync(join(folder, "target/run_results.json"), "utf8")) as {
        results: { unique_id: string; status: string; message: string }[];
      };
      const models = results.results.filter(({ unique_id }) => unique_id.startsWith("model."));
      expect(models.map(({ unique_id, status }) => [unique_id, status]).sort()).toEqual([
        ["model.kills.after_slow", "skipped"],
        ["model.kills.slow", "error"],
      ]);
      const state = await readWarehouse(file(folder));
      expect([...state.keys()].filter((name) => !before.has(name))).toEqual([]);
    },
  );

  /** Waits until the slow model has been reported as started, or four seconds have passed. */
  async function untilRunning(child: { readonly stdout: NodeJS.ReadableStream | null }): Promise<void> {
    await new Promise<void>((done) => {
      const timer = setTimeout(done, 4000);
      child.stdout?.on("data", (data: Buffer) => {
        if (/slow/.test(data.toString())) {
          clearTimeout(timer);
          setTimeout(done, 300);
        }
      });
    });
  }
});

describe("two at once", () => {
  test("on one DuckDB file: one waits for the other or says who holds it", async () => {
    const folder = layOut("two-files");
    const ended = await Promise.all([runEtl(folder, second), runEtl(folder, second)]);
    const succeeded = ended.filter(({ code }) => code === 0);
    expect(succeeded.length).toBeGreaterThan(0);
    for (const { code, output } of ended.filter(({ code }) => code !== 0)) {
      expect([1, 2]).toContain(code);
      expect(output).toMatch(/kills\.duckdb/);
      expect(output).toMatch(/pid \d+|process \d+/i);
    }
    for (const { output } of ended) expect(output).not.toMatch(/^\s+at .*\(/m);
    expect(withoutLog(await readWarehouse(file(folder)))).toEqual(withoutLog(after));
  });

  test("in one project folder: the artifacts stay whole", async () => {
    const folder = layOut("two-artifacts");
    const both = Promise.all([runEtl(folder, ["parse"]), runEtl(folder, ["parse", "--vars", "batch: 2"])]);
    let ended = false;
    void both.then(() => (ended = true));
    while (!ended) {
      expectWholeArtifacts(folder);
      await new Promise((done) => setTimeout(done, 5));
    }
    expect((await both).map(({ code }) => code)).toEqual([0, 0]);
    expectWholeArtifacts(folder);
  });
});

function withoutLog(state: WarehouseState): [string, string][] {
  return [...state].filter(([name]) => name !== "main.run_log").sort();
}

/** K3: the hook's row of the second batch is there exactly for the nodes that are as after. */
async function expectHooksWithTheirNodes(folder: string, state: WarehouseState): Promise<void> {
  const logged = (await queryWarehouse(file(folder), "select node from main.run_log where batch = 2")).map(
    ([node]) => `main.${node}`,
  );
  const published = [...after.keys()].filter(
    (name) => before.get(name) !== after.get(name) && state.get(name) === after.get(name) && isModel(name),
  );
  expect(logged.sort()).toEqual(published.sort());
}

function isModel(name: string): boolean {
  return name.startsWith("main.") && !["main.run_log", "main.codes", "main.history"].includes(name);
}

/** K5: every JSON file below target/ can be read. */
function expectWholeArtifacts(folder: string): void {
  const target = join(folder, "target");
  if (!existsSync(target)) return;
  for (const name of readdirSync(target)) {
    if (name.endsWith(".json")) JSON.parse(readFileSync(join(target, name), "utf8"));
  }
}
