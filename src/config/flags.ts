// Resolves the flags of flag-table.ts: command line > environment > `flags:` of dbt_project.yml > default. Every wrong
// value is told at once, with the place where it was given.

import { type Checked, type Diagnostic, errorAt, type Place, warningAt } from "../base/diagnostic.ts";
import { didYouMean, nearest } from "../base/nearest.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { BEHAVIOUR_FLAGS, type Command, FLAGS, type FlagSpec, flagsOf } from "./flag-table.ts";
import { readSpan } from "./span.ts";
import { kindWords, showValue } from "./value-words.ts";
import { readYaml } from "./yaml.ts";

/** Resolved flags by their dbt name in lower case, e.g. `full_refresh`; templates see them as `flags.FULL_REFRESH`. */
export interface Flags {
  /** null for a flag that is not set or not known. */
  get(name: string): Value;
  boolean(name: string): boolean;
  text(name: string): string | undefined;
  /** Of a flag that takes several. */
  texts(name: string): readonly string[];
  /** As dbt's invocation_args_dict. */
  readonly all: Dict;
}

export interface FlagSources {
  readonly command: Command;
  /** Flags given on the command line, by name: texts, or lists of texts, or true and false. */
  readonly cli: ReadonlyMap<string, Value>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `flags:` of dbt_project.yml with the place of each key. */
  readonly project?: { readonly values: Dict; place(key: string): Place };
}

/** Old environment variables that still win over the new ones, as with dbt. */
const OLD_VARIABLES: Readonly<Record<string, { readonly name: string; readonly inverted?: true }>> = {
  defer: { name: "DBT_DEFER_TO_STATE" },
  favor_state: { name: "DBT_FAVOR_STATE_MODE" },
  print: { name: "DBT_NO_PRINT", inverted: true },
  state: { name: "DBT_ARTIFACT_STATE_PATH" },
};

/** Flags that follow another one unless they are set. */
const FOLLOWERS: Readonly<Record<string, string>> = {
  use_colors_file: "use_colors",
  log_level_file: "log_level",
  log_format_file: "log_format",
};

/** Flags that dbt has for every command, whether or not it takes them. */
const ALWAYS: Readonly<Record<string, boolean>> = {
  full_refresh: false,
  store_failures: false,
  strict_mode: false,
  introspect: true,
};

/** Shown in invocation_args_dict only when they are true. */
const SILENT_WHEN_FALSE = new Set([
  "debug",
  "full_refresh",
  "fail_fast",
  "warn_error",
  "single_threaded",
  "log_cache_events",
  "store_failures",
  "use_experimental_parser",
]);

/**
 * @returns the flags of a command, and diagnostics "flag-value" (errors), "flag-key" and "flag-dead" (warnings)
 */
export function resolveFlags(sources: FlagSources): Checked<Flags> {
  const diagnostics: Diagnostic[] = [];
  const values = new Map<string, Value>();
  const given = new Set<string>();
  for (const spec of flagsOf(sources.command)) {
    const found = findValue(spec, sources, diagnostics);
    if (found === undefined) continue;
    given.add(spec.name);
    values.set(spec.name, found);
    if (spec.dead && sources.cli.has(spec.name) && found !== spec.default) diagnostics.push(deadFlag(spec));
  }
  for (const spec of flagsOf(sources.command))
    if (!values.has(spec.name)) values.set(spec.name, defaultOf(spec));
  for (const [follower, leader] of Object.entries(FOLLOWERS))
    if (given.has(leader) && !given.has(follower)) values.set(follower, values.get(leader) ?? null);
  for (const [name, value] of Object.entries(ALWAYS)) if (!values.has(name)) values.set(name, value);
  values.set("warn_error_options", warnErrorOptions(values.get("warn_error_options") ?? null));
  addProjectFlags(sources, values, diagnostics);
  values.set("which", sources.command.split(" ").at(-1) as string);
  return { value: new ResolvedFlags(values), diagnostics };
}

/** The flags with other values for some, e.g. folders once they are known. */
export function withFlags(flags: Flags, changes: Readonly<Record<string, Value>>): Flags {
  const known = [...flags.all].map(([name, value]) => [String(name), value] as const);
  return new ResolvedFlags(new Map([...known, ...Object.entries(changes)]), flags);
}

