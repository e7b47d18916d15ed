// Small projects on either engine, run in this process through the public API, whose relations can be compared as a whole.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Command } from "../../src/config/flag-table.ts";
import {
  buildNodes,
  type EtlEvent,
  type NodeCommand,
  type OpenProject,
  type RunReport,
} from "../../src/index.ts";
import type { Value } from "../../src/jinja/value.ts";
import { openFolder, writeFiles } from "../adapter/open-folder.ts";
import type { PostgresServer } from "../postgres/launch.ts";
import { settingsOf } from "../postgres/open.ts";
import { query as queryPostgres } from "../postgres/project.ts";

export type Engine = "duckdb" | "postgres";

export interface Asked {
  readonly flags?: Readonly<Record<string, Value>>;
  readonly at?: string;
}

export type Rows = (string | null)[][];

function texts(rows: readonly (readonly unknown[])[]): Rows {
  const text = (cell: unknown): string | null =>
    cell === null ? null : cell instanceof Date ? cell.toISOString() : String(cell);
  return rows.map((row) => row.map(text));
}

let made = 0;

export class Shop {
  readonly folder = mkdtempSync(join(tmpdir(), "etl-state-"));
  readonly schema: string;
  readonly events: EtlEvent[] = [];

  /**
   * @param server where it builds; without one it is a DuckDB file
   * @param files by path; dbt_project.yml is added where it is missing
   */
  constructor(
    private readonly server: PostgresServer | undefined,
    files: Readonly<Record<string, string>>,
  ) {
    this.schema = server ? `shop_${++made}` : "main";
    const output = server
      ? { ...settingsOf(server), schema: this.schema, threads: 2 }
      : { type: "duckdb", path: "shop.duckdb", threads: 2 };
    this.write({
      "dbt_project.yml": "name: shop\nprofile: shop\n",
      "profiles.yml": JSON.stringify({ shop: { target: "dev", outputs: { dev: output } } }),
      ...files,
    });
  }

  get stateSchema(): string {
    return this.server ? `etl_state_${this.schema}` : "etl_state";
  }

  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.folder, files);
  }

  run(command: NodeCommand, asked: Asked = {}): Promise<RunReport> {
    return this.with(command, asked, (project) => buildNodes(project, command));
  }

  with<T>(command: Command, { flags, at }: Asked, use: (project: OpenProject) => Promise<T>): Promise<T> {
    const options = {
      startedAt: at === undefined ? undefined : new Date(at),
      flags: { state_schema: this.stateSchema, ...flags },
      onEvent: (event: EtlEvent) => void this.events.push(event),
    };
    return openFolder(this.folder, command, options, use);
  }

  /** Rows as texts, on a connection apart; names without a schema are those of the project. */
  async query(sql: string): Promise<Rows> {
    const [rows = []] = await this.queries(async (ask) => [await ask(sql)]);
    return rows;
  }

  /** Several queries on one connection: opening a file costs more than asking it. */
  async queries<T>(use: (ask: (sql: string) => Promise<Rows>) => Promise<T>): Promise<T> {
    if (this.server) {
      const { server } = this;
      const prefix = `create schema if not exists ${this.schema}; set search_path = ${this.schema};`;
      return use(async (sql) => texts(await queryPostgres(server, `${prefix} ${sql}`)));
    }
    const instance = await DuckDBInstance.create(join(this.folder, "shop.duckdb"));
    const connection = await instance.connect();
    try {
      return await use(async (sql) => texts((await connection.runAndReadAll(sql)).getRows()));
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }

  /** Every relation of the project's schema: kind, columns and rows; kept versions are none of them. */
  relations(): Promise<Record<string, unknown>> {
    return this.queries(async (ask) => {
      const found = await ask(
        `select table_name, table_type from information_schema.tables where table_schema = '${this.schema}' order by 1`,
      );
      const relations: Record<string, unknown> = {};
      for (const [name, kind] of found) {
        if (!name || name.includes("__etl_")) continue;
        const columns = await ask(
          `select column_name, data_type from information_schema.columns where table_schema = '${this.schema}' and table_name = '${name}' order by ordinal_position`,
        );
        const rows = await ask(`select * from ${name}`);
        relations[name] = { kind, columns, rows: rows.map((row) => JSON.stringify(row)).sort() };
      }
      return relations;
    });
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
