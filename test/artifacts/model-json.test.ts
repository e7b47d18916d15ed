// The dict `model` of templates against what dbt's own templates saw (recorded through `tojson(model)`).

import { expect, test } from "vitest";
import { jsonText } from "../../src/artifacts/manifest-text.ts";
import type { Dict, Value } from "../../src/jinja/value.ts";
import { modelToValue } from "../../src/manifest/model-json.ts";
import { dictOf, recorded, recordedManifest, section } from "./recorded.ts";

const manifest = recordedManifest();

/** What dbt keeps of config() calls for itself and shows by accident. */
const internal: readonly Value[] = ["config_call_dict", "unrendered_config_call_dict"];

function model(id: string, translateType?: (type: string) => string): Dict {
  const resource = manifest.resources.get(id);
  if (!resource) throw new Error(`${id} was not recorded`);
  return modelToValue(resource, manifest, translateType ? { translateType } : {});
}

for (const [id, json] of section(recorded("models"), "models")) {
  test(`${id} has dbt's keys: those that are empty are left out, in configs, columns, refs and constraints, too`, () => {
    const theirs = new Map([...json].filter(([key]) => !internal.includes(key)));
    // DuckDB's name of dbt's "string".
    const ours = model(id, (type) => (type === "string" ? "TEXT" : type));
    expect(jsonText(ours)).toBe(jsonText(theirs));
  });
}

test("what the user wrote stays, nulls included", () => {
  expect(jsonText(dictOf(model("model.shop.orders").get("meta")).get("contains") ?? null)).toBe(
    '["a", 1, 2.5, null, true]',
  );
});

test("types stay as written where the contract does not ask for the warehouse's", () => {
  const label = (value: Dict): Value | undefined =>
    dictOf(dictOf(value.get("columns")).get("label")).get("data_type");
  expect(label(model("model.shop.contracted"))).toBe("string");
  expect(label(model("model.shop.contracted", () => "TEXT"))).toBe("TEXT");
});

test("the resource itself is not touched", () => {
  const resource = manifest.resources.get("model.shop.contracted");
  if (resource?.resourceType !== "model") throw new Error("no model");
  model(resource.id, () => "TEXT");
  expect(resource.columns.get("label")?.dataType).toBe("string");
  expect(resource.config.has("alias")).toBe(true);
});

test("compiled code is also there under its old name", () => {
  const resource = manifest.resources.get("model.shop.days");
  if (!resource) throw new Error("no model");
  const value = modelToValue(resource, manifest, { compiled: { code: "select 1", path: null, ctes: [] } });
  expect(value.get("compiled_code")).toBe("select 1");
  expect(value.get("compiled_sql")).toBe("select 1");
  expect(value.has("compiled_path")).toBe(false);
});
