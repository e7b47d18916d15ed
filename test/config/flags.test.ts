// Flags: from the command line, the environment and dbt_project.yml, in this order; variables; .env.

import { afterAll, describe, expect, test } from "vitest";
import { customVariables, parseDotenv } from "../../src/config/environment-variables.ts";
import { type Command, FLAGS, flagsOf } from "../../src/config/flag-table.ts";
import { resolveFlags } from "../../src/config/flags.ts";
import { projectVariables } from "../../src/config/variables.ts";
import { fromPlain, toPlain } from "../../src/jinja/json.ts";
import type { Dict, Value } from "../../src/jinja/value.ts";
import { complaints, load, PROJECT, removeFolders } from "./project-folder.ts";

afterAll(removeFolders);

const dict = (plain: unknown): Dict => fromPlain(plain) as Dict;

interface Given {
  readonly command?: Command;
  readonly cli?: Record<string, Value>;
  readonly env?: Record<string, string>;
  readonly project?: unknown;
}

function resolve({ command = "build", cli = {}, env = {}, project = {} }: Given) {
  const place = (key: string) => ({ file: "dbt_project.yml", line: key.length, column: 1 });
  return resolveFlags({
    command,
    cli: new Map(Object.entries(cli)),
    env,
    project: { values: dict(project), place },
  });
}

test("the command line wins over the environment, that over dbt_project.yml, that over the default", () => {
  const value = (given: Given) => resolve(given).value.get("printer_width");
  const all = {
    cli: { printer_width: "40" },
    env: { DBT_PRINTER_WIDTH: "50" },
    project: { printer_width: 60 },
  };
  expect(value(all)).toBe(40);
  expect(value({ ...all, cli: {} })).toBe(50);
  expect(value({ project: all.project })).toBe(60);
  expect(value({})).toBe(80);
  expect(value({ env: { DBT_ENGINE_PRINTER_WIDTH: "70", DBT_PRINTER_WIDTH: "50" } })).toBe(70);
  expect(value({ env: { DBT_PRINTER_WIDTH: "" } })).toBe(80);
});

test("old names of variables, and flags that follow others", () => {
  expect(resolve({ env: { DBT_NO_PRINT: "1" } }).value.boolean("print")).toBe(false);
  expect(resolve({ env: { DBT_DEFER_TO_STATE: "true" } }).value.boolean("DEFER")).toBe(true);
  expect(resolve({ cli: { log_level: "warn" } }).value.text("log_level_file")).toBe("warn");
  expect(resolve({ cli: { log_level: "warn", log_level_file: "error" } }).value.text("log_level_file")).toBe(
    "error",
  );
});

describe("wrong values", () => {
  test.each<[Given, string, string | undefined]>([
    [{ cli: { threads: "four" } }, '--threads must be a whole number of at least 1, not "four"', undefined],
    [{ cli: { threads: "0" } }, "--threads must be a whole number of at least 1", undefined],
    [
      { env: { DBT_FAIL_FAST: "maybe" } },
      "the environment variable DBT_FAIL_FAST must be true or false",
      undefined,
    ],
    [{ project: { fail_fast: "perhaps" } }, '"fail_fast" under flags: must be true or false', undefined],
    [
      { cli: { indirect_selection: "eagr" } },
      "--indirect-selection must be one of eager",
      'did you mean "eager"?',
    ],
    [{ cli: { resource_types: ["modl"] } }, "--resource-type must be one of", 'did you mean "model"?'],
    [
      { cli: { vars: "{first_day: 2026-01-01" } },
      "--vars is not YAML",
      "write it as YAML in quotes: --vars '{first_day: 2026-01-01}'",
    ],
    [{ cli: { vars: "a" } }, "--vars must be a mapping, not a text: a", "write it as YAML"],
    [{ cli: { vars: "[1]" } }, "--vars must be a mapping, not a list", undefined],
    [
      { cli: { warn_error_options: "{error: all, include: [x]}" } },
      '--warn-error-options has both "error" and "include"',
      undefined,
    ],
    [{ cli: { event_time_start: "yesterday" } }, "--event-time-start must be a date", undefined],
    [{ command: "show", cli: { limit: "-2" } }, "--limit must be a whole number of at least -1", undefined],
    [
      { command: "ls", cli: { output: "jsn" } },
      "--output must be one of json, name, path, selector",
      'did you mean "json"?',
    ],
  ])("%j", (given, message, help) => {
    const [first] = resolve(given).diagnostics;
    expect(first).toMatchObject({ code: "flag-value", severity: "error" });
    expect(first?.message).toContain(message);
    if (help) expect(first?.help).toContain(help);
  });
});

test("values get their types", () => {
  const { value } = resolve({
    cli: {
      vars: "{a: 1, b: [x, 2.5], c: yes}",
      select: ["a b", "tag:x"],
      resource_types: ["model test"],
      threads: "3",
    },
  });
  expect(toPlain(value.get("vars"))).toEqual({ a: 1, b: ["x", 2.5], c: true });
  expect(value.get("select")).toEqual(["a b", "tag:x"]);
  expect(value.get("resource_types")).toEqual(["model", "test"]);
  expect(value.get("threads")).toBe(3);
  expect(value.get("no_such_flag")).toBeNull();
});

