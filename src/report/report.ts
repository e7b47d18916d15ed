// The one subscriber of all events: it keeps the tally and passes what is said to the console, the log file, JUnit and
// CI. Until `start` tells how to speak, events wait: flags of dbt_project.yml can still change it.

import { join } from "node:path";
import type { Diagnostic } from "../base/diagnostic.ts";
import type { EtlEvent } from "../base/events.ts";
import type { Files } from "../base/host.ts";
import type { DiagnosticView } from "./diagnostic-text.ts";
import { identityOf } from "./diagnostic-text.ts";
import { annotation, jobSummary, nodeAnnotation } from "./github.ts";
import { debugLine, jsonLine } from "./json-lines.ts";
import { junitXml } from "./junit.ts";
import { LiveRegion } from "./live-region.ts";
import { LogFile } from "./log-file.ts";
import { type Speech, tell, type Voice } from "./messages.ts";
import type { ReportSettings, Threshold } from "./settings.ts";
import { coloured, plain } from "./style.ts";
import { Tally } from "./tally.ts";

export interface ReportOutlets {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Writes what it is given without secrets; see node-files.ts. */
  readonly files: Files;
  readonly now: () => Date;
  readonly elapsedMs: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How many diagnostics of one code are shown on the console; real projects can have thousands. */
const MOST_OF_ONE_CODE = { warning: 10, error: 50 } as const;

const order: Readonly<Record<Threshold, number>> = { debug: 0, info: 1, warn: 2, error: 3, none: 4 };

export class Report {
  readonly tally: Tally;
  private readonly waiting: { readonly event: EtlEvent; readonly at: Date }[] = [];
  private readonly told = new Set<string>();
  /** How often each code was told, by severity and code. */
  private readonly counts = new Map<string, number>();
  /** Errors outside of nodes: why the command could not run. */
  private readonly refusals: Diagnostic[] = [];
  private speaking: Speaking | undefined;
  private startedAt: Date;
  private invocationId = "";

  constructor(private readonly outlets: ReportOutlets) {
    this.tally = new Tally(outlets.elapsedMs);
    this.startedAt = outlets.now();
  }

  /** For Host.emit. */
  readonly emit = (event: EtlEvent): void => {
    const at = this.outlets.now();
    if (this.speaking) this.say(event, at, this.speaking);
    else this.waiting.push({ event, at });
  };

  get isStarted(): boolean {
    return this.speaking !== undefined;
  }

  /** Begins to speak; what happened before is told first. */
  start(settings: ReportSettings): void {
    const speaking = new Speaking(settings, this.tally, this.outlets);
    this.speaking = speaking;
    for (const { event, at } of this.waiting.splice(0)) this.say(event, at, speaking);
  }

  /** Result rows, lists, compiled SQL: what the user asked for, whatever else is said or silenced. */
  result(text: string, name: string, code: string): void {
    const line = text.endsWith("\n") || text === "" ? text : `${text}\n`;
    if (this.speaking?.settings.format !== "json") this.outlets.out(line);
    else {
      const speech: Speech = {
        level: "info",
        name,
        code,
        text: line.trimEnd(),
        data: { msg: line.trimEnd() },
      };
      this.outlets.out(`${jsonLine(speech, this.outlets.now(), this.invocationId)}\n`);
    }
  }

  /** Writes what is written at the end; nothing may be emitted afterwards. */
  close(exitCode: number, seconds: number): void {
    const speaking = this.speaking;
    if (!speaking) return;
    try {
      this.writeForCi(speaking.settings, exitCode, seconds);
    } finally {
      speaking.close(this.untold());
    }
  }

  private writeForCi(settings: ReportSettings, exitCode: number, seconds: number): void {
    if (settings.junit !== undefined) {
      this.outlets.files.writeWhole(
        settings.junit,
        junitXml({
          command: this.tally.command,
          startedAt: this.startedAt,
          seconds,
          folder: settings.folder,
          finished: this.tally.finished,
          refusals: this.refusals.map(({ message }) => message),
        }),
      );
    }
    const summaryFile = this.outlets.env.GITHUB_STEP_SUMMARY;
    if (settings.github && summaryFile) {
      this.outlets.files.append(summaryFile, jobSummary(this.tally, exitCode, seconds, this.refusals));
    }
  }

  private say(event: EtlEvent, at: Date, speaking: Speaking): void {
    if (event.kind === "command-started") {
      this.startedAt = event.at;
      this.invocationId = event.invocationId;
    }
    if (event.kind === "diagnostic" && !this.isNews(event.diagnostic)) return;
    this.tally.add(event);
    // What ends the command goes to stderr, whatever stdout is for.
    const isFatal = event.kind === "diagnostic" && event.diagnostic.severity === "error";
    for (const speech of tell(event, speaking.consoleVoice)) {
      if (!this.isOneTooMany(event)) speaking.console(speech, at, this.invocationId, isFatal);
    }
    if (speaking.log)
      for (const speech of tell(event, speaking.logVoice)) speaking.logLine(speech, at, this.invocationId);
    speaking.annotate(event);
  }

