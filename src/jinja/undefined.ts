// Jinja2's default Undefined: prints as nothing, is false and empty, and every other use of it is an error that
// names what was undefined. While dbt parses, it takes an Undefined that swallows calls and attributes ("chaining").

import { raise } from "./errors.ts";
import { PyObject, type Value } from "./value.ts";

export interface UndefinedFacts {
  /** The name or attribute that was not found. */
  readonly name?: string;
  /** Python's type name of the object that lacks the attribute; absent for a plain name. */
  readonly owner?: string;
  /** The whole sentence, where there is a better one. */
  readonly hint?: string;
  /** Attributes that the owner has, or names of the scope, for a did-you-mean. */
  readonly candidates?: Iterable<string>;
  /** SecurityError for attributes that the sandbox hides; UndefinedError when absent. */
  readonly pythonType?: string;
}

export class Undefined extends PyObject {
  override readonly typeName = "Undefined";
  readonly name: string | undefined;
  readonly owner: string | undefined;
  readonly hint: string | undefined;

  constructor(
    readonly facts: UndefinedFacts,
    /** True: attributes, items and calls give an Undefined again, as in dbt's parser. */
    readonly chaining = false,
  ) {
    super();
    this.name = facts.name;
    this.owner = facts.owner;
    this.hint = facts.hint;
  }

  /** What an error about it says. */
  get detail(): string {
    if (this.hint !== undefined) return this.hint;
    if (this.owner === undefined) return `'${this.name ?? "value"}' is undefined`;
    return `'${this.owner}' has no attribute '${this.name ?? ""}'`;
  }

  /** Raises Jinja2's UndefinedError. */
  fail(): never {
    raise(this.facts.pythonType ?? "UndefinedError", this.detail, {
      ...(this.name === undefined ? {} : { undefinedName: this.name }),
      ...(this.facts.candidates === undefined ? {} : { candidates: this.facts.candidates }),
    });
  }

  override getAttribute(name: string): Value | undefined {
    if (name.startsWith("__")) return undefined;
    return this.chaining ? new Undefined({ name }, true) : this.fail();
  }

  override getItem(_key: Value): Value | undefined {
    return this.chaining ? this : this.fail();
  }

  override call(): Value {
    return this.chaining ? this : this.fail();
  }

  override iterate(): Iterable<Value> {
    return [];
  }

  override size(): number {
    return 0;
  }

  override contains(_item: Value): boolean {
    return false;
  }

  override truth(): boolean {
    return false;
  }

  override toText(): string {
    return "";
  }

  override toRepr(): string {
    return "Undefined";
  }

  override equals(other: Value): boolean {
    return other instanceof Undefined;
  }

  override compare(_other: Value): number {
    return this.fail();
  }

  override operate(): Value | undefined {
    return this.fail();
  }
}

/** @returns an undefined that is the value or stands in its lists and dicts: a config can keep none */
export function undefinedWithin(value: Value): Undefined | undefined {
  if (value instanceof Undefined) return value;
  const parts = value instanceof Map ? value.values() : Array.isArray(value) ? value : [];
  for (const part of parts) {
    const found = undefinedWithin(part);
    if (found !== undefined) return found;
  }
  return undefined;
}
