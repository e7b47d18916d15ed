// The name that a warehouse did not know. Engines tell it in their words only, which each adapter knows.

/** What should have had the name, and the name without what it lies in. */
export interface MissingName {
  readonly kind: "column" | "table" | "function";
  readonly name: string;
}

/** What an engine says of names that are not there; the one group of each pattern is the name. */
export type MissingNameWords = readonly (readonly [MissingName["kind"], RegExp])[];

/** @returns by the first pattern that fits; undefined when the message is about something else */
export function missingName(words: MissingNameWords, message: string): MissingName | undefined {
  for (const [kind, pattern] of words) {
    const name = pattern.exec(message)?.[1];
    if (name !== undefined) return { kind, name };
  }
  return undefined;
}
