// Reading what another run left: dbt's own artifacts, older forms, and everything that can be wrong with a file.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadDeferredRelations, loadState } from "../../src/artifacts/load-state.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import { nodeHost } from "../../src/base/node-host.ts";
import { PyFloat } from "../../src/jinja/value.ts";
import { dictOf } from "./recorded.ts";

const PARSED = readFileSync(join(import.meta.dirname, "record/parsed.json"), "utf8");
const V12 = { dbt_schema_version: "https://schemas.getdbt.com/dbt/manifest/v12.json" };

let folder: string;
let target: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-state-"));
  target = join(folder, "target");
  mkdirSync(target);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function host() {
  return nodeHost({
    cwd: folder,
    env: { HOME: folder },
    emit: () => {},
    clean: (text) => text,
    signal: new AbortController().signal,
  });
}

const write = (name: string, content: unknown, into = folder): void =>
  writeFileSync(join(into, name), typeof content === "string" ? content : JSON.stringify(content));
const load = () => loadState(folder, target, host());

/** The diagnostic of what must be refused. */
function refusal(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (error instanceof EtlError) return error.diagnostics[0];
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("manifest.json", () => {
  test("dbt's own: every resource and macro, with values as they were", () => {
    write("manifest.json", PARSED);
    const { manifest } = load();
    expect(manifest?.resources.size).toBe(24);
    const meta = dictOf(manifest?.resources.get("model.shop.days")?.get("meta"));
    expect(meta.get("rate")).toEqual(new PyFloat(1));
    expect(meta.get("big")).toBe(12345678901234567890n);
    expect([...(manifest?.macros.keys() ?? [])]).toContain("macro.shop.cents");
  });

  test("where nodes lie, for --defer: no ephemeral models, no tests", () => {
    write("manifest.json", PARSED);
    const relations = loadDeferredRelations(folder, host().files);
    expect(relations.get("model.shop.totals.v2")).toEqual({
      database: "shop",
      schema: "main",
      alias: "totals_v2",
    });
    expect([...relations.keys()].sort()).toEqual([
      "function.shop.twice",
      "model.shop.contracted",
      "model.shop.days",
      "model.shop.orders",
      "model.shop.totals.v1",
      "model.shop.totals.v2",
      "seed.shop.countries",
      "snapshot.shop.orders_history",
    ]);
  });

  test("forms of older dbt are brought to today's keys", () => {
    write("manifest.json", {
      metadata: { dbt_schema_version: "https://schemas.getdbt.com/dbt/manifest/v4.json" },
      nodes: {
        "model.a.b": {
          resource_type: "model",
          raw_sql: "select 1",
          refs: [["x"], ["package", "y"]],
          schema: "s",
          alias: "b",
        },
      },
      sources: null,
    });
    const node = load().manifest?.resources.get("model.a.b");
    expect(node?.get("raw_code")).toBe("select 1");
    expect(node?.get("access")).toBe("protected");
    expect(node?.get("refs")).toEqual([
      new Map([
        ["name", "x"],
        ["package", null],
        ["version", null],
      ]),
      new Map([
        ["name", "y"],
        ["package", "package"],
        ["version", null],
      ]),
    ]);
  });

  const broken: readonly (readonly [string, unknown, RegExp])[] = [
    ["empty", "", /manifest\.json is no JSON: .*line 1 column 1/],
    ["half of a file", PARSED.slice(0, 5000), /is no JSON/],
    ["a list", [], /is not a manifest/],
    ["a text", '"manifest"', /is not a manifest/],
    ["another artifact", { metadata: V12, results: [] }, /is not a manifest/],
    ["no version", { metadata: {}, nodes: {} }, /does not tell which version/],
    ["metadata that is a list", { metadata: [], nodes: {} }, /does not tell which version/],
    [
      "a form of dbt 0.19",
      { metadata: { dbt_schema_version: "https://schemas.getdbt.com/dbt/manifest/v1.json" }, nodes: {} },
      /manifest of version 1; versions 4 .* to 12/,
    ],
    [
      "a form of the future",
      { metadata: { dbt_schema_version: "https://schemas.getdbt.com/dbt/manifest/v99.json" }, nodes: {} },
      /manifest of version 99/,
    ],
    [
      "a node that is a number",
      { metadata: V12, nodes: { "model.a.b": 7 } },
      /"model\.a\.b" in .* is not an object/,
    ],
    [
      "sources that are a list",
      { metadata: V12, nodes: {}, sources: [1] },
      /"sources" of .* is not an object/,
    ],
    ["nesting without end", `{"nodes": ${"[".repeat(200_000)}`, /nested too deeply|is no JSON/],
  ];
  for (const [name, content, message] of broken) {
    test(`${name} is refused with the path and what to do`, () => {
      write("manifest.json", content);
      const found = refusal(load);
      expect(found).toMatchObject({ code: "state-invalid", severity: "error" });
      expect(found?.message).toMatch(message);
      expect(found?.message).toContain(join(folder, "manifest.json"));
      expect(found?.help).toBeTruthy();
    });
  }

  test("missing: no state, but --defer cannot do without", () => {
    expect(load()).toEqual({});
    expect(refusal(() => loadDeferredRelations(folder, host().files))?.message).toContain("there is no");
  });

  test("odd names are names, never something else", () => {
    const nodes =
      '{"__proto__": {"schema": "s"}, "model.a.constructor": {"schema": "s", "alias": "constructor"}}';
    write("manifest.json", `{"metadata": ${JSON.stringify(V12)}, "nodes": ${nodes}}`);
    expect([...(load().manifest?.resources.keys() ?? [])]).toEqual(["__proto__", "model.a.constructor"]);
    expect(loadDeferredRelations(folder, host().files).size).toBe(1);
  });

  test("whatever JSON stands there, it is read or refused", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.json({ maxDepth: 2 }), (nodes, metadata) => {
        write("manifest.json", `{"metadata": ${metadata}, "nodes": ${nodes}, "macros": ${nodes}}`);
        try {
          load();
        } catch (error) {
          expect(error).toBeInstanceOf(EtlError);
        }
      }),
      { seed: 3, numRuns: process.env.ETL_TEST_LONG ? 5_000 : 100 },
    );
  });
});

