// Calling values: a call gives its result at once, or a computation that may ask for things on the way.

import { raise } from "./errors.ts";
import { typeName } from "./type-name.ts";
import { type Effectful, type Kwargs, NO_KWARGS, PyObject, type Value } from "./value.ts";

/** callable(value). */
export function isCallable(value: Value): boolean {
  return value instanceof PyObject && value.call !== undefined;
}

/** `x instanceof Computation` is true for every generator: what a call gives when it may ask for things. */
export function Computation(): void {}
Computation.prototype = Object.getPrototypeOf(function* () {}).prototype;

/** True when a call gave a computation to be run instead of a value. */
export function isEffectful(result: Value | Effectful<Value>): result is Effectful<Value> {
  return (result as unknown) instanceof (Computation as unknown as new () => object);
}

/** Calls a value: the result, or a computation that gives it. Raises TypeError when it is not callable. */
export function startCall(callee: Value, args: readonly Value[], kwargs: Kwargs): Value | Effectful<Value> {
  if (callee instanceof PyObject && callee.call !== undefined) return callee.call(args, kwargs);
  return raise("TypeError", `'${typeName(callee)}' object is not callable`);
}

/** `callee(*args, **kwargs)` for hosts and for built-in functions that take a function. */
export function* callValue(
  callee: Value,
  args: readonly Value[],
  kwargs: Kwargs = NO_KWARGS,
): Effectful<Value> {
  const result = startCall(callee, args, kwargs);
  return isEffectful(result) ? yield* result : result;
}

/** Calls a function where nothing can be asked of the world: keys of sort, arguments of filters. */
export function callPlain(callee: Value, args: readonly Value[], kwargs: Kwargs = NO_KWARGS): Value {
  const result = startCall(callee, args, kwargs);
  if (!isEffectful(result)) return result;
  const step = result.next();
  if (step.done === true) return step.value;
  return raise("TypeError", "a function that reads the warehouse cannot be used here");
}
