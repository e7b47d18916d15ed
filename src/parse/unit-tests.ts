// Unit tests: what goes into a model, and what must come out. Facts from dbt-core 1.11, parser/unit_tests.py.

import { createHash } from "node:crypto";
import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import { groupBy } from "../base/groups.ts";
import { didYouMean } from "../base/nearest.ts";
import { kindWords } from "../config/value-words.ts";
import { PyObject, type Value } from "../jinja/value.ts";
import type { Model, UnitTest, UnitTestFixture } from "../manifest/node.ts";
import { withRows } from "./fixture-rows.ts";
import { entryConfigs, type NodeMaker } from "./node-parts.ts";
import { type Entry, entryKey } from "./properties.ts";
import type { ParseSession } from "./session.ts";
import {
  checkIncremental,
  checkSeeds,
  checkVersions,
  isIncremental,
  noModel,
  noVersion,
} from "./unit-test-checks.ts";
import { unitTestChecksum } from "./unit-test-checksum.ts";
import { asDict, asList, asText, asVersion, textList } from "./value-shapes.ts";

const formats = ["dict", "csv", "sql"] as const;

/** Adds all unit tests, one a version of a versioned model. Models must have been added before. */
export function addUnitTests(maker: NodeMaker): void {
  const { session } = maker;
  const entries = session.properties.of("unit_tests");
  if (entries.length === 0) return;
  const models = modelsByName(session);
  const fixtures = session.project.packages.flatMap(({ files }) =>
    files.filter(({ kind }) => kind === "fixture"),
  );
  // What a unit test takes of models and seeds beside their names; when it changes, all unit tests are made anew.
  const subjects = createHash("md5").update(subjectsOf(session)).digest("hex");
  for (const entry of entries)
    session.units.run(`${entryKey(entry)}\0${subjects}`, [entry.file, ...fixtures], () =>
      addUnitTest(entry, models, maker),
    );
}

/** By package and name, disabled ones included. */
function modelsByName(session: ParseSession): ReadonlyMap<string, readonly Model[]> {
  const models = [...session.all()].filter((resource) => resource.resourceType === "model");
  return groupBy(models, ({ packageName, name }) => `${packageName}\0${name}`);
}

function subjectsOf(session: ParseSession): string {
  const lines: string[] = [];
  for (const resource of session.all()) {
    if (resource.resourceType === "model")
      lines.push(
        `${resource.id} ${resource.schema} ${resource.config.get("enabled") !== false} ${isIncremental(resource)}`,
      );
    else if (resource.resourceType === "seed")
      lines.push(`${resource.id} ${session.resources.has(resource.id)}`);
  }
  return lines.join("\n");
}

function addUnitTest(entry: Entry, models: ReadonlyMap<string, readonly Model[]>, maker: NodeMaker): void {
  const { session } = maker;
  const { file, name, values } = entry;
  const modelName = asText(values.get("model")) ?? "";
  const candidates =
    models.get(`${file.packageName}\0${modelName}`) ?? models.get(`${session.rootName}\0${modelName}`) ?? [];
  if (candidates.length === 0) {
    if (!session.brokenNames.has(modelName)) session.diagnostics.push(noModel(entry, modelName, models));
    return;
  }
  const fileText = fixtureText(entry, session);
  const given = readGiven(entry, session.diagnostics).map((one) => withRows(one, fileText));
  const written = values.has("expect")
    ? readFixture(values.get("expect") ?? null, entry, ["expect"], session.diagnostics)
    : undefined;
  if (!written) {
    if (!values.has("expect"))
      session.diagnostics.push(
        errorAt("unit-test-invalid", `unit test "${name}" expects nothing`, entry.place(), {
          help: "add expect: {rows: [...]}",
        }),
      );
    return;
  }
  const expect = withRows(written, fileText);
  checkSeeds(entry, given, session);
  checkVersions(entry, session);
  const tested = candidates.filter((one) => isTestedVersion(one, values.get("versions")));
  if (tested.length === 0) session.diagnostics.push(noVersion(entry, candidates));
  for (const model of tested) {
    const test = unitTestOf(entry, model, given, expect, maker);
    if (test.config.get("enabled") !== false) checkIncremental(test, model, entry, session);
    session.add({ ...test, checksum: unitTestChecksum(test) });
  }
}

