// Stage 1: which files a project consists of: its own, those of the packages in dbt_packages, and the macros that come
// with etl. No file but the project files is opened here.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Adapter } from "../adapter/adapter.ts";
import { type Checked, type Diagnostic, EtlError, errorAt, hasErrors } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import type { Config, ProjectFile } from "../config/config.ts";
import { shownPath } from "../config/file-paths.ts";
import { PROJECT_FILE, readProjectFile, readProjectYaml } from "../config/project-file.ts";
import { packageRenderer } from "../config/target.ts";
import { findFiles, findMacroFiles } from "./find-files.ts";
import { PackageFiles } from "./packages/package-files.ts";
import type { Package, Project } from "./project.ts";

/** Name of the built-in macro package, as packages call it (`dbt.type_string()`). */
export const BUILT_IN = "dbt";

/**
 * @returns the project with all its files, and what there is to warn of in the packages' project files
 * @throws EtlError when packages are listed but not installed, two packages have one name, or a package's
 *   dbt_project.yml cannot be read
 */
export function loadProject(config: Config, adapter: Adapter, host: Host): Checked<Project> {
  const diagnostics: Diagnostic[] = [];
  const installed = installedProjects(config, adapter, host, diagnostics);
  refuseDuplicates(config, installed);
  const root = { ...toPackage(config.project, config, host), project: config.project };
  const packages: Package[] = [
    root,
    ...installed.map((project) => toPackage(project, config, host)),
    ...[adapter, ...config.parentAdapters].map(({ type, macros }) => builtIn(`dbt_${type}`, macros, host)),
    builtIn(BUILT_IN, builtInMacrosFolder(), host),
  ];
  return { value: { root, packages }, diagnostics };
}

function toPackage(project: ProjectFile, config: Config, host: Host): Package {
  return {
    name: project.name,
    folder: project.folder,
    project,
    files: findFiles(project, config.folder, host.files),
  };
}

function builtIn(name: string, folder: string, host: Host): Package {
  return { name, folder, project: undefined, files: findMacroFiles(name, folder, host.files) };
}

function installedProjects(
  config: Config,
  adapter: Adapter,
  host: Host,
  diagnostics: Diagnostic[],
): ProjectFile[] {
  const folder = join(config.folder, config.project.packagesInstallPath);
  const exists = host.files.stat(folder)?.kind === "directory";
  const folders = exists
    ? host.files
        .list(folder)
        .filter((entry) => entry.kind === "directory" && !entry.name.startsWith("__"))
        .map((entry) => join(folder, entry.name))
        .filter((path) => host.files.stat(join(path, PROJECT_FILE))?.kind === "file")
    : [];
  refuseMissing(config, host, folders.length);
  const renderer = packageRenderer(config);
  const errors: Diagnostic[] = [];
  const projects = folders.flatMap((path) => {
    const file = shownPath(join(path, PROJECT_FILE), config.folder);
    const yaml = readProjectYaml(host.files, path, file);
    const read = yaml.value
      ? readProjectFile({
          yaml: yaml.value,
          folder: path,
          renderer,
          versionCheck: config.flags.boolean("version_check"),
          adapterKeys: adapter.configKeys,
          files: host.files,
        })
      : { value: undefined, diagnostics: yaml.diagnostics };
    // Warnings about somebody else's project are of no use to the user.
    errors.push(...read.diagnostics.filter(({ severity }) => severity === "error"));
    return read.value ? [read.value] : [];
  });
  if (hasErrors(errors)) throw new EtlError(errors);
  diagnostics.push(...errors);
  return projects;
}

/** dbt's rule: fewer folders than entries in packages.yml means that `deps` has not been run. */
function refuseMissing(config: Config, host: Host, count: number): void {
  const asked = new PackageFiles(host, config.folder, config.variables.cli).specs(config.folder);
  if (hasErrors(asked.diagnostics)) throw new EtlError(asked.diagnostics);
  const first = asked.value[0];
  if (first === undefined || asked.value.length <= count) return;
  throw new EtlError([
    errorAt(
      "packages-missing",
      `${asked.value.length} packages are asked for, but ${count} are installed in ${config.project.packagesInstallPath}`,
      asked.place(first),
      {
        help: "run etl deps",
      },
    ),
  ]);
}

function refuseDuplicates(config: Config, installed: readonly ProjectFile[]): void {
  const seen = new Map<string, ProjectFile>([[config.project.name, config.project]]);
  for (const project of installed) {
    const before = seen.get(project.name);
    if (before) {
      throw new EtlError([
        errorAt(
          "package-duplicate",
          `two packages have the name "${project.name}"`,
          project.place(["name"]),
          {
            notes: [{ message: "the other one", place: before.place(["name"]) }],
          },
        ),
      ]);
    }
    seen.set(project.name, project);
  }
}

/** `templates/macros` of the package that this module belongs to, in the source tree and in dist/ alike. */
function builtInMacrosFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, "templates", "macros");
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder)
      throw new Error("templates/macros is missing from this installation of etl");
  }
}
