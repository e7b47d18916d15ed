// Waiting that an abort ends early.

/** The longest time that Node's timers take; a longer one would be over at once. */
export const LONGEST_MS = 2 ** 31 - 1;

/** Resolves after the time, or at once when the signal is or gets aborted; the caller looks which. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(milliseconds, LONGEST_MS));
    signal.addEventListener("abort", end, { once: true });
  });
}
