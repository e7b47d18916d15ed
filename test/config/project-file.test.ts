// dbt_project.yml: every mistake in words at its line, every key with its type and dbt's default.

import { afterAll, describe, expect, test } from "vitest";
import { configLevels, unusedTreePaths } from "../../src/config/config-tree.ts";
import { packageRenderer } from "../../src/config/target.ts";
import { readYaml } from "../../src/config/yaml.ts";
import { toPlain } from "../../src/jinja/json.ts";
import { complaints, load, PROJECT, removeFolders } from "./project-folder.ts";

afterAll(removeFolders);

describe("what is wrong is told at its line", () => {
  test.each([
    ["name: my-shop\nprofile: shop\n", 1, "project-value", '"my-shop" cannot be the name', "name: my_shop"],
    ["name: 1shop\nprofile: shop\n", 1, "project-value", '"1shop" cannot be the name', "name: _1shop"],
    ["name: target\nprofile: shop\n", 1, "project-value", '"target" cannot be the name', "target_project"],
    ["profile: shop\n", 1, "project-value", 'no "name"', "name: my_project"],
    ["", 1, "project-value", "dbt_project.yml is empty", undefined],
    ["- a\n", 1, "project-value", "must hold a mapping", undefined],
    [
      `${PROJECT}model-paths: models\n`,
      4,
      "project-value",
      '"model-paths" must be a list',
      'write model-paths: ["models"]',
    ],
    [`${PROJECT}model-paths: [{a: 1}]\n`, 4, "project-value", "must be a text, not a mapping", undefined],
    [`${PROJECT}models:\n  - shop:\n`, 5, "project-value", '"models" must be a mapping', undefined],
    [`${PROJECT}vars: [a]\n`, 4, "project-value", '"vars" must be a mapping', undefined],
    [`${PROJECT}dispatch: {a: b}\n`, 4, "project-value", '"dispatch" must be a list', undefined],
    [`${PROJECT}dispatch: [{macro_namespace: a}]\n`, 4, "project-value", "needs macro_namespace", undefined],
    [
      `${PROJECT}quoting: {identifier: maybe}\n`,
      4,
      "project-value",
      '"identifier" must be true or false',
      undefined,
    ],
    [
      `${PROJECT}require-dbt-version: ">=9.0.0"\n`,
      4,
      "project-version",
      "asks for dbt version >=9.0.0",
      "--no-version-check",
    ],
    [
      `${PROJECT}require-dbt-version: [">=1.0.0", "new"]\n`,
      4,
      "project-version",
      '"new" is not a version',
      undefined,
    ],
    [`${PROJECT}tests: {}\ndata_tests: {}\n`, 4, "project-value", "are the same key", "data_tests"],
    [`${PROJECT}models:\n  +enabled: flase\n`, 5, "config-value", '"enabled" of models', undefined],
    [
      `${PROJECT}models:\n  shop:\n    +access: pulbic\n`,
      6,
      "config-value",
      '"access"',
      'did you mean "public"',
    ],
    [
      `${PROJECT}models:\n  +schema: "{{ env_var('NOPE_X') }}"\n`,
      5,
      "env-var-missing",
      '"NOPE_X" is not set',
      "export NOPE_X",
    ],
    [
      `${PROJECT}models:\n  +schema: "{{ env_var('DBT_ENV_SECRET_A') }}"\n`,
      5,
      "jinja-error",
      "can only be read in profiles.yml",
      undefined,
    ],
    [
      `${PROJECT}models:\n  +schema: "{{ var('shcema') }}"\n`,
      5,
      "jinja-error",
      'the var "shcema" has no value',
      "--vars",
    ],
    [
      `${PROJECT}models:\n  +meta: {owner: "{{ taget }}", all: "{{ [target.name, taget] }}"}\n`,
      5,
      "jinja-error",
      "'taget' is undefined",
      undefined,
    ],
    [
      `${PROJECT}models:\n  +schema: "{{ target.name "\n`,
      5,
      "jinja-syntax",
      '"+schema" cannot be rendered',
      undefined,
    ],
    [
      `${PROJECT}flags: {indirect_selection: eagr}\n`,
      4,
      "flag-value",
      "must be one of eager",
      'did you mean "eager"',
    ],
  ])("%j", async (text, line, code, message, help) => {
    const [first] = await complaints({ "dbt_project.yml": text });
    expect(first).toMatchObject({ severity: "error", code, place: { file: "dbt_project.yml", line } });
    expect(first?.message).toContain(message);
    if (help) expect(first?.help).toContain(help);
  });

  test("all mistakes are told in one run, sorted by line", async () => {
    const text = "name: my-shop\nprofile: shopp\nmodel-paths: models\nmodels: []\n";
    const lines = (await complaints({ "dbt_project.yml": text })).map(({ place }) => place?.line);
    expect(lines).toEqual([1, 2, 3, 4]);
  });
});

