// Help texts, readable at 80 columns, made from the commands and the one table of flags.

import { FLAGS, type FlagSpec, flagsOf } from "../config/flag-table.ts";
import { type CommandGroup, type CommandSpec, placeholders } from "./command.ts";
import type { HelpTopic } from "./command-line.ts";

const WIDTH = 80;
/** Options of all commands that the help of each command shows. */
const OFTEN_USED: ReadonlySet<string> = new Set([
  "project_dir",
  "profiles_dir",
  "target",
  "vars",
  "fail_fast",
  "quiet",
  "debug",
  "log_format",
]);

const groups: readonly CommandGroup[] = ["Build", "Look", "Remember", "Set up"];

/** The text of a topic. */
export function helpText(topic: HelpTopic, commands: readonly CommandSpec[]): string {
  switch (topic.kind) {
    case "all":
      return overview(commands);
    case "group":
      return groupHelp(topic.word, commands);
    case "command":
      return commandHelp(topic.spec);
    case "options":
      return optionsHelp();
  }
}

function overview(commands: readonly CommandSpec[]): string {
  const sections = groups.flatMap((group) => {
    const rows = commands
      .filter((spec) => spec.group === group)
      .map((spec): Row => [spec.name, spec.summary]);
    return rows.length === 0 ? [] : ["", group, ...table(rows)];
  });
  return lines(
    "etl builds, tests and documents SQL models in your warehouse. It runs dbt",
    "projects as they are.",
    "",
    "Usage: etl <command> [options]",
    ...sections,
    "",
    "Help",
    ...table([
      ["help [command]", "This text, or all about a command"],
      ["help options", "The options that every command takes"],
      ["version", "The version of etl"],
    ]),
    "",
    "Start with: etl init, then etl build",
  );
}

function groupHelp(word: string, commands: readonly CommandSpec[]): string {
  const rows = commands
    .filter(({ name }) => name.startsWith(`${word} `))
    .map((spec): Row => [spec.name, spec.summary]);
  return lines(
    `Usage: etl ${word} <command> [options]`,
    "",
    ...table(rows),
    "",
    `etl help ${word} <command> tells more.`,
  );
}

function commandHelp(spec: CommandSpec): string {
  const flags = shownFlags(flagsOf(spec.name));
  const own = flags.filter((flag) => flag.commands !== "all");
  const common = flags.filter((flag) => flag.commands === "all" && OFTEN_USED.has(flag.name));
  const argument = spec.argument ? ` ${placeholders(spec.argument)}` : "";
  return lines(
    `${spec.summary}.`,
    "",
    `Usage: etl ${spec.name}${argument} [options]`,
    ...(spec.aliases ? [`Also:  ${spec.aliases.map((alias) => `etl ${alias}`).join(", ")}`] : []),
    ...(spec.description ? ["", ...wrap(spec.description, WIDTH)] : []),
    ...(spec.argument ? ["", "Argument", ...table([[spec.argument.name, spec.argument.help]])] : []),
    ...(own.length > 0 ? ["", "Options", ...table(own.map(flagRow))] : []),
    "",
    "Options of all commands (etl help options lists the others)",
    ...table(common.map(flagRow)),
    ...(spec.examples.length > 0 ? ["", "Examples", ...table(spec.examples, 34)] : []),
  );
}

function optionsHelp(): string {
  return lines(
    "Options that every command takes, before or after its name. Each can also be set",
    "by the variable beside it, some under flags: in dbt_project.yml.",
    "",
    ...shownFlags(FLAGS.filter(({ commands }) => commands === "all")).flatMap((flag) => {
      const [left, right] = flagRow(flag);
      return [
        `  ${left.padEnd(38)} ${flag.env ?? ""}`,
        ...wrap(right, WIDTH - 6).map((line) => `      ${line}`),
      ];
    }),
  );
}

function shownFlags(flags: readonly FlagSpec[]): readonly FlagSpec[] {
  return flags.filter(({ hidden, dead }) => !hidden && dead === undefined);
}

type Row = readonly [string, string];

function flagRow({ cli, negative, type, help, default: standard }: FlagSpec): Row {
  const [long = "", ...others] = cli;
  const short = others.filter((name) => name.length === 2).map((name) => `, ${name}`);
  const choices = "choices" in type && type.choices ? ` (${type.choices.join(", ")})` : "";
  const name = negative ? `--[no-]${long.slice(2)}` : long;
  return [
    name + short.join("") + valueWords[type.kind],
    help + choices + (standard === true ? " (default: yes)" : ""),
  ];
}

const valueWords: Readonly<Record<FlagSpec["type"]["kind"], string>> = {
  boolean: "",
  list: " <...>",
  text: " <text>",
  path: " <path>",
  integer: " <number>",
  choice: " <word>",
  yaml: " <yaml>",
  moment: " <time>",
  span: " <span>",
};

/** Two columns; a left side that is too wide gets a line of its own. */
function table(rows: readonly Row[], widestLeft = 28): string[] {
  const widest = Math.min(widestLeft, Math.max(0, ...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    const [first = "", ...rest] = wrap(right, WIDTH - widest - 4);
    const indent = " ".repeat(widest + 4);
    const head =
      left.length > widest ? [`  ${left}`, indent + first] : [`  ${left.padEnd(widest)}  ${first}`];
    return [...head, ...rest.map((line) => indent + line)];
  });
}

function wrap(text: string, width: number): string[] {
  const wrapped: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      wrapped.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...wrapped, line];
}

function lines(...all: readonly string[]): string {
  return `${all.map((line) => line.trimEnd()).join("\n")}\n`;
}
