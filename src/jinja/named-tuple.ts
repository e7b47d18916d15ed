// A tuple whose items have names too, like the groups of groupby.

import { Tuple, type Value } from "./value.ts";

export class NamedTuple extends Tuple {
  constructor(
    readonly names: readonly string[],
    items: readonly Value[],
    /** The class's name, where it shows when printed. */
    readonly label?: string,
  ) {
    super(items);
  }

  /** The item of a name. */
  named(name: string): Value | undefined {
    const index = this.names.indexOf(name);
    return index < 0 ? undefined : this.items[index];
  }
}
