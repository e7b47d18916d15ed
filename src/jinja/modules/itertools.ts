// The functions of itertools that dbt offers. All are lazy; the endless ones end with an error before they eat the
// machine, since a template has no other way out of them.

import { binary } from "../arithmetic.ts";
import { bindArguments, integerArgument } from "../bind-arguments.ts";
import { callPlain } from "../calls.ts";
import { truth } from "../compare.ts";
import { raise, raiseLimit } from "../errors.ts";
import { itemsOf, iterate } from "../iteration.ts";
import { LazySequence } from "../loop.ts";
import { type Kwargs, NativeFunction, Tuple, type Value } from "../value.ts";
import { TypeObject } from "./type-object.ts";

/** Items that one sequence may give. */
const MAX_ITEMS = 1_000_000;

function lazy(name: string, source: () => Iterator<Value>): LazySequence {
  return new LazySequence(() => {
    const inner = source();
    let count = 0;
    return {
      next: () => {
        const step = inner.next();
        count += step.value instanceof Tuple ? 1 + (step.value.items.length >> 3) : 1;
        if (count > MAX_ITEMS) raiseLimit(`itertools.${name} gives more than ${MAX_ITEMS} items`);
        return step;
      },
    };
  }, `itertools.${name}`);
}

type Function = (args: readonly Value[], kwargs: Kwargs) => Value;

const count: Function = (args, kwargs) => {
  const [start, step] = bindArguments("count", ["start?", "step?"], args, kwargs);
  return lazy("count", function* () {
    for (let value: Value = start ?? 0; ; value = binary("+", value, step ?? 1)) yield value;
  });
};

const cycle: Function = (args) => {
  const [items] = bindArguments("cycle", ["iterable"], args, new Map());
  return lazy("cycle", function* () {
    const all = [...iterate(items ?? null)];
    while (all.length > 0) yield* all;
  });
};

const repeat: Function = (args, kwargs) => {
  const [item, times] = bindArguments("repeat", ["object", "times?"], args, kwargs);
  const most = times === undefined ? Number.POSITIVE_INFINITY : integerArgument(times);
  return lazy("repeat", function* () {
    for (let index = 0; index < most; index++) yield item ?? null;
  });
};

const accumulate: Function = (args, kwargs) => {
  const [items, callee, initial] = bindArguments(
    "accumulate",
    ["iterable", "func?", "initial?"],
    args,
    kwargs,
  );
  const combine = (a: Value, b: Value) =>
    callee === undefined || callee === null ? binary("+", a, b) : callPlain(callee, [a, b]);
  return lazy("accumulate", function* () {
    let total: Value | undefined = initial ?? undefined;
    if (total !== undefined) yield total;
    for (const item of iterate(items ?? null)) {
      total = total === undefined ? item : combine(total, item);
      yield total;
    }
  });
};

function* concatenated(sources: Iterable<Value>): Iterator<Value> {
  for (const source of sources) yield* iterate(source);
}

const chain: Function = (args) => lazy("chain", () => concatenated(args));

const compress: Function = (args, kwargs) => {
  const [data, selectors] = bindArguments("compress", ["data", "selectors"], args, kwargs);
  return lazy("compress", function* () {
    const wanted = iterate(selectors ?? null)[Symbol.iterator]();
    for (const item of iterate(data ?? null)) {
      const step = wanted.next();
      if (step.done === true) return;
      if (truth(step.value)) yield item;
    }
  });
};

const islice: Function = (args) => {
  const [items, ...bounds] = args;
  const [first, second, third] = bounds.map((bound) => (bound === null ? undefined : integerArgument(bound)));
  const [start, stop, step] = bounds.length <= 1 ? [0, first, 1] : [first ?? 0, second, third ?? 1];
  if ([start, stop ?? 0, step - 1].some((bound) => bound < 0))
    raise("ValueError", "indices for islice() must be None or positive integers");
  return lazy("islice", function* () {
    if (stop === 0) return;
    let index = 0;
    for (const item of iterate(items ?? null)) {
      if (index >= start && (index - start) % step === 0) yield item;
      if (stop !== undefined && ++index >= stop) return;
      if (stop === undefined) index++;
    }
  });
};

const starmap: Function = (args, kwargs) => {
  const [callee, items] = bindArguments("starmap", ["function", "iterable"], args, kwargs);
  return lazy("starmap", function* () {
    for (const item of iterate(items ?? null)) yield callPlain(callee ?? null, [...iterate(item)]);
  });
};

