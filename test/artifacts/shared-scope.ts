// What all templates of an invocation share, for ./record/project, made from its real configuration.

import { join } from "node:path";
import { RelationCache } from "../../src/adapter/relation-cache.ts";
import { nodeHost } from "../../src/base/node-host.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { TemplateEnvironment } from "../../src/context/environment.ts";
import { MacroIndex } from "../../src/context/macro-index.ts";
import type { SharedScope } from "../../src/context/scope.ts";

const PROJECT = join(import.meta.dirname, "record/project");

/** @param targetFolder absolute folder for what is written */
export async function sharedScope({ targetFolder }: { targetFolder: string }): Promise<SharedScope> {
  const host = nodeHost({
    cwd: PROJECT,
    env: { HOME: PROJECT, DBT_ENV_CUSTOM_ENV_team: "data" },
    emit: () => {},
    clean: (text) => text,
    signal: new AbortController().signal,
  });
  const cli = new Map([["target_path", targetFolder]]);
  const config = await loadConfig({ command: "parse", cli, cwd: PROJECT }, host);
  const { adapter, credentials } = config;
  const environment = new TemplateEnvironment(host);
  return {
    host,
    config,
    projects: [config.project],
    adapter,
    credentials,
    environment,
    macros: new MacroIndex({
      macros: [],
      rootProject: "shop",
      environment,
      internalPackages: [],
      dispatch: [],
      adapterTypes: ["duckdb"],
    }),
    invocation: { id: "00000000-0000-4000-8000-000000000000", startedAt: new Date(0), command: "parse" },
    relations: new RelationCache(adapter, () => Promise.resolve([])),
  };
}
