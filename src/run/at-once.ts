// Parts of one node, batches or chunks, one after the other or at the same time. They share the places of all nodes.

import type { Slots } from "../base/slots.ts";

/**
 * As many at once as there are workers, each in turn with what else waits for a place.
 * @param slots the places of all nodes; the caller must have lent its own
 * @returns what each gave, in their order
 * @throws what one threw, when all that had begun have ended: none may go on in the background
 */
export async function atOnce<T, R>(
  parts: readonly T[],
  run: (part: T) => Promise<R>,
  slots: Slots,
  workers: number,
): Promise<readonly R[]> {
  const results: R[] = [];
  const left = parts.entries();
  const worker = async (): Promise<void> => {
    for (const [i, part] of left) results[i] = await slots.use(() => run(part));
  };
  const ended = await Promise.allSettled(parts.slice(0, workers).map(worker));
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  return results;
}

/** One after the other, in their order. @throws what one threw; those after it are not begun */
export async function oneByOne<T, R>(
  parts: readonly T[],
  run: (part: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (const part of parts) results.push(await run(part));
  return results;
}
