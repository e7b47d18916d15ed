// One entry of a `data_tests` list, taken apart: which test, its arguments, its configs, its name. All forms that dbt
// takes (dbt-core 1.11, parser/generic_test_builders.py).

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import { kindWords } from "../config/value-words.ts";
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
  const refuse = (message: string, help?: string): undefined => {
    diagnostics.push(errorAt("test-invalid", message, entry.place(path), { help }));
    return undefined;
  };
  const split =
    typeof item === "string"
      ? ([item, new Map()] as const)
      : item instanceof Map
        ? nameAndArgs(item)
        : undefined;
  if (!split) {
    if (!(item instanceof Map))
      return refuse(
        `a data test is a name or a set of keys, not ${kindWords(item)}`,
        "write - not_null, or - accepted_values: {...}",
      );
    return refuse(
      `a data test has one name, but here are the keys ${[...item.keys()].map(String).join(", ")}`,
      "indent its arguments below the name",
    );
  }
  const [typed, given] = split;
  if (typeof typed !== "string") return refuse(`the name of a data test is a text, not ${kindWords(typed)}`);
  if (given === null)
    return refuse(`nothing stands behind the colon of the data test "${typed}"`, `write - ${typed}`);
  if (!(given instanceof Map))
    return refuse(
      `the arguments of the data test "${typed}" are a set of keys, not ${kindWords(given)}`,
      "write each as key: value",
    );
  const match = /^(?:([a-zA-Z_]\w*)\.)?([a-zA-Z_]\w*)/.exec(typed);
  if (!match) return refuse(`"${typed}" is not the name of a data test`);
  const args = new Map(given instanceof Map ? given : []);
  if (columnName !== null) args.set("column_name", columnName);
  const nested = args.get("arguments");
  if (nested instanceof Map) {
    args.delete("arguments");
    for (const [key, value] of nested) args.set(key, value);
  }
  if (args.has("model"))
    return refuse(`the data test "${typed}" is given an argument "model", which it gets by itself`);
  const misspelt = [...args.keys()]
    .map(String)
    .find(
      (key) =>
        key !== "arguments" &&
        key !== "config" &&
        /^(argument|config)/i.test(key) &&
        nearest(key, ["arguments", "config"]) !== undefined,
    );
  if (misspelt)
    return refuse(
      `the data test "${typed}" has a key "${misspelt}"`,
      `did you mean "${nearest(misspelt, ["arguments", "config"])}"?`,
    );
  const inside = asDict(args.get("config"));
  const twice = configArgs.find((key) => truthy(args.get(key)) && inside.has(key));
  if (twice)
    return refuse(`the data test "${typed}" has "${twice}" both beside config and in it`, "write it once");
  return { name: match[2] as string, namespace: match[1] ?? null, ...takeConfig(args) };
}

function nameAndArgs(item: Dict): readonly [Value, Value] | undefined {
  if (item.has("test_name")) {
    const args = new Map(item);
    args.delete("test_name");
    return [item.get("test_name") ?? null, args];
  }
  return item.size === 1 ? [...item][0] : undefined;
}

/** Moves configs, name and description out of the arguments. */
function takeConfig(args: Dict): Omit<TestDefinition, "name" | "namespace"> {
  const config: Dict = new Map();
  const nested = asDict(args.get("config"));
  for (const key of configArgs) {
    const value = truthy(args.get(key)) ? args.get(key) : (nested.get(key) ?? args.get(key));
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

function truthy(value: Value | undefined): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== "";
}
