// `adapter.*` methods that the adapter brings itself (adapter/operation.ts), as functions for templates.

import {
  isOperationMap,
  type Operation,
  type OperationData,
  OperationRefused,
} from "../adapter/operation.ts";
import { toText, typeName } from "../jinja/operations.ts";
import {
  type Dict,
  type Effectful,
  NativeFunction,
  PyFloat,
  PyObject,
  Tuple,
  type Value,
} from "../jinja/value.ts";
import { ask } from "./adapter-method.ts";
import { fail } from "./fail.ts";
import { bindArguments } from "./host-function.ts";
import type { NodeContext } from "./node-context.ts";
import { RelationValue } from "./relation-value.ts";

/** @returns the function that a template gets for an operation of the adapter, undefined when it has none of this name */
export function operationMethod(name: string, context: NodeContext): Value | undefined {
  const { operations = {} } = context.scope.shared.adapter;
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined) return undefined;
  return new NativeFunction(name, (args, kwargs) => {
    const bound = bindArguments(name, operation.parameters, args, kwargs) as readonly (Value | undefined)[];
    return called(name, operation, bound, context);
  });
}

function called(
  name: string,
  operation: Operation,
  args: readonly (Value | undefined)[],
  context: NodeContext,
): Value | Effectful<Value> {
  if (operation.kind !== "pure" && !context.scope.execute) return toValue(operation.parsing);
  if (operation.kind === "macro") {
    const given = args.map((arg) => arg ?? null);
    return context.callMacro(operation.macro, given);
  }
  const data = args.map((arg) => toData(name, arg ?? null));
  return operation.kind === "pure" ? computed(operation, data) : asked(name, operation.reads, data);
}

function computed(operation: Extract<Operation, { kind: "pure" }>, args: readonly OperationData[]): Value {
  try {
    return toValue(operation.compute(args));
  } catch (error) {
    if (error instanceof OperationRefused) fail("CompilationError", error.message);
    throw error;
  }
}

function* asked(name: string, reads: boolean, args: readonly OperationData[]): Effectful<Value> {
  return toValue(yield* ask({ kind: "operate", name, args, reads }));
}

/** A value of a template as plain data, for what adapters compute. */
export function toData(fn: string, value: Value): OperationData {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof PyFloat) return value.value;
  if (value instanceof RelationValue) {
    const { database, schema, identifier, kind } = value.relation;
    return { database, schema, identifier, type: kind };
  }
  if (value instanceof Tuple) return value.items.map((item) => toData(fn, item));
  if (Array.isArray(value)) return value.map((item) => toData(fn, item));
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, item]) => [toText(key), toData(fn, item)]));
  if (value instanceof PyObject) return toText(value);
  return fail("CompilationError", `adapter.${fn}() takes plain values and relations, not ${typeName(value)}`);
}

/** Plain data of an adapter as a template sees it. */
export function toValue(data: OperationData): Value {
  if (typeof data !== "object" || data === null)
    return typeof data === "number" && !Number.isInteger(data) ? new PyFloat(data) : data;
  if (isOperationMap(data)) {
    const entries: Dict = new Map();
    for (const [key, item] of Object.entries(data)) entries.set(key, toValue(item));
    return entries;
  }
  return data.map(toValue);
}
