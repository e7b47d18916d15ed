// init, clean, debug, deps: the commands around a project.

import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith } from "./etl.ts";
import { etl } from "./in-process.ts";

const project = 'name: shop\nversion: "1.0"\n';

describe("init", () => {
  test("makes a project in a new folder and names the next command", async () => {
    const folder = folderWith({});
    expect(await etl(folder, ["init", "shop"])).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^made the project "shop" in shop: \d+ files\nnext: cd shop && etl build\n$/,
      ),
    });
    expect(readFileSync(join(folder, "shop", "dbt_project.yml"), "utf8")).toContain("name: shop\n");
    for (const file of [
      ".gitignore",
      "models/marts/daily_revenue.sql",
      "seeds/raw_orders.csv",
      "tests/revenue_adds_up.sql",
    ]) {
      expect(existsSync(join(folder, "shop", file)), file).toBe(true);
    }
  });

  test("works in an empty folder, whose name is the project's", async () => {
    const folder = folderWith({ "corner_shop/.git/HEAD": "" });
    expect((await etl(join(folder, "corner_shop"), ["init"])).out).toContain(
      'made the project "corner_shop"',
    );
  });

  test("has nothing to convert where a dbt project is", async () => {
    const folder = folderWith({ "dbt_project.yml": project });
    expect(await etl(folder, ["init"])).toEqual({
      code: 0,
      out: "this folder is a dbt project already: there is nothing to convert\nnext: etl build\n",
      err: "",
    });
    expect(readFileSync(join(folder, "dbt_project.yml"), "utf8")).toBe(project);
  });

  test("writes over nothing", async () => {
    const folder = folderWith({ "shop/notes.txt": "mine" });
    expect(await etl(folder, ["init", "shop"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("error[init-refused]"),
    });
    expect(await etl(folder, ["init"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("etl init my_project"),
    });
    expect(await etl(folder, ["init", "../x"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("cannot be named"),
    });
  });
});

describe("clean", () => {
  const clean = (
    targets: string,
    files: Readonly<Record<string, string>> = {},
  ): ReturnType<typeof folderWith> =>
    folderWith({
      "dbt_project.yml": `${project}clean-targets: [${targets}]\n`,
      "models/a.sql": "select 1",
      ...files,
    });

  test("removes its targets", async () => {
    const folder = clean("target, dbt_packages, absent", {
      "target/x/y.json": "{}",
      "dbt_packages/p/z.sql": "",
    });
    expect(await etl(folder, ["clean"])).toMatchObject({
      code: 0,
      out: "removed 2 folders: dbt_packages, target\n",
    });
    expect(existsSync(join(folder, "target"))).toBe(false);
    expect((await etl(folder, ["clean"])).out).toBe("nothing to remove\n");
  });

  test.each([
    ["../other", "it is outside of the project"],
    ["target/../../other", "it is outside of the project"],
    [".", "it holds the project itself"],
    ["models", "it holds source files (models)"],
    ["linked/inside", "a link on its path leads out of the project"],
  ])("refuses %s, and then removes nothing", async (target, reason) => {
    const outside = folderWith({ "inside/keep.txt": "mine" });
    const folder = clean(`target, '${target}'`, { "target/x.json": "{}" });
    symlinkSync(outside, join(folder, "linked"), process.platform === "win32" ? "junction" : "dir");
    const { code, err } = await etl(folder, ["clean"]);
    expect(code).toBe(2);
    expect(err).toContain(`error[clean-refused]: clean does not remove "${target}": ${reason}`);
    expect(err).toContain("--> dbt_project.yml:3:");
    expect(existsSync(join(outside, "inside/keep.txt"))).toBe(true);
    expect(existsSync(join(folder, "target/x.json"))).toBe(true);
  });

  test("removes a link, not what it leads to", async () => {
    const outside = folderWith({ "keep.txt": "mine" });
    const folder = clean("linked");
    symlinkSync(outside, join(folder, "linked"), process.platform === "win32" ? "junction" : "dir");
    expect((await etl(folder, ["clean"])).code).toBe(0);
    expect(existsSync(join(folder, "linked"))).toBe(false);
    expect(existsSync(join(outside, "keep.txt"))).toBe(true);
  });
});

describe("debug", () => {
  test("shows what there is and tests the connection", async () => {
    const { code, out } = await etl(folderWith({ "dbt_project.yml": project }), ["debug"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^project +shop in /m);
    expect(out).toMatch(/^connection +ok, in /m);
  });

  test("ends with 1 and the mistake in profiles.yml, never its line", async () => {
    const folder = folderWith({
      "dbt_project.yml": `${project}profile: shop\n`,
      "profiles.yml": "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdbb, password: hunter2}\n",
    });
    const { code, out, err } = await etl(folder, ["debug"]);
    expect(code).toBe(1);
    expect(err).toContain('did you mean "duckdb"?');
    expect(err).toContain("profiles.yml:4");
    expect(out + err).not.toContain("hunter2");
  });

  test("tells of a folder that is no project", async () => {
    expect(await etl(folderWith({}), ["debug"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("error[project-missing]"),
    });
  });
});

describe("deps", () => {
  test("installs local packages", async () => {
    const folder = folderWith({
      // The configs need a var that only runs are given.
      "dbt_project.yml": `${project}models: {+schema: "{{ var('only_in_runs') }}"}\n`,
      "packages.yml": "packages:\n  - local: shared\n",
      "shared/dbt_project.yml": 'name: shared\nversion: "1.0"\n',
    });
    const { code, out } = await etl(folder, ["deps"]);
    expect(code).toBe(0);
    expect(out).toContain("shared");
    expect(existsSync(join(folder, "dbt_packages", "shared", "dbt_project.yml"))).toBe(true);
    expect(existsSync(join(folder, "package-lock.yml"))).toBe(true);
  });

  test("adds a package, keeps the rest of the file, and replaces an entry of the same package", async () => {
    const folder = folderWith({
      "dbt_project.yml": project,
      "packages.yml":
        "# ours\npackages:\n  - local: shared # near\n  - git: https://example.com/other-shop.git\n    revision: a\n",
      "shared/dbt_project.yml": 'name: shared\nversion: "1.0"\n',
      "other_shop/dbt_project.yml": 'name: other_shop\nversion: "1.0"\n',
    });
    expect((await etl(folder, ["deps", "--add-package", "other_shop", "--source", "local"])).code).toBe(0);
    expect(readFileSync(join(folder, "packages.yml"), "utf8")).toBe(
      "# ours\npackages:\n  - local: shared # near\n  - local: other_shop\n",
    );
    expect(existsSync(join(folder, "dbt_packages", "other_shop"))).toBe(true);
    expect(await etl(folder, ["deps", "--add-package", "dbt-labs/dbt_utils"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("lacks the version"),
    });
  });

  test("shows the place of a mistake in packages.yml", async () => {
    const folder = folderWith({
      "dbt_project.yml": project,
      "packages.yml": "packages:\n  - packge: dbt-labs/dbt_utils\n",
    });
    const { code, err } = await etl(folder, ["deps"]);
    expect(code).toBe(2);
    expect(err).toMatch(/--> packages\.yml:2:5\n {3}2 \| {3}- packge/);
  });
});

describe("secrets", () => {
  test("are in no output and no log, even when a mistake quotes them", async () => {
    const folder = folderWith({
      "dbt_project.yml": `${project}profile: shop\n`,
      "profiles.yml": `shop:\n  target: "{{ env_var('DBT_ENV_SECRET_T') }}"\n  outputs: {dev: {type: duckdb}}\n`,
    });
    const { code, out, err } = await etl(folder, ["debug"], { env: { DBT_ENV_SECRET_T: "s3cr3t-value" } });
    expect(code).toBe(1);
    expect(out + err).not.toContain("s3cr3t-value");
  });
});

test("a log that cannot be written is told, and nothing fails for it", async () => {
  const folder = folderWith({ "dbt_project.yml": project, logs: "a file" });
  const { code, err } = await etl(folder, ["clean"]);
  expect(code).toBe(0);
  expect(err).toContain("warning[log-unwritable]");
});

test("folders are made where they are missing", async () => {
  const folder = folderWith({ "dbt_project.yml": project });
  mkdirSync(join(folder, "models"));
  writeFileSync(join(folder, "models", "a.sql"), "select 1");
  await etl(folder, ["clean", "--log-path", "deep/logs"]);
  expect(existsSync(join(folder, "deep/logs/etl.log"))).toBe(true);
});
