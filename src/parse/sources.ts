// Sources: one resource a table of a `sources` entry, with what the source sets for all its tables, and the overrides of
// packages' sources. Facts from dbt-core 1.11, parser/sources.py.

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import { kindWords } from "../config/value-words.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { FreshnessThreshold, Source } from "../manifest/node.ts";
import { addGenericTests } from "./generic-tests.ts";
import { relationNameOf } from "./names.ts";
import type { NodeMaker } from "./node-parts.ts";
import type { Entry } from "./properties.ts";
import type { TestMacros } from "./test-macros.ts";
import { asDict, asList, asText, mergedMeta, textList } from "./value-shapes.ts";

const periods = ["minute", "hour", "day"] as const;

/** Adds all sources, and their tests. */
export function addSources(maker: NodeMaker, macros: TestMacros): void {
  const entries = maker.session.properties.of("sources");
  const overrides = new Map<string, Entry>();
  for (const entry of entries) {
    const packageName = asText(entry.values.get("overrides"));
    if (packageName !== undefined) overrides.set(`${packageName}\0${entry.name}`, entry);
  }
  for (const entry of entries) {
    if (entry.values.has("overrides")) continue;
    const override = overrides.get(`${entry.file.packageName}\0${entry.name}`);
    addTables(entry, override, maker, macros);
  }
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
      { entry, values: new Map([...entry.values, ...(override?.values ?? [])]) },
      maker,
      macros,
    );
  }
}

interface SourceOfTable {
  readonly entry: Entry;
  /** The source's own keys, overrides included. */
  readonly values: Dict;
}

function addTable(
  name: string,
  table: Dict,
  index: number,
  { entry, values }: SourceOfTable,
  maker: NodeMaker,
  macros: TestMacros,
): void {
  const { session, descriptions } = maker;
  const { file } = entry;
  const path = ["tables", index];
  const sourceConfig = asDict(values.get("config"));
  const tableConfig = asDict(table.get("config"));
  const fqn = [file.packageName, ...file.original.split("/").slice(1, -1), entry.name, name];
  const config = session.config("source", "sources", fqn, [sourceConfig, tableConfig]);
  const schema = asText(values.get("schema")) ?? entry.name;
  const database = asText(values.get("database")) ?? session.shared.credentials.database;
  const identifier = asText(table.get("identifier")) ?? name;
  const quoting = new Map([...asDict(values.get("quoting")), ...asDict(table.get("quoting"))]);
  const meta = new Map([
    ...mergedMeta(values, sourceConfig),
    ...mergedMeta(table, tableConfig),
    ...asDict(config.get("meta")),
  ]);
  const tags = [
    ...new Set([
      ...textList(values.get("tags")),
      ...textList(sourceConfig.get("tags")),
      ...textList(table.get("tags")),
      ...textList(tableConfig.get("tags")),
      ...textList(config.get("tags")),
    ]),
  ];
  const { text, docBlocks } = descriptions.of(table.get("description"), entry, [...path, "description"]);
  const late = (key: string): string | null =>
    asText(table.get(key)) ??
    asText(tableConfig.get(key)) ??
    asText(values.get(key)) ??
    asText(sourceConfig.get(key)) ??
    asText(config.get(key)) ??
    null;
  const source: Source = {
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
    sourceMeta: mergedMeta(values, sourceConfig),
    identifier,
    database,
    schema,
    loader: asText(table.get("loader")) ?? asText(values.get("loader")) ?? "",
    description: text,
    docBlocks,
    quoting,
    loadedAtField: late("loaded_at_field"),
    loadedAtQuery: late("loaded_at_query"),
    freshness: freshnessOf(
      [
        config.get("freshness"),
        values.get("freshness"),
        sourceConfig.get("freshness"),
        table.get("freshness"),
        tableConfig.get("freshness"),
      ],
      entry,
      path,
      session.diagnostics,
    ),
    external: table.get("external") ?? null,
    columns: descriptions.columns(table.get("columns"), entry, [...path, "columns"]),
    meta,
    tags,
    config,
    unrenderedConfig: session.unrenderedConfig("sources", fqn, [sourceConfig, tableConfig]),
    patchPath: null,
    unrenderedDatabase: asText(entry.written.get("database")) ?? null,
    unrenderedSchema: asText(entry.written.get("schema")) ?? null,
    relationName: relationNameOf(session.shared, { database, schema, identifier }, quoting),
    createdAt: session.createdAt,
  };
  session.add(source);
  addGenericTests(
    {
      entry,
      path,
      name: `${entry.name}_${name}`,
      call: `source('${entry.name}', '${name}')`,
      isSource: true,
      fileKeyName: `sources.${entry.name}`,
      tests: table.get("data_tests") ?? table.get("tests"),
      columns: table.get("columns"),
      tags,
      quoteColumns: table.get("quote_columns") === true,
    },
    maker,
    macros,
  );
}

/** Thresholds joined from general to specific; an explicit null turns the check off. */
function freshnessOf(
  levels: readonly (Value | undefined)[],
  entry: Entry,
  path: readonly (string | number)[],
  diagnostics: Diagnostic[],
): Source["freshness"] {
  let found = null as Source["freshness"];
  for (const level of levels) {
    if (level === undefined) continue;
    if (level === null) {
      found = null;
      continue;
    }
    if (!(level instanceof Map)) {
      diagnostics.push(
        errorAt(
          "source-invalid",
          `freshness must be a set of keys, not ${kindWords(level)}`,
          entry.place([...path, "freshness"]),
          { help: "write freshness: {warn_after: {count: 12, period: hour}}" },
        ),
      );
      continue;
    }
    const warnAfter = threshold(level.get("warn_after"), "warn_after", entry, path, diagnostics);
    const errorAfter = threshold(level.get("error_after"), "error_after", entry, path, diagnostics);
    const filter: string | null = asText(level.get("filter")) ?? found?.filter ?? null;
    const set = warnAfter.count !== null || errorAfter.count !== null || filter !== null;
    if (!set && found === null) continue;
    found = {
      warnAfter: warnAfter.count === null && found ? found.warnAfter : warnAfter,
      errorAfter: errorAfter.count === null && found ? found.errorAfter : errorAfter,
      filter,
    };
  }
  return found;
}

const never: FreshnessThreshold = { count: null, period: null };

function threshold(
  value: Value | undefined,
  key: string,
  entry: Entry,
  path: readonly (string | number)[],
  diagnostics: Diagnostic[],
): FreshnessThreshold {
  const values = asDict(value);
  const count = values.get("count") ?? null;
  const period = values.get("period") ?? null;
  if (count === null && period === null) return never;
  const place = [path, []]
    .map((base) => entry.place([...base, "freshness", key]))
    .find((found) => found.line > 0);
  const known = periods.find((one) => one === period);
  if (!known) {
    const near = typeof period === "string" ? nearest(period, periods) : undefined;
    diagnostics.push(
      errorAt(
        "source-invalid",
        period === null
          ? `${key} of source "${entry.name}" has no period`
          : `the period of ${key} cannot be "${String(period)}"`,
        place,
        { help: near ? `did you mean "${near}"?` : `periods: ${periods.join(", ")}` },
      ),
    );
    return never;
  }
  const number = typeof count === "string" && /^\d+$/.test(count) ? Number(count) : count;
  if (typeof number !== "number") {
    diagnostics.push(
      errorAt(
        "source-invalid",
        count === null
          ? `${key} of source "${entry.name}" has no count`
          : `the count of ${key} must be a whole number, not ${kindWords(count)}`,
        place,
      ),
    );
    return never;
  }
  return { count: number, period: known };
}
