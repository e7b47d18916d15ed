// Stage 0: from a command line to a Config. Reads .env, dbt_project.yml, vars.yml, profiles.yml and selectors.yml, and
// tells every mistake in them at once.

import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import type { Catalogs } from "../adapter/catalog-integration.ts";
import { type Diagnostic, EtlError, errorAt, hasErrors, sortDiagnostics } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import { environmentSecrets } from "../base/scrubber.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { readCatalogs } from "./catalogs-file.ts";
import type { Config, ProjectFile, TemplateNames, YamlFile } from "./config.ts";
import { type Connection, findConnection, unusedConnection } from "./connection.ts";
import { parseDotenv } from "./environment-variables.ts";
import { joinPath, resolvePath } from "./file-paths.ts";
import { type Command, TELLING } from "./flag-table.ts";
import { type Flags, resolveFlags, withFlags } from "./flags.ts";
import { type OpenLineageSettings, openLineageSettings } from "./open-lineage.ts";
import { PROJECT_FILE, readProjectFile, readProjectYaml } from "./project-file.ts";
import { type RenderContext, ValueRenderer } from "./render-values.ts";
import { readSelectors } from "./selectors-file.ts";
import { targetValue } from "./target.ts";
import { projectVariables } from "./variables.ts";
import { readVarsFile } from "./vars-file.ts";

export interface ConfigRequest {
  readonly command: Command;
  /** Flags given on the command line by the names of flag-table.ts. */
  readonly cli: ReadonlyMap<string, Value>;
  /** The folder in which the command was typed. */
  readonly cwd: string;
  /** What templates in YAML files know of the context that others have, by the flags of this run. */
  readonly names?: (flags: Flags) => TemplateNames;
}

/** Commands that open no warehouse: a profile that is missing or wrong does not keep them from working. */
const WITHOUT_PROFILE: ReadonlySet<Command> = new Set<Command>(["deps", "clean", "init"]);

/**
 * @returns the configuration with all warnings
 * @throws EtlError with every mistake that was found, sorted by place
 */
export async function loadConfig(request: ConfigRequest, host: Host): Promise<Config> {
  const diagnostics: Diagnostic[] = [];
  const env = withDotenv(request.cwd, host);
  const folder = findProject(request, env, host);
  const read = readProjectYaml(host.files, folder, PROJECT_FILE);
  diagnostics.push(...read.diagnostics);
  if (!read.value) throw new EtlError(sortDiagnostics(diagnostics));
  const yaml = read.value;
  const flags = readFlags(request, env, yaml, diagnostics);
  const givenVars = flags.get("vars");
  const cliVars: Dict = givenVars instanceof Map ? givenVars : new Map();
  const fileVars = readVarsFile(host.files, folder, yaml, diagnostics);
  const envVars = new Map<string, string | null>();
  const names = request.names?.(flags) ?? {};
  const context = {
    env,
    names,
    vars: new Map([...fileVars, ...cliVars]),
    clock: () => host.now().getTime(),
    onEnvVar: (name: string, value: string | null) => envVars.set(name, value),
  };
  const parts = { yaml, folder, flags, context, diagnostics };
  const connection = await connect(request, parts, host);
  const threads = threadsOf(flags, connection);
  const { project, selectors } = renderProject(parts, connection, threads, host);
  const catalogs = catalogsOf(parts, connection, host);
  const openLineage = openLineageOf(request, flags, env, folder, host, diagnostics);
  if (!connection || !project || hasErrors(diagnostics)) throw new EtlError(sortDiagnostics(diagnostics));
  const root: ProjectFile = fileVars.size > 0 ? { ...project, vars: fileVars } : project;
  const logFolder = logFolderOf(flags, root, request, host);
  return {
    project: root,
    folder,
    targetFolder: resolvePath(folder, flags.text("target_path") ?? root.targetPath, host.home),
    logFolder,
    ...connection,
    threads,
    flags: withFlags(flags, { project_dir: folder, log_path: logFolder }),
    variables: projectVariables(cliVars, root, []),
    env,
    envVars,
    secrets: [
      ...new Set([...environmentSecrets(env), ...connection.credentials.secrets, ...keysOf(openLineage)]),
    ],
    ...(openLineage ? { openLineage } : {}),
    names,
    selectors,
    catalogs,
    diagnostics: sortDiagnostics(diagnostics),
  };
}

function openLineageOf(
  { command, cwd }: ConfigRequest,
  flags: Flags,
  env: RenderContext["env"],
  folder: string,
  { files, home }: Host,
  diagnostics: Diagnostic[],
): OpenLineageSettings | undefined {
  if (!TELLING.includes(command)) return undefined;
  const flag = flags.text("openlineage") || undefined;
  return openLineageSettings({ flag, env, cwd, folder, home, files }, diagnostics);
}

function keysOf(settings: OpenLineageSettings | undefined): string[] {
  return settings?.target.kind === "http" && settings.target.key !== undefined ? [settings.target.key] : [];
}

/** The environment with the .env of the working folder; what is set already stays. */
function withDotenv(cwd: string, host: Host): RenderContext["env"] {
  const path = joinPath(cwd, ".env");
  if (host.files.stat(path)?.kind !== "file") return host.env;
  return { ...Object.fromEntries(parseDotenv(host.files.readText(path))), ...host.env };
}

