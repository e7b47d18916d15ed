// From words to a command with its flags. Options are built from the one table of flags; all of them may stand before or
// after the command, as with dbt. Every mistake is told, with the nearest name.

import { Command as Parser } from "commander";
import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import { didYouMean, nearest } from "../base/nearest.ts";
import { FLAGS, type FlagSpec, flagsOf } from "../config/flag-table.ts";
import type { Value } from "../jinja/value.ts";
import { type CommandSpec, placeholders } from "./command.ts";
import { addFlags } from "./options.ts";

export type CommandLine =
  | {
      readonly kind: "run";
      readonly spec: CommandSpec;
      readonly cli: ReadonlyMap<string, Value>;
      readonly words: readonly string[];
    }
  | { readonly kind: "help"; readonly topic: HelpTopic }
  | { readonly kind: "version" }
  | { readonly kind: "mistakes"; readonly diagnostics: readonly Diagnostic[] };

/** All commands, options of all commands, the commands of a group ("docs"), or one command. */
export type HelpTopic =
  | { readonly kind: "all" }
  | { readonly kind: "options" }
  | { readonly kind: "group"; readonly word: string }
  | { readonly kind: "command"; readonly spec: CommandSpec };

/**
 * @param argv the words after the program's name
 * @param commands the commands that there are
 */
export function readCommandLine(argv: readonly string[], commands: readonly CommandSpec[]): CommandLine {
  const { words, positions } = leadingWords(argv);
  const [first] = words;
  if (first === undefined) {
    if (argv.some((word) => word === "--version" || word === "-V" || word === "-v"))
      return { kind: "version" };
    const unknown = unknownOptions(
      argv.filter((word) => word !== "--help" && word !== "-h"),
      globalFlags(),
    );
    return unknown.length > 0
      ? { kind: "mistakes", diagnostics: unknown }
      : { kind: "help", topic: { kind: "all" } };
  }
  if (first === "help") return helpFor(words.slice(1), commands);
  if (first === "version") return { kind: "version" };
  const found = findCommand(words, commands);
  if ("mistake" in found) {
    // The word may be the value of an option that is mistyped.
    const unknown = unknownOptions(argv.slice(0, positions[0]), globalFlags());
    return { kind: "mistakes", diagnostics: [...unknown, found.mistake] };
  }
  if ("group" in found) return { kind: "help", topic: { kind: "group", word: found.group } };
  const used = new Set(positions.slice(0, found.count));
  const rest = argv.filter((_, index) => !used.has(index));
  return readOptions(rest, found.spec);
}

/** The options that every command has. */
function globalFlags(): readonly FlagSpec[] {
  return FLAGS.filter(({ commands }) => commands === "all");
}

/** The first two words that are neither options nor values of options, with their positions; one more behind "help". */
function leadingWords(argv: readonly string[]): {
  readonly words: readonly string[];
  readonly positions: readonly number[];
} {
  const takesValue = new Set(globalFlags().flatMap(({ cli, type }) => (type.kind === "boolean" ? [] : cli)));
  const words: string[] = [];
  const positions: number[] = [];
  const isComplete = () => words.length === (words[0] === "help" ? 3 : 2);
  for (let index = 0; index < argv.length && !isComplete(); index += 1) {
    const word = argv[index] as string;
    if (word === "--") break;
    if (word.startsWith("-") && word.length > 1) {
      // Behind the command its own options may take values: only a word right behind it can belong to its name.
      if (words.length > 0) break;
      if (takesValue.has(word)) index += 1;
      continue;
    }
    words.push(word);
    positions.push(index);
  }
  return { words, positions };
}

type Found =
  | { readonly spec: CommandSpec; readonly count: number }
  | { readonly group: string }
  | { readonly mistake: Diagnostic };

function findCommand([first = "", second]: readonly string[], commands: readonly CommandSpec[]): Found {
  const both = `${first} ${second}`;
  const pair = commands.find(({ name, aliases }) => name === both || aliases?.includes(both));
  if (pair) return { spec: pair, count: 2 };
  const spec = commands.find(({ name, aliases }) => name === first || aliases?.includes(first));
  if (spec) return { spec, count: 1 };
  const members = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (members.length === 0) return { mistake: unknownCommand(first, commands) };
  if (second === undefined) return { group: first };
  return { mistake: unknownCommand(both, members) };
}

