// The JSON shapes of metrics, semantic models and saved queries. Parsing keeps their bodies as the user wrote them; here
// dbt's defaults and long forms are put in ("amount" as a measure is {name: amount, filter: null, ...}), so a body that
// is in its long form already stays as it is. Shapes of dbt-core, artifacts/resources/v1/{metric,semantic_model,
// saved_query}.py and parser/schema_yaml_readers.py.

import { toJson } from "../jinja/json.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { dependsValue, dict, refValue, textOrNull } from "./json-parts.ts";
import type { Manifest } from "./manifest.ts";
import type { NodeId, SemanticResource } from "./node.ts";
import {
  asDict,
  elementOf,
  filterOf,
  listOf,
  lowerCase,
  measureOf,
  metricOf,
  textOf,
  windowOf,
} from "./semantic-parts.ts";

/** @param manifest finds what the resource is made of; without it, what comes from there is empty */
export function semanticToValue(resource: SemanticResource, manifest?: Manifest): Dict {
  const value = dict([
    ["name", resource.name],
    ["resource_type", resource.resourceType],
    ["package_name", resource.packageName],
    ["path", resource.path],
    ["original_file_path", resource.originalFilePath],
    ["unique_id", resource.id],
    ["fqn", [...resource.fqn]],
  ]);
  for (const [key, own] of ownKeys(resource, manifest)) value.set(key, own);
  return value;
}

function ownKeys(resource: SemanticResource, manifest: Manifest | undefined): Dict {
  switch (resource.resourceType) {
    case "metric":
      return metricKeys(resource, manifest);
    case "semantic_model":
      return semanticModelKeys(resource, manifest);
    case "saved_query":
      return savedQueryKeys(resource);
  }
}

function metricKeys(metric: SemanticResource, manifest: Manifest | undefined): Dict {
  const { body } = metric;
  return dict([
    ["description", metric.description],
    ["label", metric.label],
    ["type", lowerCase(body.get("type"))],
    ["type_params", typeParams(metric, manifest)],
    ["filter", filterOf(body.get("filter"))],
    ["metadata", body.get("metadata") ?? null],
    ["time_granularity", lowerCase(body.get("time_granularity"))],
    ["meta", metric.meta],
    ["tags", [...metric.tags]],
    ["config", metric.config],
    ["unrendered_config", metric.unrenderedConfig],
    ["sources", []],
    ["depends_on", dependsValue(metric.dependsOnMacros, metric.dependsOnNodes)],
    ["refs", metric.refs.map(refValue)],
    ["metrics", []],
    ["created_at", metric.createdAt],
    ["group", metric.group],
  ]);
}

function typeParams(metric: SemanticResource, manifest: Manifest | undefined): Dict {
  const params = asDict(metric.body.get("type_params"));
  return dict([
    ["measure", measureOf(params.get("measure"))],
    ["input_measures", inputMeasures(metric, manifest, new Set())],
    ["numerator", metricOf(params.get("numerator"))],
    ["denominator", metricOf(params.get("denominator"))],
    ["expr", textOf(params.get("expr"))],
    ["window", windowOf(params.get("window"))],
    ["grain_to_date", params.get("grain_to_date") ?? null],
    ["metrics", listOf(params.get("metrics")).map(metricOf)],
    ["conversion_type_params", conversionOf(params.get("conversion_type_params"))],
    ["cumulative_type_params", cumulativeOf(metric, params)],
    ["metric_aggregation_params", params.get("metric_aggregation_params") ?? null],
  ]);
}

/** The measures that a metric is computed from in the end, through the metrics that it is made of; each once. */
function inputMeasures(metric: SemanticResource, manifest: Manifest | undefined, seen: Set<NodeId>): Value[] {
  const params = asDict(metric.body.get("type_params"));
  const conversion = asDict(params.get("conversion_type_params"));
  const own = [params.get("measure"), conversion.get("base_measure"), conversion.get("conversion_measure")];
  const found: Value[] = own.flatMap((written) => measureOf(written) ?? []);
  for (const id of metric.dependsOnNodes) {
    const parent = manifest?.resources.get(id);
    if (parent?.resourceType !== "metric" || seen.has(id)) continue;
    seen.add(id);
    found.push(...inputMeasures(parent, manifest, seen));
  }
  return distinct(found);
}

function distinct(measures: readonly Value[]): Value[] {
  return [...new Map(measures.map((one) => [toJson(one), one])).values()];
}

