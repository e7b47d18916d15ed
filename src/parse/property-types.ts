// The types of what stands in entries of properties files. dbt refuses a file whose values are of others, empty ones too
// (`description:` with nothing behind it). Facts from dbt-core 1.11, contracts/graph/unparsed.py.

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import type { YamlFile } from "../config/config.ts";
import { kindWords, showValue } from "../config/value-words.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { Section } from "./property-keys.ts";
import { isColumnRule } from "./version-columns.ts";

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
  return shapes ? wrongIn(entry, shapes, () => ({ path, what }), yaml) : [];
}

/** Where a value stands, and in the words of messages: asked for when there is something to tell. */
type Where = () => { readonly path: readonly (string | number)[]; readonly what: string };

function wrongIn(values: Dict, shapes: Shapes, where: Where, yaml: YamlFile): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const [key, value] of values) {
    const shape = typeof key === "string" && Object.hasOwn(shapes, key) ? shapes[key] : undefined;
    if (typeof key !== "string" || shape === undefined) continue;
    const wanted = wantedBy(shape);
    if (!isAllowed(shape, wanted, value) && !isTemplate(value))
      found.push(wrongValue(key, wanted, value, where, yaml));
    const truths = value instanceof Map ? TRUTHS[key] : undefined;
    if (value instanceof Map && truths) found.push(...wrongTruths(key, value, truths, where, yaml));
    const inner = Array.isArray(value) ? INNER[key] : undefined;
    if (Array.isArray(value) && inner) found.push(...wrongItems(key, value, inner, where, yaml));
  }
  return found;
}

function wantedBy(shape: string): Wanted {
  return (/[?!]$/.test(shape) ? shape.slice(0, -1) : shape) as Wanted;
}

function isAllowed(shape: string, wanted: Wanted, value: Value): boolean {
  return value === null ? shape.endsWith("?") : shape.endsWith("!") || fits(wanted, value);
}

function wrongValue(key: string, wanted: Wanted, value: Value, where: Where, yaml: YamlFile): Diagnostic {
  const { path, what } = where();
  const isOddTag = Array.isArray(value) && wanted === "tags";
  const but = isOddTag ? "but holds another value" : `not ${kindWords(value)}`;
  const place = yaml.place([...path, key], value === null ? "key" : "value");
  const message = `"${key}" of ${what} must be ${WORDS[wanted]}, ${but}`;
  return errorAt("properties-invalid", message, place, { help: helpFor(key, wanted, value) });
}

/** @param truths keys whose values must be true or false */
function wrongTruths(
  key: string,
  mapping: Dict,
  truths: readonly string[],
  where: Where,
  yaml: YamlFile,
): Diagnostic[] {
  return [...mapping].flatMap(([name, value]) => {
    if (!truths.includes(String(name)) || typeof value === "boolean" || isTemplate(value)) return [];
    if (value === null && key === "quoting") return [];
    const { path, what } = where();
    const message = `"${String(name)}" of ${key} of ${what} must be true or false, not ${kindWords(value)}`;
    const place = yaml.place([...path, key, String(name)]);
    return errorAt("properties-invalid", message, place, { help: "write true or false without quotes" });
  });
}

/** Columns, tables, arguments. */
function wrongItems(
  key: string,
  items: readonly Value[],
  shapes: Shapes,
  where: Where,
  yaml: YamlFile,
): Diagnostic[] {
  return items.flatMap((item, index) => {
    if (!(item instanceof Map) || isColumnRule(item)) return [];
    const within: Where = () => {
      const { path, what } = where();
      const name = showValue(item.get("name") ?? null);
      return { path: [...path, key, index], what: `${key.slice(0, -1)} "${name}" of ${what}` };
    };
    return wrongIn(item, shapes, within, yaml);
  });
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
