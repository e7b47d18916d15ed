// Sources: one resource a table of a `sources` entry, with what the source sets for all its tables, and the overrides of
// packages' sources. Facts from dbt-core 1.11, parser/sources.py.

import { errorAt } from "../base/diagnostic.ts";
import { kindWords } from "../config/value-words.ts";
import type { Dict } from "../jinja/value.ts";
import type { Source } from "../manifest/node.ts";
import { checkFreshness, freshnessOf } from "./freshness.ts";
import { addGenericTests, columnParts } from "./generic-tests.ts";
import { relationNameOf } from "./names.ts";
import type { NodeMaker } from "./node-parts.ts";
import { type Entry, entryKey } from "./properties.ts";
import { sourceTableConfig } from "./source-config.ts";
import type { TestMacros } from "./test-macros.ts";
import { asDict, asList, asText, mergedMeta, textList } from "./value-shapes.ts";

/** Adds all sources, and their tests. */
export function addSources(maker: NodeMaker, macros: TestMacros): void {
  const entries = maker.session.properties.of("sources");
  const overrides = new Map<string, Entry>();
  for (const entry of entries.filter(isOverride)) {
    const packageName = asText(entry.values.get("overrides"));
    if (packageName !== undefined) overrides.set(`${packageName}\0${entry.name}`, entry);
  }
  for (const entry of entries) {
    if (isOverride(entry)) continue;
    const override = overrides.get(`${entry.file.packageName}\0${entry.name}`);
    maker.session.units.run(entryKey(entry), override ? [entry.file, override.file] : [entry.file], () =>
      addTables(entry, override, maker, macros),
    );
  }
}

function isOverride({ keys }: Entry): boolean {
  return keys.includes("overrides");
}

function addTables(entry: Entry, override: Entry | undefined, maker: NodeMaker, macros: TestMacros): void {
  const tables = entry.values.get("tables");
  if (tables !== undefined && tables !== null && !Array.isArray(tables)) {
    maker.session.diagnostics.push(
      errorAt(
        "source-invalid",
        `"tables" of source "${entry.name}" must be a list, not ${kindWords(tables)}`,
        entry.place(["tables"], "key"),
        { help: "begin each table with a dash: - name: ..." },
      ),
    );
    return;
  }
  refuseBothTimes(entry, [], entry.values, maker);
  for (const [index, table] of asList(tables).entries()) {
    const name = table instanceof Map ? asText(table.get("name")) : asText(table);
    if (name === undefined || !(table instanceof Map)) {
      maker.session.diagnostics.push(
        errorAt(
          "source-invalid",
          `a table of source "${entry.name}" has no name`,
          entry.place(["tables", index]),
          { help: "write - name: ..." },
        ),
      );
      continue;
    }
    const patch = asList(override?.values.get("tables")).find(
      (one) => one instanceof Map && asText(one.get("name")) === name,
    );
    addTable(
      name,
      new Map([...table, ...asDict(patch)]),
      index,
      { entry, override, values: new Map([...entry.values, ...(override?.values ?? [])]) },
      maker,
      macros,
    );
  }
}

interface SourceOfTable {
  readonly entry: Entry;
  readonly override: Entry | undefined;
  /** The source's own keys, overrides included. */
  readonly values: Dict;
}

function addTable(
  name: string,
  table: Dict,
  index: number,
  of: SourceOfTable,
  maker: NodeMaker,
  macros: TestMacros,
): void {
  const { entry, values } = of;
  const path = ["tables", index];
  checkFreshness(entry, path, maker.session.diagnostics);
  refuseBothTimes(entry, path, table, maker);
  maker.session.add(tableSource(name, table, path, of, maker));
  addGenericTests(
    {
      entry,
      own: { values: table, path },
      columns: columnParts(table.get("columns"), [...path, "columns"]),
      name: `${entry.name}_${name}`,
      call: `source('${entry.name}', '${name}')`,
      isSource: true,
      version: null,
      fileKeyName: `sources.${entry.name}`,
      tags: [...textList(values.get("tags")), ...textList(table.get("tags"))],
      quoteColumns: table.get("quote_columns") === true,
    },
    maker,
    macros,
  );
}

/** A column and a query that tell when rows were loaded, at one level: dbt does not choose between them. */
function refuseBothTimes(
  entry: Entry,
  path: readonly (string | number)[],
  level: Dict,
  { session }: NodeMaker,
): void {
  const said = (key: string): boolean =>
    [level, asDict(level.get("config"))].some((values) => asText(values.get(key)) !== undefined);
  if (!said("loaded_at_field") || !said("loaded_at_query")) return;
  const at = level.has("loaded_at_query") ? ["loaded_at_query"] : ["config", "loaded_at_query"];
  session.diagnostics.push(
    errorAt(
      "source-invalid",
      `source "${entry.name}" has both loaded_at_field and loaded_at_query${path.length > 0 ? " for one table" : ""}`,
      entry.place([...path, ...at]),
      { help: "keep one of the two" },
    ),
  );
}

function tableSource(
  name: string,
  table: Dict,
  path: readonly (string | number)[],
  { entry, override, values }: SourceOfTable,
  maker: NodeMaker,
): Source {
  const { session, descriptions } = maker;
  const { file } = entry;
  const fqn = [file.packageName, ...file.original.split("/").slice(1, -1), entry.name, name];
  const written = sourceTableConfig(values, table);
  const config = session.config("source", "sources", fqn, [written]);
  const schema = asText(values.get("schema")) ?? entry.name;
  const database = asText(values.get("database")) ?? session.shared.credentials.database;
  const identifier = asText(table.get("identifier")) ?? name;
  const quoting = new Map([...asDict(values.get("quoting")), ...asDict(table.get("quoting"))]);
  const meta = asDict(config.get("meta"));
  const external = session.shared.adapter.externalSource?.(
    new Map([...asDict(values.get("meta")), ...meta, ...config]),
    { name, identifier, schema },
  );
  const { text, docBlocks } = descriptions.of(table.get("description"), entry, [...path, "description"]);
  return {
    id: `source.${file.packageName}.${entry.name}.${name}`,
    resourceType: "source",
    name,
    packageName: file.packageName,
    path: file.original,
    originalFilePath: file.original,
    fqn,
    place: entry.place([...path, "name"]),
    sourceName: entry.name,
    sourceDescription: descriptions.of(values.get("description"), entry, ["description"]).text,
    sourceMeta: mergedMeta(values, asDict(values.get("config"))),
    identifier,
    database,
    schema,
    loader: asText(table.get("loader")) ?? asText(values.get("loader")) ?? "",
    description: text,
    docBlocks,
    quoting,
    loadedAtField: asText(config.get("loaded_at_field")) ?? null,
    loadedAtQuery: asText(config.get("loaded_at_query")) ?? null,
    freshness: freshnessOf(config.get("freshness")),
    external: table.get("external") ?? null,
    columns: descriptions.columns(table.get("columns"), entry, [...path, "columns"]),
    meta,
    tags: textList(config.get("tags")),
    config,
    unrenderedConfig: session.unrenderedConfig("sources", fqn, [written]),
    patchPath: override ? override.file.original : null,
    unrenderedDatabase: asText(entry.written.get("database")) ?? null,
    unrenderedSchema: asText(entry.written.get("schema")) ?? null,
    relationName: external ?? relationNameOf(session.shared, { database, schema, identifier }, quoting),
    createdAt: session.createdAt,
  };
}
