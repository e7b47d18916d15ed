// "Did you mean": near enough to help, never so far that it misleads.

import { expect, test } from "vitest";
import { nearest } from "../../src/base/nearest.ts";

const names = ["build", "run", "stg_orders", "stg_customers", "orders"];

test.each([
  ["biuld", "build"],
  ["rnu", "run"],
  ["stg-orders", "stg_orders"],
  ["STG_ORDERS", "stg_orders"],
  ["stg_order", "stg_orders"],
  ["ordesr", "orders"],
  ["xyz", undefined],
  ["", undefined],
  ["frobnicate", undefined],
])("%s -> %s", (typed, expected) => {
  expect(nearest(typed, names)).toBe(expected);
});

test("of two that are as near, the alphabetically first, in whatever order they come", () => {
  expect(nearest("model_c", ["model_b", "model_a"])).toBe("model_a");
  expect(nearest("model_c", ["model_a", "model_b"])).toBe("model_a");
});
