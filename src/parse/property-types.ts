// The types of what stands in entries of properties files. dbt refuses a file whose values are of others, empty ones too
// (`description:` with nothing behind it). Facts from dbt-core 1.11, contracts/graph/unparsed.py.

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import type { YamlFile } from "../config/config.ts";
import { kindWords, showValue } from "../config/value-words.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { Section } from "./property-keys.ts";

type Wanted = "text" | "list" | "mapping" | "truth" | "tags";

/** What a key wants. A key with "?" may be empty; one with "!" is looked at elsewhere unless it is empty. */
type Shapes = Readonly<Record<string, Wanted | `${Wanted}?` | `${Wanted}!`>>;

const DESCRIBED: Shapes = {
  name: "text",
  description: "text",
  meta: "mapping",
  docs: "mapping",
  config: "mapping",
};
const TESTED: Shapes = { data_tests: "list!", tests: "list!" };
const COLUMNAR: Shapes = { ...DESCRIBED, ...TESTED, columns: "list!", data_type: "text?" };
const LOADED: Shapes = {
  quoting: "mapping",
  freshness: "mapping?",
  loaded_at_field: "text?",
  loaded_at_query: "text?",
  tags: "tags",
};
const NODE: Shapes = { ...COLUMNAR, constraints: "list", quote_columns: "truth?", access: "text?" };

const COLUMN: Shapes = {
  ...DESCRIBED,
  ...TESTED,
  data_type: "text?",
  constraints: "list",
  quote: "truth?",
  tags: "tags",
  granularity: "text?",
};
const TABLE: Shapes = { ...COLUMNAR, ...LOADED, identifier: "text?", external: "mapping?" };
const ARGUMENT: Shapes = { name: "text", type: "text?", description: "text" };

const ENTRIES: Partial<Readonly<Record<Section, Shapes>>> = {
  models: { ...NODE, versions: "list" },
  seeds: NODE,
  snapshots: NODE,
  analyses: DESCRIBED,
  macros: { ...DESCRIBED, arguments: "list" },
  sources: {
    ...LOADED,
    name: "text",
    description: "text",
    meta: "mapping",
    config: "mapping",
    database: "text?",
    schema: "text?",
    loader: "text",
    tables: "list!",
  },
  exposures: {
    name: "text",
    description: "text",
    label: "text?",
    url: "text?",
    depends_on: "list",
    tags: "tags",
    meta: "mapping",
    config: "mapping",
  },
  unit_tests: { name: "text", description: "text", config: "mapping", overrides: "mapping?", given: "list!" },
};

/** The lists within an entry whose items have types of their own. */
const INNER: Readonly<Record<string, Shapes>> = { columns: COLUMN, tables: TABLE, arguments: ARGUMENT };

/** Keys of mappings that are true or false. */
const TRUTHS: Readonly<Record<string, readonly string[]>> = {
  docs: ["show"],
  quoting: ["database", "schema", "identifier"],
};

/**
 * @param entry as written, before its templates are rendered
 * @param path where it stands in its file
 * @param what the entry in the words of messages: `model "orders"`
 * @returns a "properties-invalid" error for each value of a wrong type
 */
export function wrongTypes(
  section: Section,
  entry: Dict,
  path: readonly (string | number)[],
  what: string,
  yaml: YamlFile,
): Diagnostic[] {
  const shapes = ENTRIES[section];
  return shapes ? wrongIn(entry, shapes, path, what, yaml) : [];
}

function wrongIn(
  values: Dict,
  shapes: Shapes,
  path: readonly (string | number)[],
  what: string,
  yaml: YamlFile,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const [key, shape] of Object.entries(shapes)) {
    const value = values.get(key);
    if (value === undefined || isTemplate(value)) continue;
    const wanted = shape.replace(/[?!]$/, "") as Wanted;
    if (value === null ? shape.endsWith("?") : shape.endsWith("!") || fits(wanted, value)) continue;
    found.push(
      errorAt(
        "properties-invalid",
        `"${key}" of ${what} must be ${WORDS[wanted]}, ${Array.isArray(value) && wanted === "tags" ? "but holds another value" : `not ${kindWords(value)}`}`,
        yaml.place([...path, key], value === null ? "key" : "value"),
        { help: helpFor(key, wanted, value) },
      ),
    );
  }
  for (const [key, inner] of Object.entries(TRUTHS)) {
    const mapping = key in shapes ? values.get(key) : undefined;
    if (!(mapping instanceof Map)) continue;
    for (const [name, value] of mapping) {
      if (!inner.includes(String(name)) || typeof value === "boolean" || isTemplate(value)) continue;
      if (value === null && key === "quoting") continue;
      const message = `"${String(name)}" of ${key} of ${what} must be true or false, not ${kindWords(value)}`;
      const place = yaml.place([...path, key, String(name)]);
      found.push(
        errorAt("properties-invalid", message, place, { help: "write true or false without quotes" }),
      );
    }
  }
  for (const [key, inner] of Object.entries(INNER)) {
    const list = key in shapes ? values.get(key) : undefined;
    if (!Array.isArray(list)) continue;
    for (const [index, item] of list.entries()) {
      if (!(item instanceof Map) || item.has("include") || item.has("exclude")) continue;
      const name = `${key.slice(0, -1)} "${showValue(item.get("name") ?? null)}" of ${what}`;
      found.push(...wrongIn(item, inner, [...path, key, index], name, yaml));
    }
  }
  return found;
}

const WORDS: Readonly<Record<Wanted, string>> = {
  text: "a text",
  list: "a list",
  mapping: "a mapping (key: value)",
  truth: "true or false",
  tags: "a list of texts",
};

function fits(wanted: Wanted, value: Value): boolean {
  switch (wanted) {
    case "text":
      return typeof value === "string";
    case "list":
      return Array.isArray(value);
    case "mapping":
      return value instanceof Map;
    case "truth":
      return typeof value === "boolean";
    case "tags":
      return (
        typeof value === "string" || (Array.isArray(value) && value.every((one) => typeof one === "string"))
      );
  }
}

function helpFor(key: string, wanted: Wanted, value: Value): string {
  if (value === null) return `write a value, or remove "${key}:"`;
  if (wanted === "text" && !Array.isArray(value) && !(value instanceof Map))
    return `write it in quotes: ${key}: "${showValue(value)}"`;
  if (wanted === "list") return "begin each item with a dash";
  if (wanted === "tags" && Array.isArray(value)) {
    const odd = value.find((one) => typeof one !== "string");
    return `write it in quotes: "${showValue(odd ?? null)}"`;
  }
  if (wanted === "truth") return "write true or false without quotes";
  return wanted === "text" ? `write ${key}: "..."` : `write ${key}: and below it the rest`;
}

function isTemplate(value: Value): boolean {
  return typeof value === "string" && /\{[{%]/.test(value);
}
