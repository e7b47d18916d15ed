// Any bytes in any input file: the command ends in time, by itself, with 0, 1 or 2, says in a sentence what is wrong, and
// touches nothing outside of the project (the rules on fuzz in our reliability document).

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildRunner, FuzzProcess } from "./fuzz-process.ts";
import { fuzzFiles, fuzzProject } from "./fuzz-project.ts";
import type { FuzzCase } from "./fuzz-runner.ts";
import { mutatedBytes, mutatedText } from "./mutations.ts";

const long = process.env.ETL_TEST_LONG === "1";
const counted = (few: number): { readonly seed: number; readonly numRuns: number } => ({
  seed: 20_261_121,
  numRuns: long ? few * 20 : few,
});

let lab: string;
let folder: string;
let runner: FuzzProcess;

beforeAll(async () => {
  lab = mkdtempSync(join(tmpdir(), "etl-fuzz-"));
  folder = join(lab, "project");
  mkdirSync(folder);
  runner = new FuzzProcess(await buildRunner(), folder, fuzzProject);
  for (const args of [["deps"], ["build"], ["docs", "generate"], ["source", "freshness"]]) {
    const ended = await runner.run({ args, changes: {} });
    expect(ended, `${args.join(" ")}: ${JSON.stringify(ended)}`).not.toHaveProperty("died");
  }
});

afterAll(() => {
  runner.stop();
  rmSync(lab, { recursive: true, force: true });
});

/** Runs a case and judges how it ended. */
async function hold(fuzzCase: FuzzCase): Promise<void> {
  const outcome = await runner.run(fuzzCase);
  if ("died" in outcome) throw new Error(outcome.died);
  const { code, output } = outcome;
  expect([0, 1, 2]).toContain(code);
  if (code !== 0) expect(output.trim(), "what is wrong").not.toBe("");
  expect(output).not.toMatch(
    /mistake of its own|^\s+at .*[(:]\d+:\d+\)?$|uncaughtException|unhandledRejection/m,
  );
  expect(output, "words of the implementation").not.toMatch(
    /\bundefined is not|Cannot read prop|is not a function|is not iterable|\[object \w+\]|call stack size|Unexpected token|in JSON at/,
  );
  expect(readdirSync(lab)).toEqual(["project"]);
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

function oneOf(
  files: Readonly<Record<string, string>>,
  commands: readonly (readonly string[])[],
): fc.Arbitrary<FuzzCase> {
  return fc
    .tuple(fc.constantFrom(...Object.keys(files)), fc.constantFrom(...commands))
    .chain(([name, args]) =>
      mutatedText(files[name] ?? "").map((text) => ({ args, changes: { [name]: base64(text) } })),
    );
}

describe("changed files", () => {
  test("settings of the project", () =>
    fc.assert(
      fc.asyncProperty(
        oneOf(fuzzFiles.settings, [
          ["parse"],
          ["ls", "--selector", "daily"],
          ["deps"],
          ["compile"],
          ["debug"],
          ["clean", "--dry-run"],
        ]),
        hold,
      ),
      counted(150),
    ));

  test("properties", () =>
    fc.assert(
      fc.asyncProperty(
        oneOf(fuzzFiles.properties, [["parse"], ["parse"], ["parse"], ["compile"], ["build"]]),
        hold,
      ),
      counted(150),
    ));

  test("templates", () =>
    fc.assert(
      fc.asyncProperty(oneOf(fuzzFiles.templates, [["parse"], ["compile"], ["build"]]), hold),
      counted(120),
    ));

  test("seeds", () =>
    fc.assert(fc.asyncProperty(oneOf(fuzzFiles.seeds, [["seed"], ["build"]]), hold), counted(60)));
});

describe("changed artifacts", () => {
  const uses: Readonly<Record<string, readonly (readonly string[])[]>> = {
    "target/manifest.json": [
      ["ls", "--select", "state:modified+", "--state", "target"],
      ["compile", "--defer", "--state", "target"],
    ],
    "target/run_results.json": [["retry"], ["ls", "--select", "result:error+", "--state", "target"]],
    "target/sources.json": [["ls", "--select", "source_status:fresher+", "--state", "target"]],
    "target/etl_parse_cache.bin": [["parse"], ["ls"]],
    "target/etl_manifest_stamp.json": [["parse"]],
  };

  test("end in a sentence, or are not missed", () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.entries(uses)).chain(([name, commands]) =>
          fc.constantFrom(...commands).chain((args) => {
            const bytes = readFileSync(join(folder, name));
            const changed = name.endsWith(".bin")
              ? mutatedBytes(bytes)
              : fc.oneof(
                  mutatedBytes(bytes),
                  mutatedText(bytes.toString()).map((text) => Buffer.from(text)),
                );
            return changed.map((changes) => ({ args, changes: { [name]: changes.toString("base64") } }));
          }),
        ),
        hold,
      ),
      counted(100),
    ));
});
