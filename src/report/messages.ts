// The one table of messages: what every event says, at which level, and under which name and code dbt's structured
// logs know it. Console, JSON lines and log file all speak through it.

import { type EtlEvent, isFailure, type NodeFacts, type NodeFinished } from "../base/events.ts";
import { visibleColours, visibleLine, visibleLines } from "../base/visible-text.ts";
import { type DiagnosticView, renderDiagnostic } from "./diagnostic-text.ts";
import { hookLine, nodeLine, startLine } from "./node-line.ts";
import { tableLines } from "./result-table.ts";
import { showCommand, slowerText, summaryLines } from "./summary.ts";
import { isCompiling, type Tally } from "./tally.ts";
import { counted, shownCount, shownSeconds } from "./words.ts";

export type Level = "debug" | "info" | "warn" | "error";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One thing said. `name` and `code` are dbt's for the same event, where it has one. */
export interface Speech {
  readonly level: Level;
  readonly name: string;
  readonly code: string;
  readonly text: string;
  readonly data: { readonly [key: string]: Json };
  /** Said even under --quiet (`print()` of templates). */
  readonly always?: true;
}

export interface Voice {
  readonly tally: Tally;
  readonly view: DiagnosticView;
  readonly repeatedOptions: string;
  /** print() of templates is shown. */
  readonly print: boolean;
}

/** What an event says, in order; nothing for events that are for machines only. The tally has counted it already. */
export function tell(event: EtlEvent, voice: Voice): readonly Speech[] {
  const { tally, view } = voice;
  switch (event.kind) {
    case "command-started":
      return [
        speech(
          "debug",
          "MainReportVersion",
          "A001",
          `etl ${event.version}: ${event.command} (invocation ${event.invocationId})`,
          {
            log_version: 3,
            version: event.version,
            command: event.command,
          },
        ),
      ];
    case "project-parsed":
      return [
        speech(tally.command === "parse" ? "info" : "debug", "FoundStats", "W006", foundText(event), {
          stat_line: foundText(event),
        }),
      ];
    case "run-started":
      return event.total === 0 ? [] : [runStarted(event, tally)];
    case "node-started":
      return [
        speech("debug", "LogStartLine", "Q011", startLine(event), {
          ...numbers(event),
          node_info: nodeInfo(event.node, "started"),
        }),
      ];
    case "node-finished":
      return nodeFinished(event, voice);
    case "nodes-slower":
      return [slower(event)];
    case "hook-finished":
      return [
        speech(levelOf(event.status), "LogHookEndLine", "Q033", hookLine(event, view.style, view.width), {
          ...numbers(event),
          statement: event.name,
          status: event.status,
          execution_time: event.seconds,
        }),
        ...event.diagnostics.map((diagnostic) => diagnosticSpeech(diagnostic, view)),
      ];
    case "statement":
      return statement(event);
    case "rows-quarantined":
      return [quarantined(event)];
    case "diagnostic":
      return [diagnosticSpeech(event.diagnostic, view)];
    case "message":
      return message(event, voice);
    case "command-finished":
      return commandFinished(event, voice);
  }
}

function speech(level: Level, name: string, code: string, text: string, data: Speech["data"]): Speech {
  return { level, name, code, text, data };
}

function quarantined({ node, name, rows }: EtlEvent & { readonly kind: "rows-quarantined" }): Speech {
  const text = `${visibleLine(name)}: ${counted(rows, "row")} in quarantine`;
  return speech("info", "RowsQuarantined", "Z052", text, { unique_id: node, rows });
}

function runStarted(event: EtlEvent & { readonly kind: "run-started" }, tally: Tally): Speech {
  const head = `${counted(event.total, "node")} on ${event.adapter}, target ${visibleLine(event.target)}, ${counted(event.threads, "thread")}`;
  return speech("info", "ConcurrencyLine", "Q027", isCompiling(tally) ? head : `${head}\n`, {
    num_threads: event.threads,
    target_name: event.target,
    node_count: event.total,
  });
}

/** For machines and logs; people are told in the summary. */
function slower({ nodes }: EtlEvent & { readonly kind: "nodes-slower" }): Speech {
  return speech("debug", "NodesSlower", "Z052", slowerText(nodes), {
    nodes: nodes.map(({ node, seconds, usual }) => ({ unique_id: node, seconds, usual })),
  });
}

const resultEvents: Readonly<Record<string, readonly [string, string]>> = {
  test: ["LogTestResult", "Q007"],
  unit_test: ["LogTestResult", "Q007"],
  snapshot: ["LogSnapshotResult", "Q015"],
  seed: ["LogSeedResult", "Q016"],
  source: ["LogFreshnessResult", "Q018"],
};

function nodeFinished(event: NodeFinished, voice: Voice): Speech[] {
  const { view, tally } = voice;
  const [name, code] =
    event.status === "skipped"
      ? ["SkippingDetails", "Q034"]
      : event.status === "no-op"
        ? ["LogNodeNoOpResult", "Q019"]
        : (resultEvents[event.node.resourceType] ?? ["LogModelResult", "Q012"]);
  // That one of thousands was compiled is no news.
  const isNews = !isCompiling(tally) || event.status !== "success";
  const said = [
    speech(
      isNews ? levelOf(event.status) : "debug",
      name,
      code,
      nodeLine(event, tally, view.style, view.width),
      {
        ...numbers(event),
        status: event.status,
        execution_time: event.seconds,
        message: event.message,
        num_failures: event.failures ?? 0,
        node_info: nodeInfo(event.node, event.status),
      },
    ),
    ...event.diagnostics.map((diagnostic) => diagnosticSpeech(diagnostic, view)),
  ];
  // A node that failed without a diagnostic still says why.
  if (
    event.diagnostics.length === 0 &&
    (isFailure(event.status) || event.status === "warn") &&
    event.message !== ""
  ) {
    said.push(
      speech(
        levelOf(event.status),
        "RunResultFailure",
        "Z022",
        `  ${visibleLines(event.message)} (${visibleLine(event.node.file)})`,
        {},
      ),
    );
  }
  const sample = sampleText(event, voice);
  if (sample !== undefined)
    said.push(speech(levelOf(event.status), "CheckNodeTestFailure", "Z027", sample, {}));
  return said;
}

