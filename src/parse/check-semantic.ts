// What dbt's semantic layer refuses in semantic models, metrics and saved queries: names, measures, time dimensions and
// primary entities. Rules of dbt-semantic-interfaces (validations/), which dbt runs at the end of parsing.

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import type { Dict } from "../jinja/value.ts";
import type { Resource, SemanticResource } from "../manifest/node.ts";
import { asDict, asList, asText } from "./value-shapes.ts";

const NAME = /^[a-z](?:(?!__)[a-z0-9_])*[a-z0-9]$/;

/** Names that queries of the semantic layer use themselves. */
const RESERVED: ReadonlySet<string> = new Set([
  ...["nanosecond", "microsecond", "millisecond", "second", "minute", "hour"],
  ...["day", "week", "month", "quarter", "year", "metric_time", "mf_internal_uuid"],
]);

type Refuse = (resource: SemanticResource, message: string, help: string) => void;

/** @returns all mistakes, each at the resource that it is in */
export function checkSemantic(resources: Iterable<Resource>): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const refuse: Refuse = (resource, message, help) => {
    const what = `${resource.resourceType.replace("_", " ")} "${resource.name}"`;
    diagnostics.push(errorAt("semantic-invalid", `${what}: ${message}`, resource.place, { help }));
  };
  const measured = new Map<string, SemanticResource>();
  for (const resource of resources) {
    if (!isSemantic(resource)) continue;
    checkName(resource, resource.name, refuse);
    if (resource.resourceType === "semantic_model") checkModel(resource, measured, refuse);
  }
  return diagnostics;
}

function isSemantic(resource: Resource): resource is SemanticResource {
  return ["semantic_model", "metric", "saved_query"].includes(resource.resourceType);
}

function checkName(resource: SemanticResource, name: string, refuse: Refuse): void {
  if (RESERVED.has(name.toLowerCase()))
    refuse(resource, `the name "${name}" is reserved by the semantic layer`, "take another name");
  else if (!NAME.test(name)) {
    const help =
      "use two or more small letters, digits and single underscores, a letter first and no underscore last";
    refuse(resource, `"${name}" cannot be a name in the semantic layer`, help);
  }
}

function checkModel(model: SemanticResource, measured: Map<string, SemanticResource>, refuse: Refuse): void {
  const measures = partsOf(model, "measures");
  const dimensions = partsOf(model, "dimensions");
  const entities = partsOf(model, "entities");
  const kinds = new Map<string, string>();
  for (const [kind, parts] of [
    ["measure", measures],
    ["entity", entities],
    ["dimension", dimensions],
  ] as const) {
    for (const { name } of parts) {
      const before = kinds.get(name);
      if (before)
        refuse(model, `the ${kind} "${name}" has the name of another ${before}`, "rename one of them");
      else kinds.set(name, kind);
      checkName(model, name, refuse);
    }
  }
  for (const { name } of measures) {
    const other = measured.get(name);
    if (other && other !== model)
      refuse(
        model,
        `the measure "${name}" is one of semantic model "${other.name}", too`,
        "rename one of them",
      );
    measured.set(name, model);
  }
  checkTimes(model, measures, dimensions, refuse);
  checkPrimary(model, dimensions.length > 0, entities, refuse);
}

interface Part {
  readonly name: string;
  readonly values: Dict;
}

function partsOf({ body }: SemanticResource, key: string): Part[] {
  return asList(body.get(key)).flatMap((item) => {
    const values = asDict(item);
    const name = asText(values.get("name"));
    return name === undefined ? [] : [{ name, values }];
  });
}

/** Every measure is aggregated along a time dimension of its model. */
function checkTimes(
  model: SemanticResource,
  measures: readonly Part[],
  dimensions: readonly Part[],
  refuse: Refuse,
): void {
  const times = dimensions.filter(({ values }) => isOf(values, "time")).map(({ name }) => name);
  const general = asText(asDict(model.body.get("defaults")).get("agg_time_dimension"));
  for (const { name, values } of measures) {
    const time = asText(values.get("agg_time_dimension")) ?? general;
    if (time === undefined) {
      const help = "add defaults: {agg_time_dimension: ...} to the semantic model";
      refuse(model, `the measure "${name}" has no agg_time_dimension`, help);
    } else if (!times.includes(time)) {
      const help = didYouMean(time, times) ?? `its time dimensions: ${times.join(", ") || "none"}`;
      refuse(
        model,
        `"${time}", along which the measure "${name}" is aggregated, is not a time dimension`,
        help,
      );
    }
  }
}

function checkPrimary(
  model: SemanticResource,
  needed: boolean,
  entities: readonly Part[],
  refuse: Refuse,
): void {
  const primary = entities.filter(({ values }) => isOf(values, "primary")).map(({ name }) => name);
  const named = asText(model.body.get("primary_entity"));
  if (primary.length > 1)
    refuse(
      model,
      `it has more than one primary entity: ${primary.join(", ")}`,
      "keep type: primary on one of them",
    );
  else if (primary.length === 1 && named !== undefined)
    refuse(
      model,
      `it has the primary entity "${primary[0]}" and primary_entity: ${named}`,
      "keep one of the two",
    );
  else if (needed && primary.length === 0 && named === undefined)
    refuse(
      model,
      "it has dimensions, but no primary entity",
      "add type: primary to an entity, or primary_entity: ...",
    );
}

function isOf(values: Dict, type: string): boolean {
  return asText(values.get("type"))?.toLowerCase() === type;
}
