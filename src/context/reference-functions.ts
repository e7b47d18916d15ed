// `ref`, `source`, `metric` and `function`: check the shape of a call; what it means is decided by the phase.

import { toText, typeName } from "../jinja/operations.ts";
import { Undefined } from "../jinja/undefined.ts";
import { type Kwargs, NativeFunction, PyFloat, type Value } from "../jinja/value.ts";
import { fail } from "./fail.ts";
import type { References } from "./scope.ts";

/**
 * `ref('model')`, `ref('package', 'model')`, `ref('model', v=2)`.
 * @param config what `ref.config` gives: packages reach dbt's runtime config through it
 */
export function refFunction(references: References, config?: Value): NativeFunction {
  const call = (args: readonly Value[], kwargs: Kwargs): Value => {
    const [name, packageName] = nameAndPackage("ref", args);
    return references.ref({ name, packageName, version: versionOf(kwargs) });
  };
  return new NativeFunction("ref", call, config === undefined ? undefined : { config });
}

/** `source('source', 'table')`. */
export function sourceFunction(references: References): NativeFunction {
  return new NativeFunction("source", (args, kwargs) => {
    const [source, table] = sourceAndTable(args, kwargs);
    return references.source({ source, table });
  });
}

/** `metric('name')`, `metric('package', 'name')`. */
export function metricFunction(references: References): NativeFunction {
  return new NativeFunction("metric", (args) => {
    const [name, packageName] = nameAndPackage("metric", args);
    return references.metric(packageName === null ? [name] : [packageName, name]);
  });
}

/** `function('name')`, `function('package', 'name')`. */
export function functionFunction(references: References): NativeFunction {
  return new NativeFunction("function", (args) => {
    const [name, packageName] = nameAndPackage("function", args);
    return references.function({ name, packageName });
  });
}

function nameAndPackage(
  fn: "ref" | "metric" | "function",
  args: readonly Value[],
): readonly [string, string | null] {
  const [first, second] = args;
  if (args.length === 1 && first !== undefined) return [text(fn, "name", first), null];
  if (args.length === 2 && first !== undefined && second !== undefined) {
    return [text(fn, "name", second), first === null ? null : text(fn, "package", first)];
  }
  const example = fn === "ref" ? "model" : fn;
  return fail(
    "CompilationError",
    args.length === 0
      ? `${fn}() needs the name of a ${example}`
      : `${fn}() takes at most two arguments (${args.length} given)`,
    `write ${fn}('${example}') or ${fn}('package', '${example}')`,
  );
}

function sourceAndTable(args: readonly Value[], kwargs: Kwargs): readonly [string, string] {
  const [source, table] = [...args, ...kwargs.values()];
  if (args.length + kwargs.size !== 2 || source === undefined || table === undefined) {
    const message = `source() takes exactly two arguments (${args.length} given)`;
    fail("CompilationError", message, sourceHelp(args[0]));
  }
  return [text("source", "source name", source), text("source", "table name", table)];
}

/** @param given the first of too few or too many arguments */
function sourceHelp(given: Value | undefined): string {
  if (typeof given !== "string") return "write source('source_name', 'table_name')";
  const [source, table, more] = given.split(".");
  if (source && table && more === undefined) return `write source('${source}', '${table}')`;
  return `write source('source_name', '${given}'); a model or a seed is read by ref('${given}')`;
}

function text(fn: string, argument: string, value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Undefined) return value.fail();
  return fail(
    "CompilationError",
    `the ${argument} of ${fn}() must be text, not ${typeName(value)}`,
    `write it in quotes: ${fn}('${toText(value)}')`,
  );
}

/** `version=` or `v=`; an empty one counts as none, as in dbt. */
function versionOf(kwargs: Kwargs): string | number | null {
  const version = kwargs.get("version") || kwargs.get("v");
  if (version === undefined || version === null || version === false || version === 0 || version === "")
    return null;
  if (typeof version === "string" || typeof version === "number") return version;
  if (version instanceof PyFloat) return version.value;
  return fail(
    "CompilationError",
    `the version of ref() must be text or a number, not ${typeName(version)}`,
    "write ref('model', v=2)",
  );
}
