// `etl` as a process of its own, the way users start it, so that it can be killed, interrupted and run twice at once.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits until the output so far is as wanted. Rejects when the process ends before. */
  seen(wanted: (output: string) => boolean): Promise<void>;
}

/** Starts `etl ...args` in a folder; stdout and stderr are gathered together. */
export function startEtl(folder: string, args: readonly string[]): Running {
  const child = spawn(process.execPath, [program(), ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let wake = (): void => {};
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => {
      output += data.toString();
      wake();
    });
  const ended = new Promise<Ended>((done) =>
    child.on("close", (code, signal) => {
      done({ code, signal, output });
      wake();
    }),
  );
  return { child, ended, seen };

  async function seen(wanted: (output: string) => boolean): Promise<void> {
    while (!wanted(output)) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`the process ended too early: ${output}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}

/** The command line of the package that this file belongs to, be it source or bundled. */
function program(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, "dist", "cli.js");
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) throw new Error("dist/cli.js is missing: run npm run build");
  }
}
