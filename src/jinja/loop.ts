// `loop` inside of a for: position, neighbours, cycle, changed, and recursion. It takes items one by one and looks ahead
// only when asked, so that a lazy sequence stays lazy.

import { equals } from "./compare.ts";
import { raise } from "./errors.ts";
import { orElse } from "./or-else.ts";
import { Undefined } from "./undefined.ts";
import { type Effectful, type Kwargs, NativeFunction, PyObject, Tuple, type Value } from "./value.ts";

/** Renders the body of a recursive loop for other items. */
export type LoopRecursion = (items: Value, depth: number) => string | Effectful<string>;

export class Loop extends PyObject {
  override readonly typeName = "LoopContext";
  private index = -1;
  private iterator: Iterator<Value>;
  private known: number | undefined;
  private ahead: { readonly item: Value } | undefined;
  private current: Value | undefined;
  private before: Value | undefined;
  private last: Tuple | undefined;

  constructor(
    private readonly items: Iterable<Value>,
    private readonly recursion: LoopRecursion | null,
    private readonly depth: number,
    private readonly chaining: boolean,
  ) {
    super();
    this.iterator = items[Symbol.iterator]();
  }

  *[Symbol.iterator](): Generator<Value, void, undefined> {
    for (;;) {
      const next = this.peek();
      if (next === undefined) return;
      this.ahead = undefined;
      this.index++;
      this.before = this.current;
      this.current = next.item;
      yield next.item;
    }
  }

  private peek(): { readonly item: Value } | undefined {
    if (this.ahead === undefined) {
      const step = this.iterator.next();
      if (step.done !== true) this.ahead = { item: step.value };
    }
    return this.ahead;
  }

  private length(): number {
    if (this.known === undefined) {
      if (Array.isArray(this.items)) this.known = this.items.length;
      else {
        const rest = [...{ [Symbol.iterator]: () => this.iterator }];
        this.iterator = rest[Symbol.iterator]();
        this.known = rest.length + this.index + 1 + (this.ahead === undefined ? 0 : 1);
      }
    }
    return this.known;
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "index":
        return this.index + 1;
      case "index0":
        return this.index;
      case "first":
        return this.index === 0;
      case "last":
        return this.peek() === undefined;
      case "length":
        return this.length();
      case "revindex":
        return this.length() - this.index;
      case "revindex0":
        return this.length() - this.index - 1;
      case "depth":
        return this.depth + 1;
      case "depth0":
        return this.depth;
      case "previtem":
        return this.index === 0 || this.before === undefined
          ? new Undefined({ hint: "there is no previous item" }, this.chaining)
          : this.before;
      case "nextitem":
        return orElse(
          this.peek()?.item,
          () => new Undefined({ hint: "there is no next item" }, this.chaining),
        );
      case "cycle":
        return new NativeFunction("cycle", (args) => this.cycle(args));
      case "changed":
        return new NativeFunction("changed", (args) => this.changed(args));
      default:
        return undefined;
    }
  }

  private cycle(args: readonly Value[]): Value {
    return orElse(args[this.index % Math.max(1, args.length)], () =>
      raise("TypeError", "no items for cycling given"),
    );
  }

  private changed(args: readonly Value[]): boolean {
    const given = new Tuple(args);
    if (this.last !== undefined && equals(this.last, given)) return false;
    this.last = given;
    return true;
  }

  override call(args: readonly Value[], _kwargs: Kwargs): Value | Effectful<Value> {
    if (this.recursion === null) {
      raise("TypeError", "the loop must have the 'recursive' marker to be called recursively", {
        help: "write {% for item in items recursive %}",
      });
    }
    return this.recursion(args[0] ?? null, this.depth + 1);
  }

  override size(): number {
    return this.length();
  }

  override toText(): string {
    return `<LoopContext ${this.index + 1}/${this.length()}>`;
  }
}

/** A sequence that is made while it is read. */
export class LazySequence extends PyObject {
  override readonly typeName: string;

  constructor(
    private readonly source: () => Iterator<Value>,
    typeName = "generator",
  ) {
    super();
    this.typeName = typeName;
  }

  private started: Iterator<Value> | undefined;

  /** Like a Python generator: what was read once does not come again. */
  override iterate(): Iterable<Value> {
    this.started ??= this.source();
    const iterator = this.started;
    return { [Symbol.iterator]: () => ({ next: () => iterator.next() }) };
  }

  /** next(sequence): undefined at the end. */
  next(): Value | undefined {
    this.started ??= this.source();
    const step = this.started.next();
    return step.done === true ? undefined : step.value;
  }

  override toText(): string {
    return `<${this.typeName} object>`;
  }
}