  /** Diagnostics are told once, and errors of the command are kept for JUnit and the job summary. */
  private isNews(diagnostic: Diagnostic): boolean {
    const identity = identityOf(diagnostic);
    if (this.told.has(identity)) return false;
    this.told.add(identity);
    if (diagnostic.severity === "error") this.refusals.push(diagnostic);
    const key = countKey(diagnostic);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    return true;
  }

  private isOneTooMany(event: EtlEvent): boolean {
    if (event.kind !== "diagnostic") return false;
    const { diagnostic } = event;
    return (this.counts.get(countKey(diagnostic)) ?? 0) > MOST_OF_ONE_CODE[diagnostic.severity];
  }

  /** "12 more [config-key]" for each code of which not all were shown. */
  private untold(): readonly string[] {
    return [...this.counts].flatMap(([key, count]) => {
      const [severity, code] = key.split(" ") as ["warning" | "error", string];
      const more = count - MOST_OF_ONE_CODE[severity];
      return more > 0 ? [`${more} more ${severity}[${code}]`] : [];
    });
  }
}

function countKey({ severity, code }: Diagnostic): string {
  return `${severity} ${code}`;
}

/** Diagnostics come sorted by file: each text is needed many times in a row, in console and log. */
function lastKept(readText: (path: string) => string): (path: string) => string {
  let last: { readonly path: string; readonly text: string } | undefined;
  return (path) => {
    if (last?.path !== path) last = { path, text: readText(path) };
    return last.text;
  };
}

/** The outlets once it is known how to speak. */
class Speaking {
  readonly consoleVoice: Voice;
  readonly logVoice: Voice;
  readonly log: LogFile | undefined;
  private readonly live: LiveRegion | undefined;

  constructor(
    readonly settings: ReportSettings,
    tally: Tally,
    private readonly outlets: ReportOutlets,
  ) {
    const view: DiagnosticView = {
      folder: settings.folder,
      style: settings.colours ? coloured : plain,
      width: settings.width,
      readText: lastKept((path) => outlets.files.readText(path)),
    };
    const { repeatedOptions, print } = settings;
    this.consoleVoice = { tally, view, repeatedOptions, print };
    this.logVoice = { tally, view: { ...view, style: plain }, repeatedOptions, print: true };
    this.log = settings.log && new LogFile(settings.log.folder, settings.log.maxBytes, outlets.files);
    this.live = settings.live
      ? new LiveRegion(tally, view.style, settings.width, (text) => this.chatter(text))
      : undefined;
  }

  console(speech: Speech, at: Date, invocationId: string, isFatal: boolean): void {
    const { format, level, quiet } = this.settings;
    const threshold = quiet && order[level] < order.error ? "error" : level;
    if (order[speech.level] < order[threshold] && !speech.always) return;
    if (format === "json") {
      this.outlets.out(`${jsonLine(speech, at, invocationId)}\n`);
      return;
    }
    const line = format === "debug" ? debugLine(speech, at) : speech.text;
    // A line of a user's own words must not be taken for a command of the CI.
    const text = this.settings.github ? line.replaceAll(/^(\s*)(::|##\[)/gm, "$1\u200b$2") : line;
    if (isFatal) {
      this.live?.stop();
      this.outlets.err(`${text}\n`);
    } else if (this.live) this.live.above(`${text}\n`);
    else this.chatter(`${text}\n`);
  }

  logLine(speech: Speech, at: Date, invocationId: string): void {
    const { log } = this.settings;
    if (!log || order[speech.level] < order[log.level]) return;
    this.log?.write(log.format === "json" ? jsonLine(speech, at, invocationId) : debugLine(speech, at));
  }

  annotate(event: EtlEvent): void {
    if (!this.settings.github) return;
    const { folder } = this.settings;
    const workspace = this.outlets.env.GITHUB_WORKSPACE;
    const lines: (string | undefined)[] = [];
    if (event.kind === "diagnostic") lines.push(annotation(event.diagnostic, folder, workspace));
    if (event.kind === "node-finished" || event.kind === "hook-finished") {
      lines.push(...event.diagnostics.map((diagnostic) => annotation(diagnostic, folder, workspace)));
    }
    if (event.kind === "node-finished") lines.push(nodeAnnotation(event, folder, workspace));
    for (const line of lines) if (line !== undefined) this.chatter(`${line}\n`);
  }

  /** @param untold what was counted but not shown */
  close(untold: readonly string[]): void {
    this.live?.stop();
    if (untold.length > 0 && this.settings.format !== "json") {
      const where =
        this.settings.log === undefined
          ? ""
          : `; all of them are in ${join(this.settings.log.folder, "etl.log")}`;
      this.chatter(`and ${untold.join(", ")}${where}\n`);
    }
    this.log?.flush();
    if (this.log?.failure !== undefined)
      this.outlets.err(`warning[log-unwritable]: the log file cannot be written: ${this.log.failure}\n`);
  }

  private chatter(text: string): void {
    if (this.settings.chatterToStderr) this.outlets.err(text);
    else this.outlets.out(text);
  }
}
