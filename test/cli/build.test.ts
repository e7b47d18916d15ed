// build and its sisters as people and CI see them: output, exit codes, artifacts.

import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith } from "./etl.ts";
import { etl } from "./in-process.ts";
import { brokenShop, shopWith, timeless } from "./shop.ts";

interface RunResults {
  readonly results: readonly { readonly unique_id: string; readonly status: string }[];
}

function statuses(folder: string): Record<string, string> {
  const { results } = JSON.parse(readFileSync(join(folder, "target/run_results.json"), "utf8")) as RunResults;
  return Object.fromEntries(
    results.map(({ unique_id: id, status }) => [id.split(".").slice(0, 3).join("."), status]),
  );
}

describe("a green build", async () => {
  const folder = shopWith();
  const first = await etl(folder, ["build", "--threads", "1"]);

  test("ends with 0 and reads well", () => {
    expect(first.err).toBe("");
    expect(first.code).toBe(0);
    expect(timeless(first.out)).toMatchSnapshot();
  });

  test("writes its artifacts and a log with every statement", () => {
    for (const name of ["manifest.json", "run_results.json"])
      JSON.parse(readFileSync(join(folder, "target", name), "utf8"));
    const log = readFileSync(join(folder, "logs/etl.log"), "utf8");
    expect(log).toContain("debug model.shop.customers: ");
    expect(log).toMatch(/sum\(amount\) as revenue/);
  });

  test("can be told to say less or more", async () => {
    expect(await etl(folder, ["build", "--quiet"])).toEqual({ code: 0, out: "", err: "" });
    expect((await etl(folder, ["--log-level", "debug", "run", "-s", "customers"])).out).toMatch(
      /customers: \d+\.\d ms/,
    );
  });

  test("writes no artifacts and no log when told so", async () => {
    const bare = shopWith();
    expect((await etl(bare, ["build", "--no-write-json", "--log-level-file", "none"])).code).toBe(0);
    expect(existsSync(join(bare, "target/manifest.json"))).toBe(false);
    expect(existsSync(join(bare, "logs"))).toBe(false);
  });

  test("is the starter project's, too", async () => {
    const home = folderWith({});
    await etl(home, ["init", "fresh"]);
    expect(await etl(join(home, "fresh"), ["build"])).toMatchObject({ code: 0, err: "" });
  });
});

