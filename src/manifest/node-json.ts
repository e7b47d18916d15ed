// The shape in which manifest.json and templates (`model`, `graph`, `node` of generate_*_name) show a resource: dbt's
// keys in dbt's order. Read by users' macros and by tools, so every key is here even when it is empty.

import type { Dict, Value } from "../jinja/value.ts";
import { columnsValue, constraintValue, dependsValue, dict, docsValue, refValue } from "./json-parts.ts";
import type { Manifest } from "./manifest.ts";
import type { ManifestNode, Resource } from "./node.ts";
import { exposureToValue, semanticToValue, sourceToValue, unitTestToValue } from "./resource-json.ts";

/**
 * @param manifest the manifest that holds the resource, or undefined while it is being parsed
 * @returns a new dict; configs, meta and the like are shared with the resource and must not be changed
 */
export function nodeToValue(resource: Resource, _manifest?: Manifest): Dict {
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
      return semanticToValue(resource);
    default:
      return manifestNodeToValue(resource);
  }
}

function manifestNodeToValue(node: ManifestNode): Dict {
  const value = dict([
    ["database", node.database],
    ["schema", node.schema],
    ["name", node.name],
    ["resource_type", node.resourceType],
    ["package_name", node.packageName],
    ["path", node.path],
    ["original_file_path", node.originalFilePath],
    ["unique_id", node.id],
    ["fqn", [...node.fqn]],
    ["alias", node.alias],
    ["checksum", checksumValue(node)],
    ["config", node.config],
    ["tags", [...node.tags]],
    ["description", node.description],
    ["columns", columnsValue(node.columns)],
    ["meta", node.meta],
    ["group", "group" in node ? node.group : null],
    ["docs", docsValue(node.docs)],
    ["patch_path", node.patchPath],
    ["build_path", node.buildPath],
    ["unrendered_config", node.unrenderedConfig],
    ["created_at", node.createdAt],
    ["relation_name", node.relationName],
    ["raw_code", node.rawCode],
    ["doc_blocks", [...node.docBlocks]],
  ]);
  if (node.resourceType === "seed") {
    value.set("root_path", node.rootPath);
    value.set("depends_on", dict([["macros", [...node.dependsOnMacros]]]));
    return value;
  }
  value.set("language", node.language);
  value.set("refs", node.refs.map(refValue));
  value.set(
    "sources",
    node.sources.map(({ source, table }) => [source, table]),
  );
  value.set(
    "metrics",
    node.metrics.map((metric) => [...metric]),
  );
  value.set(
    "functions",
    node.functions.map(({ name, packageName }) => (packageName === null ? [name] : [packageName, name])),
  );
  value.set("depends_on", dependsValue(node.dependsOnMacros, node.dependsOnNodes));
  value.set("compiled_path", null);
  value.set("contract", contractValue(node));
  for (const [key, own] of ownKeys(node)) value.set(key, own);
  return value;
}

/** The keys that only one kind of node has. */
function ownKeys(
  node: Exclude<ManifestNode, { resourceType: "seed" }>,
): readonly (readonly [Value, Value])[] {
  switch (node.resourceType) {
    case "model":
      return [
        ["access", node.access],
        ["constraints", node.constraints.map(constraintValue)],
        ["version", node.version],
        ["latest_version", node.latestVersion],
        ["deprecation_date", node.deprecationDate],
        ["primary_key", [...node.primaryKey]],
        ["time_spine", node.timeSpine],
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
    case "sql_operation":
      return [["index", node.index]];
    case "function":
      return [
        ["returns", node.returns && described(node.returns.dataType, node.returns.description)],
        [
          "arguments",
          node.arguments.map((argument) =>
            dict([
              ["name", argument.name],
              ["data_type", argument.dataType],
              ["description", argument.description],
              ["default_value", argument.defaultValue],
            ]),
          ),
        ],
      ];
    default:
      return [];
  }
}

function described(dataType: string, description: string): Dict {
  return dict([
    ["data_type", dataType],
    ["description", description],
  ]);
}

function contractValue(node: ManifestNode): Dict {
  const contract = node.resourceType === "model" ? node.contract : undefined;
  const configured = node.config.get("contract");
  const config = configured instanceof Map ? configured : new Map<Value, Value>();
  return dict([
    ["enforced", contract?.enforced ?? config.get("enforced") ?? false],
    ["alias_types", contract?.aliasTypes ?? config.get("alias_types") ?? true],
    ["checksum", contract?.checksum ?? null],
  ]);
}

function checksumValue(node: ManifestNode): Dict {
  return dict([
    ["name", node.checksum.name],
    ["checksum", node.checksum.checksum],
  ]);
}
