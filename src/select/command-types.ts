// Which types of resources a command is about, after --resource-type and --exclude-resource-type.
// Source: dbt-core, the resource_types of each task and task/base.py, resource_types_from_args.

import type { Command } from "../config/flag-table.ts";
import { type ResourceType, resourceTypes } from "../manifest/node.ts";

const TYPES: Readonly<Partial<Record<Command, readonly ResourceType[]>>> = {
  build: ["model", "snapshot", "seed", "test", "unit_test", "saved_query", "exposure", "function"],
  run: ["model"],
  test: ["test", "unit_test"],
  seed: ["seed"],
  snapshot: ["snapshot"],
  clone: ["model", "seed", "snapshot"],
  "source freshness": ["source"],
  ls: [
    "model",
    "snapshot",
    "seed",
    "test",
    "source",
    "exposure",
    "metric",
    "saved_query",
    "semantic_model",
    "unit_test",
    "function",
  ],
};

/** compile, show, docs generate. */
const COMPILED_TYPES: readonly ResourceType[] = ["model", "test", "snapshot", "analysis", "seed", "function"];

/**
 * @param asked --resource-type; "default" and "all" stand for the command's own types
 * @param excluded --exclude-resource-type
 */
export function commandTypes(
  command: Command,
  asked: readonly string[],
  excluded: readonly string[],
): ReadonlySet<ResourceType> {
  const own = TYPES[command] ?? COMPILED_TYPES;
  const all: readonly string[] = command === "ls" ? [...own, "analysis"] : own;
  const wanted =
    asked.length === 0
      ? own
      : asked.flatMap((type) => (type === "all" ? all : type === "default" ? own : [type]));
  // Other types of these two could not be run at all.
  const isBound = command === "test" || command === "clone";
  return new Set(
    resourceTypes.filter(
      (type) => wanted.includes(type) && !excluded.includes(type) && (!isBound || own.includes(type)),
    ),
  );
}
