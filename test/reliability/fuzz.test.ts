// Any bytes in any input file: the command ends in time, by itself, with 0, 1 or 2, says in a sentence what is wrong, and
// touches nothing outside of the project.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
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
  numRuns: long ? few * 50 : few,
});

let lab: string;
let folder: string;
let runner: FuzzProcess;
let hub: Server;
/** What the hub says to every question. */
let answer = "";

beforeAll(async () => {
  lab = mkdtempSync(join(tmpdir(), "etl-fuzz-"));
  folder = join(lab, "project");
  mkdirSync(folder);
  hub = createServer((_, response) => void response.end(answer));
  await new Promise<void>((done) => hub.listen(0, "127.0.0.1", done));
  const { port } = hub.address() as AddressInfo;
  runner = new FuzzProcess(await buildRunner(), folder, fuzzProject, {
    DBT_PACKAGE_HUB_URL: `http://127.0.0.1:${port}/`,
  });
  for (const args of [["deps"], ["build"], ["docs", "generate"], ["source", "freshness"]]) {
    const ended = await runner.run({ args, changes: {} });
    expect(ended, `${args.join(" ")}: ${JSON.stringify(ended)}`).not.toHaveProperty("died");
  }
});

afterAll(() => {
  runner.stop();
  hub.close();
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
      counted(80),
    ));

  test("properties", () =>
    fc.assert(
      fc.asyncProperty(
        oneOf(fuzzFiles.properties, [["parse"], ["parse"], ["parse"], ["compile"], ["build"]]),
        hold,
      ),
      counted(60),
    ));

  test("templates", () =>
    fc.assert(
      fc.asyncProperty(oneOf(fuzzFiles.templates, [["parse"], ["compile"], ["build"]]), hold),
      counted(60),
    ));

  test("seeds", () =>
    fc.assert(fc.asyncProperty(oneOf(fuzzFiles.seeds, [["seed"], ["build"]]), hold), counted(30)));
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
    "target/etl_manifest_stamp.jsonl": [["parse"]],
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
      counted(60),
    ));
});

test("whatever is typed ends in a sentence", () => {
  const word = fc.oneof(
    fc.constantFrom(
      ..."build run test ls parse compile show retry deps clean docs generate source freshness seed snapshot clone help".split(
        " ",
      ),
    ),
    fc.constantFrom(
      ..."--select --exclude --selector --vars --args --inline --limit --output --state --target --threads --resource-type --event-time-start --sample --warn-error-options --log-level --log-format --printer-width --indirect-selection --defer --full-refresh --empty --fail-fast -s -x -".split(
        " ",
      ),
    ),
    fc.constantFrom(
      ..."orders+|@customers|1+tag:daily+2|path:models/*|source:raw.*|state:new|result:error|config.materialized:view|fqn:*|*|+|@|,|a,b|{a: 1}|[1|{{ 1 }}|{{|0|-1|99999999999|json|2026-01-01|2026-13-45|3 days|none|unit_test|\u0000|é|../..|/dev/null|%s|__proto__|constructor|tag:|:x|exposure:board|test_name:unique|version:latest|access:public|group:finance|wildcard?[a-".split(
        "|",
      ),
    ),
    fc.string({ unit: "binary", maxLength: 12 }).map((text) => text.replaceAll("\0", "")),
  );
  // `docs serve` and `init` wait for people; where target/ would lie elsewhere the check of what is touched says so.
  return fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 6 }), (args) => hold({ args, changes: {} })),
    counted(120),
  );
});

test("selections of random terms end in a sentence or in nodes", () => {
  const part = fc.constantFrom(
    ..."+|@|1+|+1|*|,| |tag:daily|path:models|config.meta.owner:x|config.tags:daily|customers|stg_*|[ab]|source:|raw|.|:|state:modified.body|resource_type:model|package:shop|file:orders.csv|semantic_model:*|?|{|}|\\".split(
      "|",
    ),
  );
  const term = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
  return fc.assert(
    fc.asyncProperty(term, term, (select, exclude) =>
      hold({ args: ["ls", "--select", select, "--exclude", exclude], changes: {} }),
    ),
    counted(60),
  );
});

test("answers of a hub end in a sentence", () => {
  const honest = JSON.stringify({
    name: "pkg",
    versions: {
      "1.0.0": {
        name: "pkg",
        version: "1.0.0",
        packages: [{ package: "a/other", version: [">=1.0.0", "<2.0.0"] }],
        require_dbt_version: [">=1.0.0"],
        downloads: { tarball: "nowhere", sha1: "0".repeat(40), format: "tgz" },
      },
    },
  });
  const packages = base64("packages: [{package: a/pkg, version: 1.0.0}]\n");
  return fc.assert(
    fc.asyncProperty(mutatedText(honest), async (text) => {
      answer = text;
      await hold({ args: ["deps"], changes: { "packages.yml": packages } });
    }),
    counted(50),
  );
});