describe("a failing test", async () => {
  const folder = folderWith(brokenShop);
  const failed = await etl(folder, ["build", "--threads", "1", "--junit", "out/results.xml"]);

  test("ends with 1, shows five rows and the command for the rest, skips what is below", () => {
    expect(failed.code).toBe(1);
    expect(timeless(failed.out)).toMatchSnapshot();
    expect(statuses(folder)).toMatchObject({
      "test.shop.unique_orders_order_id": "fail",
      "model.shop.customers": "skipped",
      "test.shop.not_null_customers_revenue": "skipped",
    });
  });

  test("is in the JUnit file", () => {
    const xml = readFileSync(join(folder, "out/results.xml"), "utf8");
    expect(xml).toMatch(/<testsuites name="etl build" tests="5" failures="1" errors="0" skipped="2"/);
    expect(xml).toMatch(/<testcase name="unique_orders_order_id"[^>]*><failure message="/);
  });

  test("can be looked at by the command that was shown", async () => {
    const command = /etl (show .*)/.exec(failed.out)?.[1] ?? "";
    const { out } = await etl(folder, command.split(" "));
    expect(out.match(/^ +\d+ \| +2$/gm)).toHaveLength(6);
  });

  test("and what it skipped are run again by retry, once mended", async () => {
    writeFileSync(join(folder, "seeds/raw_orders.csv"), "id,customer,amount\n1,ann,10\n");
    await etl(folder, ["seed", "--no-write-json"]);
    expect((await etl(folder, ["retry"])).code).toBe(0);
    expect(statuses(folder)).toEqual({
      "test.shop.unique_orders_order_id": "pass",
      "model.shop.customers": "success",
      "test.shop.not_null_customers_revenue": "pass",
    });
    expect((await etl(folder, ["retry"])).out).toContain("has nothing to retry");
  });
});

test("a run that deferred is run again with what it deferred to, wherever its results lie", async () => {
  const folder = shopWith({ "models/customers.sql": "select * from {{ ref('orders') }} where gone = 1\n" });
  expect((await etl(folder, ["parse", "--target-path", "other"])).code).toBe(0);
  const run = ["run", "--select", "customers", "--defer", "--favor-state", "--state", "other"];
  expect((await etl(folder, run)).code).toBe(1);
  const read = () => JSON.parse(readFileSync(join(folder, "target/run_results.json"), "utf8")).args.state;
  expect(await etl(folder, ["retry"])).toMatchObject({ code: 1, out: expect.stringContaining("customers") });
  expect(read()).toBe("other");
  renameSync(join(folder, "target/run_results.json"), join(folder, "run_results.json"));
  expect((await etl(folder, ["retry", "--state", "."])).code).toBe(1);
  expect(read()).toBe("other");
});

describe("a model that the warehouse refuses", () => {
  test("ends with 1 and points into the source", async () => {
    const folder = shopWith({
      "models/customers.sql":
        "select customer,\n  sum(amunt) as revenue\nfrom {{ ref('orders') }} group by 1\n",
    });
    const { code, out } = await etl(folder, ["build"]);
    expect(code).toBe(1);
    expect(out).toContain("--> models/customers.sql:2:");
    expect(out).toMatch(/^ {3}2 \| {3}sum\(amunt\) as revenue$/m);
    expect(out).toContain('"amount"');
    expect(out).not.toMatch(/\bat .*\.m?js:\d+/);
  });
});

test("a model whose file is empty is listed, told of, and left out of the build", async () => {
  const folder = shopWith({ "models/nothing.sql": "\n" });
  const { code, out } = await etl(folder, ["build", "-s", "nothing", "+orders"]);
  expect(code).toBe(0);
  expect(out).toContain('warning[file-empty]: model "nothing" is empty, so it is not built');
  const { results } = JSON.parse(readFileSync(join(folder, "target/run_results.json"), "utf8"));
  expect(results.map((one: { unique_id: string }) => one.unique_id)).not.toContain("model.shop.nothing");
  expect((await etl(folder, ["ls", "-s", "nothing", "-q"])).out).toBe("shop.nothing\n");
});

describe("mistakes in the project", () => {
  test("are told together, sorted, once, and nothing is run", async () => {
    const folder = shopWith({
      "models/customers.sql": "select * from {{ ref('ordrs') }}\n",
      "models/orders.sql": "select * from {{ ref('raw_order') }}\n",
    });
    const { code, out, err } = await etl(folder, ["build"]);
    expect(code).toBe(2);
    expect(out).toBe("");
    const places = [...err.matchAll(/--> (\S+)/g)].map(([, place]) => place);
    expect(places).toEqual([...places].sort());
    expect(new Set(places).size).toBe(places.length);
    expect(err).toContain('did you mean "orders"');
    expect(err).toContain('did you mean "raw_orders"');
    expect(existsSync(join(folder, "target/run_results.json"))).toBe(false);
  });

  test("that are warnings end with 0, and with 2 under --warn-error", async () => {
    const folder = shopWith({
      "models/more.yml": "version: 2\nmodels:\n  - name: orders_gone\n    description: x\n",
    });
    const warned = await etl(folder, ["parse"]);
    expect(warned).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/^warning\[[a-z-]+\]: /) });
    const code = /^warning\[([a-z-]+)\]/.exec(warned.out)?.[1] ?? "";
    expect(await etl(folder, ["--warn-error", "parse"])).toMatchObject({
      code: 2,
      err: expect.stringContaining(`error[${code}]`),
    });
    expect((await etl(folder, ["parse", "--warn-error-options", `{silence: [${code}]}`])).out).not.toContain(
      "warning[",
    );
    expect((await etl(folder, ["parse", "--warn-error-options", `{error: all, warn: [${code}]}`])).code).toBe(
      0,
    );
    for (const wrong of ["{silence: [NoSuchEvent]}", `{warn: [${code}]}`])
      expect((await etl(folder, ["parse", "--warn-error-options", wrong])).code).toBe(2);
  });
});

describe("a selection that matches nothing", () => {
  test("is said aloud, with the nearest name", async () => {
    const folder = shopWith();
    const { code, out } = await etl(folder, ["run", "--select", "custmers"]);
    expect(code).toBe(0);
    expect(out).toContain('warning[selection-empty]: the selection "custmers" matches nothing');
    expect(out).toContain("customers");
    expect(out).toContain("nothing to do");
  });
});

