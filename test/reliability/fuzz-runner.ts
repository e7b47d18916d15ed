// The process in which fuzzed commands run, many one after the other: it reads cases as lines of JSON, lays the changed
// files out, runs the command as the command line would, puts the files back, and answers with a line of JSON. A process
// of its own, so that a command that hangs or eats memory can be told from one that is done.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Scrubber } from "../../src/base/scrubber.ts";
import { readCommandLine } from "../../src/cli/command-line.ts";
import { commands } from "../../src/cli/commands.ts";
import { runCommand } from "../../src/cli/run-command.ts";

export interface FuzzCase {
  readonly args: readonly string[];
  /** Path in the project to the bytes that it holds for this case, as base64. */
  readonly changes: Readonly<Record<string, string>>;
}

export interface FuzzAnswer {
  readonly code: number;
  readonly output: string;
}

let thrown = "";
for (const event of ["uncaughtException", "unhandledRejection"] as const)
  process.on(event, (error: unknown) => (thrown += `${event}: ${String((error as Error).stack ?? error)}\n`));

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await runCase(JSON.parse(line) as FuzzCase);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function runCase({ args, changes }: FuzzCase): Promise<FuzzAnswer> {
  const before = new Map<string, Buffer | undefined>();
  for (const [name, bytes] of Object.entries(changes)) {
    const path = join(process.cwd(), name);
    before.set(path, existsSync(path) ? readFileSync(path) : undefined);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.from(bytes, "base64"));
  }
  try {
    return await run(args);
  } finally {
    for (const [path, bytes] of before) {
      if (bytes === undefined) rmSync(path, { force: true });
      else writeFileSync(path, bytes);
    }
  }
}

async function run(args: readonly string[]): Promise<FuzzAnswer> {
  let output = "";
  const scrubber = new Scrubber();
  const say = (text: string): void => {
    output += scrubber.clean(text);
  };
  thrown = "";
  const line = readCommandLine(args, commands);
  if (line.kind !== "run")
    return {
      code: 2,
      output: line.kind === "mistakes" ? line.diagnostics.map((one) => one.message).join("\n") : "help",
    };
  const code = await runCommand(line, {
    cwd: process.cwd(),
    env: process.env,
    scrubber,
    terminal: { isTerminal: false, columns: undefined, out: say, err: say, hasLost: false },
    listen: () => ({ signal: new AbortController().signal, check: () => {} }),
  });
  return { code, output: output + thrown };
}
