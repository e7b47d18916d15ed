// A project in a folder of a test: its files written, and opened as a command does it, in this process.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "../../src/config/flag-table.ts";
import { type EtlEvent, loadConfig, nodeHost, type OpenProject, withProject } from "../../src/index.ts";
import type { Value } from "../../src/jinja/value.ts";

export interface OpenOptions {
  readonly startedAt?: Date | undefined;
  /** Flags of the command line by their names. */
  readonly flags?: Readonly<Record<string, Value>> | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly onEvent?: ((event: EtlEvent) => void) | undefined;
}

/** Writes files by path, with the folders that they need. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Hands the project of a folder to `use`. @throws EtlError with its mistakes, what `use` throws */
export async function openFolder<T>(
  folder: string,
  command: Command,
  { startedAt, flags = {}, env = {}, onEvent = () => {} }: OpenOptions,
  use: (project: OpenProject) => Promise<T>,
): Promise<T> {
  const { signal } = new AbortController();
  const all = { HOME: folder, USERPROFILE: folder, ...env };
  const host = nodeHost({ cwd: folder, env: all, emit: onEvent, clean: (text) => text, signal });
  const config = await loadConfig({ command, cli: new Map(Object.entries(flags)), cwd: folder }, host);
  return withProject(config, { id: host.uuid(), startedAt: startedAt ?? host.now(), command }, host, use);
}
