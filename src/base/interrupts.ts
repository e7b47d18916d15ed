// What SIGINT and SIGTERM do: the first ends the command in order, the second at once. Both also while the main thread
// computes for seconds without letting the event loop turn: such computations ask `check` now and then.

import { EtlError, errorAt } from "./diagnostic.ts";
import { SignalWatch } from "./signal-watch.ts";

/** The command was interrupted while it computed. */
export class Interrupted extends EtlError {
  constructor() {
    super([errorAt("interrupted", "interrupted")]);
  }

  /** True for the error itself, and for one that a template made of it. */
  static isCauseOf(error: unknown): boolean {
    for (let cause = error; cause instanceof Error; cause = cause.cause)
      if (cause instanceof Interrupted) return true;
    return false;
  }
}

/** So long may the event loop stand still before a second thread listens for signals. */
const STILL_MS = 100;

export class Interrupts {
  readonly #controller = new AbortController();
  readonly #onFirst: () => void;
  #watch: SignalWatch | undefined;
  /** Signals that the watch has told of, which the event loop will tell once more. */
  #echoes = 0;
  /** Since when the loop has not turned, as far as `check` knows. */
  #stillSince: number | undefined;

  /**
   * Listens for both signals until the process ends.
   * @param onFirst told of the first signal, to say aloud what is going on
   */
  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
    for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => this.#meet());
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** See `Host.checkInterrupt`; costs next to nothing. */
  readonly check = (long?: true): void => {
    const { signal } = this.#controller;
    if (this.#watch === undefined) this.#measure(long === true);
    else if (!signal.aborted && this.#watch.heard > 0) {
      this.#echoes = this.#watch.heard;
      this.#begin();
    }
    if (signal.aborted) throw new Interrupted();
  };

  #measure(long: boolean): void {
    const now = performance.now();
    if (long || (this.#stillSince !== undefined && now - this.#stillSince > STILL_MS)) {
      this.#watch = new SignalWatch(this.signal.aborted ? 1 : 0);
    } else if (this.#stillSince === undefined) {
      this.#stillSince = now;
      setImmediate(() => {
        this.#stillSince = undefined;
      });
    }
  }

  /**
   * A signal in the event loop. The second one kills: `process.exit` joins the thread pool first, so it would wait for a
   * statement that the engine is slow to cancel (seen with DuckDB: until the query was done).
   */
  #meet(): void {
    if (this.#echoes > 0) this.#echoes -= 1;
    else if (this.signal.aborted) process.kill(process.pid, "SIGKILL");
    else this.#begin();
  }

  #begin(): void {
    this.#onFirst();
    this.#controller.abort();
  }
}
