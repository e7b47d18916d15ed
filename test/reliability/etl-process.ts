// `etl` as a process of its own, the way users start it, so that it can be killed, interrupted and run twice at once.

import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";

export const cli = resolve(import.meta.dirname, "../../dist/cli.js");

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Waits until the output holds something, or the process has ended. */
  says(pattern: { test(output: string): boolean }): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts `etl ...args` in a folder; stdout and stderr are gathered together. */
export function startEtl(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => {
      output += data.toString();
      wake();
    });
  }
  const ended = new Promise<Ended>((done) =>
    child.on("close", (code, signal) => {
      done({ code, signal, output });
      wake();
    }),
  );
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const says = (pattern: { test(output: string): boolean }): Promise<void> =>
    new Promise((done) => {
      const look = (): void => {
        if (!pattern.test(output) && !isOver()) return;
        waiting.delete(look);
        done();
      };
      waiting.add(look);
      look();
    });
  return { child, ended, says };
}

/** Runs `etl ...args` to its end. */
export function runEtl(
  folder: string,
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<Ended> {
  return startEtl(folder, args, env).ended;
}
