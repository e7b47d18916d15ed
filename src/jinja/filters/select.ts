// map, select, reject and their variants by attribute: filters that apply other filters and tests. They are lazy, and
// like Python's generators they can be read once.

import { truth } from "../compare.ts";
import { raise } from "../errors.ts";
import { iterate } from "../iteration.ts";
import { LazySequence } from "../loop.ts";
import { toText } from "../repr.ts";
import { type Kwargs, NO_KWARGS, type Value } from "../value.ts";
import { attributeGetter } from "./attribute-getter.ts";
import type { Filter, FilterContext, FilterEntry } from "./contract.ts";

function mapper(args: readonly Value[], kwargs: Kwargs, context: FilterContext): (item: Value) => Value {
  const attribute = kwargs.get("attribute");
  if (args.length === 0 && attribute !== undefined) {
    const rest = [...kwargs.keys()].find((key) => key !== "attribute" && key !== "default");
    if (rest !== undefined) raise("FilterArgumentError", `Unexpected keyword argument '${rest}'`);
    return attributeGetter(attribute, undefined, kwargs.get("default"));
  }
  const [name, ...given] = args;
  if (name === undefined) raise("FilterArgumentError", "map requires a filter argument");
  const filter = toText(name);
  return (item) => context.filter(filter, item, given, kwargs);
}

const map: Filter = (value, args, kwargs, context) =>
  new LazySequence(function* () {
    if (!truth(value)) return;
    const apply = mapper(args, kwargs, context);
    for (const item of iterate(value)) yield apply(item);
  });

/** The condition of select and its kin: a test by name, or truth; on an attribute of the item where asked. */
function condition(
  args: readonly Value[],
  kwargs: Kwargs,
  context: FilterContext,
  byAttribute: boolean,
): (item: Value) => boolean {
  const [attribute] = args;
  if (byAttribute && attribute === undefined)
    raise("FilterArgumentError", "Missing parameter for attribute name");
  const get = byAttribute ? attributeGetter(attribute) : (item: Value) => item;
  const [test, ...given] = args.slice(byAttribute ? 1 : 0);
  if (test === undefined) return (item) => truth(get(item));
  const name = toText(test);
  return (item) => context.test(name, get(item), given, kwargs ?? NO_KWARGS);
}

function selector(name: string, byAttribute: boolean, wanted: boolean): FilterEntry {
  return [
    name,
    (value, args, kwargs, context) =>
      new LazySequence(function* () {
        if (!truth(value)) return;
        const test = condition(args, kwargs, context, byAttribute);
        for (const item of iterate(value)) if (test(item) === wanted) yield item;
      }),
  ];
}

export const selectFilters: readonly FilterEntry[] = [
  ["map", map],
  selector("select", false, true),
  selector("reject", false, false),
  selector("selectattr", true, true),
  selector("rejectattr", true, false),
];