describe("what is doubtful is a warning", () => {
  test.each([
    [`${PROJECT}snapshots-paths: [x]\n`, 4, "project-key", 'did you mean "snapshot-paths"'],
    [`${PROJECT}model_paths: [x]\n`, 4, "project-key", 'did you mean "model-paths"'],
    [`${PROJECT}data-paths: [data]\n`, 4, "project-key-old", 'rename it to "seed-paths"'],
    [`${PROJECT}source-paths: [models]\n`, 4, "project-key-old", 'rename it to "model-paths"'],
    [`${PROJECT}whatever: 1\n`, 4, "project-key", "remove it"],
    [`${PROJECT}models:\n  shop:\n    +materialised: view\n`, 6, "config-key", 'did you mean "materialized"'],
    [`${PROJECT}flags: {fail_fats: true}\n`, 4, "flag-key", 'did you mean "fail_fast"'],
    [`${PROJECT}models: {}\nmodels: {}\n`, 5, "yaml-duplicate-key", "join the two"],
  ])("%j", async (text, line, code, help) => {
    const [first] = await complaints({ "dbt_project.yml": text });
    expect(first).toMatchObject({ severity: "warning", code, place: { line } });
    expect(first?.help).toContain(help);
  });

  test("a missing folder is a mistake only beside one of nearly the same name", async () => {
    const text = `${PROJECT}model-paths: [modles]\ntest-paths: [test]\nanalysis-paths: [nowhere]\n`;
    const found = await complaints({ "dbt_project.yml": text, "models/a.sql": "", "tests/a.sql": "" });
    expect(found).toMatchObject([
      { severity: "error", code: "project-path", place: { line: 4 }, help: 'did you mean "models"?' },
      { severity: "warning", code: "project-path", place: { line: 5 }, help: 'did you mean "tests"?' },
    ]);
  });
});

test("a block text that ends the file ends without its line break", async () => {
  const { project } = await load({ "dbt_project.yml": `${PROJECT}on-run-end:\n  - >\n    select 1\n` });
  expect(project.onRunEnd.map(({ sql }) => sql)).toEqual(["select 1"]);
});

test("nothing is said about what dbt projects commonly hold", async () => {
  const text = `${PROJECT}
config-version: 2
require-dbt-version: [">=1.3.0", "<2.0.0"]
analysis-paths: ["analyses"]
target-path: "target"
clean-targets: [target, dbt_packages]
anchors:
  - &day {+tags: [daily]}
flags: {send_anonymous_usage_stats: false, use_colors: true, require_explicit_package_overrides_for_builtin_materializations: false}
vars: {shop: {a: 1}, surrogate_key_treat_nulls_as_empty_strings: true}
models:
  <<: *day
  +materialized: "{{ 'table' if target.name == 'prod' else 'view' }}"
  shop:
    staging: {enabled: true, +docs: {node_color: red}, +meta: {owner: x}, +my_own_key: 3, +post-hook: "grant select on {{ this }} to x"}
seeds: {+quote_columns: false}
tests: {+store_failures: true}
on-run-start: "{{ create_x() }}"
query-comment: null
dbt-cloud: {project-id: 1}
`;
  const config = await load({ "dbt_project.yml": text });
  expect(config.diagnostics).toEqual([]);
  expect(config.project.queryComment).toBeNull();
  expect(config.project.onRunStart).toMatchObject([{ sql: "{{ create_x() }}", place: { line: 21 } }]);
  expect(config.project.trees.data_tests.configs.get("store_failures")).toBe(true);
});

test("defaults are dbt's", async () => {
  const { project, targetFolder, folder } = await load({});
  expect(project.paths).toEqual({
    "model-paths": ["models"],
    "seed-paths": ["seeds"],
    "snapshot-paths": ["snapshots"],
    "analysis-paths": ["analyses"],
    "macro-paths": ["macros"],
    "test-paths": ["tests"],
    "function-paths": ["functions"],
    "docs-paths": ["models", "seeds", "snapshots", "analyses", "macros", "tests", "functions"],
    "asset-paths": [],
  });
  expect(project).toMatchObject({
    packagesInstallPath: "dbt_packages",
    cleanTargets: ["target"],
    restrictAccess: false,
  });
  expect(targetFolder.startsWith(folder)).toBe(true);
});

test("configs of a node: its own tree, properties, config(), and the root project's tree last for a package", async () => {
  const text = `${PROJECT}models:
  +tags: all
  shop:
    staging:
      +materialized: table
      +post-hook: "select {{ this }}"
  other: {+enabled: "{{ target.type == 'duckdb' }}", +schema: "{{ target.schema }}"}
`;
  const { project: root } = await load({ "dbt_project.yml": text });
  const levels = (fqn: readonly string[], own: typeof root) =>
    configLevels(
      { tree: "models", fqn, own, root, written: [new Map([["a", 1]]), new Map([["b", 2]])] },
      "configs",
    ).map(toPlain);
  expect(levels(["shop", "staging", "x"], root)).toEqual([
    { tags: "all" },
    {},
    { materialized: "table", "post-hook": "select {{ this }}" },
    { a: 1 },
    { b: 2 },
  ]);
  const own = {
    ...root,
    trees: { ...root.trees, models: { configs: new Map(), unrendered: new Map(), children: new Map() } },
  };
  expect(levels(["other", "x"], own)).toEqual([
    {},
    { a: 1 },
    { b: 2 },
    { tags: "all" },
    { enabled: true, schema: "main" },
  ]);
  const unrendered = configLevels(
    { tree: "models", fqn: ["other"], own: root, root, written: [] },
    "unrendered",
  );
  expect(toPlain(unrendered[1] ?? null)).toEqual({
    enabled: "{{ target.type == 'duckdb' }}",
    schema: "{{ target.schema }}",
  });
  expect(unusedTreePaths(root.trees.models, [["shop", "marts", "x"]])).toEqual([
    ["shop", "staging"],
    ["other"],
  ]);
});

test("a package's project file knows the target, the environment, --vars and the time", async () => {
  const config = await load({}, { cli: { vars: "{live: yes}" }, env: { TEAM: "a" } });
  const text =
    "x: \"{{ target.type }} {{ target.name }} {{ env_var('TEAM') }} {{ var('live') }} {{ modules.datetime.date(2026, 1, 31).year }} {{ run_started_at - run_started_at }} {{ run_started_at.tzname() }}\"\n";
  const file = readYaml(text, "dbt_packages/p/dbt_project.yml").value;
  expect(file && toPlain(packageRenderer(config).render(file, file.value, [], []))).toEqual({
    x: "duckdb dev a True 2026 0:00:00 UTC",
  });
});
