// What is remembered of large seeds: true while the file is, and never more than the file tells.

import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inferSeed } from "../../src/adapter/infer-seed.ts";
import { nodeHost } from "../../src/base/node-host.ts";
import { rememberedSeed } from "../../src/run/seed-cache.ts";

let folder: string;
let scans = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-seed-cache-"));
  scans = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LONG_AGO = new Date("2024-01-01T00:00:00Z");

/** Writes a seed of over a megabyte, last changed at that time. */
function write(cell: string, at = LONG_AGO, rows = 200_000): void {
  writeFileSync(join(folder, "s.csv"), `id,n\n${`1234,${cell}\n`.repeat(rows)}`);
  utimesSync(join(folder, "s.csv"), at, at);
}

/** The kinds of the columns, as a run finds them. */
async function kinds(delimiter = ","): Promise<readonly string[]> {
  const signal = new AbortController().signal;
  const host = nodeHost({ cwd: folder, env: {}, emit: () => {}, clean: (text) => text, signal });
  const source = { path: join(folder, "s.csv"), file: "seeds/s.csv", delimiter };
  const { columns } = await rememberedSeed(source, join(folder, "target"), host, async () => {
    scans++;
    const { value, diagnostics } = await inferSeed(source);
    return { value, flawless: diagnostics.length === 0 };
  });
  return columns.map(({ kind }) => kind);
}

test("an unchanged file is read once", async () => {
  write("5");
  expect(await kinds()).toEqual(["integer", "integer"]);
  expect(await kinds()).toEqual(["integer", "integer"]);
  expect(scans).toBe(1);
});

test("another size, time or delimiter is another file", async () => {
  write("5");
  await kinds();
  write("x", new Date("2024-01-02T00:00:00Z"));
  expect(await kinds()).toEqual(["integer", "text"]);
  write("2.5", new Date("2024-01-02T00:00:00Z"));
  expect(await kinds()).toEqual(["integer", "float"]);
  expect(await kinds(";")).toEqual(["text"]);
  expect(scans).toBe(4);
});

test("a file that has just been written is not trusted to stay", async () => {
  write("5", new Date());
  await kinds();
  await kinds();
  expect(scans).toBe(2);
});

test("small files and broken memories are read", async () => {
  write("5", LONG_AGO, 10);
  expect(statSync(join(folder, "s.csv")).size).toBeLessThan(1000);
  await kinds();
  expect(() => readdirSync(join(folder, "target"))).toThrow(/ENOENT/);
  write("5");
  await kinds();
  const [memory = ""] = readdirSync(join(folder, "target", "etl_seeds"));
  for (const broken of ["", "null", "{}", '{"format": 1']) {
    writeFileSync(join(folder, "target", "etl_seeds", memory), broken);
    expect(await kinds()).toEqual(["integer", "integer"]);
  }
  expect(scans).toBe(6);
});
