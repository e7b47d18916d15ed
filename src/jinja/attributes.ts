// `object.name`, `object[key]` and slices, with the rules of Jinja2's sandbox: attributes first for `.`, items first
// for `[]`, each as the other's fallback. Only what the tables here and PyObject's methods name can be reached.

import { dictGet } from "./compare.ts";
import { raise } from "./errors.ts";
import { BoundMethod, type Method, type Methods } from "./method.ts";
import { dictMethods } from "./methods/dict.ts";
import { formatMethods } from "./methods/format.ts";
import { listMethods, tupleMethods } from "./methods/list.ts";
import { floatMethods, integerMethods } from "./methods/number.ts";
import { setMethods } from "./methods/set.ts";
import { textMethods } from "./methods/text.ts";
import { NamedTuple } from "./named-tuple.ts";
import { isInteger, isNumeric, type Numeric } from "./number.ts";
import { orElse } from "./or-else.ts";
import { characters, hasSurrogates } from "./text.ts";
import { typeName } from "./type-name.ts";
import { Undefined } from "./undefined.ts";
import { PyFloat, PyObject, PySet, Tuple, type Value } from "./value.ts";

/** Attributes that every Python object has and that the sandbox does not show. */
const UNSAFE = new Set(
  (
    "__class__ __init__ __new__ __doc__ __dict__ __module__ __eq__ __ne__ __hash__ __repr__ __str__ __reduce__ " +
    "__reduce_ex__ __getattribute__ __setattr__ __delattr__ __dir__ __sizeof__ __format__ __subclasshook__ " +
    "__init_subclass__ __call__ __globals__ __code__ __closure__ __self__ __func__ __getitem__ __len__ __iter__ " +
    "__contains__ __add__ __mul__ __name__ __qualname__ __wrapped__ __defaults__ __annotations__"
  ).split(" "),
);

/** All methods of texts. */
export const stringMethods: Methods<string> = new Map([
  ...textMethods,
  ...formatMethods({ attribute: getAttribute, item: getItem }),
]);

/** The method tables of built-in types. */
function methodOf(value: Exclude<Value, PyObject>, name: string): Method<never> | undefined {
  if (typeof value === "string") return stringMethods.get(name);
  if (value instanceof Map) return dictMethods.get(name);
  if (Array.isArray(value)) return listMethods.get(name);
  if (value instanceof Tuple) return tupleMethods.get(name);
  if (value instanceof PySet) return setMethods.get(name);
  if (value instanceof PyFloat) return floatMethods.get(name);
  return isInteger(value) ? integerMethods.get(name) : undefined;
}

const NUMBER_PARTS = new Set(["real", "imag", "numerator", "denominator"]);

/** The parts that Python's numbers have in common. */
function numberPart(value: Numeric, name: string): Value | undefined {
  if (value instanceof PyFloat) return name === "real" ? value : name === "imag" ? new PyFloat(0) : undefined;
  if (name === "imag") return 0;
  return name === "denominator" ? 1 : typeof value === "boolean" ? Number(value) : value;
}

/** The Python attribute alone, without the fallback to items. */
export function ownAttribute(value: Value, name: string): Value | undefined {
  if (value instanceof PyObject) return value.getAttribute(name);
  if (value instanceof NamedTuple && value.names.includes(name)) return value.named(name);
  if (isNumeric(value) && NUMBER_PARTS.has(name)) return numberPart(value, name);
  const method = methodOf(value, name);
  return method === undefined ? undefined : new BoundMethod(name, value, method as Method<Value>);
}

/** The Python item alone; undefined where there is none. */
function ownItem(value: Value, key: Value): Value | undefined {
  if (value instanceof Map) return hashable(key) ? dictGet(value, key) : undefined;
  if (value instanceof PyObject) return value.getItem(key);
  if (!isInteger(key)) return undefined;
  const index = Number(key);
  if (typeof value === "string") {
    if (!hasSurrogates(value)) return value.at(index);
    return characters(value).at(index);
  }
  if (Array.isArray(value)) return value.at(index);
  return value instanceof Tuple ? value.items.at(index) : undefined;
}

function hashable(key: Value): boolean {
  return !Array.isArray(key) && !(key instanceof Map) && !(key instanceof PySet);
}

