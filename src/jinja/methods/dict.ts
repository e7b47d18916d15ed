// The methods of dict. keys(), values() and items() give views, which print and compare as Python's do.

import { bindArguments } from "../bind-arguments.ts";
import { dictGet, dictKey, dictSet, equals, hashKey } from "../compare.ts";
import { raise } from "../errors.ts";
import { itemsOf, iterate } from "../iteration.ts";
import type { Method, Methods } from "../method.ts";
import { orElse } from "../or-else.ts";
import { toRepr } from "../repr.ts";
import { typeName } from "../type-name.ts";
import { type Dict, type Kwargs, PyObject, PySet, Tuple, type Value } from "../value.ts";

/** dict.keys(), dict.values(), dict.items(): live views of a dict. */
export class DictView extends PyObject {
  override readonly typeName: string;

  constructor(
    readonly dict: Dict,
    readonly part: "keys" | "values" | "items",
  ) {
    super();
    this.typeName = `dict_${part}`;
  }

  override *iterate(): Iterable<Value> {
    const { size } = this.dict;
    for (const [key, value] of this.dict) {
      yield this.part === "keys" ? key : this.part === "values" ? value : new Tuple([key, value]);
      if (this.dict.size !== size) raise("RuntimeError", "dictionary changed size during iteration");
    }
  }

  override size(): number {
    return this.dict.size;
  }

  override contains(item: Value): boolean {
    if (this.part === "keys") return dictGet(this.dict, item) !== undefined;
    for (const each of this.iterate()) if (equals(each, item)) return true;
    return false;
  }

  override truth(): boolean {
    return this.dict.size > 0;
  }

  override toText(): string {
    return `${this.typeName}(${toRepr([...this.iterate()])})`;
  }

  override equals(other: Value): boolean {
    if (other === this) return true;
    if (this.part === "values") return false;
    const items = other instanceof DictView || other instanceof PySet ? itemsOf(other) : undefined;
    return (
      items !== undefined && items.length === this.dict.size && items.every((item) => this.contains(item))
    );
  }

  override getAttribute(name: string): Value | undefined {
    return name === "mapping" ? this.dict : undefined;
  }

  override operate(operator: string, other: Value, reflected: boolean): Value | undefined {
    if (operator !== "-" || this.part === "values") return undefined;
    const [left, right] = reflected ? [other, this as Value] : [this as Value, other];
    const removed = new Set([...iterate(right)].map(hashKey));
    const rest = new PySet();
    for (const item of iterate(left)) if (!removed.has(hashKey(item))) rest.items.set(hashKey(item), item);
    return rest;
  }
}

/** dict.update(): from a dict or an iterable of pairs, then keywords. */
export function updateDict(dict: Dict, source: Value | undefined, kwargs: Kwargs): void {
  if (source instanceof Map) {
    for (const [key, value] of source) dictSet(dict, key, value);
  } else if (source !== undefined) {
    let index = 0;
    for (const item of iterate(source)) {
      const pair = itemsOf(item);
      if (pair.length !== 2) {
        raise(
          "ValueError",
          `dictionary update sequence element #${index} has length ${pair.length}; 2 is required`,
        );
      }
      hashKey(pair[0] as Value);
      dictSet(dict, pair[0] as Value, pair[1] as Value);
      index++;
    }
  }
  for (const [key, value] of kwargs) dict.set(key, value);
}

function get(self: Dict, args: readonly Value[], kwargs: Kwargs): Value {
  const [key, otherwise] = bindArguments("get", ["key", "default?"], args, kwargs);
  return orElse(dictGet(self, key ?? null), () => otherwise ?? null);
}

function pop(self: Dict, args: readonly Value[], kwargs: Kwargs): Value {
  const [key, otherwise] = bindArguments("pop", ["key", "default?"], args, kwargs);
  const found = dictKey(self, key ?? null);
  if (found === undefined) return orElse(otherwise, () => raise("KeyError", toRepr(key ?? null)));
  const value = self.get(found.key) ?? null;
  self.delete(found.key);
  return value;
}

function popItem(self: Dict): Value {
  const last = [...self.keys()].at(-1);
  if (last === undefined) raise("KeyError", "'popitem(): dictionary is empty'");
  const value = self.get(last) ?? null;
  self.delete(last);
  return new Tuple([last, value]);
}

function setDefault(self: Dict, args: readonly Value[], kwargs: Kwargs): Value {
  const [key, otherwise] = bindArguments("setdefault", ["key", "default?"], args, kwargs);
  const found = dictGet(self, key ?? null);
  if (found !== undefined) return found;
  hashKey(key ?? null);
  dictSet(self, key ?? null, otherwise ?? null);
  return otherwise ?? null;
}

function fromKeys(_self: Dict, args: readonly Value[], kwargs: Kwargs): Value {
  const [keys, value] = bindArguments("fromkeys", ["iterable", "value?"], args, kwargs);
  const dict: Dict = new Map();
  for (const key of iterate(keys ?? null)) dictSet(dict, key, value ?? null);
  return dict;
}

function update(self: Dict, args: readonly Value[], kwargs: Kwargs): Value {
  if (args.length > 1) raise("TypeError", `update expected at most 1 argument, got ${args.length}`);
  const [source] = args;
  if (source !== undefined && !(source instanceof Map) && source !== null && typeof source !== "object") {
    raise("TypeError", `'${typeName(source)}' object is not iterable`);
  }
  updateDict(self, source, kwargs);
  return null;
}

function view(part: "keys" | "values" | "items"): [string, Method<Dict>] {
  return [
    part,
    (self, args, kwargs) => {
      bindArguments(`dict.${part}`, [], args, kwargs);
      return new DictView(self, part);
    },
  ];
}

export const dictMethods: Methods<Dict> = new Map<string, Method<Dict>>([
  view("keys"),
  view("values"),
  view("items"),
  ["get", get],
  ["pop", pop],
  ["popitem", popItem],
  ["setdefault", setDefault],
  ["update", update],
  ["fromkeys", fromKeys],
  ["copy", (self) => new Map(self)],
  [
    "clear",
    (self) => {
      self.clear();
      return null;
    },
  ],
]);
