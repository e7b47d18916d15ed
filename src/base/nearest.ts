// "Did you mean": the known name nearest to what the user typed, or nothing when none is near enough.

import { distance } from "fastest-levenshtein";

/**
 * @param typed what the user wrote
 * @param known the names that exist
 * @returns the nearest known name: equal but for case, `-` and `_`, or at most a third of its letters apart, two that
 *   changed places counting as one; ties go to the alphabetically first. Undefined when nothing is near.
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
    const apart = folded === plain ? 0 : isSwapped(plain, folded) ? 1 : distance(plain, folded);
    if (apart > limit) continue;
    if (apart < bestDistance || (apart === bestDistance && best !== undefined && name < best)) {
      best = name;
      bestDistance = apart;
    }
  }
  return best;
}

/** The nearest known name as a help; undefined when nothing is near. */
export function didYouMean(typed: string, known: Iterable<string>): string | undefined {
  const near = nearest(typed, known);
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

/** Two neighbouring letters changed places: the most frequent slip of all, which `distance` counts as two. */
function isSwapped(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, "");
}

/**
 * The known name that a name which means something by itself is probably a slip of: for warnings, where `nearest` would
 * cry wolf. One letter apart (two in long names), and not by a digit, as in `day_1` and `day_2`.
 */
export function nearTwin(typed: string, known: Iterable<string>): string | undefined {
  const near = nearest(typed, known);
  if (near === undefined) return undefined;
  const withoutDigits = (name: string): string => fold(name).replaceAll(/\d/g, "");
  if (withoutDigits(near) === withoutDigits(typed) && fold(near) !== fold(typed)) return undefined;
  const slips = isSwapped(fold(typed), fold(near)) ? 1 : distance(fold(typed), fold(near));
  return typed.length > 3 && slips <= (typed.length > 9 ? 2 : 1) ? near : undefined;
}
