// Metrics, semantic models and saved queries: read, checked for what they cannot do without, and kept as they are. They
// are not run; docs, selection and other tools use them.

import { errorAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { RefCall, SemanticResource } from "../manifest/node.ts";
import { entryConfigs, fqnOf, type NodeMaker } from "./node-parts.ts";
import { type Entry, entryKey } from "./properties.ts";
import type { ParseSession } from "./session.ts";
import { asDict, asList, asText, textList } from "./value-shapes.ts";
import { writtenCall } from "./written-call.ts";

const metricTypes = ["simple", "ratio", "cumulative", "derived", "conversion"];

const kinds = [
  { section: "metrics", type: "metric", tree: "metrics", needs: ["type"] },
  { section: "semantic_models", type: "semantic_model", tree: "semantic-models", needs: ["model"] },
  { section: "saved_queries", type: "saved_query", tree: "saved-queries", needs: ["query_params"] },
] as const;

/** Fields with a place of their own; all others are kept in the body. */
const ownFields: ReadonlySet<Value> = new Set([
  "name",
  "description",
  "label",
  "config",
  "meta",
  "tags",
  "group",
]);

/** Adds all of them; semantic models first, so that metrics can depend on them. */
export function addSemanticResources(maker: NodeMaker): void {
  for (const kind of [kinds[1], kinds[0], kinds[2]]) {
    for (const entry of maker.session.properties.of(kind.section))
      maker.session.units.run(entryKey(entry), [entry.file], () => add(entry, kind, maker));
  }
}

function add(entry: Entry, kind: (typeof kinds)[number], { session, descriptions }: NodeMaker): void {
  const { name, values } = entry;
  for (const key of kind.needs) {
    if (values.has(key)) continue;
    session.diagnostics.push(
      errorAt("semantic-invalid", `${kind.type.replace("_", " ")} "${name}" has no ${key}`, entry.place(), {
        help: `add ${key}: ...`,
      }),
    );
    return;
  }
  const type = asText(values.get("type"));
  if (kind.type === "metric" && type !== undefined && !metricTypes.includes(type.toLowerCase())) {
    session.diagnostics.push(
      errorAt("semantic-invalid", `metric "${name}" cannot be of type "${type}"`, entry.place(["type"]), {
        help: didYouMean(type, metricTypes) ?? `types: ${metricTypes.join(", ")}`,
      }),
    );
    return;
  }
  const { text } = descriptions.of(values.get("description"), entry, ["description"]);
  const resource = resourceOf(entry, name, text, values, kind, session);
  session.add(resource);
  if (kind.type === "semantic_model") addMeasuredMetrics(entry, resource, session);
}

function resourceOf(
  entry: Entry,
  name: string,
  description: string,
  values: Dict,
  kind: (typeof kinds)[number],
  session: ParseSession,
): SemanticResource {
  const { file } = entry;
  const fqn = fqnOf(file.packageName, file.relative, name);
  const configs = entryConfigs(values, []);
  const config = session.config(kind.type, kind.tree, fqn, configs);
  const meta = asDict(config.get("meta"));
  return {
    id: `${kind.type}.${file.packageName}.${name}`,
    resourceType: kind.type,
    name,
    packageName: file.packageName,
    path: file.relative,
    originalFilePath: file.original,
    fqn,
    place: entry.place(),
    description,
    label: asText(values.get("label")) ?? null,
    config,
    unrenderedConfig: session.unrenderedConfig(kind.tree, fqn, configs),
    meta: meta.size > 0 ? meta : asDict(values.get("meta")),
    tags: kind.type === "metric" ? textList(values.get("tags")) : allTags(values, config),
    group: asText(config.get("group")) ?? null,
    dependsOnNodes: [],
    dependsOnMacros: [],
    refs: kind.type === "semantic_model" ? modelOf(entry) : [],
    body: bodyOf(values, config, kind.type, session),
    createdAt: session.createdAt,
  };
}

/** dbt joins both for saved queries; tags in the config of a metric stay there. */
function allTags(values: Dict, config: Dict): readonly string[] {
  return [...new Set([...textList(values.get("tags")), ...textList(config.get("tags"))])].sort();
}

/** The rest as written; exports are told where they would go. */
function bodyOf(
  values: Dict,
  config: Dict,
  type: SemanticResource["resourceType"],
  { shared }: ParseSession,
): Dict {
  const body: Dict = new Map([...values].filter(([key]) => !ownFields.has(key)));
  if (type !== "saved_query") return body;
  const { database, schema } = shared.credentials;
  const exports = asList(values.get("exports")).map((item) => {
    const written = asDict(item);
    const own = asDict(written.get("config"));
    const complete: Dict = new Map<Value, Value>([
      ...own,
      ["database", own.get("database") ?? config.get("database") ?? database],
      ["schema_name", own.get("schema_name") ?? own.get("schema") ?? config.get("schema") ?? schema],
    ]);
    return new Map<Value, Value>([...written, ["config", complete], ["unrendered_config", own]]);
  });
  return values.has("exports") ? body.set("exports", exports) : body;
}

/** `create_metric: true` of a measure makes a metric of the same name. */
function addMeasuredMetrics(entry: Entry, model: SemanticResource, session: ParseSession): void {
  for (const item of asList(entry.values.get("measures"))) {
    const measure = asDict(item);
    const name = asText(measure.get("name"));
    if (name === undefined || measure.get("create_metric") !== true) continue;
    const params: Dict = new Map<Value, Value>([
      ["measure", name],
      ["expr", measure.get("expr") ?? name],
    ]);
    const config: Dict = new Map<Value, Value>([
      ["enabled", model.config.get("enabled") ?? true],
      ["meta", asDict(model.config.get("meta"))],
    ]);
    const values: Dict = new Map<Value, Value>([
      ["label", asText(measure.get("label")) ?? name],
      ["type", "simple"],
      ["type_params", params],
      ["config", config],
    ]);
    const description = asText(measure.get("description")) || `Metric created from measure ${name}`;
    session.add(resourceOf(entry, name, description, values, kinds[0], session));
  }
}

function modelOf(entry: Entry): RefCall[] {
  const call = writtenCall(asText(entry.values.get("model")) ?? "", entry.place(["model"]));
  return call && "name" in call ? [call] : [];
}

/** Names of the metrics and measures that a metric or saved query is made of. */
export function semanticParents(body: Dict): {
  readonly metrics: readonly string[];
  readonly measures: readonly string[];
} {
  const metrics: string[] = [];
  const measures: string[] = [];
  const params = asDict(body.get("type_params"));
  const nameOf = (value: Value | undefined): string | undefined =>
    asText(value) ?? asText(asDict(value).get("name"));
  const push = (list: string[], value: Value | undefined): void => {
    const name = nameOf(value);
    if (name !== undefined) list.push(name);
  };
  push(measures, params.get("measure"));
  for (const key of ["numerator", "denominator"]) push(metrics, params.get(key) ?? body.get(key));
  for (const item of asList(params.get("metrics") ?? body.get("input_metrics"))) push(metrics, item);
  const conversion = asDict(params.get("conversion_type_params"));
  for (const key of ["base_measure", "conversion_measure"]) push(measures, conversion.get(key));
  for (const item of asList(asDict(body.get("query_params")).get("metrics"))) push(metrics, item);
  return { metrics, measures };
}

/** Names of the measures of a semantic model. */
export function measureNames(body: Dict): string[] {
  return asList(body.get("measures")).flatMap((measure) => asText(asDict(measure).get("name")) ?? []);
}
