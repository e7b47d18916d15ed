// One command from its start to its exit code: the host and the report around it, and what is said when it fails.

import { version } from "../../package.json";
import { EtlError, hasErrors, sortDiagnostics } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import { nodeFiles } from "../base/node-files.ts";
import { nodeHost } from "../base/node-host.ts";
import type { Scrubber } from "../base/scrubber.ts";
import type { Config } from "../config/config.ts";
import { type Flags, resolveFlags, YES } from "../config/flags.ts";
import { type ConfigRequest, loadConfig, projectFolder } from "../config/load-config.ts";
import { warningPolicy } from "../config/warning-policy.ts";
import { yamlNames } from "../context/yaml-names.ts";
import { JinjaError } from "../jinja/errors.ts";
import type { Value } from "../jinja/value.ts";
import { Report } from "../report/report.ts";
import { reportSettings } from "../report/settings.ts";
import { bugText } from "./bug-text.ts";
import type { CommandSpec, Invocation } from "./command.ts";
import type { Surroundings } from "./surroundings.ts";
import { systemMistake } from "./system-mistake.ts";
import type { Terminal } from "./terminal.ts";

export interface CommandRequest {
  readonly spec: CommandSpec;
  readonly cli: ReadonlyMap<string, Value>;
  readonly words: readonly string[];
}

/** Runs a command. @returns its exit code; never throws */
export async function runCommand(
  { spec, cli, words }: CommandRequest,
  surroundings: Surroundings,
): Promise<number> {
  const { cwd, env, scrubber, terminal } = surroundings;
  const report = newReport(surroundings);
  const interrupts = surroundings.listen(() =>
    report.emit({
      kind: "message",
      level: "info",
      text: spec.untilInterrupted
        ? "stopping"
        : "interrupted: cancelling what runs (once more to end at once)",
    }),
  );
  const host = nodeHost({
    cwd,
    env,
    emit: report.emit,
    clean: scrubber.clean,
    signal: interrupts.signal,
    checkInterrupt: interrupts.check,
  });
  const startedAt = host.now();
  const since = host.elapsedMs();
  const id = host.uuid();
  report.emit({ kind: "command-started", command: spec.name, invocationId: id, version, at: startedAt });
  const names = yamlNames({ id, startedAt, command: spec.name });
  const request: ConfigRequest = { command: spec.name, cli, cwd: host.cwd, names };
  const speaker = new Speaker(spec, request, host, report, terminal, scrubber);
  const invocation: Invocation = {
    host,
    report,
    request,
    id,
    startedAt,
    words,
    columns: terminal.columns,
    configure: () => speaker.configure(),
    speak: () => speaker.speak(),
    withProject: async (config, use) => {
      const { withProject } = await import("../open-project.ts");
      return withProject(config, { id, startedAt, command: spec.name }, host, use);
    },
    print: (text) => report.result(text, "PrintEvent", "Z052"),
    say: (text) => host.emit({ kind: "message", level: "info", text }),
  };
  const code = await exitCodeOf(spec, invocation, speaker, interrupts.signal, terminal);
  const seconds = (host.elapsedMs() - since) / 1000;
  report.emit({ kind: "command-finished", command: spec.name, exitCode: code, seconds });
  return closed(report, code, seconds, terminal);
}

function newReport({ terminal, scrubber, env }: Surroundings): Report {
  return new Report({
    out: terminal.out,
    err: terminal.err,
    files: nodeFiles(scrubber.clean),
    now: () => new Date(),
    elapsedMs: () => performance.now(),
    env,
  });
}

