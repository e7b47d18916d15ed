// Checks configs where they were written: keys that no table knows, and values of a wrong type.

import { type Diagnostic, errorAt, type Place, warningAt } from "../base/diagnostic.ts";
import { didYouMean, nearest, nearTwin } from "../base/nearest.ts";
import { type Dict, PyObject, type Value } from "../jinja/value.ts";
import {
  type ConfigKey,
  type ConfigKind,
  configKeyName,
  isConfigKey,
  keysOf,
  knownConfigKeys,
  type ValueKind,
} from "./config-keys.ts";
import { asList, truthOf } from "./node-config.ts";
import { kindWords, showValue } from "./value-words.ts";

/** The configs that need no rendering: what the others will be is not known where they are written. */
export function literalConfigs(written: Dict): Dict {
  return new Map([...written].filter(([, value]) => !(typeof value === "string" && value.includes("{"))));
}

/** One place where configs were written. */
export interface WrittenConfig {
  readonly kind: ConfigKind;
  readonly values: Dict;
  /** @param inner a key of its value, which the place should mark where it is known */
  place(key: string, at: "key" | "value", inner?: string): Place | undefined;
  /** What it configures, for messages: `model "orders"`, "models in dbt_project.yml". */
  readonly what: string;
  /** Written as a call in a template, where a truth value is one: dbt takes none in quotes. */
  readonly isCall?: boolean;
}

/**
 * Checks configs where they were written.
 * @param adapterKeys Adapter.configKeys
 * @returns "config-key" warnings for keys that are close to a known one, "config-value" errors for values of a wrong type
 */
export function checkConfig(written: WrittenConfig, adapterKeys: readonly string[]): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const table = keysOf(written.kind);
  for (const [key, value] of written.values) {
    const name = configKeyName(showValue(key));
    const entry = table.get(name);
    const found = entry
      ? (checkConfigValue(entry, value, written) ?? unknownInner(name, value, written))
      : unknownKey(showValue(key), written, adapterKeys);
    if (found) diagnostics.push(found);
  }
  return diagnostics;
}

/**
 * Packages read keys of their own, so a key is only doubtful when it is close to a known one: a slip or two away, or
 * another ending of the same word.
 */
function unknownKey(
  key: string,
  written: WrittenConfig,
  adapterKeys: readonly string[],
): Diagnostic | undefined {
  if (isConfigKey(written.kind, key, adapterKeys)) return undefined;
  const near = nearest(key, knownConfigKeys(written.kind, adapterKeys));
  if (!near || (key.length < 4 && near !== `${key}s`)) return undefined;
  if (near.slice(0, 3) !== key.slice(0, 3) && nearTwin(key, [near]) === undefined) return undefined;
  return warningAt(
    "config-key",
    `"${key}" is not a config of ${written.what}, so it has no effect`,
    written.place(key, "key"),
    {
      help: `did you mean "${near}"?`,
    },
  );
}

/** Keys of configs that are mappings of a fixed form. */
const INNER_KEYS: Readonly<Record<string, readonly string[]>> = {
  contract: ["enforced", "alias_types"],
  docs: ["show", "node_color"],
  persist_docs: ["relation", "columns"],
  freshness: ["warn_after", "error_after", "filter", "build_after"],
};

function unknownInner(key: string, value: Value, written: WrittenConfig): Diagnostic | undefined {
  const known = Object.hasOwn(INNER_KEYS, key) ? INNER_KEYS[key] : undefined;
  if (!known || !(value instanceof Map)) return undefined;
  const odd = [...value.keys()].map((one) => showValue(one)).find((one) => !known.includes(one));
  if (odd === undefined) return wrongInner(key, value, written);
  return warningAt(
    "config-key",
    `"${key}" of ${written.what} has no key "${odd}", so it has no effect`,
    written.place(key, "key", odd),
    { help: didYouMean(odd, known) ?? `keys: ${known.join(", ")}` },
  );
}

