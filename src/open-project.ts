// A project as the commands work with it: read, parsed, its warehouse opened when the first statement must run; and what
// every command asks of it first: which nodes are selected, and what compiling and running them needs.

import { resolve } from "node:path";
import type { Warehouse } from "./adapter/adapter.ts";
import { RelationCache } from "./adapter/relation-cache.ts";
import { loadLineage } from "./artifacts/lineage-json.ts";
import { loadDeferredRelations, loadState } from "./artifacts/load-state.ts";
import { ManifestFile } from "./artifacts/manifest-file.ts";
import { EtlError, errorAt } from "./base/diagnostic.ts";
import type { Host } from "./base/host.ts";
import { didYouMean } from "./base/nearest.ts";
import type { OpenWarehouse, RunDeps } from "./compile/deps.ts";
import type { Config } from "./config/config.ts";
import type { Command } from "./config/flag-table.ts";
import { warningPolicy } from "./config/warning-policy.ts";
import type { Invocation } from "./context/scope.ts";
import { columnsAt, findColumnAddress } from "./lineage/column-address.ts";
import type { ColumnRef } from "./lineage/lineage-graph.ts";
import { LineageWalker } from "./lineage/walk-lineage.ts";
import type { NodeId, Resource } from "./manifest/node.ts";
import type { Parsed } from "./parse/parse-project.ts";
import { type Difference, parseWithCache } from "./parse/parse-with-cache.ts";
import { loadProject } from "./project/load-project.ts";
import { commandTypes } from "./select/command-types.ts";
import { type IndirectSelection, indirectSelections } from "./select/criterion.ts";
import { checkSelectors } from "./select/definition.ts";
import type { ColumnReach } from "./select/matcher.ts";
import { selectNodes } from "./select/select-nodes.ts";

/** A project that was read and parsed, and its warehouse, which is opened when the first statement must run. */
export interface OpenProject extends Parsed {
  readonly openWarehouse: OpenWarehouse;
  /** How the parse stands to the one in the parse cache, if that has the same resources. */
  readonly difference: Difference | undefined;
  readonly manifestFile: ManifestFile;
  /** The column lineage, where the selection asks for columns. */
  readonly columns?: ColumnReach;
}

/**
 * Reads and parses a project, hands it to `use`, and closes the warehouse whatever happens.
 * @throws EtlError with all mistakes of the project, or what `use` throws
 */
export async function withProject<T>(
  config: Config,
  invocation: Invocation,
  host: Host,
  use: (project: OpenProject) => Promise<T>,
): Promise<T> {
  let opened: Promise<Warehouse> | undefined;
  const openWarehouse: OpenWarehouse = () => {
    opened ??= config.adapter.open(config.credentials, { threads: config.threads, host });
    return opened;
  };
  try {
    const project = { ...parse(config, invocation, host, openWarehouse), openWarehouse };
    try {
      const isWrittenLater = COMPILING.has(invocation.command) && config.flags.text("state") === undefined;
      if (!isWrittenLater) project.manifestFile.ensure();
      const made = await use(
        asksForColumns(config) ? { ...project, columns: await readColumns(project) } : project,
      );
      await host.files.settled();
      return made;
    } finally {
      project.manifestFile.ensure();
    }
  } finally {
    // That it could not be opened has been told where it was needed.
    const warehouse = await opened?.catch(() => undefined);
    await warehouse?.close();
  }
}

/** Commands that compile all that is selected: they write manifest.json with the code in it. */
const COMPILING: ReadonlySet<string> = new Set(["compile", "docs generate"]);

function parse(
  config: Config,
  invocation: Invocation,
  host: Host,
  openWarehouse: OpenWarehouse,
): Pick<OpenProject, keyof Parsed | "difference" | "manifestFile"> {
  const since = host.elapsedMs();
  const wrong = checkSelectors(config.selectors);
  if (wrong.length > 0) throw new EtlError(wrong);
  const { adapter, credentials } = config;
  const project = loadProject(config, adapter, host);
  const relations = new RelationCache(adapter, async (schemas) =>
    (await openWarehouse()).listRelations(schemas),
  );
  const parsed = parseWithCache({
    config,
    project: project.value,
    adapter,
    credentials,
    host,
    invocation,
    relations,
  });
  warningPolicy(config.flags).tell([...project.diagnostics, ...parsed.diagnostics], host.emit);
  const { manifest, shared } = parsed.value;
  const counts: Record<string, number> = {};
  for (const { resourceType } of manifest.resources.values())
    counts[resourceType] = (counts[resourceType] ?? 0) + 1;
  host.emit({
    kind: "project-parsed",
    counts,
    seconds: (host.elapsedMs() - since) / 1000,
    cached: parsed.cached,
  });
  const { difference } = parsed;
  return { manifest, shared, difference, manifestFile: new ManifestFile(manifest, shared, difference) };
}

