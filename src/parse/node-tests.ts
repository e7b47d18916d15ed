// Which models, seeds and snapshots have data tests in properties files, version by version.

import type { Dict } from "../jinja/value.ts";
import { addGenericTests, columnParts, type EntryPart, type TestTarget } from "./generic-tests.ts";
import type { NodeMaker } from "./node-parts.ts";
import { type Entry, entryKey } from "./properties.ts";
import type { TestMacros } from "./test-macros.ts";
import { asDict, asText, asVersion } from "./value-shapes.ts";
import { inheritedColumns, isColumnRule } from "./version-columns.ts";

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
  if (!Array.isArray(versions)) addGenericTests(targetOf(entry, section), maker, macros);
  else {
    for (const [index, version] of versions.entries()) {
      if (version instanceof Map)
        addGenericTests(versionTarget(entry, section, version, index), maker, macros);
    }
  }
}

function targetOf(entry: Entry, section: string): TestTarget {
  const { name, values } = entry;
  return {
    entry,
    own: { values, path: [] },
    columns: columnParts(values.get("columns"), ["columns"]),
    name,
    call: `ref('${name}')`,
    isSource: false,
    version: null,
    fileKeyName: `${section}.${name}`,
    tags: [],
    quoteColumns:
      values.get("quote_columns") === true || asDict(values.get("config")).get("quote_columns") === true,
  };
}

/** A version has the entry's tests unless it lists its own, and the columns that it includes and adds. */
function versionTarget(entry: Entry, section: string, version: Dict, index: number): TestTarget {
  const v = asVersion(version.get("v"));
  const path = ["versions", index];
  const base = targetOf(entry, section);
  // Tests take a version 0 for none (dbt-core, generic_test_builders.py).
  const named =
    v === 0 ? {} : { name: `${entry.name}_v${v}`, version: v, call: `ref('${entry.name}', version='${v}')` };
  const listsTests = (version.get("data_tests") ?? version.get("tests")) !== undefined;
  return {
    ...base,
    ...(listsTests ? { own: { values: version, path } } : {}),
    columns: versionColumns(base.columns, version, path),
    ...named,
  };
}

function versionColumns(
  all: readonly EntryPart[],
  version: Dict,
  path: readonly (string | number)[],
): readonly EntryPart[] {
  const isInherited = inheritedColumns(version);
  const own = columnParts(version.get("columns"), [...path, "columns"]);
  return [
    ...all.filter(({ values }) => isInherited(asText(values.get("name")) ?? "")),
    ...own.filter(({ values }) => !isColumnRule(values)),
  ];
}
