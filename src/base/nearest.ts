// "Did you mean": the known name nearest to what the user typed, or nothing when none is near enough.

import { distance } from "fastest-levenshtein";

/**
 * @param typed what the user wrote
 * @param known the names that exist
 * @returns the nearest known name: equal but for case, `-` and `_`, or at most a third of its letters apart;
 *   ties go to the alphabetically first. Undefined when nothing is near.
 */
export function nearest(typed: string, known: Iterable<string>): string | undefined {
  const plain = fold(typed);
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    if (name === typed) continue;
    const folded = fold(name);
    const limit = Math.max(1, Math.floor(Math.max(plain.length, folded.length) / 3));
    if (Math.abs(plain.length - folded.length) > limit) continue;
    const apart = folded === plain ? 0 : distance(plain, folded);
    if (apart > limit) continue;
    if (apart < bestDistance || (apart === bestDistance && best !== undefined && name < best)) {
      best = name;
      bestDistance = apart;
    }
  }
  return best;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, "");
}
