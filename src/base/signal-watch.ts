// Hears signals while the main thread computes: Node hands them to the event loop, which does not turn then. A second
// thread has a loop of its own, and libuv tells every loop that listens. It is started only when a computation has taken
// long already, so ordinary commands never pay for it.

import { Worker } from "node:worker_threads";

/**
 * Runs in the second thread. Node offers signals in the main thread only; the binding below is what `process.on` uses
 * itself. Should a later Node not have it, nothing is heard before the loop turns again, as without this file.
 */
const LISTEN = `
const { workerData } = require("node:worker_threads");
const { constants } = require("node:os");
const heard = new Int32Array(workerData);
try {
  const { Signal } = process.binding("signal_wrap");
  for (const name of ["SIGINT", "SIGTERM"]) {
    const listener = new Signal();
    listener.onsignal = () => {
      if (Atomics.add(heard, 0, 1) > 0) process.kill(process.pid, "SIGKILL");
    };
    listener.start(constants.signals[name]);
  }
} catch {}
setInterval(() => {}, 1 << 30);
`;

export class SignalWatch {
  readonly #heard = new Int32Array(new SharedArrayBuffer(4));

  /** @param before signals that the main thread has met already; the next one after the first kills the process */
  constructor(before: number) {
    Atomics.store(this.#heard, 0, before);
    const worker = new Worker(LISTEN, {
      eval: true,
      workerData: this.#heard.buffer,
      execArgv: ["--no-deprecation"],
      env: {},
    });
    // A thread that cannot be started only hears nothing.
    worker.on("error", () => {});
    worker.unref();
  }

  /** How many signals have come, those before the watch included. */
  get heard(): number {
    return Atomics.load(this.#heard, 0);
  }
}