function conversionOf(written: Value | undefined): Value {
  if (!(written instanceof Map)) return null;
  return dict([
    ["base_measure", measureOf(written.get("base_measure"))],
    ["conversion_measure", measureOf(written.get("conversion_measure"))],
    ["entity", written.get("entity") ?? null],
    ["calculation", written.get("calculation") ?? "conversion_rate"],
    ["window", windowOf(written.get("window"))],
    ["constant_properties", written.get("constant_properties") ?? null],
  ]);
}

/** Cumulative metrics always have them, taken from the older keys beside where they say nothing. */
function cumulativeOf(metric: SemanticResource, params: Dict): Value {
  if (lowerCase(metric.body.get("type")) !== "cumulative") return null;
  const written = asDict(params.get("cumulative_type_params"));
  return dict([
    ["window", windowOf(written.get("window") ?? params.get("window"))],
    ["grain_to_date", written.get("grain_to_date") ?? params.get("grain_to_date") ?? null],
    ["period_agg", written.get("period_agg") ?? "first"],
    ["metric", metricOf(written.get("metric"))],
  ]);
}

function semanticModelKeys(resource: SemanticResource, manifest: Manifest | undefined): Dict {
  const { body } = resource;
  const inherited = asDict(resource.config.get("meta"));
  const parts = (kind: "entities" | "measures" | "dimensions"): Value[] =>
    listOf(body.get(kind)).map((part) => elementOf(asDict(part), kind, inherited));
  return dict([
    ["model", body.get("model") ?? null],
    ["node_relation", body.get("node_relation") ?? nodeRelation(resource, manifest)],
    ["description", textOrNull(resource.description)],
    ["label", resource.label],
    ["defaults", body.get("defaults") ?? null],
    ["entities", parts("entities")],
    ["measures", parts("measures")],
    ["dimensions", parts("dimensions")],
    ["metadata", body.get("metadata") ?? null],
    ["depends_on", dependsValue(resource.dependsOnMacros, resource.dependsOnNodes)],
    ["refs", resource.refs.map(refValue)],
    ["created_at", resource.createdAt],
    ["config", resource.config],
    ["unrendered_config", resource.unrenderedConfig],
    ["primary_entity", body.get("primary_entity") ?? null],
    ["group", resource.group],
  ]);
}

function nodeRelation({ dependsOnNodes }: SemanticResource, manifest: Manifest | undefined): Value {
  const node = dependsOnNodes[0] === undefined ? undefined : manifest?.resources.get(dependsOnNodes[0]);
  if (!node || !("alias" in node)) return null;
  return dict([
    ["alias", node.alias],
    ["schema_name", node.schema],
    ["database", node.database],
    ["relation_name", node.relationName],
  ]);
}

function savedQueryKeys(query: SemanticResource): Dict {
  const params = asDict(query.body.get("query_params"));
  return dict([
    [
      "query_params",
      dict([
        ["metrics", listOf(params.get("metrics"))],
        ["group_by", listOf(params.get("group_by"))],
        ["where", filterOf(params.get("where"))],
        ["order_by", listOf(params.get("order_by"))],
        ["limit", params.get("limit") ?? null],
      ]),
    ],
    ["exports", listOf(query.body.get("exports")).map((item) => exportOf(asDict(item), query.config))],
    ["description", textOrNull(query.description)],
    ["label", query.label],
    ["metadata", query.body.get("metadata") ?? null],
    ["config", query.config],
    ["unrendered_config", query.unrenderedConfig],
    ["group", query.group],
    ["depends_on", dependsValue(query.dependsOnMacros, query.dependsOnNodes)],
    ["created_at", query.createdAt],
    ["refs", query.refs.map(refValue)],
    ["tags", [...query.tags]],
  ]);
}

function exportOf(written: Dict, inherited: Dict): Dict {
  const own = asDict(written.get("config"));
  const config = (key: string): Value => own.get(key) ?? inherited.get(key) ?? null;
  const name = written.get("name") ?? null;
  return dict([
    ["name", name],
    [
      "config",
      dict([
        ["export_as", config("export_as")],
        ["schema_name", own.get("schema_name") ?? config("schema")],
        ["alias", own.get("alias") ?? name],
        ["database", own.get("database") ?? null],
      ]),
    ],
    ["unrendered_config", written.get("unrendered_config") ?? own],
  ]);
}
