// Ends a run whose warehouse is gone: once a few nodes in a row have lost their connection for good, the rest is not
// tried, where each would wait for its own attempts.

/** Nodes in a row. */
const LIMIT = 3;

export class Breaker {
  #lost = 0;

  /** @param lostConnection the node ended because no connection could be kept */
  ended(lostConnection: boolean): void {
    this.#lost = lostConnection ? this.#lost + 1 : 0;
  }

  get isOpen(): boolean {
    return this.#lost >= LIMIT;
  }
}
