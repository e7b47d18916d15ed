// A small project of a test, run in this process through the public API on whatever warehouse its profile names.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Setting } from "../../src/adapter/adapter.ts";
import {
  buildNodes,
  type Command,
  type NodeCommand,
  type OpenProject,
  type RunReport,
} from "../../src/index.ts";
import type { Value } from "../../src/jinja/value.ts";
import { openFolder, writeFiles } from "./open-folder.ts";

export class SmallProject {
  readonly folder = mkdtempSync(join(tmpdir(), "etl-small-project-"));

  /**
   * @param output the output of profiles.yml
   * @param files by path; dbt_project.yml is added where it is missing
   */
  constructor(output: Readonly<Record<string, Setting>>, files: Readonly<Record<string, string>>) {
    this.write({
      "dbt_project.yml": "name: shop\nprofile: shop\nquery-comment: null\n",
      "profiles.yml": JSON.stringify({ shop: { target: "dev", outputs: { dev: output } } }),
      ...files,
    });
  }

  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.folder, files);
  }

  run(command: NodeCommand, flags: Readonly<Record<string, Value>> = {}): Promise<RunReport> {
    return this.within(command, flags, (project) => buildNodes(project, command));
  }

  /** Opens the project as a command does, for as long as `work` takes. */
  within<T>(
    command: Command,
    flags: Readonly<Record<string, Value>>,
    work: (project: OpenProject) => Promise<T>,
  ): Promise<T> {
    return openFolder(this.folder, command, { flags }, work);
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
