// The real Host: Node's file system, clock and environment. Nothing else in `src` touches them.

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
  /** Nothing by default: who embeds the library listens for signals in its own way. */
  readonly checkInterrupt?: Host["checkInterrupt"];
}

/** A Host over the machine that the program runs on. */
export function nodeHost({
  cwd,
  env,
  emit,
  clean,
  signal,
  checkInterrupt = () => {},
}: NodeHostOptions): Host {
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
    checkInterrupt,
  };
}
