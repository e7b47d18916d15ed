// manifest.json against what dbt 1.11 wrote of the same project: each resource letter for letter, the sections and
// their order, compiled nodes, and the time that ten thousand models take.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { manifestText, writeManifest } from "../../src/artifacts/manifest-json.ts";
import { dictText, jsonText } from "../../src/artifacts/manifest-text.ts";
import type { SharedScope } from "../../src/context/scope.ts";
import { fromJson } from "../../src/jinja/json.ts";
import type { Dict, Value } from "../../src/jinja/value.ts";
import { docToValue, groupToValue, macroToValue } from "../../src/manifest/entry-json.ts";
import type { Resource, SemanticResource } from "../../src/manifest/node.ts";
import { nodeToValue } from "../../src/manifest/node-json.ts";
import { dictOf, recorded, recordedManifest, resourceOf, resourceSections, section } from "./recorded.ts";
import { sharedScope } from "./shared-scope.ts";

const dbt = recorded("parsed");
const manifest = recordedManifest();
let shared: SharedScope;
let target: string;

beforeAll(async () => {
  target = mkdtempSync(join(tmpdir(), "etl-artifacts-"));
  shared = await sharedScope({ targetFolder: target });
});

afterAll(() => rmSync(target, { recursive: true, force: true }));

describe("one resource", () => {
  for (const name of resourceSections) {
    for (const [id, json] of section(dbt, name)) {
      test(id, () => {
        expect(dictText(nodeToValue(resourceOf(json), manifest))).toBe(dictText(json));
      });
    }
  }

  test("macros, docs blocks and groups", () => {
    const shown = (values: Iterable<Dict>): string[] => [...values].map(dictText);
    const written = (name: string): string[] => section(dbt, name).map(([, json]) => dictText(json));
    expect(shown([...manifest.macros.values()].map(macroToValue))).toEqual(written("macros"));
    expect(shown([...manifest.docs.values()].map(docToValue))).toEqual(written("docs"));
    expect(shown([...manifest.groups.values()].map(groupToValue))).toEqual(written("groups"));
  });

  test("is a new dict every time", () => {
    const [model] = manifest.resources.values();
    if (!model) throw new Error("no model was recorded");
    nodeToValue(model).set("name", "changed");
    expect(nodeToValue(model).get("name")).toBe(model.name);
  });
});

describe("what the user wrote short is shown long", () => {
  const body = (written: string): Dict => dictOf(fromJson(written));
  const shown = (id: string, written: string): Value[] => {
    const resource = manifest.resources.get(id) as SemanticResource;
    const short: Resource = { ...resource, body: body(written) };
    return [dictText(nodeToValue(short, manifest)), dictText(nodeToValue(resource, manifest))];
  };

  test("metric", () => {
    const filter = "{{ Dimension('order_key__ordered_on') }} > '2020-01-01'";
    const written = { type: "Simple", type_params: { measure: "amount" }, filter };
    const [short, long] = shown("metric.shop.revenue", JSON.stringify(written));
    expect(short).toBe(long);
  });

  test("semantic model", () => {
    const [short, long] = shown(
      "semantic_model.shop.sem_orders",
      `{"model": "ref('orders')", "defaults": {"agg_time_dimension": "ordered_on"},
        "entities": [{"name": "order_key", "type": "primary", "expr": "id"}],
        "dimensions": [{"name": "ordered_on", "type": "time", "expr": "day", "type_params": {"time_granularity": "DAY"}}],
        "measures": [{"name": "amount", "agg": "SUM", "create_metric": false}]}`,
    );
    expect(short).toBe(long);
  });

  test("saved query, but for the database of the profile", () => {
    const [short, long] = shown(
      "saved_query.shop.by_day",
      `{"query_params": {"metrics": ["revenue"], "group_by": ["TimeDimension('order_key__ordered_on', 'day')"]},
        "exports": [{"name": "by_day_table", "config": {"export_as": "table", "schema": "main"}}]}`,
    );
    expect(short).toBe(String(long).replace('"database": "shop"', '"database": null'));
  });

  test("time spines, constraints without columns, macros without config", () => {
    const days = manifest.resources.get("model.shop.days");
    const [macro] = manifest.macros.values();
    if (days?.resourceType !== "model" || !macro) throw new Error("nothing was recorded");
    const constraint = { type: "check", name: null, expression: "1 > 0", to: null, toColumns: [] } as const;
    const written: Resource = {
      ...days,
      timeSpine: body('{"standard_granularity_column": "day"}'),
      constraints: [{ ...constraint, warnUnenforced: true, warnUnsupported: true }],
    };
    const shownModel = nodeToValue(written);
    expect(shownModel.get("time_spine")).toEqual(nodeToValue(days).get("time_spine"));
    expect(jsonText(shownModel.get("constraints") ?? null)).toMatch(
      /"to_columns": \[\], "columns": \[\]\}\]$/,
    );
    const config = macroToValue({ ...macro, config: body('{"docs": {"show": false}}') }).get("config");
    expect(config).toEqual(macroToValue(macro).get("config"));
  });

  test("windows and metrics made of metrics", () => {
    const revenue = manifest.resources.get("metric.shop.revenue") as SemanticResource;
    const written = `{"type": "cumulative", "type_params": {"measure": "amount", "window": "7 days"}}`;
    const params = (metric: SemanticResource): Dict =>
      dictOf(nodeToValue(metric, manifest).get("type_params"));
    const cumulative = params({ ...revenue, body: body(written) });
    expect(jsonText(cumulative.get("cumulative_type_params") ?? null)).toBe(
      '{"window": {"count": 7, "granularity": "day"}, "grain_to_date": null, "period_agg": "first", "metric": null}',
    );
    const ratio = `{"type": "ratio", "type_params": {"numerator": "revenue", "denominator": {"name": "revenue", "alias": "all"}}}`;
    const inputs = params({ ...revenue, body: body(ratio), dependsOnNodes: [revenue.id] });
    expect(inputs.get("input_measures")).toEqual(params(revenue).get("input_measures"));
    expect(dictOf(inputs.get("denominator")).get("alias")).toBe("all");
  });
});