/** `include` and `exclude` are old words for `error` and `warn`; all three lists are always there. */
function warnErrorOptions(given: Value): Dict {
  const options: Dict = given instanceof Map ? given : new Map();
  return new Map<Value, Value>([
    ["error", options.get("error") ?? options.get("include") ?? []],
    ["warn", options.get("warn") ?? options.get("exclude") ?? []],
    ["silence", options.get("silence") ?? []],
  ]);
}

/** True when the user chose nodes, by --select or by --selector. */
export function hasSelection(flags: Flags): boolean {
  return flags.texts("select").length > 0 || flags.text("selector") !== undefined;
}

class ResolvedFlags implements Flags {
  readonly all: Dict;

  constructor(
    private readonly values: ReadonlyMap<string, Value>,
    private readonly base?: Flags,
  ) {
    this.all = new Map(
      [...values].filter(
        ([name, value]) => value !== null && !(SILENT_WHEN_FALSE.has(name) && value === false),
      ),
    );
  }

  get(name: string): Value {
    return this.values.get(name.toLowerCase()) ?? this.base?.get(name) ?? null;
  }

  boolean(name: string): boolean {
    return this.get(name) === true;
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    return typeof value === "string" ? value : undefined;
  }

  texts(name: string): readonly string[] {
    const value = this.get(name);
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }
}

function defaultOf(spec: FlagSpec): Value {
  if (spec.type.kind === "yaml" && spec.default !== null) return new Map();
  return Array.isArray(spec.default) ? [...spec.default] : (spec.default as Value);
}

function deadFlag(spec: FlagSpec): Diagnostic {
  return warningAt("flag-dead", `${spec.cli[0]} has no effect: ${spec.dead}`);
}

function findValue(spec: FlagSpec, sources: FlagSources, diagnostics: Diagnostic[]): Value | undefined {
  const given = sources.cli.get(spec.name);
  if (given !== undefined) return checkValue(spec, given, `${spec.cli[0]}`, undefined, diagnostics);
  const variable = fromEnvironment(spec, sources.env);
  if (variable) {
    const value = checkValue(
      spec,
      variable.value,
      `the environment variable ${variable.name}`,
      undefined,
      diagnostics,
    );
    return variable.inverted && typeof value === "boolean" ? !value : value;
  }
  const project = spec.project ? sources.project?.values.get(spec.name) : undefined;
  if (project === undefined || project === null) return undefined;
  return checkValue(
    spec,
    project,
    `"${spec.name}" under flags:`,
    sources.project?.place(spec.name),
    diagnostics,
  );
}

/** dbt ignores empty variables. */
function fromEnvironment(
  spec: FlagSpec,
  env: FlagSources["env"],
): { readonly name: string; readonly value: string; readonly inverted?: true } | undefined {
  const old = OLD_VARIABLES[spec.name];
  if (old && env[old.name]) return { ...old, value: env[old.name] as string };
  if (!spec.env) return undefined;
  for (const name of [spec.env.replace(/^DBT_(?!ENGINE_)/, "DBT_ENGINE_"), spec.env])
    if (env[name]) return { name, value: env[name] };
  return undefined;
}

function checkValue(
  spec: FlagSpec,
  value: Value,
  where: string,
  place: Place | undefined,
  diagnostics: Diagnostic[],
): Value | undefined {
  const answer = refuseTwoWords(spec, convert(spec, value, where), where);
  if (!("problem" in answer)) return answer.value;
  const rest = answer.help ? { help: answer.help } : {};
  diagnostics.push(errorAt("flag-value", answer.problem, place, rest));
  return undefined;
}

/** dbt refuses the old and the new word for one list of --warn-error-options side by side. */
function refuseTwoWords(spec: FlagSpec, answer: Converted, where: string): Converted {
  if ("problem" in answer || spec.name !== "warn_error_options") return answer;
  const options = answer.value;
  const pair = [
    ["error", "include"],
    ["warn", "exclude"],
  ].find((words) => options instanceof Map && words.every((word) => options.has(word)));
  return pair
    ? { problem: `${where} has both "${pair[0]}" and "${pair[1]}", which are two words for one list` }
    : answer;
}

type Converted = { readonly value: Value } | { readonly problem: string; readonly help?: string };

/** How "yes" is written in the environment and on the command line. */
export const YES = /^(?:1|true|t|yes|y|on)$/i;
const NO = /^(?:0|false|f|no|n|off)$/i;

