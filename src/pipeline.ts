// The program on one page: every command as a few calls to stages. The command line and the public API call these
// functions; they print nothing and end nothing.

import { join, resolve } from "node:path";
import { writeResults } from "./artifacts/compiled-results.ts";
import { KeptLineage } from "./artifacts/kept-lineage.ts";
import { loadKeptLineage, loadLineage, writeLineage } from "./artifacts/lineage-json.ts";
import { awaitsRetry, planRetry } from "./artifacts/plan-retry.ts";
import { writeRunResults } from "./artifacts/run-results-json.ts";
import { writeSources } from "./artifacts/sources-json.ts";
import { ToldRun } from "./artifacts/told-run.ts";
import { type Diagnostic, EtlError, hasErrors } from "./base/diagnostic.ts";
import type { Host } from "./base/host.ts";
import { checkedLineage, checkSql } from "./check-sql.ts";
import { checkTimeRange } from "./compile/event-time.ts";
import type { Config } from "./config/config.ts";
import { type ConfigRequest, loadConfig } from "./config/load-config.ts";
import { DBT_VERSION } from "./config/require-version.ts";
import { warningPolicy } from "./config/warning-policy.ts";
import type { Invocation } from "./context/scope.ts";
import type { LineageGraph } from "./lineage/lineage-graph.ts";
import type { Manifest } from "./manifest/manifest.ts";
import type { NodeId } from "./manifest/node.ts";
import { depsOf, type OpenProject, selectIn, withProject } from "./open-project.ts";
import { type InstallReport, installPackages } from "./project/packages/install-packages.ts";
import { PackageFiles } from "./project/packages/package-files.ts";
import { checkFreshness, type FreshnessReport } from "./run/check-freshness.ts";
import { compileNodes, compileText } from "./run/compile-nodes.ts";
import { estimateNodes, type NodeEstimate } from "./run/estimate-nodes.ts";
import { executePlan } from "./run/execute-plan.ts";
import { rememberFreshness } from "./run/memory/freshness-history.ts";
import { readLastRun } from "./run/memory/last-run.ts";
import { type Plan, type PlanRequest, planRun, type RunCommand } from "./run/plan.ts";
import { compiledCode, type RunReport } from "./run/report.ts";
import { isMicrobatch } from "./run/run-microbatch.ts";
import { runOperation } from "./run/run-operation.ts";
import { type ShowReport, showQuery } from "./run/show-query.ts";

export { selectIn, withProject };

/** `etl deps`. @throws EtlError for what cannot be resolved or brought */
export async function installDependencies(config: Config, host: Host): Promise<InstallReport> {
  const { flags, project, folder, targetFolder } = config;
  const report = await installPackages(
    {
      folder,
      projectName: project.name,
      installFolder: join(folder, project.packagesInstallPath),
      targetFolder,
      dbtVersion: flags.boolean("version_check") ? DBT_VERSION : null,
      upgrade: flags.boolean("upgrade"),
      lockOnly: flags.boolean("lock"),
    },
    new PackageFiles(host, folder, config.variables.cli),
    host,
  );
  warningPolicy(flags).tell(report.diagnostics, host.emit);
  return report;
}

/** `etl debug`: opens the warehouse and runs a query. @throws EtlError, DatabaseError */
export async function testConnection({ adapter, credentials }: Config, host: Host): Promise<void> {
  const warehouse = await adapter.open(credentials, { threads: 1, host });
  try {
    await warehouse.withSession("debug", (session) => session.execute("select 1"));
  } finally {
    await warehouse.close();
  }
}

/** Commands that run nodes by a plan. */
export type NodeCommand = Exclude<RunCommand, "compile">;

/**
 * build, run, test, seed, snapshot, clone: selects, plans, runs, writes run_results.json.
 * @throws EtlError with all that --check finds, before anything runs
 */
export async function buildNodes(project: OpenProject, command: NodeCommand): Promise<RunReport> {
  const { flags } = project.shared.config;
  const selection = selectIn(project, command);
  checkTimeRange(flags, batchedModel(project, selection));
  if (flags.boolean("check")) await refuseMistakes(project, selection);
  return runPlanned(project, selection, { command, storeFailures: flags.boolean("store_failures") });
}

/** A microbatch model among what is selected. */
function batchedModel({ manifest }: OpenProject, selection: ReadonlySet<NodeId>): string | undefined {
  for (const id of selection) {
    const resource = manifest.resources.get(id);
    if (resource?.resourceType === "model" && isMicrobatch(resource)) return resource.name;
  }
  return undefined;
}

