// Which models, seeds and snapshots have data tests in properties files, version by version.

import type { Dict, Value } from "../jinja/value.ts";
import { addGenericTests, type TestTarget } from "./generic-tests.ts";
import type { NodeMaker } from "./node-parts.ts";
import { type Entry, entryKey } from "./properties.ts";
import type { TestMacros } from "./test-macros.ts";
import { asDict, asList, asText, asVersion, textList } from "./value-shapes.ts";

/** Adds the data tests of models, seeds and snapshots. */
export function addNodeTests(maker: NodeMaker, macros: TestMacros): void {
  for (const section of ["models", "seeds", "snapshots"] as const) {
    for (const entry of maker.session.properties.of(section))
      maker.session.units.run(`tests\0${entryKey(entry)}`, [entry.file], () =>
        addTests(entry, section, maker, macros),
      );
  }
}

function addTests(entry: Entry, section: string, maker: NodeMaker, macros: TestMacros): void {
  const versions = entry.values.get("versions");
  if (!Array.isArray(versions)) addGenericTests(target(entry, section, entry.values, []), maker, macros);
  else {
    for (const [index, version] of versions.entries()) {
      if (version instanceof Map)
        addGenericTests(versionTarget(entry, section, version, index), maker, macros);
    }
  }
}

function target(entry: Entry, section: string, values: Dict, path: readonly (string | number)[]): TestTarget {
  return {
    entry,
    path,
    name: entry.name,
    call: `ref('${entry.name}')`,
    isSource: false,
    version: null,
    fileKeyName: `${section}.${entry.name}`,
    tests: values.get("data_tests") ?? values.get("tests"),
    columns: values.get("columns"),
    tags: [],
    quoteColumns:
      entry.values.get("quote_columns") === true ||
      asDict(entry.values.get("config")).get("quote_columns") === true,
  };
}

/** A version has the entry's tests unless it lists its own, and the columns that it includes and adds. */
function versionTarget(entry: Entry, section: string, version: Dict, index: number): TestTarget {
  const v = asVersion(version.get("v"));
  const own = version.get("data_tests") ?? version.get("tests");
  const base = target(entry, section, entry.values, []);
  return {
    ...base,
    ...(own === undefined ? {} : { tests: own, path: ["versions", index] }),
    name: `${entry.name}_v${v}`,
    version: v,
    call: `ref('${entry.name}', version='${v}')`,
    columns: versionColumns(entry, version),
  };
}

function versionColumns(entry: Entry, version: Dict): Value {
  const all = asList(entry.values.get("columns"));
  const list = asList(version.get("columns"));
  if (list.length === 0) return [...all];
  const rule = list.find((item) => item instanceof Map && (item.has("include") || item.has("exclude")));
  const include = rule instanceof Map ? rule.get("include") : "*";
  const everything = include === undefined || include === "*" || include === "all";
  const included = new Set(everything ? [] : textList(include));
  const excluded = new Set(rule instanceof Map ? textList(rule.get("exclude")) : []);
  const named = (item: Value): string => (item instanceof Map ? (asText(item.get("name")) ?? "") : "");
  const kept = all.filter((item) => !excluded.has(named(item)) && (everything || included.has(named(item))));
  return [...kept, ...list.filter((item) => item !== rule)];
}
