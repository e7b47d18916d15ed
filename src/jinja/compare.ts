// Equality, order and membership as Python has them, truth, and keys for dicts and sets.

import { raise, raiseLimit } from "./errors.ts";
import { compareNumbers, isNumeric, numbersEqual } from "./number.ts";
import { typeName } from "./type-name.ts";
import { Undefined } from "./undefined.ts";
import { type Dict, PyFloat, PyObject, PySet, Tuple, type Value } from "./value.ts";

/** bool(value). */
export function truth(value: Value): boolean {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      return value.length > 0;
    case "number":
      return value !== 0;
    case "bigint":
      return true;
    default:
      if (value === null) return false;
      if (Array.isArray(value)) return value.length > 0;
      if (value instanceof Map) return value.size > 0;
      if (value instanceof Tuple) return value.items.length > 0;
      if (value instanceof PySet) return value.items.size > 0;
      if (value instanceof PyFloat) return value.value !== 0;
      return value.truth();
  }
}

/** Items that one comparison looks at: lists that hold the same list twice, many levels deep, have no end. */
interface Budget {
  left: number;
}

const MAX_COMPARED = 5_000_000;

/** `a == b`. Raises JinjaError(limit) for values that are too large. */
export function equals(a: Value, b: Value, budget: Budget = { left: MAX_COMPARED }): boolean {
  if (a === b) return true;
  if (--budget.left < 0) raiseLimit("values are too large to be compared");
  if (a instanceof PyObject) return a.equals(b);
  if (b instanceof PyObject) return b.equals(a);
  if (a === null || b === null || typeof a === "string" || typeof b === "string") return false;
  if (isNumeric(a)) return isNumeric(b) && numbersEqual(a, b);
  if (Array.isArray(a)) return Array.isArray(b) && itemsEqual(a, b, budget);
  if (a instanceof Tuple) return b instanceof Tuple && itemsEqual(a.items, b.items, budget);
  if (a instanceof PySet) return b instanceof PySet && setsEqual(a, b);
  return b instanceof Map && dictsEqual(a, b, budget);
}

function itemsEqual(a: readonly Value[], b: readonly Value[], budget: Budget): boolean {
  return a.length === b.length && a.every((item, index) => equals(item, b[index] as Value, budget));
}

function setsEqual(a: PySet, b: PySet): boolean {
  if (a.items.size !== b.items.size) return false;
  for (const key of a.items.keys()) if (!b.items.has(key)) return false;
  return true;
}

function dictsEqual(a: Dict, b: Dict, budget: Budget): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = dictGet(b, key);
    if (other === undefined || !equals(value, other, budget)) return false;
  }
  return true;
}

/** Negative, zero or positive (NaN: not comparable but no error). Raises TypeError for types without an order. */
export function order(a: Value, b: Value, operator = "<"): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (isNumeric(a) && isNumeric(b)) return compareNumbers(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return orderItems(a, b, operator);
  if (a instanceof Tuple && b instanceof Tuple) return orderItems(a.items, b.items, operator);
  if (a instanceof Undefined) a.fail();
  if (b instanceof Undefined) b.fail();
  if (a instanceof PyObject && a.compare !== undefined) return a.compare(b);
  if (b instanceof PyObject && b.compare !== undefined) return -b.compare(a);
  return raise(
    "TypeError",
    `'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`,
  );
}

/** Strings by code points, as Python orders them; UTF-16 differs only where surrogates meet private use characters. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x === y) continue;
    // A surrogate stands for a character beyond every other UTF-16 unit.
    const xHigh = x >= 0xd800 && x < 0xe000;
    const yHigh = y >= 0xd800 && y < 0xe000;
    return xHigh === yHigh ? x - y : xHigh ? 1 : -1;
  }
  return a.length - b.length;
}

function orderItems(a: readonly Value[], b: readonly Value[], operator: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const x = a[index] as Value;
    const y = b[index] as Value;
    if (!equals(x, y)) return order(x, y, operator);
  }
  return a.length - b.length;
}

/** `a <op> b` for the six comparisons; sets compare by inclusion. */
export function compareValues(operator: "==" | "!=" | "<" | "<=" | ">" | ">=", a: Value, b: Value): boolean {
  if (operator === "==") return equals(a, b);
  if (operator === "!=") return !equals(a, b);
  if (a instanceof PySet && b instanceof PySet) return compareSets(operator, a, b);
  const result = order(a, b, operator);
  switch (operator) {
    case "<":
      return result < 0;
    case "<=":
      return result <= 0;
    case ">":
      return result > 0;
    default:
      return result >= 0;
  }
}

