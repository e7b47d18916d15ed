// How a command speaks: what the flags, the environment and the terminal together ask for.

import { isAbsolute, join } from "node:path";
import type { Flags } from "../config/flags.ts";
import { wantsColours } from "./style.ts";

export type Format = "text" | "json" | "debug";
/** "none" is above all levels: nothing is said. */
export type Threshold = "debug" | "info" | "warn" | "error" | "none";

export interface LogFileSettings {
  readonly folder: string;
  readonly format: Format;
  readonly level: Threshold;
  /** 0: never rotated. */
  readonly maxBytes: number;
}

export interface ReportSettings {
  /** The project folder, to which places are relative. */
  readonly folder: string;
  readonly format: Format;
  readonly level: Threshold;
  readonly quiet: boolean;
  readonly print: boolean;
  readonly colours: boolean;
  /** What runs now is drawn below the lines and redrawn. */
  readonly live: boolean;
  readonly width: number;
  /** What people read goes to stderr, because stdout carries the command's result (ls, show, compile). */
  readonly chatterToStderr: boolean;
  readonly log: LogFileSettings | undefined;
  /** Absolute path of a JUnit file to write. */
  readonly junit: string | undefined;
  readonly github: boolean;
  readonly repeatedOptions: string;
}

export interface TerminalFacts {
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
}

export interface SettingsSources {
  readonly flags: Flags;
  /** use_colors as given on the command line or by DBT_USE_COLORS. */
  readonly askedColours: boolean | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly folder: string;
  /** Absolute; undefined while it is not known. */
  readonly logFolder: string | undefined;
  readonly terminal: TerminalFacts;
  readonly chatterToStderr: boolean;
  readonly repeatedOptions: string;
}

/** Width of lines when nobody says otherwise. */
const DEFAULT_WIDTH = 80;
const NARROWEST = 40;
const WIDEST = 120;

/** Decides how a command speaks: flags first, then the environment, then what the terminal can do. */
export function reportSettings(sources: SettingsSources): ReportSettings {
  const { flags, env, terminal } = sources;
  const debug = flags.boolean("debug");
  const level = debug ? "debug" : asThreshold(flags.text("log_level"), "info");
  const format = asFormat(flags.text("log_format"), debug ? "debug" : "text");
  const quiet = flags.boolean("quiet");
  const inCi = Boolean(env.CI) || env.TERM === "dumb";
  const junit = flags.text("junit");
  return {
    folder: sources.folder,
    format,
    level,
    quiet,
    print: flags.get("print") !== false,
    colours: format !== "json" && wantsColours(sources.askedColours, env, terminal.isTerminal),
    live: terminal.isTerminal && !inCi && !quiet && format === "text" && level === "info",
    width: widthOf(flags, terminal),
    chatterToStderr: sources.chatterToStderr,
    log: logSettings(sources),
    junit: junit === undefined ? undefined : isAbsolute(junit) ? junit : join(sources.cwd, junit),
    github: env.GITHUB_ACTIONS === "true" && format !== "json",
    repeatedOptions: sources.repeatedOptions,
  };
}

/** --printer-width when it was set; else the terminal's, as far as lines of that length can be read. */
function widthOf(flags: Flags, { isTerminal, columns }: TerminalFacts): number {
  const asked = flags.get("printer_width");
  if (typeof asked === "number" && asked !== DEFAULT_WIDTH) return asked;
  // A pseudo-terminal may say 0.
  return isTerminal && columns ? Math.min(Math.max(columns, NARROWEST), WIDEST) : DEFAULT_WIDTH;
}

function logSettings({ flags, logFolder }: SettingsSources): LogFileSettings | undefined {
  const level = asThreshold(flags.text("log_level_file"), "debug");
  if (logFolder === undefined || level === "none") return undefined;
  const maxBytes = flags.get("log_file_max_bytes");
  return {
    folder: logFolder,
    format: asFormat(flags.text("log_format_file"), "debug"),
    level,
    maxBytes: typeof maxBytes === "number" ? maxBytes : 0,
  };
}

function asFormat(text: string | undefined, otherwise: Format): Format {
  return text === "text" || text === "json" || text === "debug" ? text : otherwise;
}

function asThreshold(text: string | undefined, otherwise: Threshold): Threshold {
  return text === "debug" || text === "info" || text === "warn" || text === "error" || text === "none"
    ? text
    : otherwise;
}