function asksForColumns({ flags }: Config): boolean {
  return ["select", "models", "exclude"].some((name) =>
    flags.texts(name).some((term) => term.includes("column:")),
  );
}

async function readColumns(project: OpenProject): Promise<ColumnReach> {
  const { manifest } = project;
  const { graph } = await loadLineage(depsOf(project, new Set()));
  const walker = new LineageWalker(graph);
  const reached = (address: string, from: (ref: ColumnRef) => ReadonlySet<NodeId>): ReadonlySet<NodeId> =>
    new Set(columnsAt(findColumnAddress(address, graph, manifest), graph).flatMap((ref) => [...from(ref)]));
  return {
    node: (address) => findColumnAddress(address, graph, manifest).node,
    parents: (address, depth) => reached(address, (ref) => walker.sources(ref, depth)),
    children: (address, depth) => reached(address, (ref) => walker.affected(ref, depth)),
  };
}

/**
 * The ids that the flags --select, --exclude, --selector, --resource-type ... mean for a command. Terms that match
 * nothing are told.
 * @param indirect which tests come along, where the flag does not decide
 * @throws EtlError for terms that cannot be understood
 */
export function selectIn(
  { manifest, shared, columns }: OpenProject,
  command: Command,
  indirect: IndirectSelection = indirectSelections.find(
    (mode) => mode === shared.config.flags.text("indirect_selection"),
  ) ?? "eager",
): ReadonlySet<NodeId> {
  const { flags, folder, targetFolder, selectors } = shared.config;
  const models = flags.texts("models");
  const select = models.length > 0 ? models : flags.texts("select");
  const state = flags.text("state");
  const { value, diagnostics } = selectNodes(
    manifest,
    {
      select: select.length > 0 ? select : undefined,
      exclude: flags.texts("exclude"),
      selector: flags.text("selector"),
      selectors,
      indirect,
      types:
        models.length > 0
          ? new Set(["model"])
          : commandTypes(command, flags.texts("resource_types"), flags.texts("exclude_resource_types")),
    },
    state === undefined ? undefined : loadState(resolve(folder, state), targetFolder, shared.host),
    columns,
  );
  warningPolicy(shared.config.flags).tell(diagnostics, shared.host.emit);
  // dbt lists and documents models whose files are empty, and leaves them out of all else.
  if (command === "ls" || command.startsWith("docs ")) return value;
  return new Set([...value].filter((id) => !isEmptyFile(manifest.resources.get(id))));
}

function isEmptyFile(resource: Resource | undefined): boolean {
  return resource?.resourceType === "model" && resource.rawCode.trim() === "";
}

/**
 * What compiling and running nodes of a project needs.
 * @param selected for `selected_resources` and --favor-state
 * @param needsState true for commands that make no sense without the artifacts of another environment
 * @throws EtlError(state-invalid) when --defer has no manifest to defer to
 */
export function depsOf(
  { manifest, shared, openWarehouse }: OpenProject,
  selected: ReadonlySet<NodeId>,
  needsState = false,
): RunDeps {
  const { flags, folder } = shared.config;
  const deps = { shared, manifest, openWarehouse, selected };
  if (!flags.boolean("defer") && !needsState) return deps;
  const state = flags.text("defer_state") ?? flags.text("state");
  if (state === undefined) {
    const what = needsState ? "etl clone" : "--defer";
    throw new EtlError([
      errorAt("state-invalid", `${what} needs the artifacts of another environment`, undefined, {
        help: "name their folder with --state",
      }),
    ]);
  }
  return { ...deps, deferred: loadDeferredRelations(resolve(folder, state), shared.host.files) };
}

/**
 * What a command says of a node that was named and is not there.
 * @param what it should have been: "node", "model with a watermark"
 * @param names of what there is
 * @param otherwise the help where nothing is near; without it some of the names
 */
export function unknownNode(
  what: string,
  name: string,
  names: readonly string[],
  otherwise?: string,
): EtlError {
  const some = names.length === 0 ? "there is none" : `there are: ${names.slice(0, 10).join(", ")}`;
  const help = didYouMean(name, names) ?? otherwise ?? some;
  return new EtlError([errorAt("node-unknown", `there is no ${what} named "${name}"`, undefined, { help })]);
}
