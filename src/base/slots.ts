// A number of places that work takes while it is done: who comes first is served first. What runs in parallel inside of
// one node of a graph shares the places of all nodes, so that never more is under way than was asked for.

export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param count how many may work at once, at least 1 */
  constructor(count: number) {
    this.#free = Math.max(1, count);
  }

  /** Does work in a place of its own, as soon as there is one. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    await this.#take();
    try {
      return await work();
    } finally {
      this.#give();
    }
  }

  /** For work that has a place: gives it up while it only waits for other work, which takes places itself. */
  async lend<T>(work: () => Promise<T>): Promise<T> {
    this.#give();
    try {
      return await work();
    } finally {
      await this.#take();
    }
  }

  async #take(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** A place goes to the next in line, without being free in between. */
  #give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
