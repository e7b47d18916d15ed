// The methods of set.

import { hashKey, setOf } from "../compare.ts";
import { raise } from "../errors.ts";
import { iterate } from "../iteration.ts";
import type { Method, Methods } from "../method.ts";
import { toRepr } from "../repr.ts";
import { PySet, type Value } from "../value.ts";

/** a - b */
export function difference(a: PySet, b: PySet): PySet {
  return new PySet(new Map([...a.items].filter(([key]) => !b.items.has(key))));
}

function intersection(a: PySet, b: PySet): PySet {
  return new PySet(new Map([...a.items].filter(([key]) => b.items.has(key))));
}

function union(a: PySet, b: PySet): PySet {
  const items = new Map(a.items);
  for (const [key, item] of b.items) if (!items.has(key)) items.set(key, item);
  return new PySet(items);
}

function symmetric(a: PySet, b: PySet): PySet {
  return union(difference(a, b), difference(b, a));
}

function isSubset(a: PySet, b: PySet): boolean {
  for (const key of a.items.keys()) if (!b.items.has(key)) return false;
  return true;
}

function asSet(value: Value): PySet {
  return value instanceof PySet ? value : setOf(iterate(value));
}

/** A method that gives a new set from the set and each argument. */
function combine(name: string, step: (a: PySet, b: PySet) => PySet): [string, Method<PySet>] {
  return [
    name,
    (self, args) =>
      args.reduce<PySet>((result, other) => step(result, asSet(other)), new PySet(new Map(self.items))),
  ];
}

/** The same, changing the set itself. */
function change(name: string, step: (a: PySet, b: PySet) => PySet): [string, Method<PySet>] {
  return [
    name,
    (self, args) => {
      for (const other of args) {
        const { items } = step(self, asSet(other));
        const entries = [...items];
        self.items.clear();
        for (const [key, item] of entries) self.items.set(key, item);
      }
      return null;
    },
  ];
}

function test(name: string, check: (a: PySet, b: PySet) => boolean): [string, Method<PySet>] {
  return [name, (self, args) => check(self, asSet(args[0] ?? null))];
}

function single(
  name: string,
  act: (items: Map<unknown, Value>, key: unknown, item: Value) => void,
): [string, Method<PySet>] {
  return [
    name,
    (self, args) => {
      if (args.length !== 1)
        raise("TypeError", `set.${name}() takes exactly one argument (${args.length} given)`);
      const item = args[0] as Value;
      act(self.items, hashKey(item), item);
      return null;
    },
  ];
}

function pop(self: PySet): Value {
  for (const [key, item] of self.items) {
    self.items.delete(key);
    return item;
  }
  return raise("KeyError", "'pop from an empty set'");
}

export const setMethods: Methods<PySet> = new Map<string, Method<PySet>>([
  combine("union", union),
  combine("difference", difference),
  combine("intersection", intersection),
  combine("symmetric_difference", symmetric),
  combine("copy", (set) => set),
  change("update", union),
  change("difference_update", difference),
  change("intersection_update", intersection),
  change("symmetric_difference_update", symmetric),
  test("issubset", isSubset),
  test("issuperset", (a, b) => isSubset(b, a)),
  test("isdisjoint", (a, b) => intersection(a, b).items.size === 0),
  single("add", (items, key, item) => {
    if (!items.has(key)) items.set(key, item);
  }),
  single("discard", (items, key) => items.delete(key)),
  single("remove", (items, key, item) => {
    if (!items.delete(key)) raise("KeyError", toRepr(item));
  }),
  ["pop", pop],
  [
    "clear",
    (self) => {
      self.items.clear();
      return null;
    },
  ],
]);
