// Ends a run whose warehouse is gone: once a few sessions in a row could not be had by anybody, the nodes that are left are
// not tried, where each of them would wait for its own attempts. A connection that is lost while a statement runs does
// not count: the next attempt tells whether that was the statement or the warehouse.

/** Attempts in a row, of all nodes together. */
const LIMIT = 3;

/** What is said about the nodes that were not tried. */
export const UNREACHABLE = "the warehouse cannot be reached";

export class Breaker {
  #misses = 0;
  #isAway = false;

  /** The warehouse said something, were it an error. */
  answered(): void {
    this.#isAway = false;
    this.#reached();
  }

  /**
   * A connection was lost.
   * @param was false: no session could be had, after whatever patience the adapter has
   */
  lost(was: boolean): void {
    this.#isAway = true;
    if (was) this.#reached();
    else this.#misses++;
  }

  #reached(): void {
    if (!this.isOpen) this.#misses = 0;
  }

  /** True from then on: what was not tried is told as such, and is for the next run. */
  get isOpen(): boolean {
    return this.#misses >= LIMIT;
  }

  /** The last that was heard of the warehouse is that a connection was lost. */
  get isAway(): boolean {
    return this.#isAway;
  }
}