async function exitCodeOf(
  spec: CommandSpec,
  invocation: Invocation,
  speaker: Speaker,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<number> {
  const { report } = invocation;
  try {
    speaker.checkFlags();
    const code = await spec.run(invocation);
    return signal.aborted && !spec.untilInterrupted ? 2 : code;
  } catch (error) {
    speaker.speak();
    const mistake =
      error instanceof EtlError ? error : (systemMistake(error) ?? (await templateMistake(error)));
    if (mistake) {
      for (const diagnostic of sortDiagnostics(mistake.diagnostics))
        report.emit({ kind: "diagnostic", diagnostic });
    } else if (!signal.aborted) terminal.err(bugText(error, spec.name));
    return 2;
  }
}

/** What a macro of the project raised that the program calls outside of any node; undefined for one of ours. */
async function templateMistake(error: unknown): Promise<EtlError | undefined> {
  if (!(error instanceof JinjaError)) return undefined;
  const { diagnose, isOutside, userCall } = await import("../context/diagnose.ts");
  const isOurs = error.place === undefined || (isOutside(error.place.file) && !userCall(error));
  return isOurs && error.kind !== "user" ? undefined : new EtlError([diagnose(error)], { cause: error });
}

/** Writes JUnit, log and summaries; that they cannot be written is told, and fails the command. */
function closed(report: Report, code: number, seconds: number, terminal: Terminal): number {
  try {
    report.close(code, seconds);
    return code;
  } catch (error) {
    const words = systemMistake(error)?.message ?? (error as Error).message;
    terminal.err(`error[system-refused]: ${words}\n`);
    return 2;
  }
}

/** Decides how the command speaks, as soon as that can be known. */
class Speaker {
  constructor(
    private readonly spec: CommandSpec,
    private readonly request: ConfigRequest,
    private readonly host: Host,
    private readonly report: Report,
    private readonly terminal: Terminal,
    private readonly scrubber: Scrubber,
  ) {}

  async configure(): Promise<Config> {
    const config = await loadConfig(this.request, this.host);
    this.scrubber.add(config.secrets);
    this.start(config.flags, config.folder, config.logFolder, config.env);
    const policy = warningPolicy(config.flags);
    policy.tell([...config.diagnostics, ...policy.diagnostics], this.host.emit);
    return config;
  }

  /** Before anything is read. @throws EtlError for flags of the command line or the environment with wrong values */
  checkFlags(): void {
    const { diagnostics } = this.earlyFlags();
    if (hasErrors(diagnostics)) throw new EtlError(diagnostics);
  }

  /** By the command line and the environment alone; nothing happens when it speaks already. */
  speak(): void {
    if (this.report.isStarted) return;
    const { value, diagnostics } = this.earlyFlags();
    const { folder } = projectFolder(this.request, this.host.env, this.host);
    this.start(value, folder, undefined, this.host.env);
    for (const diagnostic of diagnostics) {
      if (diagnostic.severity === "warning") this.report.emit({ kind: "diagnostic", diagnostic });
    }
  }

  private earlyFlags(): ReturnType<typeof resolveFlags> {
    return resolveFlags({ command: this.request.command, cli: this.request.cli, env: this.host.env });
  }

  private start(flags: Flags, folder: string, logFolder: string | undefined, env: Host["env"]): void {
    const { cli, cwd } = this.request;
    this.report.start(
      reportSettings({
        flags,
        askedColours: askedColours(cli, env),
        env,
        cwd,
        folder,
        logFolder,
        terminal: { isTerminal: this.terminal.isTerminal, columns: this.terminal.columns },
        chatterToStderr: this.spec.answersOnStdout === true,
        repeatedOptions: repeatedOptions(cli),
      }),
    );
  }
}

function askedColours(cli: ConfigRequest["cli"], env: Host["env"]): boolean | undefined {
  const given = cli.get("use_colors");
  if (typeof given === "boolean") return given;
  const variable = env.DBT_ENGINE_USE_COLORS || env.DBT_USE_COLORS;
  return variable ? YES.test(variable) : undefined;
}

/** The options that the next command needs as well, to work on the same project and target. */
function repeatedOptions(cli: ConfigRequest["cli"]): string {
  return ["project_dir", "profiles_dir", "profile", "target"]
    .map((name) => {
      const value = cli.get(name);
      if (typeof value !== "string") return "";
      return ` --${name.replace("_", "-")} ${/^[\w./:\\@-]+$/.test(value) ? value : `"${value}"`}`;
    })
    .join("");
}
