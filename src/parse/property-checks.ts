// Checks the keys of an entry of a properties file, at every level, where dbt is silent or speaks of schemas: unknown keys
// with the nearest known one, keys of another level, tests that stand under both of their names, configs.

import { type Diagnostic, errorAt, type Place, warningAt } from "../base/diagnostic.ts";
import { didYouMean, nearest } from "../base/nearest.ts";
import { checkConfig, literalConfigs } from "../config/check-config.ts";
import type { YamlFile } from "../config/config.ts";
import { type ConfigKind, knownConfigKeys } from "../config/config-keys.ts";
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
import { isColumnRule } from "./version-columns.ts";

/** The file whose entries are checked. */
export interface CheckedFile {
  readonly yaml: YamlFile;
  /** Adapter.configKeys. */
  readonly adapterKeys: readonly string[];
  readonly diagnostics: Diagnostic[];
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

/** Sections whose entries may have configs beside their name, which dbt moves to `config:`. */
const movingSections: readonly Section[] = ["models", "seeds", "snapshots", "analyses"];

/** A set of keys in an entry: the entry itself, a version, a table, a column. */
interface Level {
  readonly values: Dict;
  /** Where it stands in its file. */
  readonly path: readonly (string | number)[];
  /** In the words of messages: `column "id"`. */
  readonly subject: string;
}

/**
 * Tells "properties-key" and "config-key" warnings, "config-value" errors, and a "properties-invalid" error for tests under
 * both names.
 * @param path where the entry stands in its file
 */
export function checkKeys(
  section: Section,
  entry: Dict,
  path: readonly (string | number)[],
  file: CheckedFile,
): void {
  const type = section.replace(/ies$/, "y").replace(/s$/, "").replace("_", " ");
  new EntryChecks(configKinds[section], file).entry(section, {
    values: entry,
    path,
    subject: named(type, entry),
  });
}

/** The checks of one entry at all of its levels. */
class EntryChecks {
  private readonly diagnostics: Diagnostic[];

  /** @param kind of the configs of its section; undefined where it has none */
  constructor(
    private readonly kind: ConfigKind | undefined,
    private readonly file: CheckedFile,
  ) {
    this.diagnostics = file.diagnostics;
  }

  entry(section: Section, level: Level): void {
    const { values, path, subject } = level;
    this.keys(level, keysOfSection[section]);
    this.diagnostics.push(...wrongTypes(section, values, path, subject, this.file.yaml));
    if (movingSections.includes(section)) this.refuseBothPlaces(level);
    this.configs(values.get("config"), [...path, "config"], subject);
    this.configs(besideName(values), path, subject);
    this.columns(level);
    for (const [index, version] of dictsIn(values.get("versions")))
      this.version({
        values: version,
        path: [...path, "versions", index],
        subject: `version ${showValue(version.get("v") ?? null)} of ${subject}`,
      });
    if (section === "sources") this.source(level);
  }

  private version(level: Level): void {
    this.keys(level, versionKeys);
    this.columns(level);
    this.configs(level.values.get("config"), [...level.path, "config"], level.subject);
  }

  private source(level: Level): void {
    this.freshness(level);
    for (const [index, table] of dictsIn(level.values.get("tables"))) {
      const below = {
        values: table,
        path: [...level.path, "tables", index],
        subject: named("table", table),
      };
      this.keys(below, tableKeys);
      this.freshness(below);
      this.columns(below);
      this.configs(table.get("config"), [...below.path, "config"], below.subject);
    }
  }

  /** Of a source or a table. dbt takes null for "as the source says", and no empty text. */
  private freshness({ values, path, subject }: Level): void {
    const freshness = values.get("freshness");
    if (freshness instanceof Map)
      this.keys(
        { values: freshness, path: [...path, "freshness"], subject: `freshness of ${subject}` },
        freshnessKeys,
      );
    if (values.get("loaded_at_field") !== "") return;
    const help = "name a column, or remove the line: then the source's holds";
    const place = this.file.yaml.place([...path, "loaded_at_field"]);
    this.diagnostics.push(errorAt("properties-invalid", "loaded_at_field cannot be empty", place, { help }));
  }

  private columns({ values, path }: Level): void {
    for (const [index, column] of dictsIn(values.get("columns"))) {
      if (isColumnRule(column)) continue;
      this.keys(
        { values: column, path: [...path, "columns", index], subject: named("column", column) },
        columnKeys,
      );
    }
  }

  private keys(level: Level, known: readonly string[]): void {
    for (const [key, value] of level.values) {
      const name = showValue(key);
      if (!known.includes(name)) this.unknownKey(name, value, level, known);
    }
    this.refuseBothTests(level);
  }

  private unknownKey(name: string, value: Value, { path, subject }: Level, known: readonly string[]): void {
    const isTest = /test/i.test(name);
    const help = this.helpFor(name, known);
    const place = this.file.yaml.place([...path, name], "key");
    if (help === undefined && !isTest) {
      this.file.strays.push({ name, place });
      return;
    }
    const lost =
      isTest && Array.isArray(value)
        ? `so ${value.length} ${value.length === 1 ? "test is" : "tests are"} not run`
        : "so it is ignored";
    const message = `${subject} has no key "${name}", ${lost}`;
    this.diagnostics.push(warningAt("properties-key", message, place, { help }));
  }

  private helpFor(name: string, known: readonly string[]): string | undefined {
    const configs = this.kind ? knownConfigKeys(this.kind, this.file.adapterKeys) : new Set<string>();
    if (configs.has(name)) return `${name} belongs under config:`;
    const nearConfig = nearest(name, configs);
    return (
      didYouMean(name, known) ??
      (nearConfig === undefined ? undefined : `did you mean "${nearConfig}" under config:?`)
    );
  }

  private configs(config: Value | undefined, path: Level["path"], what: string): void {
    if (!this.kind || !(config instanceof Map)) return;
    const { yaml, adapterKeys } = this.file;
    const values = literalConfigs(config);
    const place = (key: string, at: "key" | "value", ...inner: string[]) =>
      yaml.place([...path, key, ...inner], at);
    this.diagnostics.push(...checkConfig({ kind: this.kind, values, what, place }, adapterKeys));
  }

  private refuseBothTests({ values, path, subject }: Level): void {
    if (!values.has("tests") || !values.has("data_tests")) return;
    const { yaml } = this.file;
    this.diagnostics.push(
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

  /** dbt moves some keys to `config:` and refuses those that stand there already. */
  private refuseBothPlaces({ values, path, subject }: Level): void {
    const config = values.get("config");
    if (!(config instanceof Map)) return;
    const { yaml } = this.file;
    for (const key of movedToConfig) {
      if (!values.has(key) || !config.has(key)) continue;
      this.diagnostics.push(
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
}

function named(type: string, values: Dict): string {
  return `${type} "${showValue(values.get("name") ?? null)}"`;
}

/** The sets of keys in a list, with their positions. */
function dictsIn(list: Value | undefined): (readonly [number, Dict])[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, index) => (item instanceof Map ? [[index, item] as const] : []));
}

/** The configs that stand beside the name. */
function besideName(entry: Dict): Dict {
  return new Map(
    movedToConfig.flatMap((key): [string, Value][] => {
      const value = entry.get(key) ?? null;
      return value === null ? [] : [[key, value]];
    }),
  );
}
