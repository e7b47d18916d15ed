// Filters over sequences: first, last, sort, unique, groupby, batch, slice, join, min, max, sum and so on.

import { binary } from "../arithmetic.ts";
import { bindArguments, integerArgument } from "../bind-arguments.ts";
import { equals, hashKey, order, truth } from "../compare.ts";
import { raise } from "../errors.ts";
import { itemsOf, iterate, lengthOf } from "../iteration.ts";
import { LazySequence } from "../loop.ts";
import { DictView } from "../methods/dict.ts";
import { checkListLength, sortValues } from "../methods/list.ts";
import { NamedTuple } from "../named-tuple.ts";
import { orElse } from "../or-else.ts";
import { toText } from "../repr.ts";
import { characters, checkTextLength } from "../text.ts";
import { typeName } from "../type-name.ts";
import { Undefined } from "../undefined.ts";
import { type Kwargs, PyObject, PySet, Tuple, type Value } from "../value.ts";
import { attributeGetter, attributesGetter, ignoreCase } from "./attribute-getter.ts";
import type { FilterContext, FilterEntry } from "./contract.ts";

/** A filter without arguments. */
function plain(name: string, compute: (value: Value, context: FilterContext) => Value): FilterEntry {
  return [
    name,
    (value, args, kwargs, context) => {
      bindArguments(name, [], args, kwargs);
      return compute(value, context);
    },
  ];
}

function first(value: Value, context: FilterContext): Value {
  if (value instanceof LazySequence) return orElse(value.next(), () => emptySequence("first", context));
  for (const item of iterate(value)) return item;
  return emptySequence("first", context);
}

function emptySequence(which: string, { chaining }: FilterContext): Value {
  return new Undefined({ hint: `No ${which} item, sequence was empty.` }, chaining);
}

function last(value: Value, context: FilterContext): Value {
  return orElse(reversed(value, "last").at(0), () => emptySequence("last", context));
}

function reversed(value: Value, filter: string): Value[] {
  if (value instanceof LazySequence || value instanceof PySet) {
    if (filter === "last") raise("TypeError", `'${typeName(value)}' object is not reversible`);
  }
  return [...itemsOf(value)].reverse();
}

function reverse(value: Value): Value {
  if (typeof value === "string") return [...characters(value)].reverse().join("");
  if (
    !(value instanceof PyObject && value.iterate !== undefined) &&
    !Array.isArray(value) &&
    !(value instanceof Tuple) &&
    !(value instanceof Map) &&
    !(value instanceof PySet)
  ) {
    raise("FilterArgumentError", "argument must be iterable");
  }
  const items = reversed(value, "reverse");
  if (value instanceof LazySequence || value instanceof PySet) return items;
  const kind = Array.isArray(value)
    ? "list_reverseiterator"
    : value instanceof Map
      ? "dict_reversekeyiterator"
      : "reversed";
  return new LazySequence(() => items[Symbol.iterator](), kind);
}

/** min and max, which give Undefined for an empty sequence. */
function extreme(name: string, sign: 1 | -1): FilterEntry {
  return [
    name,
    (value, args, kwargs, context) => {
      const [caseSensitive, attribute] = bindArguments(name, ["case_sensitive?", "attribute?"], args, kwargs);
      const key = attributeGetter(attribute, truth(caseSensitive ?? false) ? undefined : ignoreCase);
      let best: { readonly item: Value; readonly key: Value } | undefined;
      for (const item of iterate(value)) {
        const own = key(item);
        if (best === undefined || order(own, best.key) * sign > 0) best = { item, key: own };
      }
      return orElse(best?.item, () => emptySequence("aggregated", context));
    },
  ];
}

function sum(value: Value, args: readonly Value[], kwargs: Kwargs): Value {
  const [attribute, start] = bindArguments("sum", ["attribute?", "start?"], args, kwargs);
  const get = attributeGetter(attribute);
  let total: Value = start ?? 0;
  if (typeof total === "string") raise("TypeError", "sum() can't sum strings [use ''.join(seq) instead]");
  for (const item of iterate(value)) total = binary("+", total, get(item));
  return total;
}

function join(value: Value, args: readonly Value[], kwargs: Kwargs): Value {
  const [separator, attribute] = bindArguments("join", ["d?", "attribute?"], args, kwargs);
  const between = toText(separator ?? "");
  const get = attributeGetter(attribute);
  let result = "";
  let isFirst = true;
  for (const item of iterate(value)) {
    if (!isFirst) result += between;
    isFirst = false;
    result += toText(get(item));
    checkTextLength(result.length);
  }
  return result;
}

function sort(value: Value, args: readonly Value[], kwargs: Kwargs): Value {
  const [reverseOrder, caseSensitive, attribute] = bindArguments(
    "sort",
    ["reverse?", "case_sensitive?", "attribute?"],
    args,
    kwargs,
  );
  const key = attributesGetter(attribute, truth(caseSensitive ?? false) ? (item) => item : ignoreCase);
  return sortValues(itemsOf(value), key, truth(reverseOrder ?? false));
}

