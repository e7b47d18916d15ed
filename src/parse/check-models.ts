// Checks of what single models say of themselves, made when all of them are known: access, keys, time spines, batches,
// freshness, names and deprecations. Facts from dbt-core 1.11 (parser/manifest.py, contracts/graph/unparsed.py,
// artifacts/resources/v1/model.py).

import { type Diagnostic, errorAt, warningAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import { readSpan } from "../config/span.ts";
import { isSettings, readWatermark } from "../config/watermark-config.ts";
import type { Value } from "../jinja/value.ts";
import {
  type FunctionNode,
  type ManifestNode,
  type Model,
  materialization,
  type NodeId,
  type Resource,
} from "../manifest/node.ts";
import type { ConfigFiles } from "../project/config-place.ts";
import { watermarkedSources, watermarkValue } from "../project/node-watermark.ts";
import { checkBatches } from "./check-batches.ts";
import { colourNames, isColour } from "./colour-names.ts";
import { asDict, asList, asText } from "./value-shapes.ts";

export interface ModelRules {
  /** Flag require_resource_names_without_spaces: spaces in names are an error. */
  readonly refuseSpaces: boolean;
  /** Batches of microbatch models are made by the program, not by a macro of the project. */
  readonly checkBatches: boolean;
  /** To find where a config was written. */
  readonly files: ConfigFiles;
  readonly now: Date;
}

/** Tells what is wrong with the nodes of a project. */
export function checkModels(
  resources: ReadonlyMap<NodeId, Resource>,
  rules: ModelRules,
  diagnostics: Diagnostic[],
): void {
  for (const resource of resources.values()) {
    if (!("rawCode" in resource)) continue;
    checkColour(resource, diagnostics);
    if (resource.name.includes(" ")) diagnostics.push(spaces(resource, rules.refuseSpaces));
    checkMaterialization(resource, diagnostics);
    checkSpans(resource, diagnostics);
    if (resource.resourceType === "function") checkArguments(resource, diagnostics);
    if (resource.resourceType === "model" && resource.rawCode.trim() === "")
      diagnostics.push(
        warningAt("file-empty", `model "${resource.name}" is empty, so it is not built`, resource.place, {
          help: "write a select, or remove the file",
        }),
      );
    if (resource.resourceType === "model") checkModel(resource, resources, rules, diagnostics);
  }
  checkDeprecations(resources, rules.now, diagnostics);
}

function checkModel(
  model: Model,
  resources: ReadonlyMap<NodeId, Resource>,
  rules: ModelRules,
  diagnostics: Diagnostic[],
): void {
  const place = model.patchPlace ?? model.place;
  if (model.access === "public" && materialization(model) === "ephemeral") {
    diagnostics.push(
      errorAt(
        "access-invalid",
        `model "${model.name}" is ephemeral, so it cannot be public: there is no relation that others could read`,
        place,
        { help: "make it a view or table, or its access protected" },
      ),
    );
  }
  checkPrimaryKey(model, diagnostics);
  checkTimeSpine(model, diagnostics);
  checkFreshness(model, diagnostics);
  if (rules.checkBatches) checkBatches(model, rules.files, diagnostics);
  checkWatermark(model, resources, diagnostics);
}

/** A model's watermark with what it inherits; a source's own one is checked with the models that follow it. */
function checkWatermark(model: Model, resources: ReadonlyMap<NodeId, Resource>, found: Diagnostic[]): void {
  const value = watermarkValue(model, resources);
  const read = readWatermark(value);
  const place = model.patchPlace ?? model.place;
  if (read === null) return;
  const sources = watermarkedSources(model, resources);
  if (!isSettings(read)) {
    const several = value instanceof Map && !value.has("column") && sources.length > 1;
    const names = sources.map((source) => `${source.sourceName}.${source.name}`).join(", ");
    const help = several ? `name it, since it reads several sources with a watermark: ${names}` : read.help;
    found.push(errorAt("watermark-invalid", `${read.message} (model "${model.name}")`, place, { help }));
  } else if (materialization(model) !== "incremental") {
    const text = `model "${model.name}" has a watermark but is not an incremental model, so nothing follows it`;
    const help = "make it incremental, or take the watermark out";
    found.push(warningAt("watermark-invalid", text, place, { help }));
  }
}

function checkColour(node: ManifestNode, diagnostics: Diagnostic[]): void {
  const { nodeColor } = node.docs;
  if (nodeColor === null || nodeColor === "" || isColour(nodeColor)) return;
  diagnostics.push(
    errorAt(
      "config-value",
      `docs.node_color of ${node.resourceType} "${node.name}" is "${nodeColor}", which is not a colour`,
      node.patchPlace ?? node.place,
      { help: didYouMean(nodeColor, colourNames()) ?? "write the name of a colour, or #1e90ff" },
    ),
  );
}

/** Seeds and snapshots have one materialization, that of their type. */
function checkMaterialization(node: ManifestNode, diagnostics: Diagnostic[]): void {
  const { resourceType: type } = node;
  if ((type !== "seed" && type !== "snapshot") || materialization(node) === type) return;
  diagnostics.push(
    errorAt(
      "config-value",
      `${type} "${node.name}" cannot be materialized as "${materialization(node)}"`,
      node.patchPlace ?? node.place,
      { help: `take materialized out of the configs of ${type}s` },
    ),
  );
}

/** A span that is not understood limits nothing: a warning, since the key may be meant for another program. */
function checkSpans(node: ManifestNode, diagnostics: Diagnostic[]): void {
  for (const [key, example] of [
    ["timeout", "10m"],
    ["retry_delay", "5s"],
  ] as const) {
    const value = node.config.get(key);
    if (value === undefined || value === null || readSpan(value) !== undefined) continue;
    const what = `${key} of ${node.resourceType} "${node.name}" is not a span of time`;
    const place = node.patchPlace ?? node.place;
    diagnostics.push(warningAt("config-value", what, place, { help: `write ${key}: ${example}` }));
  }
}

/** A call of a function leaves out arguments from the end. */
function checkArguments(node: FunctionNode, diagnostics: Diagnostic[]): void {
  const first = node.arguments.findIndex(({ defaultValue }) => defaultValue !== null);
  if (first < 0) return;
  for (const { name, defaultValue } of node.arguments.slice(first))
    if (defaultValue === null)
      diagnostics.push(
        errorAt(
          "function-invalid",
          `argument "${name}" of function "${node.name}" has no default, but one before it has`,
          node.patchPlace ?? node.place,
          { help: "list arguments with a default last" },
        ),
      );
}

function spaces(node: ManifestNode, refused: boolean): Diagnostic {
  const tell = refused ? errorAt : warningAt;
  return tell("name-spaces", `the name of ${node.resourceType} "${node.name}" has spaces in it`, node.place, {
    help: `name it ${node.name.replaceAll(" ", "_")}`,
  });
}

function checkPrimaryKey(model: Model, diagnostics: Diagnostic[]): void {
  const columns = [...model.columns.values()].filter(({ constraints }) =>
    constraints.some(({ type }) => type === "primary_key"),
  );
  const [first, second] = columns;
  if (!first) return;
  const help = "list the columns of the key in one constraint of the model: columns: [...]";
  if (second)
    diagnostics.push(
      errorAt(
        "constraint-invalid",
        `model "${model.name}" has a primary key on each of ${columns.map(({ name }) => `"${name}"`).join(", ")}`,
        second.place,
        { help },
      ),
    );
  if (model.constraints.some(({ type }) => type === "primary_key"))
    diagnostics.push(
      errorAt(
        "constraint-invalid",
        `model "${model.name}" has a primary key of its own and another one on its column "${first.name}"`,
        first.place,
        { help: "keep one of them" },
      ),
    );
}

/** A time spine names columns that the model lists, the standard one with a granularity. */
function checkTimeSpine(model: Model, diagnostics: Diagnostic[]): void {
  if (!(model.timeSpine instanceof Map)) return;
  const refuse = (message: string, help: string): void => {
    diagnostics.push(errorAt("time-spine-invalid", message, model.patchPlace ?? model.place, { help }));
  };
  const known = `its columns: ${[...model.columns.keys()].join(", ")}`;
  const unlisted = (name: string): string => `the time spine "${model.name}" lists no column "${name}"`;
  const standard = asText(model.timeSpine.get("standard_granularity_column")) ?? "";
  const column = model.columns.get(standard);
  if (!column) refuse(unlisted(standard), known);
  else if (column.granularity === null)
    refuse(
      `the column "${standard}" of the time spine "${model.name}" has no granularity`,
      "add granularity: day to the column",
    );
  for (const custom of asList(model.timeSpine.get("custom_granularities"))) {
    const name = asText(asDict(custom).get("column_name")) ?? asText(asDict(custom).get("name")) ?? "";
    if (!model.columns.has(name)) refuse(unlisted(name), known);
  }
}

/** `build_after` is a count of periods: neither means something alone. */
function checkFreshness(model: Model, diagnostics: Diagnostic[]): void {
  const after = asDict(asDict(model.config.get("freshness")).get("build_after"));
  const isSet = (key: string): boolean => (after.get(key) ?? null) !== null;
  if (isSet("count") === isSet("period")) return;
  const [there, missing] = isSet("count") ? ["count", "period"] : ["period", "count"];
  diagnostics.push(
    errorAt(
      "config-value",
      `freshness.build_after of model "${model.name}" has a ${there}, but no ${missing}`,
      model.patchPlace ?? model.place,
      { help: "write build_after: {count: 1, period: day}" },
    ),
  );
}

/** Models past their deprecation date, and models that read one with such a date. */
function checkDeprecations(
  resources: ReadonlyMap<NodeId, Resource>,
  now: Date,
  diagnostics: Diagnostic[],
): void {
  const ends = new Map<NodeId, { readonly model: Model; readonly isPast: boolean }>();
  for (const model of resources.values()) {
    if (model.resourceType !== "model" || model.deprecationDate === null) continue;
    const isPast = Date.parse(model.deprecationDate) < now.getTime();
    ends.set(model.id, { model, isPast });
    if (isPast)
      diagnostics.push(
        warningAt(
          "model-deprecated",
          `model "${model.name}" is past its deprecation date, ${day(model)}`,
          model.patchPlace ?? model.place,
          { help: "remove it, or move the date" },
        ),
      );
  }
  if (ends.size === 0) return;
  for (const reader of resources.values()) {
    if (reader.resourceType !== "model") continue;
    for (const id of reader.dependsOnNodes) {
      const end = ends.get(id);
      if (end) diagnostics.push(deprecatedRef(reader, end.model, end.isPast));
    }
  }
}

function deprecatedRef(reader: Model, model: Model, isPast: boolean): Diagnostic {
  const what = model.version === null ? `"${model.name}"` : `"${model.name}" v${model.version}`;
  const newer = model.version !== null && model.version !== model.latestVersion;
  return warningAt(
    isPast ? "ref-deprecated" : "ref-deprecated-soon",
    `model "${reader.name}" refers to ${what}, which ${isPast ? "was" : "will be"} deprecated on ${day(model)}`,
    reader.refs.find(({ name }) => name === model.name)?.place ?? reader.place,
    {
      help: newer
        ? `its latest version is ${String(model.latestVersion as Value)}`
        : "ask its owner what to use instead",
    },
  );
}

function day({ deprecationDate }: Model): string {
  return deprecationDate?.slice(0, 10) ?? "";
}
