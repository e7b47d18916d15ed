// ls, show, compile, docs generate, source freshness, clone and --defer: the commands that look, and what they print.

import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Answer, folderWith } from "./etl.ts";
import { etl } from "./in-process.ts";
import { shopWith } from "./shop.ts";

const sources = [
  "version: 2",
  "sources:",
  "  - name: web",
  "    schema: main_raw",
  "    tables:",
  "      - name: visits",
  "        loaded_at_field: seen_at",
  "        freshness: {warn_after: {count: 1, period: day}}",
  "exposures:",
  "  - name: report",
  "    type: dashboard",
  "    owner: {email: ann@example.com}",
  "    depends_on: [ref('customers')]",
  "",
].join("\n");

const folder = shopWith({
  "models/sources.yml": sources,
  "seeds/raw/visits.csv": "id,seen_at\n1,2020-01-01 00:00:00\n",
  "seeds/raw/raw.yml":
    "version: 2\nseeds:\n  - name: visits\n    config: {schema: raw, meta: {since: 2020-01-02}}\n",
});

const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, "target", name), "utf8"));

beforeAll(async () => {
  expect(await etl(folder, ["build"])).toMatchObject({ code: 0 });
});

describe("ls", () => {
  const ls = (...args: string[]): Promise<Answer> => etl(folder, ["ls", ...args]);

  test("prints selectors, sorted by id, and nothing else on stdout", async () => {
    expect(await ls()).toEqual({
      code: 0,
      err: "",
      out: [
        "exposure:shop.report",
        "shop.customers",
        "shop.orders",
        "shop.raw_orders",
        "shop.raw.visits",
        "source:shop.web.visits",
        "shop.not_null_customers_revenue",
        "shop.unique_orders_order_id",
        "",
      ].join("\n"),
    });
  });

  test("prints names and paths", async () => {
    expect((await ls("-s", "+customers", "--exclude", "resource_type:test", "--output", "name")).out).toBe(
      "customers\norders\nraw_orders\n",
    );
    expect(
      (await ls("-s", "source:web", "customers", "--resource-type", "source", "model", "--output", "path"))
        .out,
    ).toBe("models/customers.sql\nmodels/sources.yml\n");
    expect((await etl(folder, ["list", "-m", "orders", "--output", "name"])).out).toBe("orders\n");
  });

  test("prints JSON with dbt's keys, or those that are asked for", async () => {
    const [line = ""] = (
      await ls("-s", "customers", "--resource-type", "model", "--output", "json")
    ).out.split("\n");
    expect(Object.keys(JSON.parse(line) as object)).toEqual([
      "name",
      "resource_type",
      "package_name",
      "original_file_path",
      "unique_id",
      "alias",
      "config",
      "tags",
      "depends_on",
    ]);
    const keys = [
      "--output",
      "json",
      "--output-keys",
      "name",
      "config.materialized",
      "nothing",
      "config.nothing",
    ];
    expect((await ls("-s", "customers", "--resource-type", "model", ...keys)).out).toBe(
      '{"name": "customers", "config.materialized": "table"}\n',
    );
    expect((await ls("-s", "visits", "--output", "json", "--output-keys", "config.meta")).out).toBe(
      '{"config.meta": {"since": "2020-01-02"}}\n',
    );
  });

  test("shows configs of dbt_project.yml that were rendered with the context", async () => {
    const project = [
      "name: shop",
      'version: "1.0"',
      "models:",
      "  +meta:",
      "    hash: \"{{ local_md5('a') }}\"",
      "    parts: \"{{ set_strict(['a']) | list + fromyaml('[b]') }}\"",
      '    full: "{{ flags.FULL_REFRESH }}"',
      '    run: "{{ invocation_id | length }} {{ thread_id }}"',
    ];
    const rendered = shopWith({ "dbt_project.yml": project.join("\n") });
    const args = ["ls", "-s", "orders", "--resource-type", "model", "--output", "json"];
    expect((await etl(rendered, [...args, "--output-keys", "config.meta"])).out).toBe(
      '{"config.meta": {"hash": "0cc175b9c0f1b6a831c399e269772661", "parts": ["a", "b"], "full": false, "run": "36 MainThread"}}\n',
    );
  });

  test("warns on stderr of terms that match nothing, and still lists the others", async () => {
    expect(await ls("-s", "orders", "tag:nope", "--resource-type", "model")).toMatchObject({
      code: 0,
      out: "shop.orders\n",
      err: expect.stringContaining('the selection "tag:nope" matches nothing'),
    });
  });

  test("refuses --models together with --select", async () => {
    expect(await ls("-m", "a", "-s", "b")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--models and --select"),
    });
  });
});