function unique(value: Value, args: readonly Value[], kwargs: Kwargs): Value {
  const [caseSensitive, attribute] = bindArguments("unique", ["case_sensitive?", "attribute?"], args, kwargs);
  const key = attributeGetter(attribute, truth(caseSensitive ?? false) ? undefined : ignoreCase);
  return new LazySequence(function* () {
    const seen = new Set<unknown>();
    for (const item of iterate(value)) {
      const own = hashKey(key(item));
      if (seen.has(own)) continue;
      seen.add(own);
      yield item;
    }
  });
}

function groupBy(value: Value, args: readonly Value[], kwargs: Kwargs): Value {
  const [attribute, otherwise, caseSensitive] = bindArguments(
    "groupby",
    ["attribute", "default?", "case_sensitive?"],
    args,
    kwargs,
  );
  const exact = truth(caseSensitive ?? false);
  const key = attributeGetter(attribute, exact ? undefined : ignoreCase, otherwise);
  const shown = attributeGetter(attribute, undefined, otherwise);
  const groups: { readonly key: Value; readonly items: Value[] }[] = [];
  for (const item of sortValues(itemsOf(value), key, false)) {
    const own = key(item);
    const group = groups.at(-1);
    if (group !== undefined && equals(group.key, own)) group.items.push(item);
    else groups.push({ key: own, items: [item] });
  }
  return groups.map(
    (group) =>
      new NamedTuple(["grouper", "list"], [exact ? group.key : shown(group.items[0] ?? null), group.items]),
  );
}

function batch(value: Value, args: readonly Value[], kwargs: Kwargs): Value {
  const [count, fillWith] = bindArguments("batch", ["linecount", "fill_with?"], args, kwargs);
  const size = integerArgument(count ?? null);
  return new LazySequence(function* () {
    let group: Value[] = [];
    for (const item of iterate(value)) {
      if (group.length === size) {
        yield group;
        group = [];
      }
      group.push(item);
    }
    if (group.length === 0) return;
    if (fillWith !== undefined && fillWith !== null)
      while (group.length < size && group.length < 100_000) group.push(fillWith);
    yield group;
  });
}

function slice(value: Value, args: readonly Value[], kwargs: Kwargs): Value {
  const [count, fillWith] = bindArguments("slice", ["slices", "fill_with?"], args, kwargs);
  const slices = integerArgument(count ?? null);
  checkListLength(slices);
  if (slices === 0) raise("ZeroDivisionError", "integer division or modulo by zero");
  return new LazySequence(function* () {
    const items = itemsOf(value);
    const size = Math.floor(items.length / slices);
    const extra = items.length % slices;
    let offset = 0;
    for (let index = 0; index < slices; index++) {
      const start = offset + index * size;
      if (index < extra) offset++;
      const group = items.slice(start, offset + (index + 1) * size);
      if (fillWith !== undefined && fillWith !== null && index >= extra) group.push(fillWith);
      yield group;
    }
  });
}

function dictSort(value: Value, args: readonly Value[], kwargs: Kwargs): Value {
  const [caseSensitive, by, reverseOrder] = bindArguments(
    "dictsort",
    ["case_sensitive?", "by?", "reverse?"],
    args,
    kwargs,
  );
  if (value instanceof Undefined) value.fail();
  if (!(value instanceof Map))
    return raise("AttributeError", `'${typeName(value)}' object has no attribute 'items'`);
  const part = by ?? "key";
  if (part !== "key" && part !== "value")
    raise("FilterArgumentError", 'You can only sort by either "key" or "value"');
  const position = part === "key" ? 0 : 1;
  const fold = truth(caseSensitive ?? false) ? (item: Value) => item : ignoreCase;
  const key = (item: Value) => fold((item as Tuple).items[position] ?? null);
  return sortValues([...new DictView(value, "items").iterate()], key, truth(reverseOrder ?? false));
}

function items(value: Value): Value {
  if (value instanceof Undefined) return new LazySequence(() => [][Symbol.iterator]());
  if (!(value instanceof Map)) raise("TypeError", "Can only get item pairs from a mapping.");
  return new LazySequence(() => new DictView(value, "items").iterate()[Symbol.iterator]());
}

function random(value: Value, context: FilterContext): Value {
  const all = itemsOf(value);
  if (all.length === 0) return emptySequence("random", context);
  return all[Math.floor(Math.random() * all.length)] ?? null;
}

export const sequenceFilters: readonly FilterEntry[] = [
  plain("first", first),
  plain("last", last),
  plain("length", (value) => lengthOf(value)),
  plain("count", (value) => lengthOf(value)),
  plain("list", (value) => [...iterate(value)]),
  plain("reverse", reverse),
  extreme("min", -1),
  extreme("max", 1),
  ["sum", sum],
  ["join", join],
  ["sort", sort],
  ["unique", unique],
  ["groupby", groupBy],
  ["batch", batch],
  ["slice", slice],
  ["dictsort", dictSort],
  plain("items", items),
  plain("random", random),
];
