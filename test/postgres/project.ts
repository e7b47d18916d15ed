// A project on a test server, run in this process through the public API.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { Diagnostic } from "../../src/base/diagnostic.ts";
import { buildNodes, type EtlEvent, type NodeCommand, type RunReport } from "../../src/index.ts";
import type { Value } from "../../src/jinja/value.ts";
import { openFolder, writeFiles } from "../adapter/open-folder.ts";
import type { PostgresServer } from "./launch.ts";
import { type Settings, settingsOf } from "./open.ts";

/** Runs one text of SQL on a connection apart; gives the rows of the last statement as arrays. */
export async function query(server: PostgresServer, sql: string): Promise<unknown[][]> {
  const { host, port, user, password, database } = server;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    const result = await client.query({ text: sql, rowMode: "array" });
    const last = Array.isArray(result) ? result.at(-1) : result;
    return last.rows;
  } finally {
    await client.end();
  }
}

export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "etl-postgres-project-"));

  /**
   * @param schema where models are built
   * @param files by path; dbt_project.yml is added where it is missing
   */
  constructor(
    server: PostgresServer,
    readonly schema: string,
    files: Readonly<Record<string, string>>,
    settings: Settings = {},
  ) {
    const output = { ...settingsOf(server), schema, threads: 2, ...settings };
    this.write({
      "dbt_project.yml": "name: shop\nprofile: shop\n",
      "profiles.yml": JSON.stringify({ shop: { target: "dev", outputs: { dev: output } } }),
      ...files,
    });
  }

  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.folder, files);
  }

  run(command: NodeCommand, vars: Readonly<Record<string, Value>> = {}): Promise<RunReport> {
    return runProject(this.folder, command, { vars });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs a command in a folder, in this process. */
export function runProject(
  folder: string,
  command: NodeCommand,
  {
    vars = {},
    env,
    onMessage = () => {},
  }: {
    readonly vars?: Readonly<Record<string, Value>>;
    readonly env?: Readonly<Record<string, string>>;
    readonly onMessage?: (text: string) => void;
  },
): Promise<RunReport> {
  const flags = { vars: new Map<Value, Value>(Object.entries(vars)) };
  const onEvent = (event: EtlEvent): void => {
    if (event.kind === "message") onMessage(event.text);
  };
  return openFolder(folder, command, { flags, env, onEvent }, (project) => buildNodes(project, command));
}

/** How each node ended, in the order of their names: "name: status", with what was said about it. */
export function told({ results }: RunReport): string {
  return [...results]
    .sort((a, b) => (a.facts.name < b.facts.name ? -1 : 1))
    .map(({ facts, status, diagnostics }) =>
      [`${facts.name}: ${status}`, ...diagnostics.map(lines)].join("\n"),
    )
    .join("\n");
}

function lines({ message, place, notes = [], help }: Diagnostic): string {
  return [
    `  ${place?.file}:${place?.line}:${place?.column} ${message}`,
    ...notes.map((note) => `    note: ${note.message}`),
    ...(help === undefined ? [] : [`    help: ${help}`]),
  ].join("\n");
}
