// The shape in which manifest.json and templates (`graph`, `results`, --output json) show a resource: dbt's keys in
// dbt's order. Read by users' macros and by tools, so every key is here even when it is empty. `model` of a template
// leaves empty keys out: see model-json.ts.

import type { Dict, Value } from "../jinja/value.ts";
import {
  columnsValue,
  dependsValue,
  dict,
  docsValue,
  modelConstraintValue,
  refValue,
  textOrNull,
} from "./json-parts.ts";
import type { Manifest } from "./manifest.ts";
import type { CompilableNode, FunctionNode, ManifestNode, NodeBase, Resource } from "./node.ts";
import { exposureToValue, sourceToValue, unitTestToValue } from "./resource-json.ts";
import { semanticToValue } from "./semantic-json.ts";

/** What compiling adds to a node. */
export interface CompiledParts {
  /** The SQL with the text of ephemeral models inside. */
  readonly code: string;
  /** Where it was written, relative to the project folder; null where it was not. */
  readonly path: string | null;
  /** Ephemeral models that were put into it. */
  readonly ctes: readonly { readonly id: string; readonly sql: string }[];
}

/**
 * @param manifest the manifest that holds the resource, or undefined while it is being parsed: metrics and semantic
 *   models show what they are made of
 * @param compiled adds the keys that a node has once it is compiled
 * @returns a new dict; configs, meta and the like are shared with the resource and must not be changed
 */
export function nodeToValue(resource: Resource, manifest?: Manifest, compiled?: CompiledParts): Dict {
  switch (resource.resourceType) {
    case "source":
      return sourceToValue(resource);
    case "exposure":
      return exposureToValue(resource);
    case "unit_test":
      return unitTestToValue(resource);
    case "metric":
    case "semantic_model":
    case "saved_query":
      return semanticToValue(resource, manifest);
    default:
      return manifestNodeToValue(resource, compiled);
  }
}

function manifestNodeToValue(node: ManifestNode, compiled: CompiledParts | undefined): Dict {
  const value: Dict = new Map();
  if (node.resourceType === "function") value.set("returns", returnsValue(node.returns));
  setCommonKeys(value, node);
  if (node.resourceType === "seed") {
    value.set("root_path", node.rootPath);
    value.set("depends_on", dict([["macros", [...node.dependsOnMacros]]]));
    return value;
  }
  setCodeKeys(value, node, compiled);
  for (const [key, own] of ownKeys(node)) value.set(key, own);
  return value;
}

function setCommonKeys(value: Dict, node: ManifestNode): void {
  value
    .set("database", node.database)
    .set("schema", node.schema)
    .set("name", node.name)
    .set("resource_type", node.resourceType)
    .set("package_name", node.packageName)
    .set("path", node.path)
    .set("original_file_path", node.originalFilePath)
    .set("unique_id", node.id)
    .set("fqn", [...node.fqn])
    .set("alias", node.alias)
    .set("checksum", checksumValue(node))
    .set("config", node.config)
    .set("tags", [...node.tags])
    .set("description", node.description)
    .set("columns", columnsValue(node.columns))
    .set("meta", node.meta)
    .set("group", "group" in node ? node.group : null)
    .set("docs", docsValue(node.docs))
    .set("patch_path", node.patchPath)
    .set("build_path", node.buildPath)
    .set("unrendered_config", node.unrenderedConfig)
    .set("created_at", node.createdAt)
    .set("relation_name", node.relationName)
    .set("raw_code", node.rawCode)
    .set("doc_blocks", [...node.docBlocks]);
}

function setCodeKeys(value: Dict, node: CompilableNode, compiled: CompiledParts | undefined): void {
  value.set("language", node.language);
  value.set("refs", node.refs.map(refValue));
  const sources = node.sources.map(({ source, table }) => [source, table]);
  value.set("sources", sources);
  const metrics = node.metrics.map((metric) => [...metric]);
  value.set("metrics", metrics);
  const functions = node.functions.map(({ name, packageName }) =>
    packageName === null ? [name] : [packageName, name],
  );
  value.set("functions", functions);
  value.set("depends_on", dependsValue(node.dependsOnMacros, node.dependsOnNodes));
  value.set("compiled_path", compiled?.path ?? null);
  if (compiled) {
    value.set("compiled", true);
    value.set("compiled_code", compiled.code);
    value.set("extra_ctes_injected", true);
    const ctes = compiled.ctes.map(({ id, sql }) =>
      dict([
        ["id", id],
        ["sql", sql],
      ]),
    );
    value.set("extra_ctes", ctes);
  }
  value.set("contract", contractValue(node));
}

/** The keys that only one kind of node has. */
function ownKeys(node: CompilableNode): readonly (readonly [Value, Value])[] {
  switch (node.resourceType) {
    case "model":
      return [
        ["access", node.access],
        ["constraints", node.constraints.map(modelConstraintValue)],
        ["version", node.version],
        ["latest_version", node.latestVersion],
        ["deprecation_date", node.deprecationDate],
        ["primary_key", [...node.primaryKey]],
        ["time_spine", timeSpineValue(node.timeSpine)],
      ];
    case "test": {
      const { testMetadata } = node;
      if (testMetadata === null) return [];
      return [
        ["column_name", node.columnName],
        ["file_key_name", node.fileKeyName],
        ["attached_node", node.attachedNode],
        [
          "test_metadata",
          dict([
            ["name", testMetadata.name],
            ["kwargs", testMetadata.kwargs],
            ["namespace", testMetadata.namespace],
          ]),
        ],
      ];
    }
    case "operation":
      return [["index", node.index]];
    case "function":
      return [["arguments", node.arguments.map(argumentValue)]];
    default:
      return [];
  }
}

function timeSpineValue(spine: Value): Value {
  if (!(spine instanceof Map)) return spine;
  return dict([
    ["standard_granularity_column", spine.get("standard_granularity_column") ?? null],
    ["custom_granularities", spine.get("custom_granularities") ?? []],
  ]);
}

function argumentValue(argument: FunctionNode["arguments"][number]): Dict {
  return dict([
    ["name", argument.name],
    ["data_type", argument.dataType],
    ["description", textOrNull(argument.description)],
    ["default_value", argument.defaultValue],
  ]);
}

function returnsValue(returns: FunctionNode["returns"]): Value {
  return (
    returns &&
    dict([
      ["data_type", returns.dataType],
      ["description", textOrNull(returns.description)],
    ])
  );
}

function contractValue(node: CompilableNode): Dict {
  const contract = node.resourceType === "model" ? node.contract : undefined;
  const configured = node.config.get("contract");
  const config: Dict = configured instanceof Map ? configured : new Map();
  return dict([
    ["enforced", contract?.enforced ?? config.get("enforced") ?? false],
    ["alias_types", contract?.aliasTypes ?? config.get("alias_types") ?? true],
    ["checksum", contract?.checksum ?? null],
  ]);
}

function checksumValue({ checksum }: NodeBase): Dict {
  return dict([
    ["name", checksum.name],
    ["checksum", checksum.checksum],
  ]);
}
