// A Python class as templates see it: callable, with named members such as class methods and constants.

import { type Effectful, type Kwargs, PyObject, type Value } from "../value.ts";

export type Construct = (args: readonly Value[], kwargs: Kwargs) => Value | Effectful<Value>;

export class TypeObject extends PyObject {
  override readonly typeName = "type";

  constructor(
    readonly name: string,
    override readonly call: Construct,
    readonly members: ReadonlyMap<string, Value> = new Map(),
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    return this.members.get(name);
  }

  override toText(): string {
    return `<class '${this.name}'>`;
  }
}
