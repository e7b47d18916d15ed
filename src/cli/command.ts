// What a command is: data, and a function that is imported when the command runs. One file of `commands/` each.

import type { Host } from "../base/host.ts";
import type { Config } from "../config/config.ts";
import type { Command } from "../config/flag-table.ts";
import type { ConfigRequest } from "../config/load-config.ts";
import type { OpenProject } from "../open-project.ts";
import type { Report } from "../report/report.ts";

/** Headings of `etl help`. */
export type CommandGroup = "Build" | "Look" | "Remember" | "Set up";

export interface CommandSpec {
  readonly name: Command;
  readonly aliases?: readonly string[];
  readonly group: CommandGroup;
  /** One line for `etl help`, without a full stop. */
  readonly summary: string;
  /** Sentences for `etl help <command>`, where the summary does not say it all. */
  readonly description?: string;
  readonly argument?: {
    readonly name: string;
    readonly required: boolean;
    readonly help: string;
    /** How many words it is; 1 unless said otherwise. */
    readonly least?: number;
    readonly most?: number;
  };
  /** A command line and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  /** Stdout carries the command's result, so everything else that is said goes to stderr. */
  readonly answersOnStdout?: true;
  /** It serves until a signal ends it: that is its end, not a failure. */
  readonly untilInterrupted?: true;
  /** @returns the exit code. @throws EtlError for what keeps the command from running: exit 2 */
  run(invocation: Invocation): Promise<number>;
}

/** What a command gets. */
export interface Invocation {
  readonly host: Host;
  readonly report: Report;
  readonly request: ConfigRequest;
  readonly id: string;
  readonly startedAt: Date;
  /** Words beside options. */
  readonly words: readonly string[];
  /** Width of the terminal; undefined when there is none. */
  readonly columns: number | undefined;
  /** Reads the configuration and begins to speak as it says; tells its warnings. @throws EtlError */
  configure(): Promise<Config>;
  /** Begins to speak without a configuration, for commands that need none. */
  speak(): void;
  /** Opens the project for this command, as `withProject` of open-project.ts does. */
  withProject<T>(config: Config, use: (project: OpenProject) => Promise<T>): Promise<T>;
  /** What the command was asked for, as dbt's `print` writes it. Results of a kind of their own go to the report. */
  print(text: string): void;
  /** Words beside the answer. */
  say(text: string): void;
}

/** "<model> <value>", or "[node]" for a word that may be left out. */
export function placeholders({ name, required }: NonNullable<CommandSpec["argument"]>): string {
  const words = name.split(" ");
  return words.map((word) => (required ? `<${word}>` : `[${word}]`)).join(" ");
}