describe("--log-format json", () => {
  test("makes every line an object", async () => {
    const folder = folderWith(brokenShop);
    for (const args of [["build"], ["ls"], ["show", "-s", "orders"], ["build", "-s", "nothing"]]) {
      const { out } = await etl(folder, ["--log-format", "json", ...args]);
      const lines = out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { info: { msg: string; invocation_id: string } });
      expect(lines.length).toBeGreaterThan(0);
      for (const { info } of lines) expect(info.invocation_id).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe("print() and log()", () => {
  const macros =
    "{% macro hello(name) %}{{ print('printed ' ~ name) }}{{ log('logged', info=true) }}{{ log('for the file') }}{% endmacro %}";
  const folder = shopWith({ "macros/hello.sql": macros });

  test("run-operation runs a macro with arguments", async () => {
    expect(await etl(folder, ["run-operation", "hello", "--args", "{name: Ann}"])).toEqual({
      code: 0,
      out: "printed Ann\nlogged\n",
      err: "",
    });
    expect(readFileSync(join(folder, "logs/etl.log"), "utf8")).toContain("for the file");
  });

  test("print() is heard under --quiet, nothing under --no-print", async () => {
    expect((await etl(folder, ["-q", "run-operation", "hello", "--args", "name: Ann"])).out).toBe(
      "printed Ann\n",
    );
    expect((await etl(folder, ["run-operation", "hello", "--args", "name: Ann", "--no-print"])).out).toBe(
      "logged\n",
    );
  });

  test("a macro that does not exist is told with the nearest", async () => {
    expect(await etl(folder, ["run-operation", "helo"])).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean "hello"?'),
    });
  });
});

test("in GitHub Actions mistakes are annotated and the job gets a summary", async () => {
  const folder = folderWith({ ...brokenShop, "summary.md": "" });
  const env = {
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: folder,
    GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
  };
  const { out } = await etl(folder, ["build"], { env });
  expect(out).toMatch(/^::error file=models\/schema\.yml,line=\d+,col=\d+,title=[a-z-]+::/m);
  expect(readFileSync(join(folder, "summary.md"), "utf8")).toContain("### etl build: failed");
});

test("secrets are in no output, log or artifact", async () => {
  const secret = "s3cr3t-passw0rd";
  const folder = shopWith({
    "dbt_project.yml": 'name: shop\nversion: "1.0"\nprofile: shop\n',
    "profiles.yml": `shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n      settings: {home_directory: "{{ env_var('DBT_ENV_SECRET_AGENT') }}"}\n`,
    "models/leak.sql": "select current_setting('home_directory') as agent\n",
    "models/broken.sql": `select * from "${secret}"\n`,
  });
  const { out, err } = await etl(folder, ["--debug", "build"], { env: { DBT_ENV_SECRET_AGENT: secret } });
  const files = [
    "logs/etl.log",
    "target/manifest.json",
    "target/run_results.json",
    "target/compiled/shop/models/broken.sql",
  ];
  const everything = [out, err, ...files.map((file) => readFileSync(join(folder, file), "utf8"))].join("\n");
  expect(everything).toContain("*****");
  expect(everything).not.toContain(secret);
});

test("--estimate says that this warehouse cannot", async () => {
  const folder = folderWith({
    "dbt_project.yml": "name: shop\nprofile: null\n",
    "models/a.sql": "select 1 as id",
  });
  const { code, err } = await etl(folder, ["build", "--estimate"]);
  expect(code).not.toBe(0);
  expect(err).toContain(
    "error[estimate-unavailable]: duckdb cannot say what a query would read before it is run",
  );
});

test("--dry-run prints the plan and does nothing", async () => {
  const folder = folderWith({
    "dbt_project.yml": "name: shop\nprofile: null\non-run-end: select 1\n",
    "models/a.sql": "{{ config(materialized='table') }}select 1 as id",
    "models/b.sql": "select * from {{ ref('a') }}",
    "models/a.yml": "models: [{name: a, columns: [{name: id, data_tests: [unique]}]}]",
  });
  const { code, out, err } = await etl(folder, ["build", "--dry-run"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^schemas: \S+\n1 {2}table {2}main\.a\n2 {2}test {3}unique_a_id {2}after a\n/);
  expect(out).toMatch(/3 {2}view {3}main\.b +after a, unique_a_id\nafter: hook \S+\n$/);
  expect(existsSync(join(folder, "target/run_results.json"))).toBe(false);
  expect(readdirSync(folder).filter((name) => name.includes(".duckdb"))).toEqual([]);
});
