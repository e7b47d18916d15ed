// Checks the keys of an entry of a properties file, at every level, where dbt is silent or speaks of schemas: unknown keys
// with the nearest known one, keys of another level, tests that stand under both of their names, configs.

import { type Diagnostic, errorAt, type Place, warningAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import type { YamlFile } from "../config/config.ts";
import { type ConfigKind, knownConfigKeys } from "../config/config-keys.ts";
import { checkConfig } from "../config/node-config.ts";
import { showValue } from "../config/value-words.ts";
import type { Dict, Value } from "../jinja/value.ts";
import {
  columnKeys,
  keysOfSection,
  movedToConfig,
  type Section,
  tableKeys,
  versionKeys,
} from "./property-keys.ts";
import { wrongTypes } from "./property-types.ts";

/** The file whose entries are checked. */
export interface CheckedFile {
  readonly yaml: YamlFile;
  /** Adapter.configKeys. */
  readonly adapterKeys: readonly string[];
  /** Gets keys that are near no known one: people keep notes of their own in these files. */
  readonly strays: StrayKey[];
}

export interface StrayKey {
  readonly name: string;
  readonly place: Place;
}

/** One warning a file for all keys that nobody knows; undefined when there are none. */
export function warnOfStrays(strays: readonly StrayKey[]): Diagnostic | undefined {
  const [first] = strays;
  if (!first) return undefined;
  const names = [...new Set(strays.map(({ name }) => `"${name}"`))];
  const times = strays.length > names.length ? ` (${strays.length} times)` : "";
  const shown = names.length > 6 ? [...names.slice(0, 6), `${names.length - 6} more`] : names;
  return warningAt(
    "properties-key",
    `keys that are not known are ignored: ${shown.join(", ")}${times}`,
    first.place,
    {
      help: "keep notes of your own under meta:",
    },
  );
}

const freshnessKeys = ["warn_after", "error_after", "filter"];

const configKinds: Partial<Record<Section, ConfigKind>> = {
  models: "model",
  seeds: "seed",
  snapshots: "snapshot",
  sources: "source",
  exposures: "exposure",
  unit_tests: "unit_test",
  metrics: "metric",
  semantic_models: "semantic_model",
  saved_queries: "saved_query",
  functions: "function",
};

/**
 * @param path where the entry stands in its file
 * @param diagnostics gets "properties-key" and "config-key" warnings, "config-value" errors, and a "properties-invalid"
 *   error for tests under both names
 */
export function checkKeys(
  section: Section,
  entry: Dict,
  path: readonly (string | number)[],
  reading: CheckedFile,
  diagnostics: Diagnostic[],
): void {
  const kind = configKinds[section];
  const configs = kind ? knownConfigKeys(kind, reading.adapterKeys) : new Set<string>();
  const what = `${section.replace(/ies$/, "y").replace(/s$/, "").replace("_", " ")} "${showValue(entry.get("name") ?? null)}"`;
  const check = (
    values: Value | undefined,
    known: readonly string[],
    at: readonly (string | number)[],
    subject: string,
  ): void => {
    if (!(values instanceof Map)) return;
    warnUnknown(values, known, configs, at, subject, reading, diagnostics);
    refuseBothTests(values, at, subject, reading.yaml, diagnostics);
  };
  const each = (values: Value | undefined, visit: (item: Dict, index: number) => void): void => {
    if (Array.isArray(values))
      for (const [index, item] of values.entries()) if (item instanceof Map) visit(item, index);
  };
  const columns = (values: Value | undefined, at: readonly (string | number)[]): void =>
    each(values, (column, index) => {
      if (!column.has("include") && !column.has("exclude"))
        check(column, columnKeys, [...at, index], `column "${showValue(column.get("name") ?? null)}"`);
    });
  check(entry, keysOfSection[section], path, what);
  diagnostics.push(...wrongTypes(section, entry, path, what, reading.yaml));
  if (section === "models" || section === "seeds" || section === "snapshots" || section === "analyses")
    refuseBothPlaces(entry, path, what, reading.yaml, diagnostics);
  if (kind) {
    checkConfigs(entry.get("config"), kind, [...path, "config"], what, reading, diagnostics);
    checkConfigs(moved(entry), kind, path, what, reading, diagnostics);
  }
  columns(entry.get("columns"), [...path, "columns"]);
  each(entry.get("versions"), (version, index) => {
    check(
      version,
      versionKeys,
      [...path, "versions", index],
      `version ${showValue(version.get("v") ?? null)} of ${what}`,
    );
    columns(version.get("columns"), [...path, "versions", index, "columns"]);
    const at = [...path, "versions", index, "config"];
    if (kind) checkConfigs(version.get("config"), kind, at, what, reading, diagnostics);
  });
  if (section !== "sources") return;
  refuseEmptyField(entry, path, reading.yaml, diagnostics);
  check(entry.get("freshness"), freshnessKeys, [...path, "freshness"], `freshness of ${what}`);
  each(entry.get("tables"), (table, index) => {
    check(table, tableKeys, [...path, "tables", index], `table "${showValue(table.get("name") ?? null)}"`);
    refuseEmptyField(table, [...path, "tables", index], reading.yaml, diagnostics);
    columns(table.get("columns"), [...path, "tables", index, "columns"]);
    const at = [...path, "tables", index, "config"];
    const subject = `table "${showValue(table.get("name") ?? null)}"`;
    const freshness = [...path, "tables", index, "freshness"];
    check(table.get("freshness"), freshnessKeys, freshness, `freshness of ${subject}`);
    checkConfigs(table.get("config"), "source", at, subject, reading, diagnostics);
  });
}

/** dbt takes null for "as the source says", and no empty text. */
function refuseEmptyField(
  table: Dict,
  path: readonly (string | number)[],
  yaml: CheckedFile["yaml"],
  diagnostics: Diagnostic[],
): void {
  if (table.get("loaded_at_field") !== "") return;
  const help = "name a column, or remove the line: then the source's holds";
  const place = yaml.place([...path, "loaded_at_field"]);
  diagnostics.push(errorAt("properties-invalid", "loaded_at_field cannot be empty", place, { help }));
}

/** The configs that stand beside the name. */
function moved(entry: Dict): Dict {
  return new Map(movedToConfig.flatMap((key) => (entry.has(key) ? [[key, entry.get(key) ?? null]] : [])));
}

/** Configs with templates in them are known only when they are rendered. */
function checkConfigs(
  config: Value | undefined,
  kind: ConfigKind,
  path: readonly (string | number)[],
  what: string,
  { yaml, adapterKeys }: CheckedFile,
  diagnostics: Diagnostic[],
): void {
  if (!(config instanceof Map)) return;
  const values: Dict = new Map([...config].filter(([, value]) => !hasTemplate(value)));
  const place = (key: string, at: "key" | "value", ...inner: string[]) =>
    yaml.place([...path, key, ...inner], at);
  diagnostics.push(...checkConfig({ kind, values, what, place }, adapterKeys));
}

function hasTemplate(value: Value): boolean {
  return typeof value === "string" && value.includes("{");
}

function refuseBothTests(
  values: Dict,
  path: readonly (string | number)[],
  subject: string,
  yaml: YamlFile,
  diagnostics: Diagnostic[],
): void {
  if (!values.has("tests") || !values.has("data_tests")) return;
  diagnostics.push(
    errorAt(
      "properties-invalid",
      `${subject} has both tests and data_tests, which are two names of one list`,
      yaml.place([...path, "tests"], "key"),
      {
        notes: [{ message: "data_tests stands here", place: yaml.place([...path, "data_tests"], "key") }],
        help: "join the two lists under data_tests:",
      },
    ),
  );
}

/** dbt moves these keys to `config:` and refuses those that stand there already. */
function refuseBothPlaces(
  entry: Dict,
  path: readonly (string | number)[],
  subject: string,
  yaml: YamlFile,
  diagnostics: Diagnostic[],
): void {
  const config = entry.get("config");
  if (!(config instanceof Map)) return;
  for (const key of movedToConfig) {
    if (!entry.has(key) || !config.has(key)) continue;
    diagnostics.push(
      errorAt(
        "properties-invalid",
        `${subject} has "${key}" beside config: and in it`,
        yaml.place([...path, key], "key"),
        {
          notes: [{ message: "in config:", place: yaml.place([...path, "config", key], "key") }],
          help: "keep the one in config:",
        },
      ),
    );
  }
}

function warnUnknown(
  values: Dict,
  known: readonly string[],
  configs: ReadonlySet<string>,
  path: readonly (string | number)[],
  subject: string,
  { yaml, strays }: CheckedFile,
  diagnostics: Diagnostic[],
): void {
  for (const [key, value] of values) {
    const name = showValue(key);
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    const nearConfig = nearest(name, configs);
    const lost =
      /test/i.test(name) && Array.isArray(value)
        ? `, so ${value.length} ${value.length === 1 ? "test is" : "tests are"} not run`
        : ", so it is ignored";
    const help = configs.has(name)
      ? `${name} belongs under config:`
      : near
        ? `did you mean "${near}"?`
        : nearConfig
          ? `did you mean "${nearConfig}" under config:?`
          : undefined;
    const place = yaml.place([...path, name], "key");
    if (help === undefined && !/test/i.test(name)) strays.push({ name, place });
    else {
      const message = `${subject} has no key "${name}"${lost}`;
      diagnostics.push(warningAt("properties-key", message, place, { help }));
    }
  }
}
