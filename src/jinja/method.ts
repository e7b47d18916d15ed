// Methods of Python's built-in types: tables by name, and the object that `value.method` without a call gives.

import { type Effectful, type Kwargs, PyObject, type Value } from "./value.ts";

export type Method<T> = (self: T, args: readonly Value[], kwargs: Kwargs) => Value | Effectful<Value>;
export type Methods<T> = ReadonlyMap<string, Method<T>>;

/** A method together with the value that it belongs to. */
export class BoundMethod<T extends Value> extends PyObject {
  override readonly typeName = "builtin_function_or_method";

  constructor(
    readonly name: string,
    readonly self: T,
    readonly method: Method<T>,
  ) {
    super();
  }

  override call(args: readonly Value[], kwargs: Kwargs): Value | Effectful<Value> {
    return this.method(this.self, args, kwargs);
  }

  override toText(): string {
    return `<built-in method ${this.name}>`;
  }
}
