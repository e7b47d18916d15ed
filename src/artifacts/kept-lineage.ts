// The lineage of the last command, kept below target/ for the next one: see lineage-cache.ts for how long it is good. A
// command that compiles opens it first, so that queries which are not in it are parsed while others are compiled.

import { fileURLToPath } from "node:url";
import type { QueryChecker } from "../adapter/query-checker.ts";
import type { Files } from "../base/host.ts";
import { joinPath } from "../config/file-paths.ts";
import type { SharedScope } from "../context/scope.ts";
import { isTraceable } from "../lineage/known-relations.ts";
import { type CachedNode, hashOf, LINEAGE_FORMAT, type LineageCache } from "../lineage/lineage-cache.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId, Resource } from "../manifest/node.ts";
import { EarlyParser } from "../sql/early-parser.ts";
import { dialectOf } from "../sql/query-tree.ts";

const FILE = "etl_lineage_cache.json";
/** Of lineage whose types the engine settled: kept apart, so that no command's answer depends on which ran before. */
const CHECK_FILE = "etl_check_cache.json";

interface Content {
  readonly key: string;
  /** Sources whose columns are asked of the warehouse. */
  readonly starred: readonly NodeId[];
  readonly nodes: readonly (readonly [NodeId, CachedNode])[];
}

export class KeptLineage {
  readonly starred: readonly NodeId[];
  /** Undefined when nothing was kept. */
  readonly nodes: LineageCache | undefined;
  readonly parser: EarlyParser;
  readonly #path: string;
  readonly #key: string;
  readonly #files: Files;

  /** Reads what was kept; `close` must be called. @param checker settles types */
  constructor({ host, config, adapter }: SharedScope, checker?: QueryChecker) {
    this.#files = host.files;
    this.#path = joinPath(config.targetFolder, checker === undefined ? FILE : CHECK_FILE);
    // Another build or dialect may trace otherwise.
    const build = host.files.stat(fileURLToPath(import.meta.url));
    const known = [LINEAGE_FORMAT, build?.size, build?.modifiedMs, adapter.dialect, checker?.key];
    this.#key = JSON.stringify(known);
    const content = readContent(this.#path, this.#files);
    const isGood = content?.key === this.#key;
    this.starred = isGood ? (content.starred ?? []) : [];
    this.nodes = isGood ? new Map(content.nodes) : undefined;
    this.parser = new EarlyParser(dialectOf(adapter.dialect));
    if (this.nodes === undefined) this.parser.warmUp();
  }

  /** Begins to load the parser, if any of these has a query. */
  expect(changed: Iterable<NodeId>, { resources }: Manifest): void {
    for (const id of changed) {
      const resource = resources.get(id);
      if (resource && isTraceable(resource)) this.parser.warmUp();
    }
  }

  /** Has a query parsed that the last command did not know. */
  readonly begin = (resource: Resource, sql: string): void => {
    const { id } = resource;
    if (isTraceable(resource) && this.nodes?.get(id)?.sql !== hashOf(sql)) this.parser.begin(sql);
  };

  write(starred: Iterable<NodeId>, nodes: LineageCache): void {
    const content: Content = { key: this.#key, starred: [...starred], nodes: [...nodes] };
    try {
      this.#files.writeWhole(this.#path, JSON.stringify(content));
    } catch {
      // A folder that cannot be written costs the next run some time, and is told when an artifact must be written.
    }
  }

  /** Ends the parser. */
  close(): Promise<void> {
    return this.parser.close();
  }
}

function readContent(path: string, files: Files): Partial<Content> | undefined {
  if (!files.stat(path)) return undefined;
  try {
    return JSON.parse(files.readText(path));
  } catch {
    return undefined;
  }
}