function compareSets(operator: "<" | "<=" | ">" | ">=", a: PySet, b: PySet): boolean {
  if (operator.startsWith(">")) return compareSets(operator === ">" ? "<" : "<=", b, a);
  if (operator === "<" && a.items.size >= b.items.size) return false;
  for (const key of a.items.keys()) if (!b.items.has(key)) return false;
  return true;
}

/** `item in container`. */
export function contains(container: Value, item: Value): boolean {
  if (typeof container === "string") {
    if (typeof item === "string") return container.includes(item);
    if (item instanceof Undefined) item.fail();
    raise("TypeError", `'in <string>' requires string as left operand, not ${typeName(item)}`);
  }
  if (Array.isArray(container)) return container.some((each) => equals(each, item));
  if (container instanceof Tuple) return container.items.some((each) => equals(each, item));
  if (container instanceof Map) return dictGet(container, item) !== undefined;
  if (container instanceof PySet) return container.items.has(hashKey(item));
  if (container instanceof PyObject) {
    if (container.contains !== undefined) return container.contains(item);
    if (container.iterate !== undefined) {
      for (const each of container.iterate()) if (equals(each, item)) return true;
      return false;
    }
  }
  return raise("TypeError", `argument of type '${typeName(container)}' is not iterable`);
}

/** A JavaScript key that is equal exactly for equal values. Raises TypeError for list, dict and set. */
export function hashKey(value: Value): unknown {
  switch (typeof value) {
    case "string":
      return value.startsWith("\0") ? `\0\0${value}` : value;
    case "boolean":
      return Number(value);
    case "number":
    case "bigint":
      return value;
    default:
      if (value === null) return null;
      if (value instanceof PyFloat) return value.value;
      if (value instanceof Tuple) return tupleKey(value);
      if (value instanceof PyObject) return value.hashKey();
      return raise("TypeError", `unhashable type: '${typeName(value)}'`);
  }
}

/** Parts are written with their type and length, so that no two different tuples share a key. */
function tupleKey(tuple: Tuple): unknown {
  let key = "\0(";
  for (const item of tuple.items) {
    const part = hashKey(item);
    if (typeof part === "object" && part !== null) return tuple;
    const text = String(part);
    if (key.length + text.length > 1_000_000) raiseLimit("a key is too large");
    key += `${typeof part}${text.length}:${text},`;
  }
  return key;
}

/** dict[key] without an error: undefined when there is no such key. */
export function dictGet(dict: Dict, key: Value): Value | undefined {
  if (typeof key === "string") return dict.get(key);
  const found = dictKey(dict, key);
  return found === undefined ? undefined : dict.get(found.key);
}

/** dict[key] = value, keeping the key that is there already. Raises TypeError for unhashable keys. */
export function dictSet(dict: Dict, key: Value, value: Value): void {
  if (typeof key === "string") dict.set(key, value);
  else dict.set(dictKey(dict, key)?.key ?? key, value);
}

/** The key of the dict that equals `key`; wrapped, because None is a key as well. */
export function dictKey(dict: Dict, key: Value): { readonly key: Value } | undefined {
  if (key === null || typeof key === "string") return dict.has(key) ? { key } : undefined;
  if (dict.has(key)) return { key };
  const wanted = hashKey(key);
  for (const candidate of dict.keys()) {
    if (typeof candidate !== "string" && isHashable(candidate) && hashKey(candidate) === wanted)
      return { key: candidate };
  }
  return undefined;
}

function isHashable(value: Value): boolean {
  return !Array.isArray(value) && !(value instanceof Map) && !(value instanceof PySet);
}

/** A set of the distinct items. */
export function setOf(items: Iterable<Value>): PySet {
  const set = new PySet();
  for (const item of items) {
    const key = hashKey(item);
    if (!set.items.has(key)) set.items.set(key, item);
  }
  return set;
}
