// The plain data of a result's table: names, agate's types, rows of values.

import type { Value } from "../jinja/value.ts";

export type AgateTypeName = "Integer" | "Number" | "Date" | "DateTime" | "Boolean" | "Text" | "TimeDelta";

/** `rows` may be a getter: nothing reads it before a template looks at rows (a seed's file is streamed otherwise). */
export interface TableData {
  readonly names: readonly string[];
  readonly types: readonly AgateTypeName[];
  readonly rows: readonly (readonly Value[])[];
}