/** `etl lint`: what is wrong with the SQL of what is selected, and what does nothing. */
export function lintProject(project: OpenProject): Promise<Diagnostic[]> {
  const selection = selectIn(project, "lint");
  return checkSql(depsOf(project, selection), selection, true);
}

/** --check. @throws EtlError with what is wrong; tells what is only a warning */
async function refuseMistakes(project: OpenProject, selection: ReadonlySet<NodeId>): Promise<void> {
  const found = await checkSql(depsOf(project, selection), selection, false);
  if (hasErrors(found)) throw new EtlError(found.filter(({ severity }) => severity === "error"));
  for (const diagnostic of found) project.shared.host.emit({ kind: "diagnostic", diagnostic });
}

/** `etl quarantine replay`: builds the rows in quarantine of some nodes, and runs the tests on these. */
export function replayRows(
  project: OpenProject,
  selection: ReadonlySet<NodeId>,
  replays: ReadonlySet<NodeId>,
): Promise<RunReport> {
  return runPlanned(project, selection, { command: "build", storeFailures: false, replays });
}

/** `etl gaps --fix`: builds ranges and batches of models as a full refresh would, a transaction each. */
export function buildGaps(
  project: OpenProject,
  { gaps, batches }: Pick<PlanRequest, "gaps" | "batches">,
): Promise<RunReport> {
  const ids = new Set([...(gaps?.keys() ?? []), ...(batches?.keys() ?? [])]);
  return runPlanned(project, ids, {
    command: "run",
    storeFailures: false,
    ...(gaps ? { gaps } : {}),
    ...(batches ? { batches } : {}),
  });
}

/** --dry-run: what `buildNodes` would do. */
export function planNodes(project: OpenProject, command: NodeCommand): Plan {
  const storeFailures = project.shared.config.flags.boolean("store_failures");
  return planRun(project.manifest, selectIn(project, command), { command, storeFailures });
}

/** --estimate: what the queries of `buildNodes` would read. @throws EtlError where the warehouse cannot say */
export function estimateBytes(project: OpenProject, command: NodeCommand): Promise<readonly NodeEstimate[]> {
  const selection = selectIn(project, command);
  return estimateNodes(selection, depsOf(project, selection));
}

/** Runs what is selected by a plan, and writes what it gave. @param idle why nothing may be left to do */
async function runPlanned(
  project: OpenProject,
  selection: ReadonlySet<NodeId>,
  request: PlanRequest,
  idle?: string,
): Promise<RunReport> {
  const { shared, manifest } = project;
  const { host } = shared;
  const plan = planRun(manifest, selection, request);
  if (plan.steps.length === 0) {
    const report = nothingDone(request.command, idle ?? reasonToIdle(manifest, request.command), host);
    writeResults(report, project.manifestFile, shared);
    return report;
  }
  const deps = depsOf(project, selection, request.command === "clone");
  const told = ToldRun.start(deps, request.command);
  const report = await (told ? told.watch((heard) => executePlan(plan, heard)) : executePlan(plan, deps));
  if (!report.refusal || report.results.length > 0) writeResults(report, project.manifestFile, shared);
  await told?.end(report);
  if (report.refusal) throw report.refusal;
  return report;
}

/** Lets messages alone through: parsing is told again by the retry, waiting for the warehouse is not. */
function messagesOnly(host: Host): Host {
  return { ...host, emit: (event) => event.kind === "message" && host.emit(event) };
}

function reasonToIdle({ resources }: Manifest, command: string): string {
  return resources.size === 0 ? "the project is empty" : `etl ${command} runs nothing of what is selected`;
}

function nothingDone(command: string, reason: string, host: Host): RunReport {
  host.emit({ kind: "message", level: "info", text: `nothing to do: ${reason}` });
  return { command, generatedAt: host.now(), seconds: 0, results: [], interrupted: false, success: true };
}

/**
 * `etl compile`: SQL of what is selected, or of everything.
 * @returns also what is selected by itself, without the tests that come along
 */
