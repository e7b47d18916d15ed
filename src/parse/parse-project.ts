// Stage 2: texts to a manifest. The order in which things become known: macros, docs blocks, properties, nodes, what
// they test and use, then who refers to whom. All mistakes are collected; nothing is asked of the warehouse.

import type { Adapter, Credentials } from "../adapter/adapter.ts";
import type { RelationCache } from "../adapter/relation-cache.ts";
import { reverse } from "../base/dag.ts";
import { type Checked, type Diagnostic, sortDiagnostics } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import type { Config } from "../config/config.ts";
import { withPackages } from "../config/variables.ts";
import { TemplateEnvironment } from "../context/environment.ts";
import { makesBatches } from "../context/incremental-strategy.ts";
import { MacroIndex } from "../context/macro-index.ts";
import type { Invocation, SharedScope } from "../context/scope.ts";
import type { Value } from "../jinja/value.ts";
import type { Macro, Manifest } from "../manifest/manifest.ts";
import type { NodeId, Resource } from "../manifest/node.ts";
import { BUILT_IN } from "../project/load-project.ts";
import type { Project } from "../project/project.ts";
import { adoptEntries } from "./adopted-entries.ts";
import { checkCatalogs } from "./check-catalogs.ts";
import {
  checkConfigPaths,
  checkCycles,
  checkGroups,
  checkProperties,
  checkRelations,
} from "./check-graph.ts";
import { checkKeeping } from "./check-keeping.ts";
import { checkModels, type ModelRules } from "./check-models.ts";
import { checkSemantic } from "./check-semantic.ts";
import { Descriptions, readDocs } from "./descriptions.ts";
import { addExposures, addGroups } from "./exposures.ts";
import { describeMacros } from "./macro-properties.ts";
import { readMacros } from "./macros.ts";
import { addModels } from "./models.ts";
import { Namer } from "./names.ts";
import type { NodeMaker } from "./node-parts.ts";
import { addNodeTests } from "./node-tests.ts";
import { addAnalyses, addFunctions, addRunHooks, addSeeds, addSingularTests } from "./other-nodes.ts";
import type { KeptParse, PreviousParse } from "./previous-parse.ts";
import { withPrimaryKeys } from "./primary-key.ts";
import { filesOf, Properties } from "./properties.ts";
import { readAllProperties } from "./properties-files.ts";
import { entryRenderer } from "./render-yaml.ts";
import { resolveAll } from "./resolve.ts";
import { addSemanticResources } from "./semantic.ts";
import { ParseSession } from "./session.ts";
import { addSnapshotFiles, addYamlSnapshots } from "./snapshots.ts";
import { SourceTexts } from "./source-texts.ts";
import { addSources } from "./sources.ts";
import { EffectReader } from "./template-effects.ts";
import { TestMacros } from "./test-macros.ts";
import { checkTexts } from "./text-checks.ts";
import { addUnitTests } from "./unit-tests.ts";

export interface ParseRequest {
  readonly config: Config;
  readonly project: Project;
  readonly adapter: Adapter;
  readonly credentials: Credentials;
  readonly host: Host;
  readonly invocation: Invocation;
  /** Loads the relations of schemas when something runs; never called while parsing. */
  readonly relations: RelationCache;
}

export interface Parsed {
  readonly manifest: Manifest;
  /** What templates share; compiling and running go on with it. */
  readonly shared: SharedScope;
}

/** A parse with what the next one can use of it. */
export interface FreshParse extends Parsed {
  /** The files that were read. */
  readonly texts: SourceTexts;
  /** Made when it is asked for. */
  readonly kept: () => Pick<KeptParse, "units" | "properties" | "suspects">;
}

/**
 * Parses a project.
 * @param last the last parse and the files that changed since; what comes of all others is taken from it
 * @returns the manifest, as far as it could be made, and all diagnostics sorted by place. With an error among them
 *   nothing may be run.
 */
export function parseProject(request: ParseRequest, last?: PreviousParse): Checked<FreshParse> {
  const { project, host } = request;
  const diagnostics: Diagnostic[] = [];
  const texts = new SourceTexts(host);
  const { textOf } = texts;
  const environment = new TemplateEnvironment(host);
  const brokenMacros = new Set<string>();
  const createdAt = host.now().getTime() / 1000;
  const readAllMacros = () => readMacros(project, environment, textOf, createdAt, diagnostics, brokenMacros);
  const keepsMacros = last && !last.hasChanged("macro", "generic-test");
  const macros = keepsMacros ? [...last.manifest.macros.values()] : readAllMacros();
  const shared = sharedScope(request, environment, macros);
  const previous = keepsMacros || last?.compareMacros(macros, allVars(shared)) ? last : undefined;
  const session = new ParseSession(shared, project, new Properties(), textOf, previous);
  session.diagnostics.push(...diagnostics);
  for (const name of brokenMacros) session.brokenMacros.add(name);

  const docs =
    previous && !previous.hasChanged("docs")
      ? previous.manifest.docs
      : readDocs(project, shared, textOf, session.diagnostics);
  for (const [id, block] of docs) session.docs.set(id, block);
  const properties = readAllProperties(session);
  const maker = nodeMaker(session);
  addNodes(maker);
  const described = describeAll(keepsMacros ? readAllMacros : () => macros, maker);
  const { manifest, suspects } = finishManifest(session, described);
  const kept = () => ({
    units: session.units.toKeep(manifest, session.resources, session.disabled),
    properties,
    suspects,
  });
  return {
    value: { manifest, shared, texts, kept },
    diagnostics: sortDiagnostics(session.diagnostics),
  };
}

