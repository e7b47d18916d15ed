// The tests of `is`.

import { binary } from "../arithmetic.ts";
import { compareValues, contains, truth } from "../compare.ts";
import { raise } from "../errors.ts";
import { textMethods } from "../methods/text.ts";
import { isNumeric } from "../number.ts";
import { isCallable } from "../operations.ts";
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

function remainder(value: Value, by: Value): boolean {
  return truth(binary("%", value, by));
}

export const testTable: ReadonlyMap<string, Test> = new Map<string, Test>([
  ["defined", (value) => !(value instanceof Undefined)],
  ["undefined", (value) => value instanceof Undefined],
  ["none", (value) => value === null],
  ["boolean", (value) => typeof value === "boolean"],
  ["true", (value) => value === true],
  ["false", (value) => value === false],
  ["integer", (value) => typeof value === "number" || typeof value === "bigint"],
  ["float", (value) => value instanceof PyFloat],
  ["number", (value) => isNumeric(value) || (value instanceof PyObject && value.typeName === "Decimal")],
  ["string", isText],
  ["mapping", (value) => value instanceof Map],
  ["sequence", isSequence],
  ["iterable", isIterable],
  ["callable", (value) => isCallable(value)],
  ["escaped", () => false],
  ["lower", isCase("islower")],
  ["upper", isCase("isupper")],
  ["odd", (value) => remainder(value, 2)],
  ["even", (value) => !remainder(value, 2)],
  ["divisibleby", (value, args) => !remainder(value, argument(args))],
  ["sameas", (value, args) => value === argument(args)],
  ["in", (value, args) => contains(argument(args), value)],
  ["filter", (value, _args, _kwargs, context) => context.hasFilter(toText(value))],
  ["test", (value, _args, _kwargs, context) => context.hasTest(toText(value))],
  ...(["eq", "equalto", "=="] as const).map((name) => [name, compare("==")] as const),
  ...(["ne", "!="] as const).map((name) => [name, compare("!=")] as const),
  ...(["lt", "lessthan", "<"] as const).map((name) => [name, compare("<")] as const),
  ...(["le", "<="] as const).map((name) => [name, compare("<=")] as const),
  ...(["gt", "greaterthan", ">"] as const).map((name) => [name, compare(">")] as const),
  ...(["ge", ">="] as const).map((name) => [name, compare(">=")] as const),
]);
