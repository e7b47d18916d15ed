// The methods of list and tuple.

import { bindArguments, integerArgument } from "../bind-arguments.ts";
import { callPlain } from "../calls.ts";
import { equals, order, truth } from "../compare.ts";
import { raise, raiseLimit } from "../errors.ts";
import { itemsOf } from "../iteration.ts";
import type { Method, Methods } from "../method.ts";
import { toRepr } from "../repr.ts";
import type { Kwargs, Tuple, Value } from "../value.ts";

/** The longest list that a template may make. */
export const MAX_ITEMS = 2_000_000;

/** Fails when a list would get too long. */
export function checkListLength(length: number): void {
  if (!(length <= MAX_ITEMS)) raiseLimit(`a list would grow to ${length} items; ${MAX_ITEMS} are possible`);
}

/**
 * sorted(): stable, by `key` of each item.
 * Raises TypeError where items cannot be compared.
 */
export function sortValues(items: readonly Value[], key: (item: Value) => Value, reverse: boolean): Value[] {
  const keyed = items.map((item) => ({ item, key: key(item) }));
  keyed.sort((a, b) => (reverse ? order(b.key, a.key) : order(a.key, b.key)));
  return keyed.map(({ item }) => item);
}

function indexOf(items: readonly Value[], args: readonly Value[], kwargs: Kwargs, type: string): number {
  const [wanted, start, stop] = bindArguments("index", ["value", "start?", "stop?"], args, kwargs);
  const bound = (value: Value | undefined, otherwise: number) => {
    if (value === undefined) return otherwise;
    const index = integerArgument(value);
    return index < 0 ? Math.max(0, index + items.length) : index;
  };
  const end = Math.min(bound(stop, items.length), items.length);
  for (let index = bound(start, 0); index < end; index++)
    if (equals(items[index] as Value, wanted ?? null)) return index;
  return raise(
    "ValueError",
    type === "list" ? `${toRepr(wanted ?? null)} is not in list` : "tuple.index(x): x not in tuple",
  );
}

function countOf(items: readonly Value[], args: readonly Value[], kwargs: Kwargs): number {
  const [wanted] = bindArguments("count", ["value"], args, kwargs);
  return items.filter((item) => equals(item, wanted ?? null)).length;
}

/** A method that changes the list and gives None. */
function change(
  name: string,
  parameters: readonly string[],
  act: (list: Value[], ...given: Value[]) => void,
): [string, Method<Value[]>] {
  return [
    name,
    (self, args, kwargs) => {
      act(self, ...bindArguments(name, parameters, args, kwargs).map((value) => value ?? null));
      checkListLength(self.length);
      return null;
    },
  ];
}

function pop(self: Value[], args: readonly Value[], kwargs: Kwargs): Value {
  const [given] = bindArguments("pop", ["index?"], args, kwargs);
  if (self.length === 0) raise("IndexError", "pop from empty list");
  const index = given === undefined ? -1 : integerArgument(given);
  const at = index < 0 ? index + self.length : index;
  if (at < 0 || at >= self.length) raise("IndexError", "pop index out of range");
  return self.splice(at, 1)[0] ?? null;
}

function sort(self: Value[], args: readonly Value[], kwargs: Kwargs): Value {
  if (args.length > 0) raise("TypeError", "sort() takes no positional arguments");
  const [key, reverse] = bindArguments("sort", ["key?", "reverse?"], args, kwargs);
  const keyOf =
    key === undefined || key === null ? (item: Value) => item : (item: Value) => callPlain(key, [item]);
  const sorted = sortValues(self, keyOf, truth(reverse ?? false));
  sorted.forEach((item, index) => {
    self[index] = item;
  });
  return null;
}

export const listMethods: Methods<Value[]> = new Map<string, Method<Value[]>>([
  change("append", ["object"], (list, item) => list.push(item as Value)),
  change("extend", ["iterable"], (list, items) => {
    const added = [...itemsOf(items as Value)];
    checkListLength(list.length + added.length);
    for (const item of added) list.push(item);
  }),
  change("insert", ["index", "object"], (list, index, item) =>
    list.splice(integerArgument(index as Value), 0, item as Value),
  ),
  change("remove", ["value"], (list, wanted) => {
    const index = list.findIndex((item) => equals(item, wanted as Value));
    if (index < 0) raise("ValueError", "list.remove(x): x not in list");
    list.splice(index, 1);
  }),
  change("reverse", [], (list) => list.reverse()),
  change("clear", [], (list) => list.splice(0, list.length)),
  ["copy", (self) => [...self]],
  ["pop", pop],
  ["sort", sort],
  ["index", (self, args, kwargs) => indexOf(self, args, kwargs, "list")],
  ["count", countOf],
]);

export const tupleMethods: Methods<Tuple> = new Map<string, Method<Tuple>>([
  ["index", (self, args, kwargs) => indexOf(self.items, args, kwargs, "tuple")],
  ["count", (self, args, kwargs) => countOf(self.items, args, kwargs)],
]);
