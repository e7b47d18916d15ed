// target/lineage.json, which holds the column lineage of the project, and the cache beside it, from which the next run
// takes what has not changed.

import { DatabaseError } from "../adapter/database-error.ts";
import type { QueryChecker } from "../adapter/query-checker.ts";
import { type Diagnostic, EtlError, warningAt } from "../base/diagnostic.ts";
import type { RunDeps } from "../compile/deps.ts";
import { joinPath } from "../config/file-paths.ts";
import { warningPolicy } from "../config/warning-policy.ts";
import type { SharedScope } from "../context/scope.ts";
import type { LineageGraph } from "../lineage/lineage-graph.ts";
import type { KnownColumn } from "../lineage/query-lineage.ts";
import type { NodeId } from "../manifest/node.ts";
import { externalColumns } from "../run/external-columns.ts";
import { readCatalog } from "../run/read-catalog.ts";
import { type LineageReport, readLineage } from "../run/read-lineage.ts";
import { artifactMetadata } from "./artifact-metadata.ts";
import { KeptLineage } from "./kept-lineage.ts";

const LINEAGE_FILE = "lineage.json";

/**
 * The column lineage of a project, from the cache where nothing has changed.
 * @param compiled SQL that the command compiled anyway
 * @param checker asked about the queries; the columns of all sources are looked up for it
 * @throws EtlError where the user wants warnings to be errors: queries that cannot be read are warned of
 */
export async function loadLineage(
  deps: RunDeps,
  compiled: ReadonlyMap<NodeId, string> = new Map(),
  checker?: QueryChecker,
): Promise<LineageReport> {
  const kept = new KeptLineage(deps.shared, checker);
  try {
    return await loadKeptLineage(deps, kept, compiled, checker);
  } finally {
    await kept.close();
  }
}

/** The same for a command that has opened what is kept. */
export async function loadKeptLineage(
  deps: RunDeps,
  kept: KeptLineage,
  compiled: ReadonlyMap<NodeId, string>,
  checker?: QueryChecker,
): Promise<LineageReport> {
  const { shared } = deps;
  const lent = { parser: kept.parser, ...(checker === undefined ? {} : { checker }) };
  const known = catalogColumns(shared);
  const asked = new Set(kept.starred);
  let sources = new Map([...known, ...(await warehouseColumns(asked, known, deps))]);
  let report = await readLineage(deps, { compiled, sources, cache: kept.nodes, ...lent });
  const missing = unknownSources(report, deps, checker !== undefined).filter((id) => !asked.has(id));
  if (missing.length > 0) {
    for (const id of missing) asked.add(id);
    sources = new Map([...sources, ...(await warehouseColumns(new Set(missing), known, deps))]);
    const { compiled: code, introspected, cache } = report;
    const again = await readLineage(deps, { compiled: code, introspected, sources, cache, ...lent });
    report = { ...again, places: report.places };
  }
  warningPolicy(shared.config.flags).tell(unreadWarnings(report, deps), shared.host.emit);
  if (report.traced > 0 || missing.length > 0 || report.cache.size !== kept.nodes?.size)
    kept.write(asked, report.cache);
  return report;
}

/**
 * Sources whose columns nothing lists, of which a query selects all columns.
 * @param all or of which a query reads anything
 */
function unknownSources({ cache, nodes }: LineageReport, { manifest }: RunDeps, all: boolean): NodeId[] {
  const ids = new Set([...cache.values()].flatMap(({ lineage }) => lineage.unknown));
  if (all)
    for (const { node } of nodes.values())
      for (const parent of manifest.parents.get(node.id) ?? [])
        if (nodes.get(parent)?.node.status.kind === "table-level") ids.add(parent);
  return [...ids].filter((id) => manifest.resources.get(id)?.resourceType === "source");
}

/** Columns of such sources from the warehouse; none of a warehouse that cannot be reached, or when it must not be asked. */
async function warehouseColumns(
  ids: ReadonlySet<NodeId>,
  known: ReadonlyMap<NodeId, unknown>,
  deps: RunDeps,
): Promise<Map<NodeId, readonly KnownColumn[]>> {
  const { adapter, credentials, config, host } = deps.shared;
  const wanted = new Set([...ids].filter((id) => !known.has(id)));
  if (wanted.size === 0 || !config.flags.boolean("introspect")) return new Map();
  if (adapter.isThere?.(credentials, host) === false) return new Map();
  try {
    const { sources } = await readCatalog(deps, wanted);
    const listed = new Map([...sources].map(([id, { columns }]) => [id, inOrder(columns)]));
    const unlisted = [...wanted].filter((id) => !listed.has(id));
    return new Map<NodeId, readonly KnownColumn[]>([...listed, ...(await externalColumns(unlisted, deps))]);
  } catch (error) {
    if (error instanceof EtlError || error instanceof DatabaseError) return new Map();
    throw error;
  }
}

function inOrder(
  columns: readonly { readonly name: string; readonly type: string; readonly index: number }[],
): KnownColumn[] {
  return [...columns].sort((a, b) => a.index - b.index).map(({ name, type }) => ({ name, type }));
}

/** What the engine refuses as well is told as its error. */
function unreadWarnings({ unread, places, nodes }: LineageReport, { manifest }: RunDeps): Diagnostic[] {
  return unread.flatMap(({ id, reason, at }) => {
    const resource = manifest.resources.get(id);
    if (resource === undefined || nodes.get(id)?.refusal !== undefined) return [];
    const place = at === null ? undefined : places.get(id)?.placeAt(at)?.place;
    const message = `the columns of ${resource.resourceType} "${resource.name}" cannot be traced: ${reason}`;
    return warningAt("lineage-unread", message, place ?? resource.place, {
      help: "its lineage is that of whole tables; it runs as ever",
    });
  });
}

/** Writes target/lineage.json, whole or not at all. @returns the path */
export function writeLineage(graph: LineageGraph, shared: SharedScope): string {
  const path = joinPath(shared.config.targetFolder, LINEAGE_FILE);
  shared.host.files.writeWhole(path, lineageText(graph, shared));
  return path;
}

/** The text of lineage.json: metadata as in dbt's artifacts, and the graph as it is. */
export function lineageText(graph: LineageGraph, shared: SharedScope): string {
  const metadata = artifactMetadata("lineage/v1", shared, shared.host.now());
  return JSON.stringify({ metadata, ...graph });
}

/** Columns of sources from the catalog.json that `docs generate` wrote, if it did. */
function catalogColumns({ host, config }: SharedScope): Map<NodeId, readonly KnownColumn[]> {
  const path = joinPath(config.targetFolder, "catalog.json");
  const columns = new Map<NodeId, readonly KnownColumn[]>();
  if (!host.files.stat(path)) return columns;
  let sources: unknown;
  try {
    sources = JSON.parse(host.files.readText(path))?.sources;
  } catch {
    return columns;
  }
  for (const [id, table] of entriesOf(sources)) {
    const listed = entriesOf(fieldOf(table, "columns")).flatMap(([name, column]) => {
      const [type, index] = [fieldOf(column, "type"), fieldOf(column, "index")];
      return typeof type === "string" && typeof index === "number" ? [{ name, type, index }] : [];
    });
    columns.set(id, inOrder(listed));
  }
  return columns;
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function fieldOf(value: unknown, key: string): unknown {
  return entriesOf(value).find(([name]) => name === key)?.[1];
}
