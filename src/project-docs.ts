// What the commands `etl docs ...` do: the artifacts and the site, how much is documented, the docs as text. Like
// `pipeline.ts` it prints nothing.

import { writeCatalog } from "./artifacts/catalog-json.ts";
import { writeResults } from "./artifacts/compiled-results.ts";
import { loadLineage } from "./artifacts/lineage-json.ts";
import { joinPath } from "./config/file-paths.ts";
import { hasSelection } from "./config/flags.ts";
import { readCatalogFile } from "./docs/catalog-file.ts";
import { type Coverage, docsCoverage } from "./docs/coverage.ts";
import { dotText, mermaidText } from "./docs/dag-text.ts";
import { dictionaryText } from "./docs/dictionary.ts";
import type { DocsInput } from "./docs/docs-input.ts";
import { gatherKnowledge, type Knowledge } from "./docs/knowledge.ts";
import { type LastRun, takeLastRun } from "./docs/last-run.ts";
import { pastResults, rowsToRead } from "./docs/past-results.ts";
import { readSourceAges } from "./docs/source-ages.ts";
import { SITE_FILE, writeSite } from "./docs/write-site.ts";
import type { NodeId } from "./manifest/node.ts";
import { depsOf, type OpenProject, selectIn } from "./open-project.ts";
import { compileNodes } from "./run/compile-nodes.ts";
import { withTables } from "./run/memory/read-state.ts";
import { type CatalogReport, readCatalog } from "./run/read-catalog.ts";
import { compiledCode, type RunReport } from "./run/report.ts";
import { NODE_RESULTS } from "./state/tables.ts";

/** dbt's name for a site in one file. */
const STATIC_FILE = "static_index.html";

const DICTIONARY_FILE = "llms.txt";

/** What `etl docs generate` wrote. */
export interface WrittenDocs {
  readonly catalog: string;
  /** index.html, which holds everything. */
  readonly site: string;
  /** All that was asked to be compiled could be. */
  readonly success: boolean;
}

/** `etl docs generate`: compiles, unless --no-compile, and writes manifest.json, catalog.json, the site, the dictionary. */
export async function generateDocs(project: OpenProject): Promise<WrittenDocs> {
  const { shared } = project;
  const { flags, targetFolder } = shared.config;
  const { files } = shared.host;
  const run = takeLastRun(targetFolder, files);
  const selection = selectIn(project, "docs generate");
  const compiled = flags.boolean("compile")
    ? await compileNodes(selection, depsOf(project, selection), project.difference)
    : undefined;
  if (compiled) writeResults(compiled, project.manifestFile, shared);
  const catalog = await catalogOf(project, selection);
  const catalogPath = writeCatalog(catalog, shared);
  const known = await docsKnowledge(project, catalog, compiled, run);
  const site = joinPath(targetFolder, SITE_FILE);
  await writeSite(site, known, files);
  if (flags.boolean("static")) files.writeWhole(joinPath(targetFolder, STATIC_FILE), files.readBytes(site));
  files.writeWhole(joinPath(targetFolder, DICTIONARY_FILE), dictionaryText(known));
  return { catalog: catalogPath, site, success: compiled?.success ?? true };
}

/** What earlier runs are remembered to have done; nothing where nobody asked for it, or the warehouse is not asked. */
async function rememberedResults(project: OpenProject): Promise<DocsInput["past"]> {
  const { flags } = project.shared.config;
  if (flags.boolean("empty_catalog")) return new Map();
  const { database } = project.shared.credentials;
  const limit = rowsToRead(project.manifest.resources.size);
  const deps = depsOf(project, new Set());
  const rows = await withTables(deps, database, [NODE_RESULTS], ({ store, session }) =>
    store.read(session, NODE_RESULTS, { newestBy: ["started_at"], limit }),
  );
  return pastResults(rows ?? []);
}

async function catalogOf(project: OpenProject, selection: ReadonlySet<NodeId>): Promise<CatalogReport> {
  const { host, config } = project.shared;
  const { flags } = config;
  if (flags.boolean("empty_catalog"))
    return { generatedAt: host.now(), nodes: new Map(), sources: new Map() };
  // As in dbt the selection is that of compiling.
  const isAll = !flags.boolean("compile") || !hasSelection(flags);
  return readCatalog(depsOf(project, selection), isAll ? undefined : selection);
}

async function docsKnowledge(
  project: OpenProject,
  catalog: CatalogReport,
  compiled: RunReport | undefined,
  run: LastRun | undefined,
): Promise<Knowledge> {
  return knowledgeOf(project, {
    catalog: new Map([...catalog.nodes, ...catalog.sources]),
    compiled: compiledCode(compiled?.results ?? []),
    run,
    past: await rememberedResults(project),
  });
}

/** What can be said of docs without asking the warehouse: columns are those of the last catalog.json. */
async function offlineKnowledge(project: OpenProject): Promise<Knowledge> {
  const { config, host } = project.shared;
  return knowledgeOf(project, {
    catalog: readCatalogFile(config.targetFolder, host.files),
    compiled: new Map(),
    run: takeLastRun(config.targetFolder, host.files),
    past: new Map(),
  });
}

async function knowledgeOf(
  project: OpenProject,
  seen: Pick<DocsInput, "catalog" | "compiled" | "run" | "past">,
): Promise<Knowledge> {
  const { shared, manifest } = project;
  const { graph } = await loadLineage(depsOf(project, new Set()), seen.compiled);
  return gatherKnowledge({
    ...seen,
    manifest,
    ages: readSourceAges(shared.config.targetFolder, shared.host.files),
    lineage: graph,
    generatedAt: shared.host.now(),
    fold: (name) => shared.adapter.foldIdentifier(name),
  });
}

/** `etl docs coverage`: of what is selected; without a selection, of the project itself and not of its packages. */
export async function coverageOf(project: OpenProject): Promise<Coverage> {
  const { flags } = project.shared.config;
  const chosen = selectIn(project, "docs coverage");
  const { projectName, resources } = project.manifest;
  const isOwn = (id: NodeId): boolean => resources.get(id)?.packageName === projectName;
  const own = hasSelection(flags) ? chosen : [...chosen].filter(isOwn);
  return docsCoverage(await offlineKnowledge(project), new Set(own));
}

/** Forms of `etl docs export`. */
export type ExportForm = "text" | "mermaid" | "dot";

/** `etl docs export`: the dictionary or the graph of what is selected. */
export async function exportDocs(project: OpenProject, form: ExportForm): Promise<string> {
  const chosen = selectIn(project, "docs export");
  if (form === "mermaid") return mermaidText(project.manifest, chosen);
  if (form === "dot") return dotText(project.manifest, chosen);
  return [...dictionaryText(await offlineKnowledge(project), chosen)].join("");
}
