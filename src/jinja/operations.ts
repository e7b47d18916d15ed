// What a host and the runtime do with values: text, truth, comparison, iteration, attributes, calls.

import { raise } from "./errors.ts";
import { characters } from "./text.ts";
import { typeName } from "./type-name.ts";
import {
  type Dict,
  type Effectful,
  type Kwargs,
  NO_KWARGS,
  PyObject,
  PySet,
  Tuple,
  type Value,
} from "./value.ts";

export { getAttribute, getItem } from "./attributes.ts";
export {
  compareValues,
  contains,
  dictGet,
  dictSet,
  equals,
  hashKey,
  order,
  setOf,
  truth,
} from "./compare.ts";
export { toRepr, toText } from "./repr.ts";
export { typeName } from "./type-name.ts";

/** iter(value). Lists are iterated live, as in Python. Raises TypeError for what cannot be iterated. */
export function iterate(value: Value): Iterable<Value> {
  if (Array.isArray(value)) return value;
  if (value instanceof Tuple) return value.items;
  if (value instanceof Map) return dictKeys(value);
  if (typeof value === "string") return characters(value);
  if (value instanceof PySet) return [...value.items.values()];
  if (value instanceof PyObject && value.iterate !== undefined) return value.iterate();
  return raise("TypeError", `'${typeName(value)}' object is not iterable`);
}

/** The keys of a dict; a dict that changes its size meanwhile is an error, as in Python. */
function* dictKeys(dict: Dict): Generator<Value, void, undefined> {
  const { size } = dict;
  for (const key of dict.keys()) {
    yield key;
    if (dict.size !== size) raise("RuntimeError", "dictionary changed size during iteration");
  }
}

/** list(value) as an array that may be the value itself: not to be changed. */
export function itemsOf(value: Value): readonly Value[] {
  const items = iterate(value);
  return Array.isArray(items) ? items : [...items];
}

/** len(value); undefined for types without a length. */
export function sizeOf(value: Value): number | undefined {
  if (typeof value === "string") return characters(value).length;
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  if (value instanceof Tuple) return value.items.length;
  if (value instanceof PySet) return value.items.size;
  return value instanceof PyObject ? value.size?.() : undefined;
}

/** len(value). Raises TypeError for types without a length. */
export function lengthOf(value: Value): number {
  return sizeOf(value) ?? raise("TypeError", `object of type '${typeName(value)}' has no len()`);
}

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