/** Keys of inner mappings that are true or false, as dbt takes no texts there. */
const INNER_TRUTHS: ReadonlySet<string> = new Set(["enforced", "alias_types", "show"]);

function wrongInner(
  key: string,
  value: ReadonlyMap<Value, Value>,
  written: WrittenConfig,
): Diagnostic | undefined {
  for (const [name, one] of value) {
    const inner = showValue(name);
    if (!INNER_TRUTHS.has(inner) || typeof one === "boolean" || one instanceof PyObject) continue;
    if (typeof one === "string" && one.includes("{")) continue;
    const shown = typeof one === "string" ? `"${one}"` : kindWords(one);
    return errorAt(
      "config-value",
      `"${inner}" of ${key} of ${written.what} must be true or false, not ${shown}`,
      written.place(key, "value", inner),
      { help: "write true or false without quotes" },
    );
  }
  return undefined;
}

function checkConfigValue(entry: ConfigKey, value: Value, written: WrittenConfig): Diagnostic | undefined {
  const quoted = written.isCall === true && entry.value === "boolean" && typeof value === "string";
  if (value === null ? isNullable(entry, written.kind) : fits(entry.value, value) && !quoted)
    return undefined;
  // Objects of the template language (tuples, what is undefined while parsing) say nothing for sure.
  if (value instanceof PyObject) return undefined;
  const shown =
    typeof value === "string"
      ? `"${value}"`
      : Array.isArray(value) && entry.value === "texts"
        ? "a list that holds something else"
        : kindWords(value);
  const message = `"${entry.key}" of ${written.what} must be ${wanted(entry.value)}, not ${shown}`;
  const choices =
    typeof entry.value === "object"
      ? entry.value.choices
      : entry.value === "boolean"
        ? ["true", "false"]
        : [];
  const near = typeof value === "string" ? didYouMean(value, choices) : undefined;
  const help = value === null ? "leave the key out, and what is more general or the default stands" : near;
  const tell = typeof entry.value === "object" && entry.value.loose ? warningAt : errorAt;
  return tell("config-value", message, written.place(entry.key, "value"), { help });
}

/**
 * Null stands for "nothing said" only where that is the default, and in most keys of sources; elsewhere dbt refuses it, even
 * where a level below says more.
 */
function isNullable({ key, value, initial }: ConfigKey, kind: ConfigKind): boolean {
  if (kind === "source" && key !== "enabled") return true;
  return value === "any" || key === "on_schema_change" || key === "schema" || initial() === null;
}

function fits(kind: ValueKind, value: Value): boolean {
  if (typeof kind === "object")
    return typeof value === "string" && kind.choices.includes(kind.anyCase ? value.toLowerCase() : value);
  switch (kind) {
    case "boolean":
      return typeof truthOf(value) === "boolean";
    case "integer":
      return (
        typeof value === "number" ||
        typeof value === "bigint" ||
        (typeof value === "string" && /^\d+$/.test(value))
      );
    case "text":
      return typeof value === "string";
    case "texts":
      return (
        typeof value === "string" || (Array.isArray(value) && value.every((one) => typeof one === "string"))
      );
    case "mapping":
      return value instanceof Map;
    case "grants":
      return (
        value instanceof Map && [...value.values()].every((item) => item === null || fits("texts", item))
      );
    case "hooks":
      return asList(value).every(
        (hook) => typeof hook === "string" || hook === null || (hook instanceof Map && hook.has("sql")),
      );
    default:
      return true;
  }
}

function wanted(kind: ValueKind): string {
  if (typeof kind === "object") return `one of ${kind.choices.join(", ")}`;
  const words: Readonly<Record<Exclude<ValueKind, object>, string>> = {
    boolean: "true or false",
    text: "a text",
    integer: "a whole number",
    texts: "a text or a list of texts",
    mapping: "a mapping",
    grants: "a mapping of privileges to names",
    hooks: "SQL, a list of SQL, or a mapping with sql and transaction",
    any: "anything",
  };
  return words[kind];
}
