// The names that Jinja2 offers everywhere: range, dict, namespace, cycler, joiner, lipsum.

import { SliceKey, sliceItems } from "../attributes.ts";
import { bindArguments, integerArgument } from "../bind-arguments.ts";
import { equals } from "../compare.ts";
import { raise } from "../errors.ts";
import { updateDict } from "../methods/dict.ts";
import { isInteger } from "../number.ts";
import { toRepr, toText } from "../repr.ts";
import { Undefined } from "../undefined.ts";
import { type Dict, type Kwargs, NativeFunction, NO_KWARGS, PyObject, type Value } from "../value.ts";

/** The longest range that Jinja2's sandbox allows. */
const MAX_RANGE = 100_000;

/** range(): a sequence that is never written out. */
export class Range extends PyObject {
  override readonly typeName = "range";
  private readonly count: number;

  constructor(
    readonly start: number,
    readonly stop: number,
    readonly step: number,
  ) {
    super();
    this.count = Math.max(0, Math.ceil((stop - start) / step));
  }

  override *iterate(): Iterable<Value> {
    for (let index = 0; index < this.count; index++) yield this.start + index * this.step;
  }

  override size(): number {
    return this.count;
  }

  override truth(): boolean {
    return this.count > 0;
  }

  override contains(item: Value): boolean {
    if (!isInteger(item)) return false;
    const index = (Number(item) - this.start) / this.step;
    return Number.isInteger(index) && index >= 0 && index < this.count;
  }

  override getItem(key: Value): Value | undefined {
    if (key instanceof SliceKey) return this.slice(key);
    if (!isInteger(key)) return undefined;
    const index = Number(key) < 0 ? Number(key) + this.count : Number(key);
    return index >= 0 && index < this.count ? this.start + index * this.step : undefined;
  }

  private slice({ start, stop, step }: SliceKey): Value {
    const items = sliceItems([...this.iterate()], start, stop, step) as number[];
    const stride = this.step * (step === null ? 1 : integerArgument(step));
    const first = items[0] ?? 0;
    return new Range(first, first + items.length * stride, stride);
  }

  override getAttribute(name: string): Value | undefined {
    return name === "start"
      ? this.start
      : name === "stop"
        ? this.stop
        : name === "step"
          ? this.step
          : undefined;
  }

  override equals(other: Value): boolean {
    return other instanceof Range && equals([...this.iterate()], [...other.iterate()]);
  }

  override toText(): string {
    return `range(${this.start}, ${this.stop}${this.step === 1 ? "" : `, ${this.step}`})`;
  }
}

function range(args: readonly Value[]): Value {
  const numbers = args.map((value) => {
    if (value instanceof Undefined) value.fail();
    return integerArgument(value);
  });
  if (numbers.length < 1 || numbers.length > 3)
    raise("TypeError", `range expected 1 to 3 arguments, got ${numbers.length}`);
  const [first = 0, second, step = 1] = numbers;
  if (step === 0) raise("ValueError", "range() arg 3 must not be zero");
  const result = second === undefined ? new Range(0, first, 1) : new Range(first, second, step);
  if (result.size() > MAX_RANGE)
    raise("OverflowError", `range too big: more than ${MAX_RANGE} items are not possible`);
  return result;
}

function dict(args: readonly Value[], kwargs: Kwargs): Value {
  const result: Dict = new Map();
  updateDict(result, args[0], kwargs);
  return result;
}

/** namespace(): the one object whose attributes templates may set. */
export class Namespace extends PyObject {
  override readonly typeName = "Namespace";

  constructor(readonly items: Dict) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    return this.items.get(name);
  }

  override getItem(key: Value): Value | undefined {
    return typeof key === "string" ? this.items.get(key) : undefined;
  }

  override toText(): string {
    return `<Namespace ${toRepr(this.items)}>`;
  }
}

class Cycler extends PyObject {
  override readonly typeName = "Cycler";
  private position = 0;

  constructor(private readonly items: readonly Value[]) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "current":
        return this.items[this.position] ?? null;
      case "next":
        return new NativeFunction("next", () => {
          const item = this.items[this.position] ?? null;
          this.position = (this.position + 1) % this.items.length;
          return item;
        });
      case "reset":
        return new NativeFunction("reset", () => {
          this.position = 0;
          return null;
        });
      case "items":
        return [...this.items];
      case "pos":
        return this.position;
      default:
        return undefined;
    }
  }
}

function cycler(args: readonly Value[]): Value {
  if (args.length === 0) raise("RuntimeError", "at least one item has to be provided");
  return new Cycler(args);
}

function joiner(args: readonly Value[], kwargs: Kwargs): Value {
  const separator = toText(bindArguments("joiner", ["sep?"], args, kwargs)[0] ?? ", ");
  let used = false;
  return new NativeFunction("joiner", () => {
    if (used) return separator;
    used = true;
    return "";
  });
}

const WORDS =
  "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore".split(
    " ",
  );

/** Filler text. Jinja2's is random; this one is always the same, so that a run can be repeated. */
function lipsum(args: readonly Value[], kwargs: Kwargs): Value {
  const [count, html, min] = bindArguments("lipsum", ["n?", "html?", "min?", "max?"], args, kwargs);
  const words = Math.min(1000, Math.max(1, integerArgument(min ?? 20)));
  const paragraphs = Array.from(
    { length: Math.min(100, Math.max(0, integerArgument(count ?? 5))) },
    (_, start) => {
      const text = Array.from({ length: words }, (_, index) => WORDS[(start + index) % WORDS.length]).join(
        " ",
      );
      return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
    },
  );
  return html === false ? paragraphs.join("\n\n") : paragraphs.map((text) => `<p>${text}</p>`).join("\n");
}

/** The names by which templates find them. */
export function defaultGlobals(): Map<string, Value> {
  return new Map<string, Value>([
    ["range", new NativeFunction("range", range)],
    ["dict", new NativeFunction("dict", dict)],
    [
      "namespace",
      new NativeFunction(
        "namespace",
        (args, kwargs) => new Namespace(dict(args, kwargs ?? NO_KWARGS) as Dict),
      ),
    ],
    ["cycler", new NativeFunction("cycler", cycler)],
    ["joiner", new NativeFunction("joiner", joiner)],
    ["lipsum", new NativeFunction("lipsum", lipsum)],
  ]);
}
