// Parses a project folder as the pipeline does, for tests.

import { RelationCache } from "../../src/adapter/relation-cache.ts";
import type { Checked } from "../../src/base/diagnostic.ts";
import type { EtlEvent } from "../../src/base/events.ts";
import { nodeHost } from "../../src/base/node-host.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import type { Value } from "../../src/jinja/value.ts";
import { type Parsed, type ParseRequest, parseProject } from "../../src/parse/parse-project.ts";
import { parseWithCache } from "../../src/parse/parse-with-cache.ts";
import { loadProject } from "../../src/project/load-project.ts";

export interface FolderOptions {
  /** Flags of the command line by their names in flag-table.ts. */
  readonly cli?: Readonly<Record<string, Value>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly emit?: (event: EtlEvent) => void;
}

/** Parses from nothing. @throws EtlError when the configuration or the packages are broken already */
export function parseFolder(folder: string, options: FolderOptions = {}): Promise<Checked<Parsed>> {
  return parse(folder, options, parseProject);
}

/** The same with the parse cache, as commands do it. */
export function parseFolderCached(
  folder: string,
  options: FolderOptions = {},
): Promise<ReturnType<typeof parseWithCache>> {
  return parse(folder, options, parseWithCache);
}

async function parse<T extends Checked<Parsed>>(
  folder: string,
  options: FolderOptions,
  stage: (request: ParseRequest) => T,
): Promise<T> {
  const host = nodeHost({
    cwd: folder,
    env: { HOME: folder, ...options.env },
    emit: options.emit ?? (() => {}),
    clean: (text) => text,
    signal: new AbortController().signal,
  });
  const cli = new Map(Object.entries(options.cli ?? {}));
  const config = await loadConfig({ command: "parse", cli, cwd: folder }, host);
  const project = loadProject(config, config.adapter, host);
  const parsed = stage({
    config,
    project: project.value,
    adapter: config.adapter,
    credentials: config.credentials,
    host,
    invocation: { id: "00000000-0000-4000-8000-000000000000", startedAt: new Date(0), command: "parse" },
    relations: new RelationCache(config.adapter, () => Promise.resolve([])),
  });
  return {
    ...parsed,
    diagnostics: [...config.diagnostics, ...project.diagnostics, ...parsed.diagnostics],
  };
}
