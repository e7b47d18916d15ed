// The few methods and attributes of int and float that templates meet.

import { raise } from "../errors.ts";
import type { Method, Methods } from "../method.ts";
import { integerFromDouble } from "../number.ts";
import { type PyFloat, Tuple, type Value } from "../value.ts";

export const integerMethods: Methods<number | bigint | boolean> = new Map<
  string,
  Method<number | bigint | boolean>
>([
  ["bit_length", (self) => (Number(self) === 0 ? 0 : BigInt(self).toString(2).replace("-", "").length)],
  ["bit_count", (self) => BigInt(self).toString(2).replaceAll(/[-0]/g, "").length],
  ["conjugate", (self) => self],
  ["as_integer_ratio", (self) => new Tuple([self, 1])],
]);

export const floatMethods: Methods<PyFloat> = new Map<string, Method<PyFloat>>([
  ["is_integer", (self) => Number.isInteger(self.value)],
  ["conjugate", (self) => self],
  ["as_integer_ratio", (self) => ratio(self.value)],
]);

function ratio(value: number): Value {
  if (!Number.isFinite(value)) raise("OverflowError", "cannot convert Infinity to integer ratio");
  let numerator = value;
  let denominator = 1n;
  while (!Number.isInteger(numerator)) {
    numerator *= 2;
    denominator *= 2n;
  }
  return new Tuple([integerFromDouble(numerator), integerFromDouble(Number(denominator))]);
}
