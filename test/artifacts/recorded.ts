// What dbt recorded of ./record/project, and the way back from its JSON to our resources: what dbt printed of a
// resource is all that is known of it, so printing it again must give the same text, letter for letter.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Block } from "../../src/jinja/environment.ts";
import { fromJson } from "../../src/jinja/json.ts";
import type { Dict, Value } from "../../src/jinja/value.ts";
import type { DocBlock, Group, Macro, Manifest } from "../../src/manifest/manifest.ts";
import type { Column, Constraint, RefCall, Resource, SourceCall } from "../../src/manifest/node.ts";

const place = { file: "models/shop/schema.yml", line: 1, column: 1 };

/** parsed.json, compiled.json or models.json. */
export function recorded(name: "parsed" | "compiled" | "models"): Dict {
  return dictOf(fromJson(readFileSync(join(import.meta.dirname, `record/${name}.json`), "utf8")));
}

/** Sections of manifest.json that hold resources. */
export const resourceSections = [
  "nodes",
  "sources",
  "exposures",
  "metrics",
  "saved_queries",
  "semantic_models",
  "unit_tests",
  "functions",
] as const;

export function dictOf(value: Value | undefined): Dict {
  return value instanceof Map ? value : new Map();
}

/** Entries of one section. */
export function section(manifest: Dict, name: string): [string, Dict][] {
  return [...dictOf(manifest.get(name))].map(([id, entry]) => [String(id), dictOf(entry)]);
}

/** The manifest that parsing the project gives, as far as dbt's JSON tells of it. */
export function recordedManifest(): Manifest {
  const json = recorded("parsed");
  const entries = <T>(name: string, make: (entry: Dict) => T): Map<string, T> =>
    new Map(section(json, name).map(([id, entry]) => [id, make(entry)]));
  const lists = (name: string): Map<string, string[]> =>
    new Map([...dictOf(json.get(name))].map(([id, ids]) => [String(id), texts(ids)]));
  return {
    projectName: "shop",
    adapterType: "duckdb",
    resources: new Map(resourceSections.flatMap((name) => [...entries(name, resourceOf)])),
    disabled: new Map(
      [...dictOf(json.get("disabled"))].map(([id, list]) => [
        String(id),
        listOf(list).map((entry) => resourceOf(dictOf(entry))),
      ]),
    ),
    macros: entries("macros", macroOf),
    docs: entries("docs", docOf),
    groups: entries("groups", groupOf),
    parents: lists("parent_map"),
    children: lists("child_map"),
    packages: ["shop"],
    generatedAt: new Date(0),
  };
}

function listOf(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: Value | undefined): string[] {
  return listOf(value).map(String);
}

function textOr<T>(value: Value | undefined, absent: T): string | T {
  return typeof value === "string" ? value : absent;
}

function versionOf(value: Value | undefined): string | number | null {
  return typeof value === "number" ? value : textOr(value, null);
}

/** A resource from dbt's JSON of it. */
export function resourceOf(json: Dict): Resource {
  const type = String(json.get("resource_type"));
  const base = {
    id: String(json.get("unique_id")),
    name: String(json.get("name")),
    packageName: String(json.get("package_name")),
    path: String(json.get("path")),
    originalFilePath: String(json.get("original_file_path")),
    fqn: texts(json.get("fqn")),
    place,
    description: textOr(json.get("description"), ""),
    docBlocks: texts(json.get("doc_blocks")),
    config: dictOf(json.get("config")),
    unrenderedConfig: dictOf(json.get("unrendered_config")),
    tags: texts(json.get("tags")),
    meta: dictOf(json.get("meta")),
    group: textOr(json.get("group"), null),
    label: textOr(json.get("label"), null),
    patchPath: textOr(json.get("patch_path"), null),
    columns: new Map(section(json, "columns").map(([name, column]) => [name, columnOf(column)])),
    database: textOr(json.get("database"), null),
    schema: textOr(json.get("schema"), ""),
    relationName: textOr(json.get("relation_name"), null),
    refs: listOf(json.get("refs")).map((ref) => refOf(dictOf(ref))),
    sources: listOf(json.get("sources")).map(sourceCallOf),
    metrics: listOf(json.get("metrics")).map(texts),
    dependsOnNodes: texts(dictOf(json.get("depends_on")).get("nodes")),
    dependsOnMacros: texts(dictOf(json.get("depends_on")).get("macros")),
    version: versionOf(json.get("version")),
    createdAt: 0,
  };
  return { ...base, ...ownFacts(type, json), resourceType: type } as unknown as Resource;
}

