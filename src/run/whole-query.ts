// A model's query as a full refresh would run it, whatever is in its table: what gaps are measured by, and what tells the
// type of a watermark before the first row is there.

import type { ResultColumn } from "../adapter/result.ts";
import { NativeFunction, type Value } from "../jinja/value.ts";
import type { Model } from "../manifest/node.ts";
import type { RunContext, Work } from "./run-context.ts";

/** Names with which a template renders as in a full refresh. */
export const AS_WHOLE: ReadonlyMap<string, Value> = new Map([
  ["is_incremental", new NativeFunction("is_incremental", () => false)],
]);

export interface WholeQuery {
  readonly code: string;
  readonly columns: readonly ResultColumn[];
}

/** @throws JinjaError, DatabaseError, EtlError */
export async function wholeQuery(
  { compiler }: RunContext,
  model: Model,
  { answerer }: Work,
): Promise<WholeQuery> {
  const { answer, describe } = answerer;
  const { code } = await compiler.compile(model, { answer, extra: AS_WHOLE, write: false });
  return { code, columns: await describe(code) };
}
