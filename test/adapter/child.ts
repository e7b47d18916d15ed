// A second process that uses an adapter: the program is bundled once a test file, then run by node.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Child {
  readonly process: ChildProcess;
  /** Waits for a line of its output. Rejects when the process ends before. */
  line(text: string): Promise<void>;
  /** Waits for the end. @returns exit code or signal, and all output */
  end(): Promise<{ readonly code: number | string | null; readonly output: string }>;
}

/**
 * @param entry a TypeScript file beside this one
 * @returns a function that runs it with arguments
 */
export async function childProgram(entry: string): Promise<(...args: string[]) => Child> {
  // Inside of node_modules, so that the driver, which is not bundled, is found.
  const folder = join(root, "node_modules", ".cache", "etl-test");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${entry.replace(/\.ts$/, "")}-${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, "test", "adapter", entry)],
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    outfile,
    logLevel: "error",
  });
  return (...args) => start(outfile, args);
}

function start(file: string, args: readonly string[]): Child {
  const child = spawn(process.execPath, [file, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let wake = (): void => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => {
      output += data.toString("utf8");
      wake();
    });
  }
  const ended = new Promise<number | string | null>((resolve) => {
    child.on("close", (code, signal) => {
      resolve(code ?? signal);
      wake();
    });
  });
  return {
    process: child,
    async line(text) {
      while (!output.includes(text)) {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`the process ended before "${text}": ${output}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async end() {
      return { code: await ended, output };
    },
  };
}
