// `??` is wrong for values: it takes None (null) for a missing value.

import type { Value } from "./value.ts";

/** The value, or what `otherwise` gives when there is none. */
export function orElse(value: Value | undefined, otherwise: () => Value): Value {
  return value === undefined ? otherwise() : value;
}