/** The first failing rows and the command that shows all of them. */
function sampleText(event: NodeFinished, { view, repeatedOptions }: Voice): string | undefined {
  const { sample } = event;
  if (!sample || sample.rows.length === 0) return undefined;
  const lines = tableLines(sample, view.width - 4).map((line) => `    ${line}`);
  // A fail_calc of the user's own counts something else than rows, so the number is not told as rows.
  const total = sample.total ?? event.failures;
  if (total === undefined || total > sample.rows.length) {
    lines.push(`  ${view.style.cyan("all rows:")} ${showCommand(event, repeatedOptions)}`);
  }
  return lines.join("\n");
}

function statement(event: EtlEvent & { readonly kind: "statement" }): Speech[] {
  const rows = event.rows === undefined ? "" : `, ${counted(event.rows, "row")}`;
  const outcome = event.error === undefined ? "" : `\n  failed: ${event.error}`;
  const text = `${event.node}: ${event.milliseconds.toFixed(1)} ms${rows}\n${event.sql.trim().replaceAll(/^/gm, "    ")}${outcome}`;
  return [
    speech("debug", "SQLQuery", "E016", visibleLines(text), {
      conn_name: event.node,
      sql: event.sql,
      elapsed: event.milliseconds / 1000,
      node_info: { unique_id: event.node },
    }),
  ];
}

function message(event: EtlEvent & { readonly kind: "message" }, voice: Voice): Speech[] {
  const data =
    event.node === undefined
      ? { msg: event.text }
      : { msg: event.text, node_info: { unique_id: event.node } };
  const text = visibleColours(event.text);
  if (event.print)
    return voice.print ? [{ ...speech("info", "PrintEvent", "Z052", text, data), always: true }] : [];
  return [
    event.level === "info"
      ? speech("info", "JinjaLogInfo", "I062", text, data)
      : speech("debug", "JinjaLogDebug", "I063", text, data),
  ];
}

function commandFinished(
  event: EtlEvent & { readonly kind: "command-finished" },
  { tally, view, repeatedOptions }: Voice,
): Speech[] {
  const summary = summaryLines(tally, event.seconds, event.exitCode, {
    style: view.style,
    folder: view.folder,
    repeatedOptions,
  });
  const counts = tally.counts();
  const stats = {
    pass: counts.built + counts.passed + counts.reused,
    warn: counts.warned,
    error: counts.failed,
    skip: counts.skipped,
    total: tally.finished.length,
  };
  const end = speech(
    "debug",
    "CommandCompleted",
    "Q039",
    `command ${event.command} ended with ${event.exitCode} after ${shownSeconds(event.seconds)}`,
    {
      command: `etl ${event.command}`,
      success: event.exitCode === 0,
      exit_code: event.exitCode,
      elapsed: event.seconds,
    },
  );
  return summary.length === 0
    ? [end]
    : [speech("info", "StatsLine", "Z023", summary.join("\n"), { stats }), end];
}

function diagnosticSpeech(diagnostic: Parameters<typeof renderDiagnostic>[0], view: DiagnosticView): Speech {
  const { code, severity, message: sentence, place, help } = diagnostic;
  return speech(severity === "error" ? "error" : "warn", code, code, renderDiagnostic(diagnostic, view), {
    code,
    message: sentence,
    ...(place ? { file: place.file, line: place.line, column: place.column } : {}),
    ...(help === undefined ? {} : { help }),
    notes: (diagnostic.notes ?? []).map((note) => note.message),
  });
}

function levelOf(status: NodeFinished["status"]): Level {
  return isFailure(status) ? "error" : status === "warn" ? "warn" : "info";
}

function numbers({ index, total }: { readonly index: number; readonly total: number }): {
  readonly index: number;
  readonly total: number;
} {
  return { index, total };
}

function nodeInfo(node: NodeFacts, status: string): Json {
  return {
    unique_id: node.id,
    node_name: node.name,
    node_path: node.file,
    resource_type: node.resourceType,
    materialized: node.materialized,
    node_status: status,
    node_relation: { relation_name: node.relation },
    meta: {},
  };
}

const plurals: Readonly<Record<string, string>> = {
  analysis: "analyses",
  saved_query: "saved queries",
};

/** "6 models, 9 data tests, 2 seeds; read in 0.12s" */
function foundText({ counts, seconds, cached }: EtlEvent & { readonly kind: "project-parsed" }): string {
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([type, count]) => {
      const word = type === "test" ? "data test" : type.replaceAll("_", " ");
      return `${shownCount(count)} ${count === 1 ? word : (plurals[type] ?? `${word}s`)}`;
    });
  return `${parts.join(", ") || "nothing"}; read in ${shownSeconds(seconds)}${cached ? " from the parse cache" : ""}`;
}