/**
 * Where a command would read its project: `--project-dir`, DBT_PROJECT_DIR, else the working folder or the nearest one
 * above it that holds a project.
 * @returns the folder, and whether a project is in it; without one the folder that was named, or the working folder
 */
export function projectFolder(
  { cli, cwd }: Pick<ConfigRequest, "cli" | "cwd">,
  env: RenderContext["env"],
  { files, home }: Pick<Host, "files" | "home">,
): { readonly folder: string; readonly named: boolean; readonly found: boolean } {
  const given = cli.get("project_dir") ?? (env.DBT_ENGINE_PROJECT_DIR || env.DBT_PROJECT_DIR || undefined);
  const holdsProject = (folder: string) => files.stat(joinPath(folder, PROJECT_FILE))?.kind === "file";
  if (typeof given === "string") {
    const folder = resolvePath(cwd, given, home);
    return { folder, named: true, found: holdsProject(folder) };
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (holdsProject(folder)) return { folder, named: false, found: true };
    if (dirname(folder) === folder) return { folder: cwd, named: false, found: false };
  }
}

/** @throws EtlError(project-missing) */
function findProject(request: ConfigRequest, env: RenderContext["env"], host: Host): string {
  const { folder, named, found } = projectFolder(request, env, host);
  if (found) return folder;
  const [message, help] = named
    ? [`there is no ${PROJECT_FILE} in ${folder}`, "name the folder of a project with --project-dir"]
    : [
        `${folder} is not a project: there is no ${PROJECT_FILE} in it or above it`,
        "go to the folder of a project, name it with --project-dir, or make one with: etl init",
      ];
  throw new EtlError([errorAt("project-missing", message, undefined, { help })]);
}

function readFlags(
  request: ConfigRequest,
  env: RenderContext["env"],
  yaml: YamlFile,
  diagnostics: Diagnostic[],
): Flags {
  const value = yaml.value instanceof Map ? yaml.value.get("flags") : undefined;
  const project =
    value instanceof Map ? { values: value, place: (key: string) => yaml.place(["flags", key]) } : undefined;
  const resolved = resolveFlags({
    command: request.command,
    cli: request.cli,
    env,
    ...(project ? { project } : {}),
  });
  diagnostics.push(...resolved.diagnostics);
  return resolved.value;
}

interface Parts {
  readonly yaml: YamlFile;
  readonly folder: string;
  readonly flags: Flags;
  readonly context: Omit<RenderContext, "secrets">;
  readonly diagnostics: Diagnostic[];
}

/** The connection; undefined when its mistakes went to `diagnostics`. */
async function connect(request: ConfigRequest, parts: Parts, host: Host): Promise<Connection | undefined> {
  const { yaml, folder, flags, context, diagnostics } = parts;
  const renderer = new ValueRenderer({ ...context, secrets: true });
  try {
    return await findConnection(
      host,
      { yaml, projectFolder: folder, cwd: request.cwd, flags, renderer },
      diagnostics,
    );
  } catch (error) {
    if (!(error instanceof EtlError)) throw error;
    if (WITHOUT_PROFILE.has(request.command)) return unusedConnection(yaml, folder);
    diagnostics.push(...error.diagnostics);
    return undefined;
  }
}

/** What is rendered with `target`. Without a connection it cannot be; then the profile's mistake says enough. */
function renderProject(
  { yaml, folder, flags, context, diagnostics }: Parts,
  connection: Connection | undefined,
  threads: number,
  host: Host,
): { readonly project: ProjectFile | undefined; readonly selectors: Config["selectors"] } {
  const target =
    connection &&
    targetValue(connection.credentials, threads, connection.profile.profile, connection.profile.target);
  const renderer = new ValueRenderer({ ...context, secrets: false, ...(target ? { target } : {}) });
  const found: Diagnostic[] = [];
  const project = readProjectFile({
    yaml,
    folder,
    renderer,
    versionCheck: flags.boolean("version_check"),
    adapterKeys: connection?.adapter.configKeys ?? [],
    files: host.files,
    readsConfigs: flags.get("which") !== "deps",
  });
  const selectors = readSelectors(host.files, folder, renderer, found);
  const said = [...project.diagnostics, ...found];
  diagnostics.push(...(connection ? said : said.filter(({ code }) => !code.startsWith("jinja"))));
  return { project: project.value, selectors };
}

/** Read where the warehouse is known that decides what they may say. */
function catalogsOf(
  { folder, context, diagnostics }: Parts,
  connection: Connection | undefined,
  { files }: Host,
): Catalogs {
  if (!connection) return new Map();
  const renderer = new ValueRenderer({ ...context, secrets: true });
  return readCatalogs(files, folder, connection.adapter.catalogs, renderer, diagnostics);
}

function threadsOf(flags: Flags, connection: Connection | undefined): number {
  if (flags.boolean("single_threaded")) return 1;
  const given = flags.get("threads");
  if (typeof given === "number") return given;
  return connection?.credentials.threads ?? Math.min(4, availableParallelism());
}

function logFolderOf(flags: Flags, project: ProjectFile, request: ConfigRequest, host: Host): string {
  const given = flags.text("log_path");
  return given === undefined
    ? resolvePath(project.folder, project.logPath, host.home)
    : resolvePath(request.cwd, given, host.home);
}