export async function compileSelected(
  project: OpenProject,
): Promise<{ readonly report: RunReport; readonly named: ReadonlySet<NodeId> }> {
  const { shared, manifestFile, difference } = project;
  const selection = selectIn(project, "compile");
  const deps = depsOf(project, selection);
  const { flags } = shared.config;
  const isChecked = flags.boolean("check");
  if (isChecked) await refuseMistakes(project, selection);
  const writes = flags.boolean("write_lineage");
  const kept = writes && !isChecked ? new KeptLineage(shared) : undefined;
  try {
    kept?.expect(difference?.changed ?? [], project.manifest);
    const report = await compileNodes(selection, deps, difference, kept?.begin);
    writeResults(report, manifestFile, shared);
    if (writes) {
      const code = compiledCode(report.results);
      const { graph } = kept ? await loadKeptLineage(deps, kept, code) : await checkedLineage(deps, code);
      writeLineage(graph, shared);
    }
    return { report, named: selectIn(project, "compile", "empty") };
  } finally {
    await kept?.close();
  }
}

/** The column lineage of the whole project. */
export async function projectLineage(project: OpenProject): Promise<LineageGraph> {
  const { graph } = await loadLineage(depsOf(project, new Set()));
  return graph;
}

/** `etl compile --inline`: the SQL of template text. @throws EtlError for what is wrong in it */
export async function compileInline(project: OpenProject, text: string): Promise<string> {
  const { code, report } = await compileText(text, depsOf(project, new Set()));
  if (project.shared.config.flags.boolean("write_json")) writeRunResults(report, project.shared);
  return code;
}

/** `etl show`, which writes run_results.json as dbt's does. @param inline template text instead of what is selected */
export async function showRows(project: OpenProject, inline: string | undefined): Promise<ShowReport> {
  const limit = project.shared.config.flags.get("limit");
  const selection = inline === undefined ? selectIn(project, "show", "empty") : new Set<NodeId>();
  const most = typeof limit === "number" && limit >= 0 ? limit : null;
  const shown = await showQuery(
    inline === undefined ? { nodes: selection } : { inline },
    most,
    depsOf(project, selection),
  );
  const { host, config } = project.shared;
  tellFailures(shown.report, host);
  if (config.flags.boolean("write_json") && !awaitsRetry(config.targetFolder, host))
    writeRunResults(shown.report, project.shared);
  return shown;
}

/** `etl run-operation`. @param macro "name" or "package.name". @throws EtlError when there is no such macro */
export async function callOperation(project: OpenProject, macro: string): Promise<RunReport> {
  const { flags } = project.shared.config;
  const args = flags.get("args");
  const report = await runOperation(
    { macro, args: args instanceof Map ? args : new Map() },
    depsOf(project, new Set()),
  );
  tellFailures(report, project.shared.host);
  if (flags.boolean("write_json")) writeRunResults(report, project.shared);
  return report;
}

/** What went wrong with results that no event has told of. */
function tellFailures({ results }: RunReport, host: Host): void {
  for (const { diagnostics } of results)
    for (const diagnostic of diagnostics) host.emit({ kind: "diagnostic", diagnostic });
}

/** `etl source freshness`: checks the selected sources and writes sources.json. */
export async function measureFreshness(project: OpenProject): Promise<FreshnessReport> {
  const { flags, folder } = project.shared.config;
  const selection = selectIn(project, "source freshness");
  const deps = depsOf(project, selection);
  const report = await checkFreshness(selection, deps);
  await rememberFreshness(report, deps);
  const output = flags.text("output");
  writeSources(report, project.shared, ...(output === undefined ? [] : [resolve(folder, output)]));
  return report;
}

/**
 * `etl retry`: what failed or was skipped in the last run, with the flags of that run. With history on the state tells of
 * runs that wrote no run_results.json.
 * @throws EtlError when there is no last run
 */
export async function retryRun(
  config: Config,
  request: ConfigRequest,
  invocation: Omit<Invocation, "command">,
  host: Host,
): Promise<RunReport> {
  const { flags, folder, targetFolder } = config;
  const stateFolder = resolve(folder, flags.text("state") ?? targetFolder);
  const remembered =
    flags.boolean("history") && flags.text("state") === undefined
      ? await withProject(config, { ...invocation, command: "retry" }, messagesOnly(host), (project) =>
          readLastRun(depsOf(project, new Set())),
        )
      : undefined;
  const retry = planRetry(stateFolder, request.cli, flags, host, remembered);
  const { command, cli, batches } = retry;
  const idle = `the last run, etl ${command}, has nothing to retry`;
  if (command === "run-operation" && retry.macro === undefined) return nothingDone(command, idle, host);
  const again = await loadConfig({ ...request, command, cli }, host);
  const storeFailures = again.flags.boolean("store_failures");
  return withProject(again, { ...invocation, command }, host, (project) =>
    command === "run-operation"
      ? callOperation(project, retry.macro ?? "")
      : runPlanned(project, retry.ids, { command, storeFailures, batches }, idle),
  );
}