function unknownCommand(typed: string, commands: readonly CommandSpec[]): Diagnostic {
  const names = commands.flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]);
  const firsts = typed.includes(" ")
    ? []
    : names.filter((name) => name.includes(" ")).map((name) => name.split(" ")[0] as string);
  return errorAt("command-unknown", `there is no command "${typed}"`, undefined, {
    help: didYouMean(typed, [...names, ...firsts, "help", "version"]) ?? "etl help lists the commands",
  });
}

function helpFor(words: readonly string[], commands: readonly CommandSpec[]): CommandLine {
  if (words.length === 0) return { kind: "help", topic: { kind: "all" } };
  if (words[0] === "options") return { kind: "help", topic: { kind: "options" } };
  const found = findCommand(words, commands);
  if ("mistake" in found) return { kind: "mistakes", diagnostics: [found.mistake] };
  const topic: HelpTopic =
    "group" in found ? { kind: "group", word: found.group } : { kind: "command", spec: found.spec };
  return { kind: "help", topic };
}

function readOptions(rest: readonly string[], spec: CommandSpec): CommandLine {
  const parser = new Parser()
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} })
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument("[words...]")
    .action(() => {});
  const given = addFlags(parser, flagsOf(spec.name));
  try {
    parser.parse(rest, { from: "user" });
  } catch (error) {
    return { kind: "mistakes", diagnostics: [missingValue(error, spec)] };
  }
  if (given.help) return { kind: "help", topic: { kind: "command", spec } };
  if (given.version) return { kind: "version" };
  const unknown = unknownOptions(parser.args, flagsOf(spec.name), spec);
  if (unknown.length > 0) return { kind: "mistakes", diagnostics: unknown };
  const misplaced = wordMistake(parser.args, spec);
  if (misplaced) return { kind: "mistakes", diagnostics: [misplaced] };
  return { kind: "run", spec, cli: given.values, words: parser.args };
}

function missingValue(error: unknown, { name }: CommandSpec): Diagnostic {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  if (code !== "commander.optionMissingArgument") throw error;
  const flag = /'(?:-\w, )?(-[^\s']+)/.exec(message ?? "")?.[1] ?? "an option";
  return errorAt("option-value", `${flag} needs a value`, undefined, {
    help: `etl help ${name} shows what it takes`,
  });
}

/** @param spec the command, when it is known */
function unknownOptions(
  words: readonly string[],
  flags: readonly FlagSpec[],
  spec?: CommandSpec,
): Diagnostic[] {
  const own = flags.flatMap(({ cli, negative }) => [...cli, ...(negative ?? [])]);
  return words
    .filter((word) => word.startsWith("-") && word.length > 1 && word !== "--" && !/^-\d/.test(word))
    .map((word) => word.split("=", 1)[0] as string)
    .filter((option) => !own.includes(option))
    .map((option) => {
      const elsewhere = FLAGS.filter(
        ({ cli, negative }) => cli.includes(option) || negative?.includes(option),
      );
      const where = [...new Set(elsewhere.flatMap(({ commands }) => (commands === "all" ? [] : commands)))];
      const near = nearest(option, [...own.filter((name) => name.startsWith("--")), "--help", "--version"]);
      const help =
        where.length > 0
          ? `it is an option of ${where.map((name) => `etl ${name}`).join(", ")}`
          : near
            ? `did you mean ${near}?`
            : `etl help${spec ? ` ${spec.name}` : ""} lists the options`;
      return errorAt(
        "option-unknown",
        `etl${spec ? ` ${spec.name}` : ""} has no option ${option}`,
        undefined,
        { help },
      );
    });
}

function wordMistake(words: readonly string[], { name, argument }: CommandSpec): Diagnostic | undefined {
  const most = argument ? (argument.most ?? 1) : 0;
  if (words.length > most) {
    const extra = words[most] as string;
    const help =
      argument || !flagsOf(name).some((flag) => flag.name === "select")
        ? `etl help ${name} shows its form`
        : `nodes are named with --select: etl ${name} --select ${extra}`;
    return errorAt("option-value", `etl ${name} does not know what to do with "${extra}"`, undefined, {
      help,
    });
  }
  if (argument?.required && words.length < (argument.least ?? 1)) {
    return errorAt("option-value", `etl ${name} needs ${argument.help.toLowerCase()}`, undefined, {
      help: `etl ${name} ${placeholders(argument)}`,
    });
  }
  return undefined;
}
