// profiles.yml: found where dbt finds it, read for one target, told with file, line and near names, never with a secret.

import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { complaints, load, PROFILES, PROJECT, removeFolders } from "./project-folder.ts";

afterAll(removeFolders);

describe("what is wrong is told with its place", () => {
  test.each([
    [
      "shop:\n  outputs:\n    dev: {type: duckbd}\n  target: dev\n",
      3,
      "adapter-unknown",
      "duckbd",
      'did you mean "duckdb"',
    ],
    [
      "shop:\n  target: dvv\n  outputs:\n    dev: {type: duckdb}\n",
      2,
      "target-unknown",
      'no target "dvv"',
      'did you mean "dev"',
    ],
    [
      "shop:\n  outputs:\n    dev: {type: duckdb}\n",
      2,
      "target-unknown",
      'no target "default"',
      "targets: dev",
    ],
    ["shop:\n  target: dev\n", 1, "profile-value", 'has no "outputs"', "outputs"],
    [
      "shop:\n  target: dev\n  output:\n    dev: {type: duckdb}\n",
      1,
      "profile-value",
      'has no "outputs"',
      '"output" should be "outputs"',
    ],
    [
      "shop:\n  target: dev\n  outputs: [dev]\n",
      3,
      "profile-value",
      "must be a mapping of targets, not a list",
      undefined,
    ],
    [
      "shop:\n  target: dev\n  outputs:\n    dev: duckdb\n",
      4,
      "profile-value",
      'target "dev" of profile "shop" must be a mapping',
      undefined,
    ],
    [
      "shop:\n  target: dev\n  outputs:\n    dev:\n      path: x\n",
      4,
      "profile-value",
      'has no "type"',
      "duckdb",
    ],
    ["shop:\n", 1, "profile-value", 'profile "shop" in profiles.yml is empty', undefined],
    ["", 1, "profile-unknown", "profiles.yml is empty", undefined],
    [
      "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: \"{{ env_var('SHOP_DB_PATH') }}\"\n",
      6,
      "env-var-missing",
      "SHOP_DB_PATH",
      "export SHOP_DB_PATH",
    ],
    [
      "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      threads: two\n",
      6,
      "profile-value",
      "threads",
      undefined,
    ],
    [
      "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: {{ x }}\n",
      6,
      "yaml-syntax",
      "must stand in quotes",
      undefined,
    ],
  ])("%j", async (text, line, code, message, help) => {
    const found = (await complaints({ "profiles.yml": text })).find((diagnostic) => diagnostic.code === code);
    expect(found).toMatchObject({ severity: "error", place: { file: "profiles.yml", line }, frame: false });
    expect(found?.message).toContain(message);
    if (help) expect(found?.help).toContain(help);
  });

  test("a profile that does not exist is shown in dbt_project.yml", async () => {
    const [first] = await complaints({ "dbt_project.yml": "name: shop\nprofile: shopp\n" });
    expect(first).toMatchObject({ code: "profile-unknown", place: { file: "dbt_project.yml", line: 2 } });
    expect(first?.help).toContain('did you mean "shop"');
  });

  test("--target and --profile that do not exist", async () => {
    const [target] = await complaints({}, { cli: { target: "prd" } });
    expect(target).toMatchObject({
      code: "target-unknown",
      help: 'did you mean "prod"? (targets: dev, prod)',
    });
    const [profile] = await complaints({}, { cli: { profile: "shp" } });
    expect(profile).toMatchObject({ code: "profile-unknown", help: 'did you mean "shop"? (profiles: shop)' });
  });

  test("a project with a profile and no profiles.yml: where it was searched, and one ready to paste", async () => {
    const [first] = await complaints({ "profiles.yml": undefined });
    expect(first).toMatchObject({ code: "profiles-missing", place: { line: 3 } });
    expect(first?.message).toContain(join("home", ".dbt"));
    expect(first?.notes?.[0]?.message).toContain(
      "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb",
    );
  });

  test("a project without a profile beside a profiles.yml", async () => {
    const [first] = await complaints({ "dbt_project.yml": "name: shop\n" });
    expect(first).toMatchObject({ code: "project-value", help: expect.stringContaining("profile: shop") });
  });

  test("no message holds a password", async () => {
    const password = "hunter2hunter2";
    for (const line of [
      `password: [${password}]`,
      `password: '${password}`,
      `password: ${password}: x`,
      `threads: ${password}\n      password: ${password}`,
      `typ: ${password}`,
    ]) {
      const text = `shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      ${line}\n`;
      expect(JSON.stringify(await complaints({ "profiles.yml": text }))).not.toContain(password);
    }
  });
});

