// How long a template has computed. The clock alone counts the time in which a crowded machine lets it wait, the
// processor alone what an engine within the process does at the same time: it has computed for no longer than either says.

export class Stopwatch {
  #clockMs = 0;
  #processorMs = 0;
  #since = performance.now();
  #usage = process.cpuUsage();

  /** Goes on from now. */
  start(): void {
    this.#since = performance.now();
    this.#usage = process.cpuUsage();
  }

  /** Keeps what has passed since it was started. */
  stop(): void {
    this.#clockMs += performance.now() - this.#since;
    this.#processorMs += this.#usedMs();
  }

  /** True when more than `seconds` were computed. Cheap as long as the clock says no. */
  isOver(seconds: number): boolean {
    const limit = seconds * 1000;
    if (this.#clockMs + performance.now() - this.#since <= limit) return false;
    return this.#processorMs + this.#usedMs() > limit;
  }

  #usedMs(): number {
    const { user, system } = process.cpuUsage(this.#usage);
    return (user + system) / 1000;
  }
}
