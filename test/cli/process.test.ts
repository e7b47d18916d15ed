// What must hold of the process: signals, closed pipes, drivers that are not loaded, terminals.

import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cli, etl, folderWith, plainEnvironment } from "./etl.ts";
import { shop, shopWith } from "./shop.ts";

describe("a signal", () => {
  const endless =
    "{{ config(materialized='table') }}\nselect count(*) as n from range(100000000000) a where hash(a.range) % 7 = 3\n";
  const folder = shopWith({
    "models/endless.sql": endless,
    "models/after.sql": "select * from {{ ref('endless') }}",
  });

  /** Starts a run, waits until the model runs, sends signals, and gives how it ended. */
  async function interrupted(
    signals: readonly NodeJS.Signals[],
  ): Promise<{ code: number | null; signal: string | null; output: string; milliseconds: number }> {
    const child = spawn(
      process.execPath,
      [cli, "run", "-s", "endless+", "--threads", "1", "--log-level", "debug"],
      {
        cwd: folder,
        env: plainEnvironment(folder),
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let output = "";
    let since = 0;
    const hear = (data: Buffer): void => {
      output += data.toString();
      if (since > 0 || !/start .*endless/.test(output)) return;
      since = performance.now();
      for (const [index, signal] of signals.entries()) setTimeout(() => child.kill(signal), 300 + 20 * index);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    return new Promise((done) => {
      child.on("close", (code, signal) =>
        done({ code, signal, output, milliseconds: performance.now() - since }),
      );
    });
  }

  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s cancels what runs, writes results, and ends with 2",
    async (signal) => {
      const { code, output, milliseconds } = await interrupted([signal]);
      expect(code).toBe(2);
      expect(milliseconds).toBeLessThan(10_000);
      expect(output).toContain("interrupted: cancelling what runs");
      expect(output).not.toMatch(/\bat .*\.m?js:\d+/);
      const { results } = JSON.parse(readFileSync(join(folder, "target/run_results.json"), "utf8")) as {
        results: readonly { unique_id: string; status: string }[];
      };
      const statuses = new Map(results.map((result) => [result.unique_id, result.status]));
      expect(statuses.get("model.shop.endless")).toBe("error");
      expect(statuses.get("model.shop.after")).toBe("skipped");
    },
  );

  test("a second one ends it at once", async () => {
    const { code, milliseconds } = await interrupted(["SIGINT", "SIGINT"]);
    expect(code).not.toBe(0);
    expect(milliseconds).toBeLessThan(2_500);
  });
});

describe("the driver", () => {
  const folder = shopWith();
  const guard = join(
    folderWith({ "guard.cjs": `process.dlopen = (_, file) => { throw new Error("loads " + file); };\n` }),
    "guard.cjs",
  );

  test.each([["parse"], ["ls"], ["compile"], ["help"], ["clean"]])("is not loaded by %s", (command) => {
    const { code, out, err } = etl(folder, [command], { env: { NODE_OPTIONS: `--require ${guard}` } });
    expect(out + err).not.toContain("loads ");
    expect(code).toBe(0);
  });

  test("is loaded by run, so the guard is one", () => {
    const { code, out, err } = etl(folder, ["seed"], { env: { NODE_OPTIONS: `--require ${guard}` } });
    expect(out + err).toContain("loads ");
    expect(code).not.toBe(0);
  });
});

test("a reader that closes the pipe early is no error", () => {
  const folder = folderWith({
    ...shop,
    ...Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`models/m${index}.sql`, "select 1"])),
  });
  const { stdout, stderr } = spawnSync(`"${process.execPath}" "${cli}" ls | head -n 1`, {
    shell: true,
    cwd: folder,
    encoding: "utf8",
    env: plainEnvironment(folder),
  });
  expect(stderr).toBe("");
  expect(stdout.split("\n")).toHaveLength(2);
});

describe("files of the user", () => {
  test("that are not UTF-8 are named with the line", () => {
    const folder = shopWith({});
    writeFileSync(
      join(folder, "models/latin.sql"),
      Buffer.from("select 1 as a,\n  'caf\xe9' as b\n", "latin1"),
    );
    const { code, err } = etl(folder, ["parse"]);
    expect(code).toBe(2);
    expect(err).toContain("error[file-unreadable]");
    expect(err).toContain("--> models/latin.sql:2:");
    expect(err).toContain("save it as UTF-8");
  });

  test("a target folder that cannot be made is told, without a stack", () => {
    const folder = shopWith({ target: "a file" });
    const { code, err } = etl(folder, ["parse"]);
    expect(code).toBe(2);
    expect(err).toContain("error[system-refused]");
    expect(err).not.toMatch(/\bat .*\.m?js:\d+/);
  });
});