test("behaviour flags have dbt's defaults, and unknown ones are kept for templates", () => {
  const { value, diagnostics } = resolve({ project: { validate_macro_args: true, my_own_flag: "x" } });
  expect(value.boolean("validate_macro_args")).toBe(true);
  expect(value.boolean("source_freshness_run_project_hooks")).toBe(true);
  expect(value.get("my_own_flag")).toBe("x");
  expect(diagnostics).toEqual([]);
});

test("no command has two flags of one spelling", () => {
  const commands = [...new Set(FLAGS.flatMap(({ commands }) => (commands === "all" ? [] : commands)))];
  for (const command of commands) {
    const spellings = flagsOf(command).flatMap(({ cli, negative = [] }) => [...cli, ...negative]);
    expect(spellings.filter((spelling, i) => spellings.indexOf(spelling) !== i)).toEqual([]);
  }
});

describe("variables", () => {
  const root = { name: "root", vars: dict({ a: "root", b: "root", pkg: { a: "root for pkg", e: null } }) };
  const pkg = { name: "pkg", vars: dict({ a: "own", c: "own", pkg: { d: "own for pkg" } }) };
  const variables = projectVariables(dict({ z: "cli", b: "cli" }), root, [pkg]);

  test.each([
    ["a", "root", "root"],
    ["a", "pkg", "root for pkg"],
    ["b", "pkg", "cli"],
    ["c", "pkg", "own"],
    ["c", "root", undefined],
    ["d", "pkg", "own for pkg"],
    ["e", "pkg", null],
    ["z", "root", "cli"],
  ])("%s for %s is %j", (name, packageName, value) => {
    expect(variables.get(name, packageName)?.value).toBe(value);
  });

  test("names, for did-you-mean", () => {
    expect([...variables.names("pkg")].sort()).toEqual(["a", "b", "c", "d", "e", "z"]);
    expect([...variables.names("root")].sort()).toEqual(["a", "b", "z"]);
  });
});

test("vars.yml is known before dbt_project.yml, and --vars wins over it", async () => {
  const files = {
    "vars.yml": "vars:\n  schema: from_file\n  tag: t\n",
    "dbt_project.yml": `${PROJECT}models:\n  +schema: "{{ var('schema') }}"\n`,
  };
  const schema = async (cli: Record<string, Value>) =>
    (await load(files, { cli })).project.trees.models.configs.get("schema");
  expect(await schema({})).toBe("from_file");
  expect(await schema({ vars: "{schema: given}" })).toBe("given");
  expect((await load(files)).variables.get("tag", "shop")?.value).toBe("t");
  const [twice] = await complaints({ ...files, "dbt_project.yml": `${PROJECT}vars: {a: 1}\n` });
  expect(twice).toMatchObject({ code: "vars-invalid", place: { file: "dbt_project.yml", line: 4 } });
  const [wrong] = await complaints({ "vars.yml": "a: 1\n" });
  expect(wrong).toMatchObject({ code: "vars-invalid", place: { file: "vars.yml" } });
});

test(".env is read before all else and never overrides the environment", async () => {
  const files = {
    ".env":
      "# x\nexport DBT_TARGET=prod\nPLAIN=a b # c\nQUOTED=\"x\\ny\"\nSINGLE='a$b'\nnot an assignment\nEMPTY=\n",
  };
  expect((await load(files)).profile.target).toBe("prod");
  expect((await load(files, { env: { DBT_TARGET: "dev" } })).profile.target).toBe("dev");
  expect(Object.fromEntries(parseDotenv(files[".env"]))).toEqual({
    DBT_TARGET: "prod",
    PLAIN: "a b",
    QUOTED: "x\ny",
    SINGLE: "a$b",
    EMPTY: "",
  });
  expect([...customVariables({ DBT_ENV_CUSTOM_ENV_B: "2", DBT_ENV_CUSTOM_ENV_A: "1", OTHER: "3" })]).toEqual([
    ["A", "1"],
    ["B", "2"],
  ]);
});

test("selectors.yml", async () => {
  const config = await load({
    "selectors.yml":
      'selectors:\n  - name: nightly\n    default: true\n    description: d\n    definition: "tag:{{ target.name }}"\n',
  });
  expect(config.selectors.get("nightly")).toMatchObject({
    isDefault: true,
    description: "d",
    definition: "tag:dev",
    place: { file: "selectors.yml", line: 2 },
  });
  for (const [text, message] of [
    ["a: 1\n", 'must hold a list under "selectors"'],
    ["selectors: [x]\n", "selector 1 must be a mapping"],
    ["selectors: [{definition: a}]\n", 'selector 1 has no "name"'],
    ["selectors: [{name: a}]\n", 'selector "a" has no "definition"'],
    [
      "selectors: [{name: a, default: true, definition: x}, {name: b, default: true, definition: x}]\n",
      "both are the default",
    ],
  ] as const)
    expect((await complaints({ "selectors.yml": text }))[0]?.message).toContain(message);
});
