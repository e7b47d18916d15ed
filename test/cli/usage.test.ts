// The command line itself: help at 80 columns, versions, and mistakes answered with the nearest right word and exit 2.

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { textWidth } from "../../src/base/text-width.ts";
import { readCommandLine } from "../../src/cli/command-line.ts";
import { commands } from "../../src/cli/commands.ts";
import { helpText } from "../../src/cli/help.ts";
import { FLAGS } from "../../src/config/flag-table.ts";
import { folderWith } from "./etl.ts";
import { etl } from "./in-process.ts";

const { version } = JSON.parse(
  readFileSync(join(resolve(import.meta.dirname, "../.."), "package.json"), "utf8"),
) as { version: string };
const here = folderWith({});

describe("version", () => {
  test.each([["--version"], ["-V"], ["-v"], ["version"], ["deps --version"]])("%s", async (line) => {
    expect(await etl(here, line.split(" "))).toEqual({ code: 0, out: `etl ${version}\n`, err: "" });
  });
});

describe("help", () => {
  test.each([[[]], [["help"]], [["--help"]], [["-h"]]])("%j lists the commands", async (args) => {
    const { code, out } = await etl(here, args);
    expect(code).toBe(0);
    expect(out).toBe(helpText({ kind: "all" }, commands));
  });

  test("reads well", async () => {
    expect(helpText({ kind: "all" }, commands)).toMatchSnapshot();
    expect((await etl(here, ["help", "deps"])).out).toMatchSnapshot();
    expect((await etl(here, ["deps", "--help"])).out).toBe((await etl(here, ["help", "deps"])).out);
  });

  test("stays within 80 columns for every command", () => {
    const topics = [
      ...commands.map((spec) => ({ kind: "command" as const, spec })),
      { kind: "options" as const },
    ];
    for (const topic of topics) {
      const wide = helpText(topic, commands)
        .split("\n")
        .filter((line) => textWidth(line) > 80);
      expect(wide).toEqual([]);
    }
  });
});

describe("mistakes", () => {
  const mistakes: readonly (readonly [string, string, string])[] = [
    ["debg", 'error[command-unknown]: there is no command "debg"', 'help: did you mean "debug"?'],
    ["help ini", 'error[command-unknown]: there is no command "ini"', 'help: did you mean "init"?'],
    ["frobnicate", 'there is no command "frobnicate"', "help: etl help lists the commands"],
    [
      "deps --upgade",
      "error[option-unknown]: etl deps has no option --upgade",
      "help: did you mean --upgrade?",
    ],
    ["deps --connection", "etl deps has no option --connection", "help: it is an option of etl debug"],
    ["--targt dev deps", "etl has no option --targt", "help: did you mean --target?"],
    ["deps --target", "error[option-value]: --target needs a value", "etl help deps"],
    ["clean now", 'etl clean does not know what to do with "now"', "etl help clean"],
    ["init --vars {a", "error[flag-value]: --vars is not YAML", "--vars"],
    ["deps --log-level loud", "--log-level must be one of", "debug, info, warn, error, none"],
  ];

  test.each(mistakes)("etl %s", async (line, sentence, help) => {
    const { code, out, err } = await etl(here, line.split(" "));
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(sentence);
    expect(err).toContain(help);
    expect(err).not.toMatch(/\bat .*\.m?js:\d+/);
  });

  test("are told together", async () => {
    expect((await etl(here, ["deps", "--upgade", "--lok"])).err.match(/error\[/g)).toHaveLength(2);
  });
});

describe("options", () => {
  const read = (line: string): ReadonlyMap<string, unknown> => {
    const found = readCommandLine(line.split(" "), commands);
    if (found.kind !== "run") throw new Error(JSON.stringify(found));
    return found.cli;
  };

  test("may stand before and after the command, in all their spellings", () => {
    expect(read("--target dev deps --upgrade -q")).toEqual(
      new Map<string, unknown>([
        ["target", "dev"],
        ["upgrade", true],
        ["quiet", true],
      ]),
    );
    expect(read("-t dev deps")).toEqual(new Map([["target", "dev"]]));
    expect(read("deps --target=dev --no-print")).toEqual(
      new Map<string, unknown>([
        ["target", "dev"],
        ["print", false],
      ]),
    );
    expect(read("--no-use-colors deps -xq")).toEqual(
      new Map([
        ["use_colors", false],
        ["fail_fast", true],
        ["quiet", true],
      ]),
    );
  });

  test("the last one wins", () => {
    expect(read("--target a deps --target b --quiet --no-quiet")).toEqual(
      new Map<string, unknown>([
        ["target", "b"],
        ["quiet", false],
      ]),
    );
  });
});

test("whatever is typed is a command, help, or a mistake that is told", () => {
  const words = fc.oneof(
    fc.constantFrom(...commands.flatMap(({ name }) => name.split(" ")), "help", "--", "-", "", "=", "--=x"),
    fc.constantFrom(...FLAGS.flatMap(({ cli, negative }) => [...cli, ...(negative ?? [])])),
    fc.string(),
    fc.string().map((text) => `--${text}`),
    fc.constantFrom("--select=a", "-xqf", "-1", "--limit", "__proto__", "--constructor", "--no-no-print"),
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 8 }), (argv) => {
      const line = readCommandLine(argv, commands);
      if (line.kind === "mistakes") expect(line.diagnostics.length).toBeGreaterThan(0);
      if (line.kind === "help") expect(helpText(line.topic, commands)).not.toBe("");
    }),
    { seed: 7, numRuns: process.env.ETL_TEST_LONG ? 20_000 : 1_000 },
  );
});
