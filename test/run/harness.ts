// Runs small projects in this process through all stages, on a real DuckDB: files in, statuses and rows out.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Warehouse } from "../../src/adapter/adapter.ts";
import { RelationCache } from "../../src/adapter/relation-cache.ts";
import { EtlError, hasErrors } from "../../src/base/diagnostic.ts";
import type { EtlEvent } from "../../src/base/events.ts";
import type { Host } from "../../src/base/host.ts";
import { nodeHost } from "../../src/base/node-host.ts";
import type { RunDeps } from "../../src/compile/deps.ts";
import type { Command } from "../../src/config/flag-table.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import type { Value } from "../../src/jinja/value.ts";
import type { ResourceType } from "../../src/manifest/node.ts";
import { parseProject } from "../../src/parse/parse-project.ts";
import { loadProject } from "../../src/project/load-project.ts";
import { executePlan } from "../../src/run/execute-plan.ts";
import { type PlanRequest, planRun, type RunCommand } from "../../src/run/plan.ts";
import type { RunReport } from "../../src/run/report.ts";
import { selectNodes } from "../../src/select/select-nodes.ts";
import { writeFiles } from "../adapter/open-folder.ts";

const PROFILES = `test:
  target: dev
  outputs:
    dev: {type: duckdb, path: test.duckdb, threads: 2}
`;

export interface RunOptions {
  readonly select?: readonly string[];
  readonly flags?: Readonly<Record<string, Value>>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: EtlEvent) => void;
  readonly plan?: Omit<PlanRequest, "command" | "storeFailures">;
  readonly startedAt?: Date;
}

const TYPES: readonly ResourceType[] = [
  "model",
  "seed",
  "snapshot",
  "test",
  "unit_test",
  "source",
  "analysis",
  "exposure",
  "saved_query",
  "function",
];

/** A project in a folder of its own; `close` removes it. */
export class TestProject {
  readonly folder = mkdtempSync(join(tmpdir(), "etl-run-"));
  readonly events: EtlEvent[] = [];

  /** @param files by path; dbt_project.yml and profiles.yml are added where they are missing */
  constructor(files: Readonly<Record<string, string>>) {
    this.write({ "dbt_project.yml": "name: shop\nprofile: test\n", "profiles.yml": PROFILES, ...files });
  }

  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.folder, files);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  run(command: RunCommand, options: RunOptions = {}): Promise<RunReport> {
    return this.with(command, options, (deps) => {
      const storeFailures = deps.shared.config.flags.boolean("store_failures");
      return executePlan(
        planRun(deps.manifest, deps.selected, { command, storeFailures, ...options.plan }),
        deps,
      );
    });
  }

  /** Loads and parses the project and hands it to `use`, with a warehouse that is closed at the end. */
  async with<T>(command: Command, options: RunOptions, use: (deps: RunDeps) => Promise<T>): Promise<T> {
    const host = this.#host(options);
    const config = await loadConfig(
      { command, cli: new Map(Object.entries(options.flags ?? {})), cwd: this.folder },
      host,
    );
    const { adapter, credentials } = config;
    let opened: Promise<Warehouse> | undefined;
    const openWarehouse = () => {
      opened ??= adapter.open(credentials, { threads: config.threads, host });
      return opened;
    };
    const project = loadProject(config, adapter, host);
    const parsed = parseProject({
      config,
      project: project.value,
      adapter,
      credentials,
      host,
      invocation: { id: host.uuid(), startedAt: options.startedAt ?? host.now(), command },
      relations: new RelationCache(adapter, async (schemas) =>
        (await openWarehouse()).listRelations(schemas),
      ),
    });
    if (hasErrors(parsed.diagnostics))
      throw new EtlError(parsed.diagnostics.filter(({ severity }) => severity === "error"));
    const { manifest, shared } = parsed.value;
    const selected = selectNodes(manifest, {
      select: options.select,
      exclude: [],
      selector: undefined,
      selectors: new Map(),
      indirect: "eager",
      types: new Set(TYPES),
    }).value;
    try {
      return await use({ shared, manifest, openWarehouse, selected });
    } finally {
      await (await opened)?.close();
      await host.files.settled();
    }
  }

  /** Rows of a query over what was built, as text; on a connection of the driver, without any of our stages. */
  async query(sql: string, database = "test.duckdb"): Promise<(string | null)[][]> {
    const instance = await DuckDBInstance.create(join(this.folder, database));
    try {
      const connection = await instance.connect();
      const rows = (await connection.runAndReadAll(sql)).getRows();
      connection.closeSync();
      return rows.map((row) => row.map((cell) => (cell === null ? null : String(cell))));
    } finally {
      instance.closeSync();
    }
  }

  #host({ signal, onEvent }: RunOptions): Host {
    return nodeHost({
      cwd: this.folder,
      env: { HOME: this.folder },
      emit: (event) => {
        this.events.push(event);
        onEvent?.(event);
      },
      clean: (text) => text,
      signal: signal ?? new AbortController().signal,
    });
  }
}

/** Status by name of the node, in the order of ending. */
export function statuses(report: RunReport): Record<string, string> {
  return Object.fromEntries(report.results.map(({ facts, status }) => [facts.name, status]));
}

/** The messages of what did not end well, for the message of a failing test. */
export function troubles(report: RunReport): string {
  return report.results
    .filter(({ status }) => status !== "success" && status !== "pass")
    .map(
      ({ facts, status, message, diagnostics }) =>
        `${facts.name}: ${status}: ${message}\n${JSON.stringify(diagnostics, null, 1)}`,
    )
    .join("\n");
}
