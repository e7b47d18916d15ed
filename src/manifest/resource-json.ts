// The JSON shapes of resources that are no nodes: sources, exposures, unit tests.

import type { Dict, Value } from "../jinja/value.ts";
import { columnsValue, dependsValue, dict, ownerValue, refValue } from "./json-parts.ts";
import type { Exposure, Source, UnitTest, UnitTestFixture } from "./node.ts";

/** The keys that dbt knows of `external:` first, then all others. */
function externalValue(external: Value): Value {
  if (!(external instanceof Map)) return external;
  const known = ["location", "file_format", "row_format", "tbl_properties", "partitions"];
  const value = dict(known.map((key) => [key, null]));
  for (const [key, written] of external) value.set(key, written);
  return value;
}

/** One table of a source. */
export function sourceToValue(source: Source): Dict {
  return dict([
    ["database", source.database],
    ["schema", source.schema],
    ["name", source.name],
    ["resource_type", "source"],
    ["package_name", source.packageName],
    ["path", source.path],
    ["original_file_path", source.originalFilePath],
    ["unique_id", source.id],
    ["fqn", [...source.fqn]],
    ["source_name", source.sourceName],
    ["source_description", source.sourceDescription],
    ["loader", source.loader],
    ["identifier", source.identifier],
    ["quoting", withKeys(source.quoting, ["database", "schema", "identifier", "column"])],
    ["loaded_at_field", source.loadedAtField],
    ["loaded_at_query", source.loadedAtQuery],
    ["freshness", freshnessValue(source)],
    ["external", externalValue(source.external)],
    ["description", source.description],
    ["columns", columnsValue(source.columns)],
    ["meta", source.meta],
    ["source_meta", source.sourceMeta],
    ["tags", [...source.tags]],
    ["config", sourceConfig(source)],
    ["patch_path", source.patchPath],
    ["unrendered_config", source.unrenderedConfig],
    ["relation_name", source.relationName],
    ["created_at", source.createdAt],
    ["unrendered_database", source.unrenderedDatabase],
    ["unrendered_schema", source.unrenderedSchema],
    ["doc_blocks", [...source.docBlocks]],
  ]);
}

/** The keys in this order, null where they are not set. */
function withKeys(values: Value | undefined, keys: readonly string[]): Dict {
  const known = values instanceof Map ? values : new Map<Value, Value>();
  return new Map(keys.map((key) => [key, known.get(key) ?? null]));
}

/** null where the check is switched off; thresholds without a value where none was ever set. */
function freshnessValue({ config }: Source): Value {
  const freshness = config.get("freshness") ?? null;
  if (!(freshness instanceof Map)) return null;
  return dict([
    ["warn_after", withKeys(freshness.get("warn_after"), ["count", "period"])],
    ["error_after", withKeys(freshness.get("error_after"), ["count", "period"])],
    ["filter", freshness.get("filter") ?? null],
  ]);
}

function sourceConfig(source: Source): Dict {
  return source.config.has("freshness")
    ? new Map<Value, Value>([...source.config, ["freshness", freshnessValue(source)]])
    : source.config;
}

export function exposureToValue(exposure: Exposure): Dict {
  return dict([
    ["name", exposure.name],
    ["resource_type", "exposure"],
    ["package_name", exposure.packageName],
    ["path", exposure.path],
    ["original_file_path", exposure.originalFilePath],
    ["unique_id", exposure.id],
    ["fqn", [...exposure.fqn]],
    ["type", exposure.type],
    ["owner", ownerValue(exposure.owner)],
    ["description", exposure.description],
    ["label", exposure.label],
    ["maturity", exposure.maturity],
    ["meta", exposure.meta],
    ["tags", [...exposure.tags]],
    ["config", exposure.config],
    ["unrendered_config", exposure.unrenderedConfig],
    ["url", exposure.url],
    ["depends_on", dependsValue(exposure.dependsOnMacros, exposure.dependsOnNodes)],
    ["refs", exposure.refs.map(refValue)],
    ["sources", exposure.sources.map(({ source, table }) => [source, table])],
    ["metrics", exposure.metrics.map((metric) => [...metric])],
    ["created_at", exposure.createdAt],
  ]);
}

function fixtureValue(fixture: UnitTestFixture): readonly (readonly [Value, Value])[] {
  return [
    ["rows", fixture.rows],
    ["format", fixture.format],
    ["fixture", fixture.fixture],
  ];
}

export function unitTestToValue(test: UnitTest): Dict {
  const { overrides } = test;
  return dict([
    ["model", test.model],
    ["given", test.given.map((given) => dict([["input", given.input], ...fixtureValue(given)]))],
    ["expect", dict(fixtureValue(test.expect))],
    ["name", test.name],
    ["resource_type", "unit_test"],
    ["package_name", test.packageName],
    ["path", test.path],
    ["original_file_path", test.originalFilePath],
    ["unique_id", test.id],
    ["fqn", [...test.fqn]],
    ["description", test.description],
    [
      "overrides",
      overrides &&
        dict([
          ["macros", overrides.macros],
          ["vars", overrides.vars],
          ["env_vars", overrides.envVars],
        ]),
    ],
    ["depends_on", dependsValue(test.dependsOnMacros, test.dependsOnNodes)],
    ["config", test.config],
    ["checksum", test.checksum],
    ["schema", test.schema],
    ["created_at", test.createdAt],
    ["versions", test.versions && withKeys(test.versions, ["include", "exclude"])],
    ["version", test.version],
  ]);
}
