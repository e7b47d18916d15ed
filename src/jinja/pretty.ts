// Python's pprint: a value that does not fit on a line of 80 characters is broken, one item a line; dicts are sorted.

import { order } from "./compare.ts";
import { JinjaError } from "./errors.ts";
import { toRepr } from "./repr.ts";
import { PySet, Tuple, type Value } from "./value.ts";

const WIDTH = 80;

/** pprint.pformat(value). */
export function prettyText(value: Value): string {
  return pretty(value, 0, 0);
}

/** @param indent column at which the value begins; @param after characters that follow it on its line */
function pretty(value: Value, indent: number, after: number): string {
  const plain = value instanceof Map ? toRepr(sortedDict(value)) : toRepr(value);
  if (plain.length <= WIDTH - indent - after) return plain;
  if (value instanceof Map) return prettyDict(sortedDict(value), indent, after);
  if (Array.isArray(value)) return prettyItems("[", value, "]", indent, after);
  if (value instanceof Tuple)
    return prettyItems("(", value.items, value.items.length === 1 ? ",)" : ")", indent, after);
  if (value instanceof PySet && value.items.size > 0)
    return prettyItems("{", [...value.items.values()], "}", indent, after);
  return plain;
}

function prettyItems(
  open: string,
  items: readonly Value[],
  close: string,
  indent: number,
  after: number,
): string {
  const parts = items.map((item, index) =>
    pretty(item, indent + 1, index === items.length - 1 ? after + close.length : 1),
  );
  return open + parts.join(`,\n${" ".repeat(indent + 1)}`) + close;
}

function prettyDict(dict: Map<Value, Value>, indent: number, after: number): string {
  let index = 0;
  const parts = [...dict].map(([key, value]) => {
    const name = toRepr(key);
    const rest = ++index === dict.size ? after + 1 : 1;
    return `${name}: ${pretty(value, indent + name.length + 3, rest)}`;
  });
  return `{${parts.join(`,\n${" ".repeat(indent + 1)}`)}}`;
}

/** Keys in order; as they are where they cannot be compared. */
function sortedDict(dict: Map<Value, Value>): Map<Value, Value> {
  try {
    return new Map([...dict].sort(([a], [b]) => order(a, b)));
  } catch (error) {
    if (error instanceof JinjaError) return dict;
    throw error;
  }
}
