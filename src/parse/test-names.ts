// Names and ids of generic tests. Other tools and `store_failures` tables know tests by them, so they are dbt's to the
// letter (dbt-core 1.11, parser/generic_test_builders.py and schema_generic_tests.py).

import { createHash } from "node:crypto";
import { toRepr, toText } from "../jinja/repr.ts";
import { type Dict, Tuple, type Value } from "../jinja/value.ts";

/** Longer names are cut and hashed for the alias. */
const LONGEST = 64;

export interface TestNames {
  /** Name, fqn and part of the id. */
  readonly full: string;
  /** Alias and file name. */
  readonly short: string;
}

/**
 * @param type the test's name with its namespace and, for sources, "source_" before it
 * @param target the tested model (with its version) or source_table
 * @param args all arguments but `model`
 */
export function testNames(type: string, target: string, args: Dict): TestNames {
  const parts = [...args.keys()]
    .map(String)
    .filter((key) => key !== "model")
    .sort()
    .flatMap((key) => argumentTexts(args.get(key) ?? null))
    .map((text) => text.replaceAll(/[^0-9a-zA-Z_]+/g, "_"));
  const stem = `${type}_${target}`;
  const full = `${stem}_${parts.join("__")}`;
  return { full, short: full.length < LONGEST ? full : `${stem.slice(0, 30)}_${md5(full)}` };
}

function argumentTexts(value: Value): string[] {
  const items =
    value instanceof Map
      ? [...value.values()]
      : Array.isArray(value)
        ? value
        : value instanceof Tuple
          ? value.items
          : [value];
  return items.map(toText);
}

/** The ten letters that make ids of tests with one name differ: of the name and all that the test is given. */
export function testHash(name: string, namespace: string | null, test: string, kwargs: Dict): string {
  const metadata = new Map<Value, Value>([
    ["kwargs", hashable(kwargs)],
    ["name", test],
    ["namespace", namespace ?? "None"],
  ]);
  return md5(name + toRepr(metadata)).slice(-10);
}

/** Keys sorted, leaves as texts. */
function hashable(value: Value): Value {
  if (value instanceof Map) {
    const keys = [...value.keys()].sort((a, b) => (String(a) < String(b) ? -1 : 1));
    return new Map(keys.map((key) => [key, hashable(value.get(key) ?? null)]));
  }
  return Array.isArray(value) ? value.map(hashable) : toText(value);
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
