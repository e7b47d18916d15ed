// What a refusal of the warehouse means to a method that probes: the error may be wrapped on its way through templates.

import { DatabaseError } from "../adapter/database-error.ts";

/** Looks through the causes of an error for a warehouse's "does not exist". */
export function isMissingRelation(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DatabaseError) return /does not exist/i.test(cause.message);
  }
  return false;
}

/** True when the warehouse refused a statement, whatever wrapped its error on the way. */
export function isDatabaseError(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DatabaseError) return true;
  }
  return false;
}