/** The macros with what properties files say of them. */
function describeAll(read: () => readonly Macro[], { session, descriptions }: NodeMaker): Manifest["macros"] {
  const files = session.project.packages.flatMap((one) =>
    one.files.filter(({ kind }) => kind === "macro" || kind === "generic-test"),
  );
  const describing = filesOf(session.properties.of("macros"));
  let described: Manifest["macros"] | undefined;
  session.units.run("macros", [...files, ...describing], () => {
    described = describeMacros(read(), session.shared.macros, session, descriptions);
  });
  return described ?? session.previous?.manifest.macros ?? new Map();
}

/** Resolves all names and checks what needs all resources. */
function finishManifest(
  session: ParseSession,
  macros: Manifest["macros"],
): { readonly manifest: Manifest; readonly suspects: ReadonlySet<NodeId> } {
  const { shared, diagnostics, previous } = session;
  checkProperties(session);
  checkConfigPaths(session);
  const { resources: resolved, disabled } = resolveAll(session);
  const resources = withPrimaryKeys(resolved, disabled);
  // What had no ring has none as long as nobody has other parents.
  const known = previous?.hasGraphOf(resources) ? previous.manifest : undefined;
  if (!known) checkCycles(resources, diagnostics);
  const uniqueNames = shared.config.flags.get("require_unique_project_resource_names") === true;
  checkRelations(resources, uniqueNames, diagnostics);
  checkGroups(resources, session.groups, shared, diagnostics);
  diagnostics.push(...checkSemantic(resources.values()));
  const suspects = checkTexts(resources, session);
  checkModels(resources, modelRules(shared), diagnostics);
  checkKeeping(resources, shared, diagnostics);
  checkCatalogs(resources, shared, diagnostics);
  const { parents, children } = known ?? graphOf(resources);
  const manifest = {
    projectName: session.rootName,
    adapterType: shared.adapter.type,
    resources,
    disabled,
    macros,
    docs: session.docs,
    groups: session.groups,
    parents,
    children,
    packages: [...session.dbtPackages()].map((one) => one.name),
    generatedAt: shared.host.now(),
  };
  return { manifest, suspects };
}

/** All that `var()` can give, in any package. */
function allVars({ config, projects }: SharedScope): Value {
  return [config.variables.cli, ...projects.map(({ vars }) => vars)];
}

function modelRules(shared: SharedScope): ModelRules {
  return {
    refuseSpaces: shared.config.flags.get("require_resource_names_without_spaces") !== false,
    checkBatches: makesBatches(shared),
    files: shared,
    now: shared.host.now(),
  };
}

/** What templates of all stages share; made once, before the first template is looked at. */
export function sharedScope(
  request: ParseRequest,
  environment: TemplateEnvironment,
  macros: readonly Macro[],
): SharedScope {
  const { project, adapter, host, credentials, invocation, relations } = request;
  const installed = project.packages.flatMap((one) =>
    one.project && one !== project.root ? [one.project] : [],
  );
  const config = withPackages(request.config, installed);
  const parents = config.parentAdapters.map(({ type }) => type);
  const index = new MacroIndex({
    environment,
    macros,
    rootProject: project.root.name,
    internalPackages: [`dbt_${adapter.type}`, ...parents.map((parent) => `dbt_${parent}`), BUILT_IN],
    dispatch: project.root.project.dispatch,
    adapterTypes: [adapter.type, ...parents, "default"],
    packageOverrides:
      config.flags.get("require_explicit_package_overrides_for_builtin_materializations") === false,
  });
  const projects = [project.root.project, ...installed];
  return { host, config, projects, adapter, credentials, environment, macros: index, invocation, relations };
}

function nodeMaker(session: ParseSession): NodeMaker {
  const { shared, docs, diagnostics } = session;
  const replaced = ["ref", "source", "config"].some((name) =>
    [...session.dbtPackages()].some((one) => shared.macros.findIn(one.name, name) !== undefined),
  );
  const render = entryRenderer(shared, diagnostics);
  return {
    session,
    namer: new Namer(shared),
    descriptions: new Descriptions(shared, docs, diagnostics),
    renderText: (value, entry, path) =>
      render(
        entry.file,
        { file: entry.file.file, value, place: () => entry.place(path) },
        value,
        path,
        () => false,
      ),
    effects: replaced ? undefined : new EffectReader(shared),
  };
}

function addNodes(maker: NodeMaker): void {
  const { session } = maker;
  const tests = new TestMacros(maker);
  addGroups(maker);
  for (const one of session.dbtPackages()) {
    addSeeds(one.files, maker);
    addModels(one.files, maker);
    addSnapshotFiles(one.files, maker);
    addYamlSnapshots(one.name, maker);
    addAnalyses(one.files, maker);
    addFunctions(one.files, maker);
    addSingularTests(one.files, maker);
    addRunHooks(one, maker);
  }
  adoptEntries(maker);
  addSources(maker, tests);
  addNodeTests(maker, tests);
  addUnitTests(maker);
  addExposures(maker);
  addSemanticResources(maker);
}

function graphOf(resources: ReadonlyMap<NodeId, Resource>): Pick<Manifest, "parents" | "children"> {
  const parents = new Map<NodeId, readonly NodeId[]>();
  for (const [id, resource] of resources) {
    parents.set(
      id,
      "dependsOnNodes" in resource
        ? resource.dependsOnNodes.filter((parent) => resources.has(parent)).sort()
        : [],
    );
  }
  const children = reverse(parents);
  for (const list of children.values()) list.sort();
  return { parents, children };
}
