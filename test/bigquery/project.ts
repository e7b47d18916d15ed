// A project on the fake server, run in this process through the public API.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  buildNodes,
  loadConfig,
  type NodeCommand,
  nodeHost,
  type RunReport,
  withProject,
} from "../../src/index.ts";
import type { Value } from "../../src/jinja/value.ts";
import type { OpenProject } from "../../src/open-project.ts";
import { estimateBytes } from "../../src/pipeline.ts";
import type { NodeEstimate } from "../../src/run/estimate-nodes.ts";
import { type Settings, settingsOf } from "./open.ts";

export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "etl-bigquery-project-"));

  /** @param files by path; dbt_project.yml is added where it is missing */
  constructor(
    port: number,
    schema: string,
    files: Readonly<Record<string, string>>,
    settings: Settings = {},
  ) {
    const output = { ...settingsOf(port), schema, threads: 1, ...settings };
    const all = {
      "dbt_project.yml": "name: shop\nprofile: shop\nquery-comment: null\n",
      "profiles.yml": JSON.stringify({ shop: { target: "dev", outputs: { dev: output } } }),
      ...files,
    };
    this.write(all);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  run(command: NodeCommand, flags: Readonly<Record<string, Value>> = {}): Promise<RunReport> {
    return this.#with(command, flags, (project) => buildNodes(project, command));
  }

  estimates(command: NodeCommand): Promise<readonly NodeEstimate[]> {
    return this.#with(command, {}, (project) => estimateBytes(project, command));
  }

  async #with<T>(
    command: NodeCommand,
    flags: Readonly<Record<string, Value>>,
    work: (project: OpenProject) => Promise<T>,
  ): Promise<T> {
    const { signal } = new AbortController();
    const host = nodeHost({
      cwd: this.folder,
      env: { HOME: this.folder },
      emit: () => {},
      clean: (text) => text,
      signal,
    });
    const cli = new Map<string, Value>(Object.entries(flags));
    const config = await loadConfig({ command, cli, cwd: this.folder }, host);
    const invocation = { id: host.uuid(), startedAt: host.now(), command };
    return withProject(config, invocation, host, work);
  }

  /** Runs a command and expects that all of it goes well. */
  async succeeds(command: NodeCommand, flags: Readonly<Record<string, Value>> = {}): Promise<RunReport> {
    const report = await this.run(command, flags);
    const troubles = messages(report);
    if (troubles.length > 0) throw new Error(troubles.join("\n"));
    return report;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What did not end well, with what is said of it. */
export function messages({ results }: RunReport): string[] {
  return results
    .filter(({ status }) => !["success", "pass", "no-op"].includes(status))
    .map(({ facts, status, message, diagnostics }) =>
      [
        `${facts.name}: ${status}: ${message ?? ""}`,
        ...diagnostics.map((one) => [one.code, one.message, one.help].filter(Boolean).join(" | ")),
      ].join("\n"),
    );
}