function convert(spec: FlagSpec, value: Value, where: string): Converted {
  const { type } = spec;
  const wrong = (wanted: string): Converted => ({
    problem: `${where} must be ${wanted}, not ${typeof value === "string" ? `"${value}"` : kindWords(value)}`,
  });
  switch (type.kind) {
    case "boolean":
      if (typeof value === "boolean") return { value };
      if (typeof value === "string" && (YES.test(value) || NO.test(value))) return { value: YES.test(value) };
      return wrong("true or false");
    case "integer": {
      const number = typeof value === "string" && /^[+-]?\d+$/.test(value.trim()) ? Number(value) : value;
      return typeof number === "number" && number >= type.least
        ? { value: number }
        : wrong(`a whole number of at least ${type.least}`);
    }
    case "choice":
      return choose(value, type.choices, where);
    case "list":
      return convertList(value, type.choices, where);
    case "yaml":
      return convertMapping(spec, value, where);
    case "moment":
      return typeof value === "string" && /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d)?$/.test(value)
        ? { value }
        : wrong("a date such as 2026-01-31 or a moment such as 2026-01-31 10:00:00");
    case "span":
      return readSpan(value) === undefined ? wrong("a length of time such as 30m or 1h 30m") : { value };
    default:
      return typeof value === "string" ? { value } : wrong("a text");
  }
}

function choose(value: Value, choices: readonly string[], where: string): Converted {
  // YAML reads `log_level: off` and the like as booleans; they are no choices anyway.
  const word = showValue(value).toLowerCase();
  if (choices.includes(word)) return { value: word };
  const help = didYouMean(word, choices);
  return {
    problem: `${where} must be one of ${choices.join(", ")}, not "${showValue(value)}"`,
    ...(help ? { help } : {}),
  };
}

function convertList(value: Value, choices: readonly string[] | undefined, where: string): Converted {
  const words = (Array.isArray(value) ? value : [value]).flatMap((item) =>
    choices ? showValue(item).split(/\s+/) : [showValue(item)],
  );
  for (const word of choices ? words : []) {
    const chosen = choose(word, choices as readonly string[], where);
    if ("problem" in chosen) return chosen;
  }
  return { value: choices ? words.map((word) => word.toLowerCase()) : words };
}

function convertMapping(spec: FlagSpec, value: Value, where: string): Converted {
  const example = /'(\{.*\})'/.exec(spec.help)?.[1];
  const help = example
    ? `write it as YAML in quotes: ${spec.cli[0]} '${example}'`
    : `write it as YAML: ${spec.cli[0]} '{key: value}'`;
  if (value instanceof Map) return { value };
  if (typeof value !== "string")
    return { problem: `${where} must be a mapping, not ${kindWords(value)}`, help };
  const read = readYaml(value, where);
  const [mistake] = read.diagnostics.filter(({ severity }) => severity === "error");
  if (mistake)
    return {
      problem: `${where} is not YAML: ${mistake.message} (column ${mistake.place?.column ?? 1} of ${value})`,
      help,
    };
  const found = read.value?.value ?? null;
  if (found instanceof Map) return { value: found };
  return { problem: `${where} must be a mapping, not ${kindWords(found)}: ${value}`, help };
}

/** Behaviour flags and keys that no flag has: kept as written, for templates. */
function addProjectFlags(sources: FlagSources, values: Map<string, Value>, diagnostics: Diagnostic[]): void {
  for (const [name, value] of Object.entries(BEHAVIOUR_FLAGS)) values.set(name, value);
  const known = [
    ...Object.keys(BEHAVIOUR_FLAGS),
    ...FLAGS.filter(({ project }) => project).map(({ name }) => name),
  ];
  for (const [key, value] of sources.project?.values ?? []) {
    const name = showValue(key);
    if (Object.hasOwn(BEHAVIOUR_FLAGS, name)) {
      const spec: FlagSpec = {
        name,
        cli: [name],
        type: { kind: "boolean" },
        default: false,
        commands: "all",
        help: "",
      };
      const checked = checkValue(
        spec,
        value,
        `"${name}" under flags:`,
        sources.project?.place(name),
        diagnostics,
      );
      if (checked !== undefined) values.set(name, checked);
    } else if (!known.includes(name)) {
      const near = nearest(name, known);
      if (near)
        diagnostics.push(
          warningAt("flag-key", `"${name}" under flags: is not a flag`, sources.project?.place(name), {
            help: `did you mean "${near}"?`,
          }),
        );
      if (!values.has(name)) values.set(name, value);
    }
  }
}