describe("show", () => {
  test("prints rows as a table, or as JSON", async () => {
    expect(await etl(folder, ["show", "-s", "customers"])).toEqual({
      code: 0,
      err: "",
      out: "customers:\ncustomer | revenue\n---------+--------\nann      |      40\nbob      |      20\n",
    });
    const { out } = await etl(folder, ["show", "-s", "orders", "--limit", "1", "--output", "json"]);
    expect(JSON.parse(out)).toEqual({ node: "orders", show: [{ order_id: 1, customer: "ann", amount: 10 }] });
  });

  test("prints five rows, or as many as --limit says", async () => {
    const query = ["show", "--output", "json", "--inline", "select range as n from range(20)"];
    const rows = async (...more: string[]): Promise<number> =>
      (JSON.parse((await etl(folder, [...query, ...more])).out) as { show: unknown[] }).show.length;
    expect(await rows()).toBe(5);
    expect(await rows("--limit", "7")).toBe(7);
    expect(await rows("--limit", "-1")).toBe(20);
  });

  test("writes run_results.json", async () => {
    await etl(folder, ["show", "-s", "customers"]);
    const { args, results } = JSON.parse(readFileSync(join(folder, "target/run_results.json"), "utf8"));
    expect(args).toMatchObject({ which: "show" });
    expect(results).toMatchObject([{ unique_id: "model.shop.customers", status: "success" }]);
  });

  test("tells what is wrong with an inline query on stderr, with dbt's exit code", async () => {
    const answer = await etl(folder, ["show", "--inline", "select nope from {{ ref('orders') }}"]);
    expect(answer).toMatchObject({ code: 2, out: "", err: expect.stringContaining("nope") });
  });

  test("needs something to show", async () => {
    expect(await etl(folder, ["show"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("etl show --select <model>"),
    });
  });
});

describe("compile", () => {
  test("prints what is named and writes everything", async () => {
    const { out, code } = await etl(folder, ["compile", "-s", "customers"]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^-- customers\nselect customer, sum\(amount\) as revenue from "shop"\."main"\."orders"/,
    );
    expect(await etl(folder, ["compile"])).toMatchObject({ code: 0, out: "" });
    expect(existsSync(join(folder, "target/compiled/shop/models/orders.sql"))).toBe(true);
  });

  test("prints an inline template", async () => {
    expect(await etl(folder, ["compile", "--inline", "select * from {{ ref('orders') }}"])).toEqual({
      code: 0,
      err: "",
      out: 'select * from "shop"."main"."orders"\n',
    });
    expect(await etl(folder, ["compile", "--inline", "select {{ nope }"])).toMatchObject({
      code: 2,
      out: "",
    });
  });

  test("puts ephemeral models into an inline template", async () => {
    const own = shopWith({ "models/few.sql": "{{ config(materialized='ephemeral') }}select 1 as id" });
    const { code, out } = await etl(own, ["compile", "--inline", "select * from {{ ref('few') }}"]);
    expect(code).toBe(0);
    expect(out).toContain("with __dbt__cte__few as");
    const shown = await etl(own, ["show", "--inline", "select * from {{ ref('few') }}", "--output", "json"]);
    expect(shown.out).toContain('"id": 1');
  });
});

describe("artifacts", () => {
  test("docs generate writes the catalog", async () => {
    expect(await etl(folder, ["docs", "generate"])).toMatchObject({ code: 0, err: "" });
    expect(read("catalog.json")).toMatchObject({
      nodes: { "model.shop.customers": { columns: { revenue: { name: "revenue" } } } },
    });
  });

  test("source freshness writes sources.json and warns of old rows", async () => {
    const { code, out } = await etl(folder, ["source", "freshness"]);
    expect(code).toBe(0);
    expect(out).toContain("warning[freshness-stale]");
    expect(read("sources.json")).toMatchObject({
      results: [{ unique_id: "source.shop.web.visits", status: "warn" }],
    });
    expect(await etl(folder, ["source", "snapshot-freshness"])).toMatchObject({
      code: 0,
      out: expect.any(String),
    });
  });
});

describe("another environment", () => {
  test("is named by --state", async () => {
    cpSync(join(folder, "target"), join(folder, "prod"), { recursive: true });
    expect((await etl(folder, ["ls", "-s", "state:modified", "--state", "prod"])).out).toBe("");
    expect(await etl(folder, ["run", "--defer"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("--state"),
    });
    expect(await etl(folder, ["clone"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("etl clone needs the artifacts"),
    });
    expect((await etl(folder, ["ls", "-s", "state:modified", "--state", "gone"])).code).toBe(2);
  });
});

test("retry without a run is told", async () => {
  const fresh = shopWith();
  expect(await etl(fresh, ["retry"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("error[retry-impossible]"),
  });
});

test("compile and docs generate write the compiled code into manifest.json", async () => {
  const folder = folderWith({
    "dbt_project.yml": "name: shop\nprofile: null\n",
    "models/e.sql": "{{ config(materialized='ephemeral') }}select 1 as id",
    "models/a.sql": "select * from {{ ref('e') }}",
  });
  for (const command of [["compile"], ["docs", "generate"]]) {
    expect((await etl(folder, command)).code).toBe(0);
    const { nodes } = JSON.parse(readFileSync(join(folder, "target/manifest.json"), "utf8"));
    expect(nodes["model.shop.a"]).toMatchObject({
      compiled: true,
      compiled_code: "with __dbt__cte__e as (\nselect 1 as id\n) select * from __dbt__cte__e",
      compiled_path: "target/compiled/shop/models/a.sql",
      extra_ctes: [{ id: "model.shop.e", sql: " __dbt__cte__e as (\nselect 1 as id\n)" }],
    });
  }
  expect((await etl(folder, ["run"])).code).toBe(0);
});
