// Drives `fuzz-runner.ts`: hands it cases, and starts it anew when it hung or died.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeFiles } from "../adapter/open-folder.ts";
import type { FuzzAnswer, FuzzCase } from "./fuzz-runner.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Far more than any case takes, on a busy machine too: who is not done by then hangs. */
const HANG_MS = 60_000;

/** Heap of the runner: none of these small projects needs more, whatever their files say. */
const HEAP_MB = 1500;

export type FuzzOutcome = FuzzAnswer | { readonly died: string };

/** Bundles the runner. @returns the path of the program */
export async function buildRunner(): Promise<string> {
  const folder = join(root, "node_modules", ".cache", "etl-test");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `fuzz-runner-${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, "test", "reliability", "fuzz-runner.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    outfile,
    logLevel: "error",
  });
  return outfile;
}

export class FuzzProcess {
  private child: ChildProcess | undefined;
  private lines: Interface | undefined;

  /**
   * @param program of `buildRunner`
   * @param folder is filled with the files, and the working folder of all cases
   */
  constructor(
    private readonly program: string,
    private readonly folder: string,
    files: Readonly<Record<string, string>>,
    private readonly env: Readonly<Record<string, string>> = {},
  ) {
    writeFiles(folder, files);
  }

  /** Runs one case. */
  run(fuzzCase: FuzzCase): Promise<FuzzOutcome> {
    const { child, lines } = this.started();
    return new Promise((resolve) => {
      const finish = (outcome: FuzzOutcome): void => {
        clearTimeout(timer);
        lines.off("line", answered);
        child.off("exit", exited);
        if ("died" in outcome) this.stop();
        resolve(outcome);
      };
      const answered = (line: string): void => finish(JSON.parse(line) as FuzzAnswer);
      const exited = (code: number | null, signal: string | null): void =>
        finish({ died: `the process ended with ${code ?? signal}` });
      const timer = setTimeout(() => finish({ died: `no answer within ${HANG_MS / 1000} s` }), HANG_MS);
      lines.on("line", answered);
      child.on("exit", exited);
      child.stdin?.write(`${JSON.stringify(fuzzCase)}\n`);
    });
  }

  stop(): void {
    this.child?.kill("SIGKILL");
    this.child = undefined;
  }

  private started(): { readonly child: ChildProcess; readonly lines: Interface } {
    if (this.child && this.lines) return { child: this.child, lines: this.lines };
    const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, this.program], {
      cwd: this.folder,
      stdio: ["pipe", "pipe", "ignore"],
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        USERPROFILE: this.folder,
        NO_COLOR: "1",
        ...this.env,
      },
    });
    if (!child.stdout) throw new Error("the runner has no output");
    this.child = child;
    this.lines = createInterface({ input: child.stdout });
    return { child, lines: this.lines };
  }
}
