// A project with its warehouse, on DuckDB or on a Postgres server of the tests, run as commands run it. Queries of the
// tests go past all of our stages, and see the schema of the project first.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { buildNodes, type EtlEvent, type NodeCommand, type RunReport } from "../../src/index.ts";
import { type OpenOptions, openFolder, writeFiles } from "../adapter/open-folder.ts";
import type { PostgresServer } from "../postgres/launch.ts";
import { settingsOf } from "../postgres/open.ts";
import { query as queryPostgres } from "../postgres/project.ts";

export type Rows = readonly (readonly (string | null)[])[];

export interface Lab {
  readonly folder: string;
  readonly events: readonly EtlEvent[];
  /** Runs statements one after the other; rows of the last one, as text. */
  query(sql: string): Promise<Rows>;
  run(command: NodeCommand, options?: Pick<OpenOptions, "startedAt" | "flags">): Promise<RunReport>;
  write(files: Readonly<Record<string, string>>): void;
  close(): void;
}

/**
 * @param server null: an embedded DuckDB
 * @param files by path, besides dbt_project.yml and profiles.yml
 * @param flags of dbt_project.yml, as JSON
 */
export function openLab(
  server: PostgresServer | null,
  files: Readonly<Record<string, string>>,
  flags: Readonly<Record<string, unknown>> = {},
): Lab {
  const folder = mkdtempSync(join(tmpdir(), "etl-state-"));
  const schema = `lab_${folder.slice(-6).toLowerCase()}`;
  const output = server
    ? { ...settingsOf(server), schema, threads: 4 }
    : { type: "duckdb", path: "lab.duckdb", schema, threads: 4 };
  const write = (texts: Readonly<Record<string, string>>): void => writeFiles(folder, texts);
  write({
    "dbt_project.yml": `name: shop\nprofile: lab\nflags: ${JSON.stringify({ state_schema: `${schema}_state`, ...flags })}\n`,
    "profiles.yml": JSON.stringify({ lab: { target: "dev", outputs: { dev: output } } }),
    ...files,
  });
  const events: EtlEvent[] = [];
  const onEvent = (event: EtlEvent): void => void events.push(event);
  return {
    folder,
    events,
    write,
    query: async (sql) => {
      const named = sql.replaceAll("etl_state.", `${schema}_state.`);
      const prepared = `create schema if not exists ${schema}; set search_path = '${schema}'; ${named}`;
      const rows = server
        ? await queryPostgres(server, prepared)
        : await queryDuckdb(join(folder, "lab.duckdb"), prepared);
      return rows.map((row) => row.map((cell) => (cell === null ? null : String(cell))));
    },
    run: (command, options = {}) =>
      openFolder(folder, command, { ...options, onEvent }, (project) => buildNodes(project, command)),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function queryDuckdb(path: string, sql: string): Promise<readonly (readonly unknown[])[]> {
  const instance = await DuckDBInstance.create(path);
  try {
    const connection = await instance.connect();
    const rows = (await connection.runAndReadAll(sql)).getRows();
    connection.closeSync();
    return rows;
  } finally {
    instance.closeSync();
  }
}
