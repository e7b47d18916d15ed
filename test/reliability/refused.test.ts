// What the operating system refuses (no permission, a full disk, folders that cannot be) is told in a sentence that names
// the file, and nothing hangs. As root nothing is forbidden, so commands then run as "nobody".

import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeFiles } from "../adapter/open-folder.ts";
import { cli } from "./etl-process.ts";

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const nobody = { uid: NOBODY, gid: NOBODY };
/** "nobody" may not be allowed to read this checkout; then root itself runs what needs no refusal. */
const isReadable = isRoot && spawnSync(process.execPath, [cli, "--version"], nobody).status === 0;
const user = isReadable ? nobody : {};
/** Windows has other permissions. */
const canForbid = process.platform !== "win32" && (!isRoot || isReadable);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-refused-"));
  const files: Record<string, string> = {
    "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\n",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n",
    "packages.yml": "packages: [{local: inner}]\n",
    "inner/dbt_project.yml": "name: inner\nversion: '1.0'\n",
    "seeds/codes.csv": "id,label\n1,one\n",
    "models/staging/m.sql": "{{ config(materialized='table') }} select * from {{ ref('codes') }}",
  };
  writeFiles(folder, files);
  if (isRoot) giveAway(folder);
});
afterEach(() => {
  allow(folder);
  rmSync(folder, { recursive: true, force: true });
});

function everyPath(path: string): string[] {
  const inside = readdirSync(path, { recursive: true, withFileTypes: true });
  return [
    path,
    ...inside.filter((entry) => !entry.isSymbolicLink()).map((entry) => join(entry.parentPath, entry.name)),
  ];
}

function giveAway(path: string): void {
  for (const one of everyPath(path)) chownSync(one, NOBODY, NOBODY);
}

/** Makes all below a path writable again. */
function allow(path: string): void {
  spawnSync("chmod", ["-R", "u+rwX", path]);
}

function etl(...args: string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: "1" },
    timeout: 50_000,
    ...user,
  });
  return { code: status, output: stdout + stderr };
}

function expectTold({ code, output }: ReturnType<typeof etl>, words: RegExp): void {
  expect([1, 2], output).toContain(code);
  expect(output).toMatch(words);
  expect(output).not.toMatch(/^\s+at .*[(:]\d+:\d+\)?$|mistake of its own|\.tmp/m);
}

