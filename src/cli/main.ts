// argv -> command -> exit code. The one place that ends the process: 0 done, 1 a node or test failed, 2 it could not run
// (a mistake of the user, a signal, a bug of ours).

import { version } from "../../package.json";
import type { Diagnostic } from "../base/diagnostic.ts";
import { environmentSecrets, Scrubber } from "../base/scrubber.ts";
import { renderDiagnostic } from "../report/diagnostic-text.ts";
import { coloured, plain, wantsColours } from "../report/style.ts";
import { bugText } from "./bug-text.ts";
import { readCommandLine } from "./command-line.ts";
import { commands } from "./commands.ts";
import { helpText } from "./help.ts";
import { endProcess, processTerminal, type Terminal } from "./terminal.ts";

/** Runs `etl ...argv` in this process and ends it with the command's exit code. */
export async function main(argv: readonly string[]): Promise<never> {
  const scrubber = new Scrubber();
  scrubber.add(environmentSecrets(process.env));
  const terminal = processTerminal(scrubber.clean);
  // Also what is thrown where nobody waits for it: a rejected promise, an event of a stream.
  process.on("uncaughtException", (error) => {
    terminal.err(bugText(error, argv.join(" ")));
    process.exit(2);
  });
  const line = readCommandLine(argv, commands);
  switch (line.kind) {
    case "version":
      terminal.out(`etl ${version}\n`);
      return endProcess(0, terminal);
    case "help":
      terminal.out(helpText(line.topic, commands));
      return endProcess(0, terminal);
    case "mistakes":
      terminal.err(mistakesText(line.diagnostics, terminal));
      return endProcess(2, terminal);
    case "run": {
      // Help and mistakes of the command line need none of what runs commands.
      const { runCommand } = await import("./run-command.ts");
      return endProcess(await runCommand(line, terminal, scrubber), terminal);
    }
  }
}

function mistakesText(diagnostics: readonly Diagnostic[], { isTerminal }: Terminal): string {
  const style = wantsColours(undefined, process.env, isTerminal) ? coloured : plain;
  const view = { folder: process.cwd(), style, width: 80, readText: () => "" };
  return diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic, view)}\n`).join("");
}
