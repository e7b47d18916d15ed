// What an adapter adds to an error of its engine: the usual way out, in one line, and what the engine itself has to say.

import type { Diagnostic } from "../base/diagnostic.ts";

export type Advice = Pick<Diagnostic, "help" | "notes">;

/** What to do about messages of an engine; the first pattern that fits counts. */
export type WaysOut = readonly (readonly [pattern: RegExp, help: string])[];

/** @returns the help of the first entry that fits one of the texts, undefined when none does */
export function wayOut(ways: WaysOut, ...texts: readonly string[]): string | undefined {
  return ways.find(([pattern]) => texts.some((text) => pattern.test(text)))?.[1];
}

/** @param note the engine's own addition · @returns both as far as there are any, undefined when there is nothing to add */
export function adviceOf(help: string | undefined, note?: string): Advice | undefined {
  if (help === undefined && note === undefined) return undefined;
  return {
    ...(help === undefined ? {} : { help }),
    ...(note === undefined ? {} : { notes: [{ message: note }] }),
  };
}
