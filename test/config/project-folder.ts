// Writes a project's files to a folder of its own and loads its configuration with the real host.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Diagnostic, EtlError } from "../../src/base/diagnostic.ts";
import type { Host } from "../../src/base/host.ts";
import { nodeHost } from "../../src/base/node-host.ts";
import type { Config } from "../../src/config/config.ts";
import type { Command } from "../../src/config/flag-table.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import type { Value } from "../../src/jinja/value.ts";

export const PROJECT = "name: shop\nversion: '1.0'\nprofile: shop\n";
export const PROFILES =
  "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n      threads: 2\n    prod:\n      type: duckdb\n      schema: prod\n";

export interface LoadOptions {
  readonly command?: Command;
  readonly cli?: Record<string, Value>;
  readonly env?: Record<string, string>;
  /** Folder below the temporary one in which the command is typed. */
  readonly cwd?: string;
}

const folders: string[] = [];

/** Removes what the tests wrote. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** @param files contents by path; undefined leaves a default file out */
export function writeFolder(files: Readonly<Record<string, string | undefined>>): string {
  const folder = mkdtempSync(join(tmpdir(), "etl-config-"));
  folders.push(folder);
  for (const [path, text] of Object.entries({
    "dbt_project.yml": PROJECT,
    "profiles.yml": PROFILES,
    ...files,
  })) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export function hostOf(folder: string, env: Record<string, string> = {}): Host {
  return nodeHost({
    cwd: folder,
    env: { HOME: join(folder, "home"), ...env },
    emit: () => {},
    clean: (text) => text,
    signal: new AbortController().signal,
  });
}

/** Loads the configuration of the files. Throws EtlError. */
export function load(
  files: Readonly<Record<string, string | undefined>>,
  options: LoadOptions = {},
): Promise<Config> {
  const folder = writeFolder(files);
  const cwd = join(folder, options.cwd ?? "");
  const cli = new Map(Object.entries(options.cli ?? {}));
  return loadConfig({ command: options.command ?? "build", cli, cwd }, hostOf(folder, options.env));
}

/** What is said about the files, errors or warnings, in the order in which it is told. */
export async function complaints(
  files: Readonly<Record<string, string | undefined>>,
  options: LoadOptions = {},
): Promise<readonly Diagnostic[]> {
  try {
    return (await load(files, options)).diagnostics;
  } catch (error) {
    if (error instanceof EtlError) return error.diagnostics;
    throw error;
  }
}
