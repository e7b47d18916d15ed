// Rows and columns of a query's result as templates see them: read-only sequences that also know their items by
// name. Behaviour follows agate's MappedSequence, Row and Column: a name is found exactly as written, iteration gives
// the values, `len` counts them, an empty one is false.

import { equals, toRepr, typeName } from "../jinja/operations.ts";
import { NativeFunction, PyObject, Tuple, type Value } from "../jinja/value.ts";
import { hostFunction, orElse } from "./host-function.ts";

export class MappedSequence extends PyObject {
  override readonly typeName: string = "MappedSequence";

  constructor(
    readonly items: readonly Value[],
    /** Names of the items, in their order; undefined where they have none. */
    readonly keys: readonly Value[] | undefined,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "values":
        return new NativeFunction(name, () => new Tuple(this.items));
      case "keys":
        return new NativeFunction(name, () => (this.keys === undefined ? null : new Tuple(this.keys)));
      case "items":
        return new NativeFunction(name, () => this.pairs());
      case "dict":
        return new NativeFunction(name, () => this.toDict());
      case "get":
        return hostFunction(name, ["key", "default?"], (key, otherwise) =>
          orElse(this.getItem(key), otherwise),
        );
      default:
        return undefined;
    }
  }

  override getItem(key: Value): Value | undefined {
    if (typeof key === "number") return this.items[key < 0 ? this.items.length + key : key];
    const index = typeof key === "string" ? (this.keys?.indexOf(key) ?? -1) : -1;
    return index < 0 ? undefined : this.items[index];
  }

  toDict(): Map<Value, Value> {
    return new Map((this.keys ?? []).map((key, i) => [key, this.items[i] ?? null]));
  }

  override iterate(): Iterable<Value> {
    return this.items;
  }

  override size(): number {
    return this.items.length;
  }

  override truth(): boolean {
    return this.items.length > 0;
  }

  override contains(item: Value): boolean {
    return this.items.some((own) => equals(own, item));
  }

  override equals(other: Value): boolean {
    const items = Array.isArray(other)
      ? other
      : other instanceof MappedSequence || other instanceof Tuple
        ? other.items
        : undefined;
    return (
      items?.length === this.items.length && items.every((item, i) => equals(item, this.items[i] ?? null))
    );
  }

  override toText(): string {
    const sample = this.items
      .slice(0, 5)
      .map((item) => toRepr(item))
      .join(", ");
    return `<agate.${this.typeName}: (${sample}${this.items.length > 5 ? ", ..." : ""})>`;
  }

  private pairs(): Value {
    return (this.keys ?? []).map((key, i) => new Tuple([key, this.items[i] ?? null]));
  }
}

export class RowValue extends MappedSequence {
  override readonly typeName = "Row";
}

/** One column: its values, and the same without nulls, sorted, distinct. */
export class TableColumn extends MappedSequence {
  override readonly typeName = "Column";

  constructor(
    readonly name: string,
    readonly index: number,
    readonly type: Value,
    values: readonly Value[],
  ) {
    super(values, undefined);
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "name":
        return this.name;
      case "index":
        return this.index;
      case "data_type":
        return this.type;
      case "values_distinct":
        return new NativeFunction(name, () => new Tuple(distinct(this.items)));
      case "values_without_nulls":
        return new NativeFunction(name, () => new Tuple(this.items.filter((value) => value !== null)));
      case "values_sorted":
        return new NativeFunction(name, () => new Tuple([...this.items].sort(compareValues)));
      case "values_without_nulls_sorted":
        return new NativeFunction(
          name,
          () => new Tuple(this.items.filter((value) => value !== null).sort(compareValues)),
        );
      default:
        return super.getAttribute(name);
    }
  }
}

/** Distinct values in the order of their first appearance. */
export function distinct(values: readonly Value[]): Value[] {
  const seen = new Map<unknown, Value>();
  for (const value of values) {
    const key = value instanceof PyObject ? value.hashKey() : value;
    if (!seen.has(key)) seen.set(key, value);
  }
  return [...seen.values()];
}

/** Order of values of one type; nulls come last, as agate sorts them. */
export function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (a instanceof PyObject && a.compare) return a.compare(b);
  if (typeName(a) === typeName(b) || (typeof a !== "string" && typeof b !== "string"))
    return a < b ? -1 : a > b ? 1 : 0;
  return 0;
}