describe("which file, profile and target", () => {
  const other = (path: string) => PROFILES.replace("shop.duckdb", path);

  test("a given folder, else the working folder, the project, the home folder", async () => {
    const files = {
      "profiles.yml": other("project"),
      "sub/profiles.yml": other("sub"),
      "given/profiles.yml": other("given"),
      "home/.dbt/profiles.yml": other("home"),
    };
    const path = async (given: typeof files | Record<string, string | undefined>, options = {}) =>
      (await load(given, options)).profile.settings.path;
    expect(await path(files, { cwd: "sub", cli: { profiles_dir: "../given" } })).toBe("given");
    expect(await path(files, { env: { DBT_PROFILES_DIR: "given" } })).toBe("given");
    expect(await path(files, { cwd: "sub" })).toBe("sub");
    expect(await path({ ...files, "sub/profiles.yml": undefined, "sub/x": "" }, { cwd: "sub" })).toBe(
      "project",
    );
    expect(await path({ ...files, "profiles.yml": undefined })).toBe("home");
  });

  test("without a profile: the embedded engine, whatever ~/.dbt holds", async () => {
    const config = await load({
      "dbt_project.yml": "name: shop\n",
      "profiles.yml": undefined,
      "home/.dbt/profiles.yml": PROFILES,
    });
    expect(config.profile).toMatchObject({ profile: "shop", target: "dev" });
    expect(config.credentials).toMatchObject({ type: "duckdb", schema: "main" });
  });

  test("--target over DBT_TARGET over the profile's", async () => {
    const options = { env: { DBT_TARGET: "prod" } };
    expect((await load({})).profile.target).toBe("dev");
    expect((await load({}, options)).profile.target).toBe("prod");
    expect((await load({}, { ...options, cli: { target: "dev" } })).profile.target).toBe("dev");
  });

  test("only the target that is used is rendered, with variables and their types", async () => {
    const text = `shop:
  target: "{{ env_var('WHERE', 'dev') }}"
  outputs:
    dev:
      type: duckdb
      path: "{{ var('folder', 'x') }}/{{ env_var('DBT_ENV_SECRET_NAME') }}.duckdb"
      threads: "{{ env_var('THREADS') | as_number }}"
    broken: {type: duckdb, path: "{{ env_var('NOT_SET') }}"}
`;
    const vars = new Map([["folder", "data"]]);
    const config = await load(
      { "profiles.yml": text },
      { cli: { vars }, env: { THREADS: "3", DBT_ENV_SECRET_NAME: "s3cr3t" } },
    );
    expect(config.profile.settings).toEqual({ type: "duckdb", path: "data/s3cr3t.duckdb", threads: 3 });
    expect(config.threads).toBe(3);
    expect(config.secrets).toContain("s3cr3t");
    expect(Object.fromEntries(config.envVars)).toEqual({ WHERE: null, THREADS: "3" });
  });

  test("deps and clean need no profile", async () => {
    const files = { "profiles.yml": undefined };
    expect((await load(files, { command: "deps" })).project.name).toBe("shop");
    expect((await load({ "profiles.yml": "{" }, { command: "clean" })).project.name).toBe("shop");
    await expect(load(files, { command: "build" })).rejects.toThrow("there is no profiles.yml");
  });
});

test("the project is found in the working folder or above it", async () => {
  expect((await load({ "models/deep/a.sql": "" }, { cwd: "models/deep" })).project.name).toBe("shop");
  const [nothing] = await complaints({ "dbt_project.yml": undefined, "a/b": "" }, { cwd: "a" });
  expect(nothing).toMatchObject({ code: "project-missing" });
  const [wrong] = await complaints({ "a/b": "" }, { cli: { project_dir: "a" } });
  expect(wrong?.message).toContain("there is no dbt_project.yml in");
  expect(
    (
      await load(
        { "dbt_project.yml": undefined, "p/dbt_project.yml": PROJECT },
        { cli: { project_dir: "p" } },
      )
    ).project.name,
  ).toBe("shop");
});
