// `context` and `builtins`: the names of the context as one object. `context` holds what templates see, overrides
// included; `builtins` what they see without them, so that a project's own `ref` can call dbt's.

import { NativeFunction, PyObject, Tuple, type Value } from "../jinja/value.ts";
import { hostFunction, orElse } from "./host-function.ts";

export class ContextValue extends PyObject {
  override readonly typeName = "dict object";

  constructor(
    private readonly read: (name: string) => Value | undefined,
    private readonly names: () => Iterable<string>,
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
        return new NativeFunction(name, () => this.#names());
      case "values":
        return new NativeFunction(name, () => this.#names().map((key) => this.read(key) ?? null));
      case "items":
        return new NativeFunction(name, () =>
          this.#names().map((key) => new Tuple([key, this.read(key) ?? null])),
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
    return this.#names();
  }

  override size(): number {
    return this.#names().length;
  }

  override toText(): string {
    return "<context>";
  }

  #names(): string[] {
    return [...new Set(this.names())];
  }
}
