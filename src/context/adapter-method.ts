// One method of `adapter.*` as the table holds it: its parameters, what it answers while parsing, what it does later.

import { toText, typeName } from "../jinja/operations.ts";
import { type Effectful, NativeFunction, type Value } from "../jinja/value.ts";
import { fail } from "./fail.ts";
import { type ArgumentsOf, bindArguments } from "./host-function.ts";
import type { NodeContext } from "./node-context.ts";
import { RelationValue } from "./relation-value.ts";
import type { WarehouseAnswers, WarehouseRequest } from "./requests.ts";

export interface AdapterMethod {
  /** The function that a template gets. */
  bind(name: string, context: NodeContext): Value;
}

/**
 * @param parameters as in hostFunction
 * @param parsing what any call answers while parsing, whatever its arguments; undefined: it runs then, too
 * @param run takes the context and one argument for each parameter
 */
export function method<const P extends readonly string[]>(
  parameters: P,
  parsing: (() => Value) | undefined,
  run: (context: NodeContext, ...args: ArgumentsOf<P>) => Value | Effectful<Value>,
): AdapterMethod {
  return {
    bind: (name, context) =>
      parsing !== undefined && !context.scope.execute
        ? new NativeFunction(name, () => parsing())
        : new NativeFunction(name, (args, kwargs) =>
            run(context, ...bindArguments(name, parameters, args, kwargs)),
          ),
  };
}

/** What most methods that ask the warehouse answer while parsing. */
export const NOTHING = (): Value => null;
export const EMPTY_LIST = (): Value => [];

/** Asks the warehouse and waits for the answer. */
export function* ask<K extends WarehouseRequest["kind"]>(
  request: Extract<WarehouseRequest, { readonly kind: K }>,
): Effectful<WarehouseAnswers[K]> {
  return (yield request) as WarehouseAnswers[K];
}

/** An argument that must be a relation. */
export function relationArgument(fn: string, argument: string, value: Value | undefined): RelationValue {
  if (value instanceof RelationValue) return value;
  const got = value === null || value === undefined ? "None" : `${typeName(value)} ("${toText(value)}")`;
  return fail(
    "CompilationError",
    `adapter.${fn}() takes a relation as ${argument}, not ${got}`,
    "pass what ref(), source(), api.Relation.create() or adapter.get_relation() gave",
  );
}

/** Text or None from a template. */
export function textOrNull(value: Value | undefined): string | null {
  return value === undefined || value === null ? null : toText(value);
}
