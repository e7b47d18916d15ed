// One entry of a `data_tests` list, taken apart: which test, its arguments, its configs, its name. All forms that dbt
// takes (dbt-core 1.11, parser/generic_test_builders.py).

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import { kindWords } from "../config/value-words.ts";
import { truth } from "../jinja/operations.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { Entry } from "./properties.ts";
import { asDict, asText } from "./value-shapes.ts";

export interface TestDefinition {
  readonly name: string;
  readonly namespace: string | null;
  /** Arguments of the macro in the order written, without `model`. */
  readonly args: Dict;
  /** Configs, as written. */
  readonly config: Dict;
  /** `name:` of the test. */
  readonly customName: string | null;
  readonly description: string;
}

/** Configs that a test may carry beside its arguments. */
const configArgs: readonly string[] = [
  "severity",
  "tags",
  "enabled",
  "where",
  "limit",
  "warn_if",
  "error_if",
  "fail_calc",
  "store_failures",
  "store_failures_as",
  "meta",
  "database",
  "schema",
  "alias",
];

/** Why an entry is no data test. */
interface Refusal {
  readonly refused: string;
  readonly help?: string;
}

/**
 * @param item the entry of the list
 * @param columnName name of the column that it stands under, quoted if need be; null on a model
 * @param path where it stands
 * @returns undefined when it is no test, which is told
 */
export function readTestDefinition(
  item: Value,
  columnName: string | null,
  entry: Entry,
  path: readonly (string | number)[],
  diagnostics: Diagnostic[],
): TestDefinition | undefined {
  const read = definitionOf(item, columnName);
  if (!("refused" in read)) return read;
  diagnostics.push(errorAt("test-invalid", read.refused, entry.place(path), { help: read.help }));
  return undefined;
}

function definitionOf(item: Value, columnName: string | null): TestDefinition | Refusal {
  const written = nameAndArguments(item);
  if ("refused" in written) return written;
  const { typed, given } = written;
  const match = /^(?:([a-zA-Z_]\w*)\.)?([a-zA-Z_]\w*)/.exec(typed);
  if (!match) return { refused: `"${typed}" is not the name of a data test` };
  const args = new Map(given);
  if (columnName !== null) args.set("column_name", columnName);
  const nested = args.get("arguments");
  if (nested instanceof Map) {
    args.delete("arguments");
    for (const [key, value] of nested) args.set(key, value);
  }
  return (
    refusedArguments(typed, args) ?? {
      name: match[2] as string,
      namespace: match[1] ?? null,
      ...takeConfig(args),
    }
  );
}

/** `not_null`, `{accepted_values: {...}}`, or `{test_name: accepted_values, ...}`. */
function nameAndArguments(item: Value): { readonly typed: string; readonly given: Dict } | Refusal {
  if (typeof item === "string") return { typed: item, given: new Map() };
  if (!(item instanceof Map))
    return {
      refused: `a data test is a name or a set of keys, not ${kindWords(item)}`,
      help: "write - not_null, or - accepted_values: {...}",
    };
  if (item.has("test_name")) {
    const given = new Map(item);
    given.delete("test_name");
    return named(item.get("test_name") ?? null, given);
  }
  const [only, other] = item;
  if (only && !other) return named(...only);
  return {
    refused: `a data test has one name, but here are the keys ${[...item.keys()].map(String).join(", ")}`,
    help: "indent its arguments below the name",
  };
}

function named(typed: Value, given: Value): { readonly typed: string; readonly given: Dict } | Refusal {
  if (typeof typed !== "string")
    return { refused: `the name of a data test is a text, not ${kindWords(typed)}` };
  if (given instanceof Map) return { typed, given };
  if (given === null)
    return {
      refused: `nothing stands behind the colon of the data test "${typed}"`,
      help: `write - ${typed}`,
    };
  return {
    refused: `the arguments of the data test "${typed}" are a set of keys, not ${kindWords(given)}`,
    help: "write each as key: value",
  };
}

/** Keys that dbt itself reads, whose slips would be taken for arguments. */
const ownKeys = ["arguments", "config"];

function refusedArguments(typed: string, args: Dict): Refusal | undefined {
  if (args.has("model"))
    return { refused: `the data test "${typed}" is given an argument "model", which it gets by itself` };
  for (const key of [...args.keys()].map(String)) {
    const near =
      !ownKeys.includes(key) && /^(argument|config)/i.test(key) ? nearest(key, ownKeys) : undefined;
    if (near !== undefined)
      return { refused: `the data test "${typed}" has a key "${key}"`, help: `did you mean "${near}"?` };
  }
  const inside = asDict(args.get("config"));
  const twice = configArgs.find((key) => truth(args.get(key) ?? null) && inside.has(key));
  return twice === undefined
    ? undefined
    : {
        refused: `the data test "${typed}" has "${twice}" both beside config and in it`,
        help: "write it once",
      };
}

/** Moves configs, name and description out of the arguments. */
function takeConfig(args: Dict): Omit<TestDefinition, "name" | "namespace"> {
  const config: Dict = new Map();
  const nested = asDict(args.get("config"));
  for (const key of configArgs) {
    const beside = args.get(key);
    const value = truth(beside ?? null) ? beside : (nested.get(key) ?? beside);
    args.delete(key);
    if (value !== undefined && value !== null) config.set(key, value);
  }
  for (const [key, value] of nested) if (!config.has(key) && value !== null) config.set(key, value);
  args.delete("config");
  const customName = asText(args.get("name")) ?? null;
  const description = asText(args.get("description")) ?? "";
  args.delete("name");
  args.delete("description");
  return { args, config, customName, description };
}
