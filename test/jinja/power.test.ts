// Powers as Python prints them, among them those where V8's own `**` gives the double beside.

import { expect, test } from "vitest";
import { powerOf } from "../../src/jinja/power.ts";

/** Answers of Python 3.11 on Linux. */
const POWERS: readonly (readonly [base: number, power: number, result: number])[] = [
  [90, -3, 1.3717421124828533e-6],
  [7.413401332982483, -2.591112400576707, 0.005567841151153797],
  [49, 4.773098606629809, 116807991.00600646],
  [18, 3.808401947464022, 60336.797174672254],
  [36, 1 / 3, 3.3019272488946263],
  [89, 4.099940440837425, 98261394.49358027],
  [1e-300, 1.02, 9.999999999999877e-307],
  [1.05, 12, 1.79585632602213],
  [-1.05, 11, -1.7103393581163142],
  [5e-324, 0.5, 2.2227587494850775e-162],
  [4, 0.5, 2],
  [16, 0.75, 8],
  [10, 308, 1e308],
  [3, -645.5, 1.0428697696416267e-308],
  [0, 0, 1],
  [0, 2, 0],
  [-2, 3, -8],
];

test.each(POWERS)("%s to the power of %s", (base, power, result) => {
  expect(powerOf(base, power)).toBe(result);
});

test.each([
  [1e200, 2, Number.POSITIVE_INFINITY],
  [1e-200, 2, 0],
  [-8, 1 / 3, Number.NaN],
  [Number.POSITIVE_INFINITY, -1, 0],
  [2, Number.NEGATIVE_INFINITY, 0],
  [Number.NaN, 0, 1],
])("%s to the power of %s, which no double is near to", (base, power, result) => {
  expect(powerOf(base, power)).toBe(result);
});