describe("run_results.json", () => {
  test("statuses by node", () => {
    write("run_results.json", {
      results: [{ unique_id: "model.a.b", status: "error" }],
      args: { which: "run" },
    });
    expect(load().results).toEqual(new Map([["model.a.b", "error"]]));
  });

  const broken: readonly (readonly [string, unknown])[] = [
    ["empty", ""],
    ["torn", '{"results": [{"unique_id"'],
    ["without results", {}],
    ["results that are no list", { results: {} }],
    ["a result that is null", { results: [null] }],
    ["a result without a status", { results: [{ unique_id: "model.a.b" }] }],
    ["null", "null"],
  ];
  for (const [name, content] of broken) {
    test(`${name} is refused with the path and what to do`, () => {
      write("run_results.json", content);
      const found = refusal(load);
      expect(found?.code).toBe("state-invalid");
      expect(found?.message).toContain(join(folder, "run_results.json"));
      expect(found?.help).toBeTruthy();
    });
  }
});

describe("sources.json", () => {
  const fresh = { unique_id: "source.a.b.c", status: "pass", max_loaded_at: "2026-01-01T00:00:00Z" };

  test("of the state and of now", () => {
    write("sources.json", { results: [fresh, { unique_id: "source.a.b.d", status: "runtime error" }] });
    write("sources.json", { results: [{ ...fresh, max_loaded_at: "2026-01-02T00:00:00Z" }] }, target);
    expect(load().sources).toEqual({
      before: {
        loadedAt: new Map([["source.a.b.c", "2026-01-01T00:00:00Z"]]),
        failed: new Set(["source.a.b.d"]),
      },
      now: { loadedAt: new Map([["source.a.b.c", "2026-01-02T00:00:00Z"]]), failed: new Set() },
    });
  });

  for (const content of ["", "[]", "{}", '{"results": 1}', "null"]) {
    test(`${JSON.stringify(content)} is refused with the path and what to do`, () => {
      write("sources.json", content);
      const found = refusal(load);
      expect(found?.code).toBe("state-invalid");
      expect(found?.message).toContain(join(folder, "sources.json"));
      expect(found?.help).toBeTruthy();
    });
  }
});