/** Facts that only some kinds have. */
function ownFacts(type: string, json: Dict): Readonly<Record<string, unknown>> {
  switch (type) {
    case "source":
      return sourceFacts(json);
    case "exposure":
      return {
        type: json.get("type"),
        owner: json.get("owner"),
        maturity: json.get("maturity"),
        url: json.get("url"),
      };
    case "unit_test":
      return unitTestFacts(json);
    case "metric":
    case "semantic_model":
    case "saved_query":
      return { body: json };
    default:
      return { ...nodeFacts(json), ...kindFacts(type, json) };
  }
}

function nodeFacts(json: Dict): Readonly<Record<string, unknown>> {
  const docs = dictOf(json.get("docs"));
  return {
    docs: { show: docs.get("show"), nodeColor: docs.get("node_color") },
    patchPlace: null,
    checksum: Object.fromEntries(dictOf(json.get("checksum"))),
    rawCode: json.get("raw_code"),
    rawPlace: place,
    language: json.get("language"),
    alias: json.get("alias"),
    functions: [],
    buildPath: null,
    rootPath: json.get("root_path"),
    index: json.get("index"),
  };
}

function kindFacts(type: string, json: Dict): Readonly<Record<string, unknown>> {
  if (type === "model") {
    const contract = dictOf(json.get("contract"));
    return {
      access: json.get("access"),
      latestVersion: versionOf(json.get("latest_version")),
      deprecationDate: json.get("deprecation_date"),
      constraints: listOf(json.get("constraints")).map((one) => constraintOf(dictOf(one))),
      contract: {
        enforced: contract.get("enforced"),
        aliasTypes: contract.get("alias_types"),
        checksum: contract.get("checksum"),
      },
      timeSpine: json.get("time_spine"),
      primaryKey: texts(json.get("primary_key")),
    };
  }
  if (type === "test") {
    const test = dictOf(json.get("test_metadata"));
    return {
      columnName: json.get("column_name"),
      fileKeyName: json.get("file_key_name"),
      attachedNode: json.get("attached_node"),
      testMetadata: json.has("test_metadata")
        ? { name: test.get("name"), namespace: test.get("namespace"), kwargs: test.get("kwargs") }
        : null,
    };
  }
  if (type !== "function") return {};
  const returns = dictOf(json.get("returns"));
  return {
    access: "protected",
    returns: { dataType: returns.get("data_type"), description: textOr(returns.get("description"), "") },
    arguments: listOf(json.get("arguments")).map((argument) => {
      const facts = dictOf(argument);
      return {
        name: facts.get("name"),
        dataType: facts.get("data_type"),
        description: textOr(facts.get("description"), ""),
        defaultValue: facts.get("default_value"),
      };
    }),
  };
}

function sourceFacts(json: Dict): Readonly<Record<string, unknown>> {
  return {
    sourceName: json.get("source_name"),
    sourceDescription: json.get("source_description"),
    sourceMeta: json.get("source_meta"),
    identifier: json.get("identifier"),
    loader: json.get("loader"),
    quoting: json.get("quoting"),
    loadedAtField: json.get("loaded_at_field"),
    loadedAtQuery: json.get("loaded_at_query"),
    freshness: null,
    external: json.get("external"),
    unrenderedDatabase: json.get("unrendered_database"),
    unrenderedSchema: json.get("unrendered_schema"),
  };
}

