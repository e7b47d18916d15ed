// YAML that asks for objects or stands for millions of values, folders that lead out of the project, and files as other
// systems write them.

import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runEtl } from "./etl-process.ts";
import { queryWarehouse } from "./warehouse-state.ts";

let lab: string;
let project: string;

beforeEach(() => {
  lab = mkdtempSync(join(tmpdir(), "etl-hostile-files-"));
  project = join(lab, "project");
  write("dbt_project.yml", "name: files\nversion: '1.0'\nprofile: files\n");
  write("profiles.yml", "files: {target: dev, outputs: {dev: {type: duckdb, path: files.duckdb}}}\n");
  write("models/m.sql", "select 1 as id");
});
afterEach(() => rmSync(lab, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

const laughs = Array.from({ length: 11 }, (_, level) => {
  const inner = Array.from({ length: 10 }, () => `*a${level}`).join(", ");
  return `  a${level + 1}: &a${level + 1} [${inner}]`;
});
const bomb = ["x:", "  a0: &a0 lol", ...laughs].join("\n");

const yamlFiles: Readonly<Record<string, (value: string) => string>> = {
  "dbt_project.yml": (value) => `name: files\nversion: '1.0'\nprofile: files\nvars: {a: ${value}}\n`,
  "profiles.yml": (value) =>
    `files: {target: dev, outputs: {dev: {type: duckdb, path: ":memory:", settings: {a: ${value}}}}}\n`,
  "models/m.yml": (value) => `models: [{name: m, config: {meta: {a: ${value}}}}]\n`,
  "selectors.yml": (value) => `selectors: [{name: a, definition: {method: tag, value: ${value}}}]\n`,
  "packages.yml": (value) => `packages: [{local: ${value}}]\n`,
};

describe.each(Object.keys(yamlFiles))("%s", (name) => {
  const command = name === "packages.yml" ? "deps" : "parse";

  test.each([
    "!!python/object/apply:os.system ['touch evil']",
    "!!js/function 'function () {}'",
    "!include /etc/passwd",
  ])("with the tag %s is refused", async (value) => {
    write(name, yamlFiles[name]?.(value) ?? "");
    const { code, output } = await runEtl(project, [command]);
    expect(code).toBe(2);
    expect(output).toMatch(/^error\[yaml-syntax\]: .*(tag|!)/m);
    expect(existsSync(join(project, "evil"))).toBe(false);
  });

  test("with aliases that stand for 10^11 values is refused", async () => {
    write(name, `${bomb}\n${yamlFiles[name]?.("*a11") ?? ""}`);
    const { code, output } = await runEtl(project, [command]);
    expect(code).toBe(2);
    expect(output).toMatch(
      /^error\[yaml-syntax\]: the aliases of this file stand for more than a million values/m,
    );
  });
});

describe("clean", () => {
  const outside = (): string => join(lab, "outside", "kept.txt");

  beforeEach(() => {
    mkdirSync(join(lab, "outside"));
    writeFileSync(outside(), "kept");
  });

  const targets = (...paths: string[]): void =>
    write(
      "dbt_project.yml",
      `name: files\nversion: '1.0'\nprofile: files\nclean-targets: ${JSON.stringify(paths)}\n`,
    );

  test.each([[".."], ["../outside"], ["target/../../outside"], ["."], ["models"], ["/"], ["~"]])(
    "refuses %s, or leaves what is outside",
    async (path) => {
      targets(path);
      const { output } = await runEtl(project, ["clean"]);
      expect(output).not.toMatch(/^\s+at .*[(:]\d+:\d+\)?$/m);
      expect(existsSync(outside())).toBe(true);
      expect(existsSync(join(project, "models/m.sql"))).toBe(true);
    },
  );

  test("refuses an absolute path outside", async () => {
    targets(join(lab, "outside"));
    expect(await runEtl(project, ["clean"])).toMatchObject({ code: 2 });
    expect(existsSync(outside())).toBe(true);
  });

  test("removes a link, not what it leads to; and nothing through one", async () => {
    symlinkSync(join(lab, "outside"), join(project, "target"), "junction");
    mkdirSync(join(project, "build"));
    symlinkSync(join(lab, "outside"), join(project, "build/inside"), "junction");
    targets("target", "build");
    expect(await runEtl(project, ["clean"])).toMatchObject({ code: 0 });
    expect(existsSync(outside())).toBe(true);
    expect(existsSync(join(project, "build"))).toBe(false);

    symlinkSync(join(lab, "outside"), join(project, "build"), "junction");
    targets("build/kept.txt");
    expect(await runEtl(project, ["clean"])).toMatchObject({ code: 2 });
    expect(existsSync(outside())).toBe(true);
  });

  test("removes an installed local package, not its folder", async () => {
    write("local/dbt_project.yml", "name: local\nversion: '1.0'\n");
    write("packages.yml", "packages: [{local: local}]\n");
    expect(await runEtl(project, ["deps"])).toMatchObject({ code: 0 });
    targets("dbt_packages");
    expect(await runEtl(project, ["clean"])).toMatchObject({ code: 0 });
    expect(existsSync(join(project, "dbt_packages"))).toBe(false);
    expect(existsSync(join(project, "local/dbt_project.yml"))).toBe(true);
  });
});

test("compiled code is not written through a link that came with the project", async () => {
  mkdirSync(join(lab, "outside"));
  writeFileSync(join(lab, "outside/kept.sql"), "kept");
  write("target/compiled/files/models/.keep", "");
  symlinkSync(join(lab, "outside/kept.sql"), join(project, "target/compiled/files/models/m.sql"));
  expect(await runEtl(project, ["compile"])).toMatchObject({ code: 0 });
  expect(readFileSync(join(lab, "outside/kept.sql"), "utf8")).toBe("kept");
  expect(lstatSync(join(project, "target/compiled/files/models/m.sql")).isFile()).toBe(true);
});

test("files with Windows' line ends and byte order marks give what others give", async () => {
  const bom = "\ufeff";
  const files: Readonly<Record<string, string>> = {
    "dbt_project.yml": "name: files\nversion: '1.0'\nprofile: files\nvars:\n  a: x\n",
    "models/m.sql":
      "{{ config(\n  materialized='table'\n) }}\n-- a comment\nselect *,\n  'two\nlines' as words\nfrom {{ ref('codes') }}\n",
    "models/m.yml":
      "models:\n  - name: m\n    description: |\n      Two\n      lines.\n    columns:\n      - name: id\n        data_tests: [unique]\n",
    "seeds/codes.csv": 'id,label\n1,one\n2,"t\nwo"\n',
    "macros/k.sql": "{% macro k() %}\n1\n{% endmacro %}\n",
    ".env": "FILES_A=1\n",
  };
  const results: unknown[] = [];
  for (const change of [(text: string) => text, (text: string) => bom + text.replaceAll("\n", "\r\n")]) {
    for (const [name, text] of Object.entries(files)) write(name, change(text));
    rmSync(join(project, "files.duckdb"), { force: true });
    const { code, output } = await runEtl(project, ["build", "--no-partial-parse"]);
    expect(code, output).toBe(0);
    const rows = await queryWarehouse(
      join(project, "files.duckdb"),
      "select id, words from main.m order by id",
    );
    const manifest = JSON.parse(readFileSync(join(project, "target/manifest.json"), "utf8")) as {
      nodes: Record<string, { description: string; raw_code: string }>;
    };
    const { description, raw_code } = manifest.nodes["model.files.m"] ?? {};
    results.push({ rows, description, raw_code });
  }
  expect(results[1]).toEqual(results[0]);
});

test("a mistake in a file with Windows' line ends is told at its line", async () => {
  write("models/m.sql", "select 1 as a,\r\n  2 as b,\r\n  {{ ref('x') }} as c\r\n");
  const { code, output } = await runEtl(project, ["parse"]);
  expect(code).toBe(2);
  expect(output).toMatch(/models\/m\.sql:3:6/);
  expect(output).toMatch(/^\s+3 \| {3}\{\{ ref\('x'\) \}\} as c$/m);
});

test("models whose names differ in case alone are told apart or refused, never mixed", async () => {
  write("models/a/Orders.sql", "{{ config(materialized='table') }} select 1 as upper_case");
  write("models/b/orders.sql", "{{ config(materialized='table') }} select 2 as lower_case");
  const { code, output } = await runEtl(project, ["build"]);
  expect(code).toBe(2);
  expect(output).toMatch(/error\[[a-z-]+\]: .*Orders.*orders|error\[[a-z-]+\]: .*orders.*Orders/);
});
