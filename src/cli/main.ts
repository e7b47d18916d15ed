// argv -> command -> exit code: 0 done, 1 a node or test failed, 2 it could not run (a mistake of the user, a signal, a bug
// of ours).

import { version } from "../../package.json";
import type { Diagnostic } from "../base/diagnostic.ts";
import { renderDiagnostic } from "../report/diagnostic-text.ts";
import { coloured, plain, wantsColours } from "../report/style.ts";
import { bugText } from "./bug-text.ts";
import { readCommandLine } from "./command-line.ts";
import { commands } from "./commands.ts";
import { helpText } from "./help.ts";
import { processSurroundings, type Surroundings } from "./surroundings.ts";
import { endProcess } from "./terminal.ts";

/** Runs `etl ...argv` in this process and ends it with the command's exit code. */
export async function main(argv: readonly string[]): Promise<never> {
  const surroundings = processSurroundings();
  const { terminal } = surroundings;
  // Also what is thrown where nobody waits for it: a rejected promise, an event of a stream.
  process.on("uncaughtException", (error) => {
    terminal.err(bugText(error, argv.join(" ")));
    process.exit(2);
  });
  return endProcess(await runLine(argv, surroundings), terminal);
}

/** Runs `etl ...argv`. @returns the exit code; never throws */
export async function runLine(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { terminal } = surroundings;
  const line = readCommandLine(argv, commands);
  switch (line.kind) {
    case "version":
      terminal.out(`etl ${version}\n`);
      return 0;
    case "help":
      terminal.out(helpText(line.topic, commands));
      return 0;
    case "mistakes":
      terminal.err(mistakesText(line.diagnostics, surroundings));
      return 2;
    case "run": {
      // Help and mistakes of the command line need none of what runs commands.
      const { runCommand } = await import("./run-command.ts");
      return runCommand(line, surroundings);
    }
  }
}

function mistakesText(diagnostics: readonly Diagnostic[], { cwd, env, terminal }: Surroundings): string {
  const style = wantsColours(undefined, env, terminal.isTerminal) ? coloured : plain;
  const view = { folder: cwd, style, width: 80, readText: () => "" };
  return diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic, view)}\n`).join("");
}
