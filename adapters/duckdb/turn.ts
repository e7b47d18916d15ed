// A turn that one caller holds at a time, handed on in the order in which it was asked for. DuckDB fails two
// transactions that create the same schema, `if not exists` included, so schemas are created one after the other.

export class Turn {
  #tail: Promise<void> = Promise.resolve();

  /** Waits for the turn. @returns the function that ends it; calling it again does nothing. */
  async take(): Promise<() => void> {
    const before = this.#tail;
    let end = (): void => {};
    this.#tail = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    return end;
  }
}