const tee: Function = (args, kwargs) => {
  const [items, times] = bindArguments("tee", ["iterable", "n?"], args, kwargs);
  const copies = Math.min(1000, integerArgument(times ?? 2));
  const source = iterate(items ?? null)[Symbol.iterator]();
  const seen: Value[] = [];
  const copy = () =>
    lazy("_tee", function* () {
      for (let index = 0; ; index++) {
        if (index === seen.length) {
          const step = source.next();
          if (step.done === true) return;
          seen.push(step.value);
        }
        yield seen[index] as Value;
      }
    });
  return new Tuple(Array.from({ length: copies }, copy));
};

const zipLongest: Function = (args, kwargs) => {
  const fill = kwargs.get("fillvalue") ?? null;
  return lazy("zip_longest", function* () {
    const sources = args.map((source) => iterate(source)[Symbol.iterator]());
    for (;;) {
      const steps = sources.map((source) => source.next());
      if (steps.every(({ done }) => done === true)) return;
      yield new Tuple(steps.map((step) => (step.done === true ? fill : step.value)));
    }
  });
};

const product: Function = (args, kwargs) => {
  const times = integerArgument(kwargs.get("repeat") ?? 1);
  const pools = Array.from({ length: Math.min(times, 1000) }, () =>
    args.map((pool) => [...itemsOf(pool)]),
  ).flat();
  return lazy("product", function* () {
    if (pools.some(({ length }) => length === 0)) return;
    const indices = pools.map(() => 0);
    for (;;) {
      yield new Tuple(pools.map((pool, index) => pool[indices[index] ?? 0] as Value));
      let position = pools.length - 1;
      while (position >= 0 && (indices[position] ?? 0) + 1 === pools[position]?.length)
        indices[position--] = 0;
      if (position < 0) return;
      indices[position] = (indices[position] ?? 0) + 1;
    }
  });
};

/** Choices of `size` items: `next` gives the indices that may follow those chosen so far. */
function* choices(
  pool: readonly Value[],
  size: number,
  next: (chosen: readonly number[]) => Iterable<number>,
  chosen: number[] = [],
): Iterator<Value> {
  if (chosen.length === size) {
    yield new Tuple(chosen.map((index) => pool[index] as Value));
    return;
  }
  for (const index of next(chosen)) {
    chosen.push(index);
    yield* { [Symbol.iterator]: () => choices(pool, size, next, chosen) };
    chosen.pop();
  }
}

function* span(from: number, to: number): Iterable<number> {
  for (let index = from; index < to; index++) yield index;
}

/** @param after where the next index begins, seen from the last one */
function selection(name: string, after: "same" | "next" | "any"): Function {
  return (args, kwargs) => {
    const [items, size] = bindArguments(name, ["iterable", after === "any" ? "r?" : "r"], args, kwargs);
    const pool = [...itemsOf(items ?? null)];
    const wanted = size === undefined || size === null ? pool.length : integerArgument(size);
    if (wanted < 0) raise("ValueError", "r must be non-negative");
    if (wanted > pool.length && after !== "same") return lazy(name, () => [][Symbol.iterator]());
    if (wanted > 1000) raiseLimit(`itertools.${name} is asked for ${wanted} items at once`);
    return lazy(name, () =>
      choices(pool, wanted, (chosen) => {
        const last = chosen.at(-1);
        if (after !== "any")
          return span(last === undefined ? 0 : last + (after === "next" ? 1 : 0), pool.length);
        return [...span(0, pool.length)].filter((index) => !chosen.includes(index));
      }),
    );
  };
}

/** The module. */
export function itertoolsModule(): Value {
  const functions: readonly (readonly [string, Function])[] = [
    ["count", count],
    ["cycle", cycle],
    ["repeat", repeat],
    ["accumulate", accumulate],
    ["compress", compress],
    ["islice", islice],
    ["starmap", starmap],
    ["tee", tee],
    ["zip_longest", zipLongest],
    ["product", product],
    ["permutations", selection("permutations", "any")],
    ["combinations", selection("combinations", "next")],
    ["combinations_with_replacement", selection("combinations_with_replacement", "same")],
  ];
  const fromIterable = new NativeFunction("from_iterable", (args) =>
    lazy("chain", () => concatenated(iterate(args[0] ?? null))),
  );
  return new Map<Value, Value>([
    ...functions.map(([name, compute]): [Value, Value] => [name, new NativeFunction(name, compute)]),
    ["chain", new TypeObject("itertools.chain", chain, new Map([["from_iterable", fromIterable]]))],
  ]);
}
