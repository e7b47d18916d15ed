// Data tests of properties files as nodes: of models, seeds, snapshots and sources, and of their columns.

import { type Diagnostic, errorAt, type Place, warningAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import { checkConfig, literalConfigs } from "../config/check-config.ts";
import { BUILT_IN_PACKAGE } from "../context/macro-index.ts";
import { TEST_ARGUMENTS } from "../context/test-argument.ts";
import { toRepr, toText } from "../jinja/repr.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { valueAt } from "../jinja/value-path.ts";
import type { Macro } from "../manifest/manifest.ts";
import type { DataTest, RefCall } from "../manifest/node.ts";
import { makeNode, type NodeMaker } from "./node-parts.ts";
import type { Entry } from "./properties.ts";
import { argumentPlace, checkArguments, isReadOnly } from "./test-arguments.ts";
import { readTestDefinition, type TestDefinition } from "./test-definition.ts";
import type { TestMacros } from "./test-macros.ts";
import { testHash, testNames } from "./test-names.ts";
import { asDict, asList, asText, textList } from "./value-shapes.ts";

type Path = readonly (string | number)[];

/** A set of keys of an entry, with where it stands in it. */
export interface EntryPart {
  readonly values: Dict;
  readonly path: Path;
}

/** What is tested. */
export interface TestTarget {
  readonly entry: Entry;
  /** What lists its own tests. */
  readonly own: EntryPart;
  /** Its columns, each with its tests. */
  readonly columns: readonly EntryPart[];
  /** "orders", "orders_v2", "source_table". */
  readonly name: string;
  /** `ref('orders')`, `source('raw', 'orders')`. */
  readonly call: string;
  readonly isSource: boolean;
  /** Of a model with versions. */
  readonly version: string | number | null;
  /** "models.orders", "sources.raw". */
  readonly fileKeyName: string;
  readonly tags: readonly string[];
  readonly quoteColumns: boolean;
}

/** One entry of a list of data tests. */
interface ListedTest {
  readonly item: Value;
  readonly path: Path;
  /** Of the column that it stands under, quoted if need be; null on a model. */
  readonly columnName: string | null;
  readonly columnTags: readonly string[];
}

/** Adds all data tests of a target. */
export function addGenericTests(target: TestTarget, maker: NodeMaker, macros: TestMacros): void {
  const { diagnostics, shared } = maker.session;
  const own = listOfTests(target.own);
  for (const [index, item] of asList(own.tests).entries()) {
    const listed = { item, path: [...own.path, index], columnName: null, columnTags: [] };
    addTest(listed, target, maker, macros);
  }
  for (const column of target.columns) {
    const { values } = column;
    const name = asText(values.get("name"));
    const { tests, path } = listOfTests(column);
    if (name === undefined || tests === undefined || tests === null) continue;
    if (!Array.isArray(tests)) {
      diagnostics.push(
        errorAt("test-invalid", `"${path.at(-1)}" must be a list`, target.entry.place(path), {
          help: "begin each test with a dash: - not_null",
        }),
      );
      continue;
    }
    const isQuoted = values.get("quote") === true || (target.quoteColumns && values.get("quote") !== false);
    const columnName = isQuoted ? shared.adapter.quote(name) : name;
    const columnTags = [
      ...textList(values.get("tags")),
      ...textList(asDict(values.get("config")).get("tags")),
    ];
    for (const [index, item] of tests.entries())
      addTest({ item, path: [...path, index], columnName, columnTags }, target, maker, macros);
  }
}

/** The columns of a list, with where they stand. @param path of the list */
export function columnParts(list: Value | undefined, path: Path): EntryPart[] {
  return asList(list).flatMap((values, index) =>
    values instanceof Map ? [{ values, path: [...path, index] }] : [],
  );
}

/** The list of data tests below a set of keys, under today's name or the older one. */
function listOfTests({ values, path }: EntryPart): {
  readonly tests: Value | undefined;
  readonly path: Path;
} {
  const key = values.has("data_tests") ? "data_tests" : "tests";
  return { tests: values.get(key), path: [...path, key] };
}

function addTest(listed: ListedTest, target: TestTarget, maker: NodeMaker, macros: TestMacros): void {
  const { session } = maker;
  const { entry } = target;
  const { item, path, columnName } = listed;
  const definition = readTestDefinition(item, columnName, entry, path, session.diagnostics);
  if (!definition) return;
  const macro = session.shared.macros.genericTest(
    definition.name,
    definition.namespace,
    entry.file.packageName,
  );
  if (macro) checkArguments(macro, definition, entry, path, session.diagnostics);
  else session.diagnostics.push(unknownTest(definition, target, entry.place(path), maker));
  checkTestConfig(definition, entry, path, session);
  const test = makeTest(definition, macro, listed, target, maker, macros);
  if (test) session.add(test);
}

/** Configs of a test; those of packages are not the user's to mend. */
function checkTestConfig(
  { name, config }: TestDefinition,
  entry: Entry,
  path: Path,
  session: NodeMaker["session"],
): void {
  if (config.size === 0 || entry.file.packageName !== session.rootName) return;
  const values = literalConfigs(config);
  const place = (key: string): Place => {
    const [written] = [...asDict(valueAt(entry.values, path)).keys()].map(String);
    const inside = [...path, ...(written === undefined ? [] : [written])];
    const own = asDict(valueAt(entry.values, inside));
    return entry.place(own.has(key) ? [...inside, key] : [...inside, "config", key]);
  };
  const what = `the data test "${name}"`;
  session.diagnostics.push(
    ...checkConfig({ kind: "test", values, what, place }, session.shared.adapter.configKeys),
  );
}

function makeTest(
  definition: TestDefinition,
  macro: Macro | undefined,
  { path, columnName, columnTags }: ListedTest,
  target: TestTarget,
  maker: NodeMaker,
  macros: TestMacros,
): DataTest | undefined {
  const { entry } = target;
  const { file } = entry;
  const { packageName } = file;
  const names = namesOf(definition, target);
  const kwargs: Dict = new Map([...definition.args, ["model", `{{ get_where_subquery(${target.call}) }}`]]);
  const config = renderedConfig(definition, entry, path, maker);
  if (names.short !== names.full && !config.has("alias")) config.set("alias", names.short);
  const hash = testHash(names.full, definition.namespace, definition.name, kwargs);
  const folders = file.original.split("/").slice(1, -1);
  const place = entry.place(path);
  const rawCode = rawCodeOf(definition, config);
  // dbt sorts the tags that the properties give, and adds those of dbt_project.yml and of the macro behind them.
  const tags = new Set([...target.tags, ...columnTags, ...textList(config.get("tags"))]);
  const draft = {
    type: "test" as const,
    kind: "test" as const,
    tree: "data_tests" as const,
    id: `test.${packageName}.${names.full}.${hash}`,
    name: names.full,
    file,
    path: `${names.short}.sql`,
    fqn: [packageName, ...folders, names.full],
    source: { file: file.file, text: rawCode, line: place.line, column: place.column },
    isRead: macro !== undefined && isReadOnly(macro),
    checksum: { name: "none" as const, checksum: "" },
    entry: undefined,
    configs: [],
    tags: [...tags].sort(),
    description: { text: definition.description, docBlocks: [] },
  };
  const hiding =
    macro && definition.namespace !== null
      ? maker.session.shared.macros.hidingTest(macro, packageName)
      : undefined;
  const placeOf = (key: string): Place =>
    definition.args.has(key) ? argumentPlace(entry, path, key) : place;
  const capture = macros.capture({ macro, hiding, kwargs, config, draft, place, placeOf });
  const made = capture ? makeNode(draft, maker, capture) : undefined;
  if (!made) return undefined;
  return {
    ...made.base,
    ...(macro && isReadOnly(macro) ? { refs: made.base.refs.map((call) => typedVersion(call, target)) } : {}),
    place,
    resourceType: "test",
    group: null,
    columnName,
    fileKeyName: target.fileKeyName,
    attachedNode: null,
    testMetadata: { name: definition.name, namespace: definition.namespace, kwargs },
  };
}

/** dbt does not render these two tests but takes the version as it is, where a rendered call names it as text. */
function typedVersion(call: RefCall, { entry, version }: TestTarget): RefCall {
  const isTested = version !== null && call.name === entry.name && call.version === String(version);
  return isTested ? { ...call, version } : call;
}

/** Configs of a test are rendered like all of the file, though its arguments are not. */
function renderedConfig({ config }: TestDefinition, entry: Entry, path: Path, maker: NodeMaker): Dict {
  const rendered: Dict = new Map();
  for (const [key, written] of config) {
    const value = maker.renderText(written, entry, path);
    // As good as not written, so that what the project says of all tests holds.
    if (value !== null) rendered.set(key, value);
  }
  return rendered;
}

function namesOf(definition: TestDefinition, target: TestTarget) {
  if (definition.customName !== null) return { full: definition.customName, short: definition.customName };
  const type = `${target.isSource ? "source_" : ""}${definition.name}`;
  return testNames(
    definition.namespace === null ? type : `${definition.namespace}_${type}`,
    target.name,
    definition.args,
  );
}

/** dbt's raw code of a generic test: a call of its macro and its configs. */
function rawCodeOf({ name, namespace }: TestDefinition, config: Dict): string {
  const macro = namespace === null ? `test_${name}` : `${namespace}.test_${name}`;
  const configs = [...config].map(
    ([key, value]) =>
      `${toText(key)}=${typeof value === "string" ? `"${value.replaceAll('"', '\\"')}"` : toRepr(value)}`,
  );
  return `{{ ${macro}(**${TEST_ARGUMENTS}) }}${configs.length > 0 ? `{{ config(${configs.join(",")}) }}` : ""}`;
}

/** As in dbt a test that nobody has written is a node all the same: it fails when it runs, and the others run. */
function unknownTest(
  { name, namespace }: TestDefinition,
  target: TestTarget,
  place: Place,
  { session }: NodeMaker,
): Diagnostic {
  const { macros } = session.shared;
  const testsOf = (names: Iterable<string>, prefix: string): string[] =>
    [...names].flatMap((macro) => (macro.startsWith("test_") ? [prefix + macro.slice("test_".length)] : []));
  const packages = namespace === null ? macros.packages() : [namespace];
  const known = [
    ...(namespace === null ? testsOf(macros.names(target.entry.file.packageName), "") : []),
    ...packages.flatMap((one) =>
      testsOf(macros.macrosOf(one).keys(), namespace === null && one === BUILT_IN_PACKAGE ? "" : `${one}.`),
    ),
  ];
  const typed = namespace === null ? name : `${namespace}.${name}`;
  const near = nearest(typed, known) ?? known.find((one) => one.endsWith(`.${name}`));
  const missing =
    namespace !== null && !macros.hasPackage(namespace)
      ? ` (the package "${namespace}" is not installed)`
      : "";
  const message = `there is no data test "${typed}"${missing}, so it will fail when it runs`;
  const otherwise = missing
    ? "add it to packages.yml and run etl deps"
    : "write it as {% test %} in tests/generic or macros";
  return warningAt("test-unknown", message, place, {
    help: near === undefined ? otherwise : `did you mean "${near}"?`,
  });
}