function unitTestOf(
  entry: Entry,
  model: Model,
  given: UnitTest["given"],
  expect: UnitTestFixture,
  { session, descriptions }: NodeMaker,
): UnitTest {
  const { file, name, values } = entry;
  const modelName = asText(values.get("model")) ?? "";
  const fqn = [file.packageName, ...file.original.split("/").slice(1, -1), modelName, name];
  const configs = entryConfigs(values, ["meta", "tags"]);
  const config = session.config("unit_test", "unit_tests", fqn, configs);
  const enabled = model.config.get("enabled") !== false;
  return {
    id: `unit_test.${file.packageName}.${modelName}.${name}${model.version === null ? "" : `_v${model.version}`}`,
    resourceType: "unit_test",
    name,
    packageName: file.packageName,
    path: file.relative,
    originalFilePath: file.original,
    fqn,
    place: entry.place(),
    description: descriptions.of(values.get("description"), entry, ["description"]).text,
    model: modelName,
    testedNode: model.id,
    given,
    expect,
    overrides: readOverrides(values.get("overrides")),
    versions: values.get("versions") ?? null,
    version: model.version,
    config: enabled ? config : new Map([...config, ["enabled", false]]),
    unrenderedConfig: session.unrenderedConfig("unit_tests", fqn, configs),
    tags: [...new Set(textList(config.get("tags")))],
    schema: model.schema,
    dependsOnNodes: [model.id],
    dependsOnMacros: [],
    checksum: "",
    createdAt: session.createdAt,
  };
}

function readGiven(entry: Entry, diagnostics: Diagnostic[]): UnitTest["given"] {
  const list = entry.values.get("given");
  if (list !== undefined && list !== null && !Array.isArray(list)) {
    diagnostics.push(
      errorAt(
        "unit-test-invalid",
        `"given" of unit test "${entry.name}" must be a list, not ${kindWords(list)}`,
        entry.place(["given"], "key"),
        { help: "begin each input with a dash: - input: ref('...')" },
      ),
    );
    return [];
  }
  return asList(list).flatMap((item, index) => {
    const input = item instanceof Map ? asText(item.get("input")) : undefined;
    if (input === undefined) {
      diagnostics.push(
        errorAt(
          "unit-test-invalid",
          `an input of unit test "${entry.name}" does not say what it stands for`,
          entry.place(["given", index]),
          { help: "write - input: ref('...')" },
        ),
      );
      return [];
    }
    const fixture = readFixture(item, entry, ["given", index], diagnostics);
    return fixture ? [{ ...fixture, input }] : [];
  });
}

function readFixture(
  value: Value,
  entry: Entry,
  path: readonly (string | number)[],
  diagnostics: Diagnostic[],
): UnitTestFixture | undefined {
  const refuse = (message: string, at: readonly (string | number)[], help?: string): undefined => {
    diagnostics.push(errorAt("unit-test-invalid", message, entry.place(at), { help }));
    return undefined;
  };
  if (!(value instanceof Map))
    return refuse(
      `rows of unit test "${entry.name}" stand under a set of keys, not ${kindWords(value)}`,
      path,
      "write rows: [...]",
    );
  const written = asText(value.get("format"));
  const format = formats.find((one) => one === (written ?? "dict"));
  if (!format) {
    return refuse(
      `there is no format "${written}" for rows of a unit test`,
      [...path, "format"],
      didYouMean(written ?? "", formats) ?? `formats: ${formats.join(", ")}`,
    );
  }
  const rows = value.get("rows") ?? null;
  const fixture = asText(value.get("fixture")) ?? null;
  if (
    format === "dict" &&
    rows !== null &&
    !(Array.isArray(rows) && rows.every((row) => row instanceof Map))
  ) {
    return refuse(
      `rows of unit test "${entry.name}" must be a list of {column: value}`,
      [...path, "rows"],
      typeof rows === "string"
        ? "a text of rows needs format: csv or format: sql"
        : "write - {id: 1, name: a}",
    );
  }
  if (format !== "dict" && rows !== null && typeof rows !== "string") {
    return refuse(
      `rows of format ${format} are one text`,
      [...path, "rows"],
      "write rows: | and the text indented below it",
    );
  }
  if (format === "dict" && fixture !== null)
    return refuse("a fixture file needs format: csv or format: sql", [...path, "fixture"]);
  return { format, rows: withoutDates(rows), fixture, place: entry.place(path) };
}

/** Dates that YAML made are texts for the warehouse. */
function withoutDates(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutDates);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, withoutDates(item)]));
  return value instanceof PyObject ? value.toText() : value;
}

function readOverrides(value: Value | undefined): UnitTest["overrides"] {
  if (!(value instanceof Map)) return null;
  return {
    macros: asDict(value.get("macros")),
    vars: asDict(value.get("vars")),
    envVars: asDict(value.get("env_vars")),
  };
}

function isTestedVersion(model: Model, rule: Value | undefined): boolean {
  if (!(rule instanceof Map) || model.version === null) return true;
  const versions = (key: string): string[] => asList(rule.get(key)).map((one) => String(asVersion(one)));
  if (rule.has("include")) return versions("include").includes(String(model.version));
  return !versions("exclude").includes(String(model.version));
}

/** The text of a fixture file of the package that a unit test belongs to. */
function fixtureText(entry: Entry, session: ParseSession) {
  return (name: string, format: string): string | undefined => {
    const files = session.project.packages.find((one) => one.name === entry.file.packageName)?.files ?? [];
    const file = files.find(
      ({ kind, relative }) =>
        kind === "fixture" && relative.slice(relative.lastIndexOf("/") + 1) === `${name}.${format}`,
    );
    return file && session.textOf(file).trim();
  };
}
