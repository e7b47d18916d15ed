// `context` and `builtins`: the names of the context as one object. `context` holds what templates see, overrides
// included; `builtins` what they see without them, so that a project's own `ref` can call dbt's. In dbt `context` is the
// dict that macros are rendered with: packages keep values of their own in it, which macros called later see as names.

import { updateDict } from "../jinja/methods/dict.ts";
import { type Dict, type Kwargs, NativeFunction, PyObject, Tuple, type Value } from "../jinja/value.ts";
import { hostFunction, orElse } from "./host-function.ts";

export class ContextValue extends PyObject {
  override readonly typeName = "dict";

  constructor(
    private readonly read: (name: string) => Value | undefined,
    private readonly names: () => Iterable<string>,
    /** Keeps a value under a name; absent where nothing can be written. */
    private readonly write?: (name: string, value: Value) => void,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "get":
        return hostFunction(name, ["key", "default?"], (key, otherwise) =>
          orElse(this.getItem(key), otherwise),
        );
      case "keys":
        return new NativeFunction(name, () => this.distinctNames());
      case "values":
        return new NativeFunction(name, () => this.distinctNames().map((key) => this.read(key) ?? null));
      case "items":
        return new NativeFunction(name, () =>
          this.distinctNames().map((key) => new Tuple([key, this.read(key) ?? null])),
        );
      case "update":
        return this.write && hostFunction(name, ["source?", "**names"], (...given) => this.update(...given));
      case "setdefault":
        return (
          this.write &&
          hostFunction(name, ["key", "default?"], (key, otherwise) => this.setDefault(key, otherwise ?? null))
        );
      default:
        return this.read(name);
    }
  }

  override getItem(key: Value): Value | undefined {
    return typeof key === "string" ? this.read(key) : undefined;
  }

  override contains(item: Value): boolean {
    return this.getItem(item) !== undefined;
  }

  override iterate(): Iterable<Value> {
    return this.distinctNames();
  }

  override size(): number {
    return this.distinctNames().length;
  }

  override toText(): string {
    return "<context>";
  }

  private setDefault(key: Value, value: Value): Value {
    const known = this.getItem(key);
    if (known === undefined) this.write?.(String(key), value);
    return known ?? value;
  }

  private update(source: Value | undefined, kwargs: Kwargs): Value {
    const written: Dict = new Map();
    updateDict(written, source, kwargs);
    for (const [key, value] of written) this.write?.(String(key), value);
    return null;
  }

  private distinctNames(): string[] {
    return [...new Set(this.names())];
  }
}
