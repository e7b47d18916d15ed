// The `attribute` argument of filters: "a.b.0" as a function, several separated by commas, case folded for sorting.

import { getItem } from "../attributes.ts";
import { isInteger } from "../number.ts";
import { toText } from "../repr.ts";
import { Undefined } from "../undefined.ts";
import type { Value } from "../value.ts";

/** Text in lower case, other values as they are. */
export function ignoreCase(value: Value): Value {
  return typeof value === "string" ? value.toLowerCase() : value;
}

function parts(attribute: Value | undefined): Value[] {
  if (attribute === undefined || attribute === null) return [];
  if (isInteger(attribute)) return [attribute];
  return toText(attribute)
    .split(".")
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/**
 * @param attribute path with dots, a number, or None for the item itself
 * @param after applied to what is found
 * @param otherwise stands for undefined parts
 */
export function attributeGetter(
  attribute: Value | undefined,
  after: (value: Value) => Value = (value) => value,
  otherwise?: Value,
): (item: Value) => Value {
  const path = parts(attribute);
  return (item) => {
    let value = item;
    for (const part of path) {
      value = getItem(value, part);
      if (otherwise !== undefined && otherwise !== null && value instanceof Undefined) value = otherwise;
    }
    return after(value);
  };
}

/** Several attributes, separated by commas: their values as a list. */
export function attributesGetter(
  attribute: Value | undefined,
  after: (value: Value) => Value,
): (item: Value) => Value {
  if (typeof attribute !== "string" || !attribute.includes(",")) return attributeGetter(attribute, after);
  const getters = attribute.split(",").map((part) => attributeGetter(part, after));
  return (item) => getters.map((get) => get(item));
}
