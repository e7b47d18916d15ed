// The config of one source table: what the source says, what the table says, each beside its keys or under `config:`,
// joined by the rules of dbt-core 1.11, parser/sources.py.

import type { Dict, Value } from "../jinja/value.ts";
import { asDict, asText, mergedMeta, textList } from "./value-shapes.ts";

/** When rows are late; null where a threshold is switched off. */
interface Freshness {
  readonly warnAfter: Threshold | null;
  readonly errorAfter: Threshold | null;
  readonly filter: Value;
}

interface Threshold {
  readonly count: Value;
  readonly period: Value;
}

/**
 * @param source the keys of the source, those of an override over them
 * @param table the keys of the table
 * @returns what properties files say, to be merged over the project's tree; as dbt does, `loaded_at_field`,
 *   `loaded_at_query`, `meta` and `tags` are always in it
 */
export function sourceTableConfig(source: Dict, table: Dict): Dict {
  const ofSource = asDict(source.get("config"));
  const ofTable = asDict(table.get("config"));
  const config: Dict = new Map([...ofSource, ...ofTable]);
  const freshness = mergeFreshness([
    source.get("freshness"),
    ofSource.get("freshness"),
    table.get("freshness"),
    ofTable.get("freshness"),
  ]);
  if (freshness === undefined) config.delete("freshness");
  else config.set("freshness", freshness && freshnessValue(freshness));
  const { field, query } = loadedAt(source, table);
  config.set("loaded_at_field", field);
  config.set("loaded_at_query", query);
  config.set("meta", new Map([...mergedMeta(source, ofSource), ...mergedMeta(table, ofTable)]));
  const tags = [source, ofSource, table, ofTable].flatMap((level) => textList(level.get("tags")));
  config.set("tags", [...new Set(tags)].sort());
  return config;
}

/** A table that names a column, even an empty one, reads it instead of what the source says. */
function loadedAt(source: Dict, table: Dict): { readonly field: Value; readonly query: Value } {
  const at = (level: Dict, key: string): Value =>
    asText(level.get(key)) ?? asText(asDict(level.get("config")).get(key)) ?? null;
  const fieldGiven = table.has("loaded_at_field") || at(table, "loaded_at_field") !== null;
  const query = at(table, "loaded_at_query");
  return {
    field: fieldGiven ? at(table, "loaded_at_field") : at(source, "loaded_at_field"),
    query: query !== null || fieldGiven ? query : at(source, "loaded_at_query"),
  };
}

/** @returns null: switched off; undefined: nothing was said, so the project's tree or the default stands */
function mergeFreshness(levels: readonly (Value | undefined)[]): Freshness | null | undefined {
  const [first, ...rest] = levels.map(readFreshness);
  let merged = first ?? null;
  for (const level of rest) {
    if (level === null) merged = null;
    else if (merged === null) merged = isSet(level) ? level : null;
    else merged = overridden(merged, level);
  }
  return merged === null || isSet(merged) ? merged : undefined;
}

function readFreshness(value: Value | undefined): Freshness | null {
  if (value === null) return null;
  const level = asDict(value);
  return {
    warnAfter: readThreshold(level.get("warn_after")),
    errorAfter: readThreshold(level.get("error_after")),
    filter: level.get("filter") ?? null,
  };
}

function readThreshold(value: Value | undefined): Threshold | null {
  if (value === null) return null;
  const threshold = asDict(value);
  return { count: threshold.get("count") ?? null, period: threshold.get("period") ?? null };
}

function overridden(base: Freshness, level: Freshness): Freshness {
  return {
    warnAfter: overriddenThreshold(base.warnAfter, level.warnAfter),
    errorAfter: overriddenThreshold(base.errorAfter, level.errorAfter),
    filter: level.filter ?? base.filter,
  };
}

function overriddenThreshold(base: Threshold | null, level: Threshold | null): Threshold | null {
  if (level === null || isWhole(level)) return level;
  return base ?? level;
}

function isSet({ warnAfter, errorAfter }: Freshness): boolean {
  return isWhole(warnAfter) || isWhole(errorAfter);
}

function isWhole(threshold: Threshold | null): boolean {
  return threshold !== null && threshold.count !== null && threshold.period !== null;
}

function freshnessValue({ warnAfter, errorAfter, filter }: Freshness): Dict {
  return new Map<Value, Value>([
    ["warn_after", warnAfter && thresholdValue(warnAfter)],
    ["error_after", errorAfter && thresholdValue(errorAfter)],
    ["filter", filter],
  ]);
}

function thresholdValue({ count, period }: Threshold): Dict {
  return new Map<Value, Value>([
    ["count", count],
    ["period", period],
  ]);
}
