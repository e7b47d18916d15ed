// A parse that takes what it can from the last one gives what a parse from nothing gives, whatever was edited.

import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { manifestText } from "../../src/artifacts/manifest-json.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import { CACHE_FILE } from "../../src/parse/parse-cache.ts";
import { writeFiles } from "../adapter/open-folder.ts";
import { parseFolder, parseFolderCached } from "./parse-folder.ts";

const LONG = process.env.ETL_TEST_LONG === "1";
const PROJECT = fileURLToPath(new URL("fixtures/everything", import.meta.url));

let folder: string;
const at = (path: string): string => join(folder, path);
const read = (path: string): string => readFileSync(at(path), "utf8");
const write = (path: string, text: string): void => writeFiles(folder, { [path]: text });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "etl-incremental-"));
  await restart();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The project as it was, with its parse in the cache. */
async function restart(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  cpSync(PROJECT, folder, { recursive: true });
  await parseFolderCached(folder);
  expect(existsSync(at(`target/${CACHE_FILE}`))).toBe(true);
}

type Parse = typeof parseFolderCached | typeof parseFolder;

/** All that a parse says, without the times of its making. */
async function said(parse: Parse): Promise<string> {
  try {
    const { value, diagnostics } = await parse(folder);
    const text = manifestText(value.manifest, value.shared);
    return (
      text.replaceAll(/"(?:created_at|generated_at)": [^,}]+/g, "") + JSON.stringify(diagnostics, null, 1)
    );
  } catch (error) {
    if (!(error instanceof EtlError)) throw error;
    return JSON.stringify(error.diagnostics);
  }
}

async function expectSame(what: string): Promise<void> {
  const incremental = await said(parseFolderCached);
  const cold = await said(parseFolder);
  if (incremental === cold) return;
  const first = [...incremental].findIndex((letter, index) => letter !== cold[index]);
  const around = (text: string): string => text.slice(Math.max(0, first - 200), first + 200);
  expect(`${what}\n${around(incremental)}`).toBe(`${what}\n${around(cold)}`);
}

/** Ids of the resources that a parse made anew: those with another time than what is in the cache. */
async function madeAnew(): Promise<string[]> {
  const { resources } = (await parseFolderCached(folder)).value.manifest;
  return [...resources.values()]
    .filter((one) => "createdAt" in one && one.createdAt > startedAt && one.resourceType !== "operation")
    .map(({ id }) => id);
}

let startedAt = 0;
/** What is made from here on has another time. */
function settle(): void {
  startedAt = Date.now() / 1000;
  while (Date.now() / 1000 <= startedAt + 0.002);
}

function sources(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => /\.(?:sql|yml|md|csv|py)$/.test(path) && !path.startsWith("target"))
    .sort();
}

/** Changes one file; what is changed to what depends on the numbers alone. */
function edit({ file, other, kind, line }: Edit): string {
  const paths = sources();
  const path = paths[file % paths.length] as string;
  const lines = read(path).split("\n");
  const index = line % lines.length;
  const chosen = lines[index] as string;
  const another = paths[other % paths.length] as string;
  const done = `${kind} ${path}:${index + 1} ${another}`;
  switch (kind) {
    case "append":
      write(path, `${read(path)}\n`);
      break;
    case "drop-line":
      write(path, lines.toSpliced(index, 1).join("\n"));
      break;
    case "double-line":
      write(path, lines.toSpliced(index, 0, chosen).join("\n"));
      break;
    case "change-word": {
      const words = chosen.match(/[a-z_]{3,}/g) ?? [];
      const word = words[other % Math.max(1, words.length)];
      const all = paths.flatMap((one) => read(one).match(/[a-z_]{3,}/g) ?? []);
      if (word !== undefined)
        write(
          path,
          lines.with(index, chosen.replace(word, all[(other * 31) % all.length] as string)).join("\n"),
        );
      break;
    }
    case "delete":
      rmSync(at(path));
      break;
    case "rename":
      renameSync(at(path), at(path.replace(/([^/.]+)\./, "$1_x.")));
      break;
    case "copy":
      write(join(dirname(path), another.split("/").at(-1) as string), read(another));
      break;
    case "swap":
      if (path.split(".").at(-1) === another.split(".").at(-1)) {
        const text = read(path);
        write(path, read(another));
        write(another, text);
      }
  }
  return done;
}

const edits = fc.record({
  file: fc.nat(1000),
  other: fc.nat(1000),
  line: fc.nat(1000),
  kind: fc.constantFrom(
    "append",
    "drop-line",
    "double-line",
    "change-word",
    "change-word",
    "delete",
    "rename",
    "copy",
    "swap",
  ),
});
type Edit = typeof edits extends fc.Arbitrary<infer T> ? T : never;

describe("a parse after edits", () => {
  it("makes only what comes of the files that changed", async () => {
    settle();
    expect((await parseFolderCached(folder)).cached).toBe(true);
    write("models/staging/stg_orders.sql", `${read("models/staging/stg_orders.sql")}\n-- more`);
    expect(await madeAnew()).toEqual(["model.everything.stg_orders"]);
    await expectSame("a model");
    await restart();
    settle();
    write("macros/cents.sql", read("macros/cents.sql").replace("/ 100", "/ 1000"));
    expect(await madeAnew()).toEqual(["model.everything.stg_customers"]);
    await expectSame("a macro");
    await restart();
    write(
      "dbt_project.yml",
      read("dbt_project.yml").replace("select 1 as {{ this.identifier }}", "{{ third() }}"),
    );
    await parseFolderCached(folder);
    write(
      "macros/stripped.sql",
      read("macros/stripped.sql").replace("third() %}3", "third() %}{{ second() }}"),
    );
    await expectSame("a macro of a hook");
    write("macros/stripped.sql", read("macros/stripped.sql").replace("%}2{%", "%}{% do ref('orders') %}{%"));
    await expectSame("a macro that the macro of a hook calls");
  });

  it("keeps what it made when many files changed", async () => {
    const files = sources().filter((path) => path.endsWith(".sql"));
    for (let index = 0; index < 25; index++)
      write(`models/more/m${index}.sql`, `select ${index} as id, '${files[index % files.length]}' as name`);
    expect((await parseFolderCached(folder)).cached).toBe(false);
    expect((await parseFolderCached(folder)).cached).toBe(true);
    await expectSame("many models");
  });

  it("gives what a parse from nothing gives", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edits, { minLength: 1, maxLength: 5 }), async (list) => {
        await restart();
        const done: string[] = [];
        for (const one of list) {
          done.push(edit(one));
          await expectSame(done.join("\n"));
        }
      }),
      {
        seed: LONG ? Number(process.env.ETL_TEST_SEED ?? 1) : 11,
        numRuns: LONG ? Number(process.env.ETL_TEST_RUNS ?? 100) : 12,
      },
    );
  });
});
