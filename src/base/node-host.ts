// The real Host: Node's file system, clock, environment and signals. Nothing else in `src` touches them.

import { randomUUID } from "node:crypto";
import { homedir } from "node:os";
import type { EtlEvent } from "./events.ts";
import type { Host } from "./host.ts";
import { nodeFiles } from "./node-files.ts";

export interface NodeHostOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly emit: (event: EtlEvent) => void;
  /** Takes secrets out of every text before it is written to a file. */
  readonly clean: (text: string) => string;
  readonly signal: AbortSignal;
}

/** A Host over the machine that the program runs on. */
export function nodeHost({ cwd, env, emit, clean, signal }: NodeHostOptions): Host {
  return {
    cwd,
    home: env.HOME || env.USERPROFILE || homedir(),
    env,
    files: nodeFiles(clean),
    now: () => new Date(),
    elapsedMs: () => performance.now(),
    uuid: () => randomUUID(),
    emit,
    signal,
  };
}

export interface Interrupts {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Gives the signals back to Node. */
  stop(): void;
}

/**
 * Listens for SIGINT and SIGTERM. The first aborts, so that statements are cancelled and the artifacts still written;
 * the second ends the process at once. It kills: `process.exit` joins the thread pool first, so it would wait for
 * a statement that the engine is slow to cancel (seen with DuckDB: until the query was done).
 * @param onFirst told of the first signal, to say aloud what is going on
 */
export function listenForInterrupts(onFirst: () => void): Interrupts {
  const controller = new AbortController();
  const listen = (): void => {
    if (controller.signal.aborted) {
      process.kill(process.pid, "SIGKILL");
      return;
    }
    onFirst();
    controller.abort();
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.on(name, listen);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of signals) process.off(name, listen);
    },
  };
}
