// What a filter and a test are, and what they may ask of the template that uses them.

import type { Kwargs, Value } from "../value.ts";

export interface FilterContext {
  /** dbt's native mode: as_bool and its kin mark their value instead of passing it on. */
  readonly native: boolean;
  readonly chaining: boolean;
  hasFilter(name: string): boolean;
  hasTest(name: string): boolean;
  filter(name: string, value: Value, args: readonly Value[], kwargs: Kwargs): Value;
  test(name: string, value: Value, args: readonly Value[], kwargs: Kwargs): boolean;
}

export type Filter = (value: Value, args: readonly Value[], kwargs: Kwargs, context: FilterContext) => Value;
export type Test = (value: Value, args: readonly Value[], kwargs: Kwargs, context: FilterContext) => boolean;
export type FilterEntry = readonly [name: string, filter: Filter];
