// The arguments of a generic test as its macro gets them: texts in YAML that hold a template, or look like a call, are
// rendered natively.

import { argumentTemplate } from "../context/test-argument.ts";
import type { Environment, Globals } from "../jinja/environment.ts";
import type { Dict, Effectful, Value } from "../jinja/value.ts";
import type { DataTest } from "../manifest/node.ts";

/** @returns the arguments by name, rendered in the test's own context; may ask for things like any template */
export function* testArguments(test: DataTest, environment: Environment, globals: Globals): Effectful<Dict> {
  const result: Dict = new Map();
  for (const [name, value] of test.testMetadata?.kwargs ?? []) {
    const asWritten = name === "column_name" && typeof value === "string";
    result.set(name, asWritten ? value : yield* render(value, test, environment, globals));
  }
  return result;
}

function* render(value: Value, test: DataTest, environment: Environment, globals: Globals): Effectful<Value> {
  if (typeof value === "string") {
    const { file, line, column } = test.place;
    const template = { file, text: argumentTemplate(value), line, column };
    return yield* environment.compile(template).renderValue(globals);
  }
  if (Array.isArray(value)) {
    const list: Value[] = [];
    for (const item of value) list.push(yield* render(item, test, environment, globals));
    return list;
  }
  if (value instanceof Map) {
    const dict: Dict = new Map();
    for (const [key, item] of value) dict.set(key, yield* render(item, test, environment, globals));
    return dict;
  }
  return value;
}
