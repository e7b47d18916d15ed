// How long a template has computed. The clock alone counts the time in which a crowded machine lets it wait, the
// processor alone what an engine within the process does at the same time: it has computed for no longer than either says.
// Asking for the processor's time is a call of the system, and a template stops at each statement that it sends; so the
// processor is asked in the second half of the limit only, and must have worked for that half itself.

export class Stopwatch {
  private readonly halfMs: number;
  private clockMs = 0;
  private since = performance.now();
  /** Time of the processor in the second half, without what runs now. */
  private processorMs = 0;
  /** The processor's time when it was started, in the second half. */
  private usage: NodeJS.CpuUsage | undefined;

  /** @param limitSeconds how long a template may compute */
  constructor(limitSeconds: number) {
    this.halfMs = limitSeconds * 500;
  }

  /** Goes on from now. */
  start(): void {
    this.since = performance.now();
    this.usage = this.clockMs > this.halfMs ? process.cpuUsage() : undefined;
  }

  /** Keeps what has passed since it was started. */
  stop(): void {
    this.clockMs += performance.now() - this.since;
    this.processorMs += this.usedMs();
    this.usage = undefined;
  }

  /** True when more than the limit was computed. */
  isOver(): boolean {
    const clockMs = this.clockMs + performance.now() - this.since;
    if (clockMs <= this.halfMs) return false;
    this.usage ??= process.cpuUsage();
    return clockMs > this.halfMs * 2 && this.processorMs + this.usedMs() > this.halfMs;
  }

  private usedMs(): number {
    if (this.usage === undefined) return 0;
    const { user, system } = process.cpuUsage(this.usage);
    return (user + system) / 1000;
  }
}
