// Servers that tests start: each runs under a guard process (guard.mjs), which ends it and removes its folder when the tests
// end, in whatever way.

import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

export interface GuardedServer {
  readonly command: string;
  readonly args: readonly string[];
  /** Its working folder, which is removed with it. */
  readonly folder: string;
  /** The user that it runs as; absent: that of the tests. */
  readonly uid?: number;
  readonly gid?: number;
  /** SIGQUIT unless it says otherwise. */
  readonly stopSignal?: NodeJS.Signals;
}

/** @returns the guard: its standard error is the server's; lines on its standard input are signals, or "start" */
export function startGuarded(server: GuardedServer): ChildProcess {
  const guardFile = fileURLToPath(new URL("guard.mjs", import.meta.url));
  const guard = spawn(process.execPath, [guardFile, JSON.stringify(server)], {
    stdio: ["pipe", "ignore", "pipe"],
    // ctrl-C is for the tests; the guard learns of their end by its standard input.
    detached: true,
  });
  // Neither pipe nor process keeps the tests from ending.
  for (const handle of [guard, guard.stdin, guard.stderr]) (handle as { unref?(): void }).unref?.();
  return guard;
}

/** Ends the server, and waits until it is gone with its folder. */
export async function stopGuarded(guard: ChildProcess): Promise<void> {
  if (guard.exitCode !== null || guard.signalCode !== null) return;
  guard.ref();
  const ended = new Promise<void>((resolve, reject) => {
    guard.once("error", reject);
    guard.once("exit", () => resolve());
  });
  guard.stdin?.end();
  await ended;
}

/** A port of 127.0.0.1 that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
