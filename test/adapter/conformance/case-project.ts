// A small project of a case: files in a folder of its own, built in this process through the public API or by `etl` as
// a process, and looked at through the adapter afterwards.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { CatalogRelation, Warehouse } from "../../../src/adapter/adapter.ts";
import type { Cell, QueryResult } from "../../../src/adapter/result.ts";
import {
  buildNodes,
  type EtlEvent,
  type Host,
  loadConfig,
  type NodeCommand,
  nodeHost,
  type RunReport,
  withProject,
} from "../../../src/index.ts";
import type { Value } from "../../../src/jinja/value.ts";
import { credentialsOf } from "./credentials.ts";
import type { Engine } from "./engine.ts";
import { type Running, startEtl } from "./etl-process.ts";

export interface CaseRunOptions {
  readonly vars?: Readonly<Record<string, Value>>;
  /** Flags of the command line by their names. */
  readonly flags?: Readonly<Record<string, Value>>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: EtlEvent) => void;
}

export class CaseProject {
  readonly folder = mkdtempSync(join(tmpdir(), "etl-case-"));

  /** @param files by path; dbt_project.yml is added where it is missing */
  constructor(
    private readonly engine: Engine,
    readonly schemaName: string,
    files: Readonly<Record<string, string>>,
  ) {
    const output = engine.settings(schemaName);
    const profile = { conformance: { target: "dev", outputs: { dev: output } } };
    this.write({
      "dbt_project.yml": "name: shop\nprofile: conformance\n",
      "profiles.yml": JSON.stringify(profile),
      ...files,
    });
    if (engine.packageFolder !== undefined) this.#link(engine.packageFolder);
  }

  /** Writes files by path; null removes one. */
  write(files: Readonly<Record<string, string | null>>): void {
    for (const [path, text] of Object.entries(files)) {
      if (text === null) {
        rmSync(join(this.folder, path));
        continue;
      }
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  /** Runs a command in this process. @throws EtlError when the project or the warehouse is refused as a whole */
  async run(command: NodeCommand, options: CaseRunOptions = {}): Promise<RunReport> {
    const { vars = {}, flags = {}, signal = new AbortController().signal, onEvent = () => {} } = options;
    const host = this.#host(signal, onEvent);
    const cli = new Map<string, Value>(Object.entries(flags));
    cli.set("vars", new Map<Value, Value>(Object.entries(vars)));
    const config = await loadConfig({ command, cli, cwd: this.folder }, host);
    const invocation = { id: host.uuid(), startedAt: host.now(), command };
    return withProject(config, invocation, host, (project) => buildNodes(project, command));
  }

  /** Runs a command and expects that all of it goes well. */
  async succeeds(command: NodeCommand, options: CaseRunOptions = {}): Promise<RunReport> {
    const report = await this.run(command, options);
    assert.equal(troubles(report), "");
    return report;
  }

  /** Starts `etl ...args` as a process in the folder. */
  start(...args: string[]): Running {
    return startEtl(this.folder, args);
  }

  /** Opens the warehouse that the project builds in, for as long as `use` takes. */
  async look<T>(use: (warehouse: Warehouse) => Promise<T>): Promise<T> {
    const { adapter } = this.engine;
    const host = this.#host(new AbortController().signal, () => {});
    const credentials = credentialsOf(this.engine, this.folder, this.schemaName, host);
    const warehouse = await adapter.open(credentials, { threads: 2, host });
    try {
      return await use(warehouse);
    } finally {
      await warehouse.close();
    }
  }

  /** The rows of a query, in which `{name}` stands for the relation of that name in the project's schema. */
  async rows(sql: string): Promise<readonly (readonly Cell[])[]> {
    return (await this.execute(sql)).rows;
  }

  /** As `rows`, with columns and all. */
  execute(sql: string): Promise<QueryResult> {
    const text = sql.replaceAll(/\{([^}]+)\}/g, (_, name: string) => this.relation(name));
    return this.look((warehouse) => warehouse.withSession("look", (session) => session.execute(text)));
  }

  /** Names and kinds of what is in the schema, by name. */
  async kinds(): Promise<Readonly<Record<string, string | null>>> {
    const found = await this.look((warehouse) => warehouse.listRelations([this.#place()]));
    return Object.fromEntries(found.map(({ identifier, kind }) => [identifier ?? "", kind]));
  }

  catalog(): Promise<readonly CatalogRelation[]> {
    return this.look((warehouse) => warehouse.catalog([this.#place()]));
  }

  /** A relation of the project's schema in SQL. */
  relation(name: string): string {
    const { adapter, database } = this.engine;
    return [database, this.schemaName, name].map((part) => adapter.quote(part)).join(".");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #place() {
    return { database: this.engine.database, schema: this.schemaName, identifier: null };
  }

  #host(signal: AbortSignal, emit: (event: EtlEvent) => void): Host {
    return nodeHost({ cwd: this.folder, env: { HOME: this.folder }, emit, clean: (text) => text, signal });
  }

  #link(packageFolder: string): void {
    const modules = join(this.folder, "node_modules");
    mkdirSync(modules, { recursive: true });
    symlinkSync(packageFolder, join(modules, `etl-adapter-${this.engine.adapter.type}`), "junction");
  }
}

/** Status by name of the node. */
export function statuses({ results }: RunReport): Readonly<Record<string, string>> {
  return Object.fromEntries(results.map(({ facts, status }) => [facts.name, status]));
}

/** What did not end well, in words; empty when all did. */
export function troubles({ results }: RunReport): string {
  return results
    .filter(({ status }) => status !== "success" && status !== "pass" && status !== "no-op")
    .map(({ facts, status, message, diagnostics }) =>
      [`${facts.name}: ${status}: ${message}`, ...diagnostics.map((one) => one.message)].join("\n"),
    )
    .join("\n");
}