describe("the whole file", () => {
  test("is what dbt writes, section for section", () => {
    const ours = dictOf(fromJson(manifestText(manifest, shared)));
    expect([...ours.keys()]).toEqual([...dbt.keys()]);
    for (const [name, value] of dbt) {
      if (name !== "metadata") expect(jsonText(ours.get(name) ?? null), String(name)).toBe(jsonText(value));
    }
  });

  test("metadata: dbt's keys; its values, too, but for ids and times", () => {
    const ours = dictOf(dictOf(fromJson(manifestText(manifest, shared))).get("metadata"));
    const theirs = dictOf(dbt.get("metadata"));
    expect([...ours.keys()]).toEqual([...theirs.keys()]);
    for (const [key, value] of theirs) {
      if (String(value) !== `<${String(key)}>`) expect(ours.get(key), String(key)).toEqual(value);
    }
    expect(ours.get("generated_at")).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(ours.get("invocation_id")).toBe(shared.invocation.id);
  });

  test("compiled nodes show their code where dbt shows it", () => {
    const compiled = recorded("compiled");
    let shown = 0;
    for (const [id, json] of ["nodes", "functions"].flatMap((name) => section(compiled, name))) {
      const code = json.get("compiled_code");
      const path = json.get("compiled_path");
      if (typeof code !== "string") continue;
      const ctes = (json.get("extra_ctes") as Dict[]).map((cte) => ({
        id: String(cte.get("id")),
        sql: String(cte.get("sql")),
      }));
      const parts = { code, path: typeof path === "string" ? path : null, ctes };
      expect(dictText(nodeToValue(resourceOf(json), manifest, parts)), id).toBe(dictText(json));
      shown += 1;
    }
    expect(shown).toBeGreaterThan(8);
  });

  test("compiled nodes are shown as such in the file", () => {
    const id = "model.shop.orders";
    const node = manifest.resources.get(id);
    if (!node) throw new Error("no model was recorded");
    const parts = { code: "select 1", path: "target/compiled/orders.sql", ctes: [] };
    const compiled = new Map([[id, { node, parts }]]);
    const { nodes } = JSON.parse(manifestText(manifest, shared, compiled));
    expect(nodes[id]).toMatchObject({ compiled: true, compiled_code: "select 1", extra_ctes: [] });
    expect(nodes["model.shop.days"]).not.toHaveProperty("compiled");
  });

  test("is written into the target folder", () => {
    const path = writeManifest(manifest, shared);
    expect(path).toBe(`${target.replaceAll("\\", "/")}/manifest.json`);
    expect(readFileSync(path, "utf8")).toContain('"project_name": "shop"');
  });

  test("values that JSON does not have become null or text", () => {
    const [id, resource] = [...manifest.resources][0] ?? [];
    if (id === undefined || !resource || !("meta" in resource)) throw new Error("no model was recorded");
    const meta = dictOf(fromJson('{"nan": NaN, "endless": Infinity, "big": 123456789012345678901234567890}'));
    meta.set(1, "one").set(null, "none");
    const text = manifestText({ ...manifest, resources: new Map([[id, { ...resource, meta }]]) }, shared);
    const shown = JSON.parse(text).nodes[id].meta;
    expect(shown).toEqual({
      nan: null,
      endless: null,
      big: 1.2345678901234568e29,
      1: "one",
      null: "none",
    });
    expect(text).toContain('"big": 123456789012345678901234567890');
  });
});
