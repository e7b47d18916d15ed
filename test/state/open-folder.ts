// A project in a folder, opened as a command does it, in this process.

import type { Command } from "../../src/config/flag-table.ts";
import { type EtlEvent, loadConfig, nodeHost, type OpenProject, withProject } from "../../src/index.ts";
import type { Value } from "../../src/jinja/value.ts";

export interface OpenOptions {
  readonly startedAt?: Date;
  readonly flags?: Readonly<Record<string, Value>>;
  readonly onEvent?: (event: EtlEvent) => void;
}

/** Hands the project of a folder to `use`. @throws EtlError with its mistakes, what `use` throws */
export async function openFolder<T>(
  folder: string,
  command: Command,
  { startedAt, flags = {}, onEvent = () => {} }: OpenOptions,
  use: (project: OpenProject) => Promise<T>,
): Promise<T> {
  const env = { HOME: folder, USERPROFILE: folder };
  const signal = new AbortController().signal;
  const host = nodeHost({ cwd: folder, env, emit: onEvent, clean: (text) => text, signal });
  const config = await loadConfig({ command, cli: new Map(Object.entries(flags)), cwd: folder }, host);
  return withProject(config, { id: host.uuid(), startedAt: startedAt ?? host.now(), command }, host, use);
}
