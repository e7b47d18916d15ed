// Parts of metrics, semantic models and saved queries, from what the user wrote to dbt's long form: all keys, defaults
// put in, names alone made mappings. A part that is in its long form already stays as it is.

import { toText } from "../jinja/operations.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { dict } from "./json-parts.ts";

/** Keys of a part in dbt's order, with what stands there when the user wrote nothing. */
type Shape = readonly (readonly [string, Value])[];

const inputMeasure: Shape = [
  ["name", null],
  ["filter", null],
  ["alias", null],
  ["join_to_timespine", false],
  ["fill_nulls_with", null],
];
const inputMetric: Shape = [
  ["name", null],
  ["filter", null],
  ["alias", null],
  ["offset_window", null],
  ["offset_to_grain", null],
];
const entity: Shape = [
  ["name", null],
  ["type", null],
  ["description", null],
  ["label", null],
  ["role", null],
  ["expr", null],
];
const measure: Shape = [
  ["name", null],
  ["agg", null],
  ["description", null],
  ["label", null],
  ["create_metric", false],
  ["expr", null],
  ["agg_params", null],
  ["non_additive_dimension", null],
  ["agg_time_dimension", null],
];
const dimension: Shape = [
  ["name", null],
  ["type", null],
  ["description", null],
  ["label", null],
  ["is_partition", false],
  ["type_params", null],
  ["expr", null],
  ["metadata", null],
];
const elements = { entities: entity, measures: measure, dimensions: dimension };

const aggregation: Shape = [
  ["percentile", null],
  ["use_discrete_percentile", false],
  ["use_approximate_percentile", false],
];
const nonAdditive: Shape = [
  ["name", null],
  ["window_choice", null],
  ["window_groupings", []],
];
const validity: Shape = [
  ["is_start", false],
  ["is_end", false],
];

/** Singular of what time is counted in; dbt takes the "s" off only these. */
const GRAINS = "nanosecond|microsecond|millisecond|second|minute|hour|day|week|month|quarter|year";

/** An entity, measure or dimension of a semantic model. @param inherited meta of the model, under its own */
export function elementOf(
  written: Dict,
  kind: "entities" | "measures" | "dimensions",
  inherited: Dict,
): Dict {
  const value = shaped(written, elements[kind]);
  for (const key of ["type", "agg"]) if (value.has(key)) value.set(key, lowerCase(value.get(key)));
  const expression = value.get("expr");
  const isBoolean = typeof expression === "boolean" && kind === "measures";
  value.set("expr", isBoolean ? toText(expression) : textOf(expression));
  const apart = value.get("non_additive_dimension");
  if (apart instanceof Map) value.set("non_additive_dimension", shaped(apart, nonAdditive));
  // What it asks for has been done: the metric stands in the manifest. dbt says false, whatever was written.
  if (value.has("create_metric")) value.set("create_metric", false);
  const params = value.get("agg_params");
  if (params instanceof Map) value.set("agg_params", shaped(params, aggregation));
  const time = value.get("type_params");
  if (time instanceof Map) {
    const valid = time.get("validity_params");
    value.set(
      "type_params",
      dict([
        ["time_granularity", lowerCase(time.get("time_granularity"))],
        ["validity_params", valid instanceof Map ? shaped(valid, validity) : null],
      ]),
    );
  }
  const own = asDict(asDict(written.get("config")).get("meta"));
  value.set("config", dict([["meta", new Map([...inherited, ...own])]]));
  return value;
}

function shaped(written: Dict, shape: Shape): Dict {
  return new Map(shape.map(([key, absent]) => [key, written.get(key) ?? absent]));
}

/** A name alone or a mapping, as a mapping with all keys; null when there is none. */
function named(written: Value | undefined, shape: Shape): Dict | null {
  if (written === undefined || written === null) return null;
  const value = shaped(written instanceof Map ? written : dict([["name", written]]), shape);
  value.set("filter", filterOf(value.get("filter")));
  return value;
}

/** A measure that a metric is computed from: its name, or a mapping. */
export function measureOf(written: Value | undefined): Dict | null {
  return named(written, inputMeasure);
}

/** A metric that another one is computed from: its name, or a mapping. */
export function metricOf(written: Value | undefined): Dict | null {
  const value = named(written, inputMetric);
  value?.set("offset_window", windowOf(value.get("offset_window")));
  return value;
}

/** One condition or a list of them, as dbt keeps it. */
export function filterOf(written: Value | undefined): Value {
  if (written === undefined || written === null) return null;
  if (written instanceof Map && written.has("where_filters")) return written;
  const conditions = Array.isArray(written) ? written : [written];
  const filters = conditions.map((condition) => dict([["where_sql_template", condition]]));
  return dict([["where_filters", filters]]);
}

/** "7 days" as {count: 7, granularity: "day"}. */
export function windowOf(written: Value | undefined): Value {
  if (typeof written !== "string") return written ?? null;
  const [count = "", granularity = ""] = written.toLowerCase().split(" ");
  return dict([
    ["count", Number(count)],
    ["granularity", granularity.replace(new RegExp(`^(${GRAINS})s$`), "$1")],
  ]);
}

/** The mapping, or an empty one. */
export function asDict(value: Value | undefined): Dict {
  return value instanceof Map ? value : new Map();
}

/** The list; one value alone is a list of it. */
export function listOf(value: Value | undefined): Value[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Words of dbt's vocabulary, which it takes in any case. */
export function lowerCase(value: Value | undefined): Value {
  return typeof value === "string" ? value.toLowerCase() : (value ?? null);
}

/** `expr: 1` is a text. */
export function textOf(value: Value | undefined): Value {
  return typeof value === "number" || typeof value === "bigint" ? String(value) : (value ?? null);
}