describe.skipIf(!canForbid)("without permission", () => {
  test.each<[string, string, number, readonly string[], RegExp]>([
    [
      "to write target/",
      "target",
      0o555,
      ["parse", "--no-partial-parse"],
      /target\/manifest\.json cannot be used: permission denied/,
    ],
    ["to write the database", "shop.duckdb", 0o444, ["build"], /shop\.duckdb.*Permission denied/],
    ["to read the database", "shop.duckdb", 0o000, ["build"], /shop\.duckdb.*Permission denied/],
    [
      "to read a model",
      "models/staging/m.sql",
      0o000,
      ["parse", "--no-partial-parse"],
      /m\.sql cannot be used: permission denied/,
    ],
    ["to read a seed", "seeds/codes.csv", 0o000, ["seed"], /codes\.csv.*permission denied/i],
    [
      "to enter a folder",
      "models/staging",
      0o000,
      ["parse"],
      /models\/staging.* cannot be used: permission denied/,
    ],
    [
      "to read dbt_project.yml",
      "dbt_project.yml",
      0o000,
      ["parse"],
      /dbt_project\.yml cannot be used: permission denied/,
    ],
    [
      "to read profiles.yml",
      "profiles.yml",
      0o000,
      ["parse"],
      /profiles\.yml cannot be used: permission denied/,
    ],
    [
      "to replace packages",
      "dbt_packages",
      0o555,
      ["deps"],
      /dbt_packages.* cannot be used: permission denied/,
    ],
    ["to remove target/", ".", 0o555, ["clean"], /target cannot be used: permission denied/],
    ["to write beside the database", ".", 0o555, ["seed"], /shop\.duckdb\.wal": Permission denied/],
  ])("%s", (_, path, mode, args, words) => {
    expect(etl("deps")).toMatchObject({ code: 0 });
    expect(etl("build")).toMatchObject({ code: 0 });
    chmodSync(join(folder, path), mode);
    expectTold(etl(...args), words);
  });

  test("to write logs/ the run goes on, with a warning", () => {
    expect(etl("deps")).toMatchObject({ code: 0 });
    chmodSync(join(folder, "logs/etl.log"), 0o444);
    const { code, output } = etl("build");
    expect(code).toBe(0);
    expect(output).toMatch(/warning\[log-unwritable\]: .*etl\.log/);
  });
});

describe.skipIf(process.platform !== "linux")("folders and disks that cannot be written", () => {
  test.each([
    [
      "an artifact",
      ["parse", "--target-path", "/proc/nowhere"],
      /\/proc\/nowhere\/manifest\.json cannot be used/,
    ],
    ["JUnit", ["test", "--junit", "/proc/nowhere/junit.xml"], /\/proc\/nowhere\/junit\.xml cannot be used/],
  ])("%s", (_, args, words) => {
    expect(etl("deps")).toMatchObject({ code: 0 });
    expect(etl("build")).toMatchObject({ code: 0 });
    expectTold(etl(...args), words);
  });

  test.each(["ls", "help"])("the output of %s", (command) => {
    expect(etl("deps")).toMatchObject({ code: 0 });
    const { status, stderr } = spawnSync(
      "sh",
      ["-c", `"${process.execPath}" "${cli}" ${command} > /dev/full`],
      {
        cwd: folder,
        encoding: "utf8",
        ...user,
      },
    );
    expect(stderr).toMatch(/the output cannot be written: no space is left/);
    expect(status).toBe(2);
  });

  test("a file that must not grow further", () => {
    expect(etl("deps")).toMatchObject({ code: 0 });
    writeFileSync(
      join(folder, "models/big.sql"),
      "{{ config(materialized='table') }} select i, random() as r from range(3000000) as t(i)",
    );
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["-c", `ulimit -f 2000; trap "" XFSZ; exec "${process.execPath}" "${cli}" build`],
      {
        cwd: folder,
        encoding: "utf8",
        ...user,
      },
    );
    expectTold({ code: status, output: stdout + stderr }, /model "big": .*(File too large|write)/);
    // The file is whole, and the same again works where there is room.
    expect(etl("build")).toMatchObject({ code: 0 });
  });
});

describe.skipIf(process.platform === "win32")("something else in place of a file", () => {
  test.each<[string, readonly string[], RegExp]>([
    ["vars.yml", ["parse"], /vars\.yml cannot be used: it is a folder/],
    ["target/run_results.json", ["retry"], /run_results\.json cannot be used: it is a folder/],
    [
      "target/manifest.json",
      ["parse", "--no-partial-parse"],
      /manifest\.json cannot be used: it is a folder/,
    ],
  ])("a folder for %s", (name, args, words) => {
    expect(etl("deps")).toMatchObject({ code: 0 });
    mkdirSync(join(folder, name), { recursive: true });
    if (isRoot) giveAway(folder);
    expectTold(etl(...args), words);
  });

  test("pipes end nothing and hold nothing up", () => {
    expect(etl("deps")).toMatchObject({ code: 0 });
    mkdirSync(join(folder, "target"), { recursive: true });
    for (const name of [
      "target/etl_parse_cache.bin",
      "target/manifest.json",
      "models/pipe.sql",
      "models/pipe.yml",
    ])
      spawnSync("mkfifo", [join(folder, name)]);
    spawnSync("mkfifo", [join(folder, "target/run_results.json")]);
    if (isRoot) giveAway(folder);
    expectTold(etl("retry"), /run_results\.json cannot be used: it is not JSON/);
    expect(etl("parse")).toMatchObject({ code: 0 });
  });
});
