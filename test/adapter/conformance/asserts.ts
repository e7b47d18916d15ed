// What the cases claim again and again.

import assert from "node:assert/strict";
import { DatabaseError } from "../../../src/adapter/database-error.ts";

/** The error with which the warehouse refuses some work. */
export async function failure(work: Promise<unknown>): Promise<DatabaseError> {
  const error = await work.then(
    () => new Error("nothing failed"),
    (caught: unknown) => caught,
  );
  if (!(error instanceof DatabaseError)) throw error;
  return error;
}

/** Claims that an object has these properties, whatever else it has. */
export function assertIncludes(actual: object, expected: Readonly<Record<string, unknown>>): void {
  const own = new Map(Object.entries(actual));
  const found = Object.fromEntries(Object.keys(expected).map((key) => [key, own.get(key)]));
  assert.deepEqual(found, expected);
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
