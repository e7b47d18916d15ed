// What a Report says of a list of events: every outlet as text, with clocks that stand still.

import type { EtlEvent, NodeFacts, NodeFinished } from "../../src/base/events.ts";
import type { Files } from "../../src/base/host.ts";
import { nodeFiles } from "../../src/base/node-files.ts";
import { environmentSecrets, Scrubber } from "../../src/base/scrubber.ts";
import { Report } from "../../src/report/report.ts";
import type { ReportSettings } from "../../src/report/settings.ts";

export interface Told {
  readonly out: string;
  readonly err: string;
  /** Written and appended files by path. */
  readonly files: ReadonlyMap<string, string>;
}

export const settings: ReportSettings = {
  folder: "/shop",
  format: "text",
  level: "info",
  quiet: false,
  print: true,
  colours: false,
  live: false,
  width: 80,
  chatterToStderr: false,
  log: undefined,
  junit: undefined,
  github: false,
  repeatedOptions: "",
};

export interface TellOptions {
  readonly settings?: Partial<ReportSettings>;
  readonly env?: Readonly<Record<string, string>>;
  /** Source files by absolute path. */
  readonly sources?: Readonly<Record<string, string>>;
  readonly exitCode?: number;
}

/** Emits all events, then closes. */
export function told(events: readonly EtlEvent[], options: TellOptions = {}): Told {
  const outs: string[] = [];
  const errs: string[] = [];
  const written = new Map<string, string>();
  const env = options.env ?? {};
  const scrubber = new Scrubber();
  scrubber.add(environmentSecrets(env));
  let clock = 0;
  const report = new Report({
    out: (text) => void outs.push(scrubber.clean(text)),
    err: (text) => void errs.push(scrubber.clean(text)),
    files: memoryFiles(written, options.sources ?? {}, scrubber.clean),
    now: () => new Date(Date.UTC(2026, 0, 31, 10, 0, 0, clock)),
    elapsedMs: () => {
      clock += 1;
      return clock;
    },
    env,
  });
  for (const event of events) report.emit(event);
  report.start({ ...settings, ...options.settings });
  report.close(options.exitCode ?? 0, 2.5);
  return { out: outs.join(""), err: errs.join(""), files: written };
}

function memoryFiles(
  written: Map<string, string>,
  sources: Readonly<Record<string, string>>,
  clean: (text: string) => string,
): Files {
  return {
    ...nodeFiles(clean),
    readText: (path) => {
      const text = sources[path.replaceAll("\\", "/")];
      if (text === undefined) throw new Error(`no such file: ${path}`);
      return text;
    },
    stat: () => undefined,
    makeDirectory: () => {},
    writeWhole: (path, data) => void written.set(path, clean(String(data))),
    append: (path, data) => void written.set(path, (written.get(path) ?? "") + clean(data)),
  };
}

export function facts(resourceType: string, name: string, more: Partial<NodeFacts> = {}): NodeFacts {
  return {
    id: `${resourceType}.shop.${name}`,
    name,
    resourceType,
    packageName: "shop",
    materialized: resourceType === "model" ? "table" : resourceType,
    relation: resourceType === "test" ? "" : `main.${name}`,
    file: resourceType === "test" ? "models/schema.yml" : `models/${name}.sql`,
    ...more,
  };
}

export function finished(index: number, node: NodeFacts, more: Partial<NodeFinished> = {}): NodeFinished {
  return {
    kind: "node-finished",
    node,
    index,
    total: 5,
    status: node.resourceType === "test" ? "pass" : "success",
    seconds: 0.05 * index,
    message: "",
    diagnostics: [],
    ...more,
  };
}

/** A build of five nodes in which one test fails and a node is skipped for it. */
export const build: readonly EtlEvent[] = [
  {
    kind: "command-started",
    command: "build",
    invocationId: "0-0",
    version: "0.1.0",
    at: new Date(Date.UTC(2026, 0, 31, 10)),
  },
  { kind: "project-parsed", counts: { model: 3, test: 2 }, seconds: 0.1, cached: false },
  { kind: "run-started", total: 5, threads: 4, adapter: "duckdb", target: "dev" },
  { kind: "node-started", node: facts("seed", "raw_orders"), index: 1, total: 5 },
  finished(1, facts("seed", "raw_orders", { file: "seeds/raw_orders.csv" }), { rows: 1200 }),
  finished(2, facts("model", "orders"), { rows: 99, seconds: 12.34 }),
  finished(3, facts("test", "not_null_orders_id")),
  finished(4, facts("test", "unique_orders_order_id"), {
    status: "fail",
    failures: 7,
    message: "Got 7 results, configured to fail if != 0",
    diagnostics: [
      {
        code: "seed-cell",
        severity: "error",
        message: "7 values of order_id occur more than once",
        place: { file: "models/schema.yml", line: 3, column: 9, length: 6 },
      },
    ],
    sample: {
      columns: ["order_id", "n"],
      rows: [
        ["1", "2"],
        ["17", "3"],
        [null, "2"],
      ],
      total: 7,
    },
  }),
  finished(5, facts("model", "customers"), {
    status: "skipped",
    because: "test.shop.unique_orders_order_id",
    seconds: 0,
  }),
  { kind: "command-finished", command: "build", exitCode: 1, seconds: 12.6 },
];
