// The tests of `is`.

import { binary } from "../arithmetic.ts";
import { bindArguments } from "../bind-arguments.ts";
import { isCallable } from "../calls.ts";
import { compareValues, contains, equals, hashKey } from "../compare.ts";
import { raise } from "../errors.ts";
import { textMethods } from "../methods/text.ts";
import { isNumeric } from "../number.ts";
import { orElse } from "../or-else.ts";
import { toText } from "../repr.ts";
import { Undefined } from "../undefined.ts";
import { NO_KWARGS, PyFloat, PyObject, PySet, Tuple, type Value } from "../value.ts";
import type { Test } from "./contract.ts";
import { Marker } from "./marker.ts";

function compare(operator: "==" | "!=" | "<" | "<=" | ">" | ">="): Test {
  return (value, args) => compareValues(operator, value, argument(args));
}

function argument(args: readonly Value[]): Value {
  return orElse(args[0], () => raise("TypeError", "the test needs an argument"));
}

function isSequence(value: Value): boolean {
  if (typeof value === "string" || Array.isArray(value) || value instanceof Tuple || value instanceof Map)
    return true;
  return (
    value instanceof PyObject &&
    value.size !== undefined &&
    (value instanceof Undefined || value.iterate !== undefined)
  );
}

function isIterable(value: Value): boolean {
  if (value instanceof PyObject) return value.iterate !== undefined;
  return (
    typeof value === "string" ||
    Array.isArray(value) ||
    value instanceof Tuple ||
    value instanceof Map ||
    value instanceof PySet
  );
}

function isText(value: Value): boolean {
  return typeof value === "string" || value instanceof Marker;
}

function isCase(method: "islower" | "isupper"): Test {
  return (value) => textMethods.get(method)?.(toText(value), [], NO_KWARGS) === true;
}

function hasRemainder(value: Value, by: Value, rest: Value): boolean {
  return equals(binary("%", value, by), rest);
}

/** A test without arguments. */
function plain(name: string, test: (value: Value) => boolean): readonly [string, Test] {
  return [
    name,
    (value, args, kwargs) => {
      bindArguments(name, [], args, kwargs);
      return test(value);
    },
  ];
}

/** A name to look up; unhashable values raise TypeError as in a Python dict. */
function nameOf(value: Value): string {
  hashKey(value);
  return toText(value);
}

export const testTable: ReadonlyMap<string, Test> = new Map<string, Test>([
  plain("defined", (value) => !(value instanceof Undefined)),
  plain("undefined", (value) => value instanceof Undefined),
  plain("none", (value) => value === null),
  plain("boolean", (value) => typeof value === "boolean"),
  plain("true", (value) => value === true),
  plain("false", (value) => value === false),
  plain("integer", (value) => typeof value === "number" || typeof value === "bigint"),
  plain("float", (value) => value instanceof PyFloat),
  plain("number", (value) => isNumeric(value) || (value instanceof PyObject && value.typeName === "Decimal")),
  plain("string", isText),
  plain("mapping", (value) => value instanceof Map),
  plain("sequence", isSequence),
  plain("iterable", isIterable),
  plain("callable", (value) => isCallable(value)),
  plain("escaped", () => false),
  ["lower", isCase("islower")],
  ["upper", isCase("isupper")],
  ["odd", (value) => hasRemainder(value, 2, 1)],
  ["even", (value) => hasRemainder(value, 2, 0)],
  ["divisibleby", (value, args) => hasRemainder(value, argument(args), 0)],
  ["sameas", (value, args) => value === argument(args)],
  ["in", (value, args) => contains(argument(args), value)],
  ["filter", (value, _args, _kwargs, context) => context.hasFilter(nameOf(value))],
  ["test", (value, _args, _kwargs, context) => context.hasTest(nameOf(value))],
  ...(["eq", "equalto", "=="] as const).map((name) => [name, compare("==")] as const),
  ...(["ne", "!="] as const).map((name) => [name, compare("!=")] as const),
  ...(["lt", "lessthan", "<"] as const).map((name) => [name, compare("<")] as const),
  ...(["le", "<="] as const).map((name) => [name, compare("<=")] as const),
  ...(["gt", "greaterthan", ">"] as const).map((name) => [name, compare(">")] as const),
  ...(["ge", ">="] as const).map((name) => [name, compare(">=")] as const),
]);