function unitTestFacts(json: Dict): Readonly<Record<string, unknown>> {
  const overrides = dictOf(json.get("overrides"));
  return {
    model: json.get("model"),
    testedNode: null,
    given: listOf(json.get("given")).map((given) => ({ ...Object.fromEntries(dictOf(given)), place })),
    expect: { ...Object.fromEntries(dictOf(json.get("expect"))), place },
    overrides: {
      macros: overrides.get("macros"),
      vars: overrides.get("vars"),
      envVars: overrides.get("env_vars"),
    },
    versions: json.get("versions"),
    checksum: json.get("checksum"),
  };
}

const columnKeys = [
  "name",
  "description",
  "meta",
  "data_type",
  "constraints",
  "quote",
  "config",
  "tags",
  "granularity",
  "doc_blocks",
];

function columnOf(json: Dict): Column {
  return {
    name: String(json.get("name")),
    description: String(json.get("description")),
    meta: dictOf(json.get("meta")),
    dataType: textOr(json.get("data_type"), null),
    constraints: listOf(json.get("constraints")).map((one) => constraintOf(dictOf(one))),
    quote: json.get("quote") === null ? null : json.get("quote") === true,
    tags: texts(json.get("tags")),
    granularity: textOr(json.get("granularity"), null),
    extra: new Map([...json].filter(([key]) => !columnKeys.includes(String(key)))),
    docBlocks: texts(json.get("doc_blocks")),
    place,
  };
}

function constraintOf(json: Dict): Constraint {
  return {
    type: String(json.get("type")) as Constraint["type"],
    name: textOr(json.get("name"), null),
    expression: textOr(json.get("expression"), null),
    warnUnenforced: json.get("warn_unenforced") === true,
    warnUnsupported: json.get("warn_unsupported") === true,
    to: textOr(json.get("to"), null),
    toColumns: texts(json.get("to_columns")),
    ...(json.has("columns") ? { columns: texts(json.get("columns")) } : {}),
  };
}

function refOf(json: Dict): RefCall {
  return {
    name: String(json.get("name")),
    packageName: textOr(json.get("package"), null),
    version: versionOf(json.get("version")),
    place,
  };
}

function sourceCallOf(json: Value): SourceCall {
  const [source = "", table = ""] = texts(json);
  return { source, table, place };
}

function macroOf(json: Dict): Macro {
  const docs = dictOf(json.get("docs"));
  const block = { text: json.get("macro_sql") } as unknown as Block;
  return {
    id: String(json.get("unique_id")),
    name: String(json.get("name")),
    packageName: String(json.get("package_name")),
    path: String(json.get("path")),
    originalFilePath: String(json.get("original_file_path")),
    place,
    block,
    dependsOnMacros: texts(dictOf(json.get("depends_on")).get("macros")),
    description: String(json.get("description")),
    meta: dictOf(json.get("meta")),
    docs: { show: docs.get("show") === true, nodeColor: textOr(docs.get("node_color"), null) },
    patchPath: textOr(json.get("patch_path"), null),
    arguments: listOf(json.get("arguments")).map((argument) => {
      const facts = dictOf(argument);
      return {
        name: String(facts.get("name")),
        type: textOr(facts.get("type"), null),
        description: textOr(facts.get("description"), ""),
      };
    }),
    config: dictOf(json.get("config")),
    supportedLanguages: null,
    createdAt: 0,
  };
}

function docOf(json: Dict): DocBlock {
  return {
    id: String(json.get("unique_id")),
    name: String(json.get("name")),
    packageName: String(json.get("package_name")),
    path: String(json.get("path")),
    originalFilePath: String(json.get("original_file_path")),
    contents: String(json.get("block_contents")),
  };
}

function groupOf(json: Dict): Group {
  return {
    id: String(json.get("unique_id")),
    name: String(json.get("name")),
    packageName: String(json.get("package_name")),
    path: String(json.get("path")),
    originalFilePath: String(json.get("original_file_path")),
    owner: dictOf(json.get("owner")),
    description: textOr(json.get("description"), null),
    config: dictOf(json.get("config")),
    place,
  };
}