/** `value.name`: the attribute, else the item of that name, else Undefined. */
export function getAttribute(value: Value, name: string, chaining = false): Value {
  if (name.startsWith("_") && UNSAFE.has(name)) return unsafe(value, name);
  const attribute = ownAttribute(value, name);
  if (attribute !== undefined) return attribute;
  const item = value instanceof Map ? value.get(name) : ownItem(value, name);
  return orElse(item, () => missing(value, name, chaining));
}

/** `value[key]`: the item, else (for strings) the attribute of that name, else Undefined. */
export function getItem(value: Value, key: Value, chaining = false): Value {
  const item = ownItem(value, key);
  if (item !== undefined) return item;
  if (typeof key !== "string") return missing(value, key, chaining);
  if (key.startsWith("_") && UNSAFE.has(key)) return unsafe(value, key);
  return orElse(ownAttribute(value, key), () => missing(value, key, chaining));
}

function missing(value: Value, key: Value, chaining: boolean): Undefined {
  const owner = value === null ? "None" : `${typeName(value)} object`;
  if (typeof key !== "string") {
    return new Undefined(
      { hint: `${owner} has no element ${isInteger(key) ? String(key) : typeName(key)}` },
      chaining,
    );
  }
  const candidates = value instanceof Map ? { candidates: textKeys(value) } : {};
  return new Undefined({ name: key, owner, ...candidates }, chaining);
}

function textKeys(value: Map<Value, Value>): string[] {
  return [...value.keys()].filter((key) => typeof key === "string");
}

function unsafe(value: Value, name: string): Undefined {
  const hint = `access to attribute '${name}' of '${typeName(value)}' object is unsafe.`;
  return new Undefined({ name, hint, pythonType: "SecurityError" });
}

/** `value[start:stop:step]`; a value without slices gives Undefined, as Jinja2 does. */
export function getSlice(value: Value, start: Value, stop: Value, step: Value): Value {
  if (value instanceof PyObject) {
    const items = value.getItem(new SliceKey(start, stop, step));
    if (items !== undefined) return items;
  }
  if (typeof value === "string") {
    const simple = step === null && !hasSurrogates(value);
    if (simple) {
      const [from, to] = sliceBounds(value.length, start, stop, 1);
      return from < to ? value.slice(from, to) : "";
    }
    return sliceItems(characters(value), start, stop, step).join("");
  }
  if (Array.isArray(value)) return sliceItems(value, start, stop, step);
  if (value instanceof Tuple) return new Tuple(sliceItems(value.items, start, stop, step));
  return new Undefined({ hint: `${typeName(value)} object has no slices` });
}

/** A slice as the key of an object's getItem. */
export class SliceKey extends PyObject {
  override readonly typeName = "slice";

  constructor(
    readonly start: Value,
    readonly stop: Value,
    readonly step: Value,
  ) {
    super();
  }
}

/** The items that a slice selects. Raises ValueError for a step of zero, TypeError for bounds that are no ints. */
export function sliceItems<T>(items: readonly T[], start: Value, stop: Value, step: Value): T[] {
  const stride = step === null ? 1 : sliceIndex(step);
  if (stride === 0) raise("ValueError", "slice step cannot be zero");
  const [from, to] = sliceBounds(items.length, start, stop, stride);
  if (stride === 1) return items.slice(from, Math.max(from, to));
  const result: T[] = [];
  for (let index = from; stride > 0 ? index < to : index > to; index += stride)
    result.push(items[index] as T);
  return result;
}

function sliceBounds(length: number, start: Value, stop: Value, stride: number): [number, number] {
  const low = stride > 0 ? 0 : -1;
  const high = stride > 0 ? length : length - 1;
  const clamp = (bound: Value) => {
    const index = sliceIndex(bound);
    return Math.min(Math.max(index < 0 ? index + length : index, low), high);
  };
  return [
    start === null ? (stride > 0 ? low : high) : clamp(start),
    stop === null ? (stride > 0 ? high : low) : clamp(stop),
  ];
}

function sliceIndex(value: Value): number {
  if (isInteger(value)) return Number(value);
  if (value instanceof Undefined) value.fail();
  return raise("TypeError", "slice indices must be integers or None or have an __index__ method");
}
