// `etl deps`: reads what the project asks for, resolves it, writes package-lock.yml, and lays the packages into their
// folder. All is brought to a staging folder below target/ first; what was installed before is replaced at the end.

import { createHash } from "node:crypto";
import { cpSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Diagnostic, EtlError, errorAt, hasErrors, type Place } from "../../base/diagnostic.ts";
import type { Host } from "../../base/host.ts";
import { unpackArchive } from "./archive.ts";
import { downloadBytes } from "./download.ts";
import { cloneRevision, withoutPassword } from "./git.ts";
import { Hub } from "./hub.ts";
import { hashOfSpecs, type LockedPackage, renderLockFile } from "./lock-file.ts";
import type { PackageFiles } from "./package-files.ts";
import { type PackageSources, type Resolved, resolvePackages, type Wanted } from "./resolve.ts";
import { nameOf, type PackageSpec } from "./spec.ts";

const HUB = "https://hub.getdbt.com/";

export interface InstallRequest {
  /** Absolute folder of the project. */
  readonly folder: string;
  readonly projectName: string;
  /** Absolute folder to install into (packages-install-path). */
  readonly installFolder: string;
  /** Absolute target folder; staging happens below it. */
  readonly targetFolder: string;
  /** The version held against the packages' require-dbt-version; null: no check. */
  readonly dbtVersion: string | null;
  /** Resolve anew although the lock file is up to date. */
  readonly upgrade: boolean;
  /** Write the lock file only. */
  readonly lockOnly: boolean;
}

export interface InstalledPackage {
  readonly name: string;
  /** "dbt-labs/dbt_utils 1.1.1", "https://... at 1a2b3c4", "from ../shared". */
  readonly source: string;
  /** A newer version on the hub. */
  readonly newer?: string;
}

export interface InstallReport {
  readonly packages: readonly InstalledPackage[];
  /** Path of the lock file when it was written. */
  readonly lockFile: string | null;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Installs all packages of a project.
 * @param files reads packages.yml, dependencies.yml and dbt_project.yml of any folder
 * @throws EtlError with everything that is wrong in the packages file, or the first thing that cannot be brought
 */
export async function installPackages(
  request: InstallRequest,
  files: PackageFiles,
  host: Host,
): Promise<InstallReport> {
  const asked = files.specs(request.folder);
  if (hasErrors(asked.diagnostics)) throw new EtlError(asked.diagnostics);
  const diagnostics: Diagnostic[] = [...asked.diagnostics];
  if (asked.value.length === 0) return { packages: [], lockFile: null, diagnostics };

  refuseDangerousFolder(request);
  const staging = join(request.targetFolder, `deps-${host.uuid()}`);
  host.files.makeDirectory(staging);
  try {
    const hash = hashOfSpecs(asked.value);
    const lockPath = join(request.folder, "package-lock.yml");
    const locked = request.upgrade ? undefined : files.locked(hash);
    const wanted = (locked ?? asked.value).map((spec): Wanted => ({ spec, place: asked.place(spec) }));
    const sources = new Sources(request, files, host, staging);
    const { packages, diagnostics: found } = await resolvePackages(wanted, sources, {
      rootName: request.projectName,
      dbtVersion: request.dbtVersion,
      // The lock file names every package already.
      follow: locked === undefined,
    });
    diagnostics.push(...found);
    if (!locked) host.files.writeWhole(lockPath, renderLockFile(packages.map(lockedForm), hash));
    if (!request.lockOnly) await layOut(packages, request, host, staging);
    return { packages: packages.map(describe), lockFile: locked ? null : lockPath, diagnostics };
  } finally {
    host.files.remove(staging);
  }
}

/** Brings packages that do not come from the hub into the staging folder, each once. */
class Sources implements PackageSources {
  readonly hub: Hub;
  private readonly brought = new Map<
    string,
    Promise<{ readonly folder: string; readonly revision: string }>
  >();

  constructor(
    private readonly request: InstallRequest,
    private readonly files: PackageFiles,
    private readonly host: Host,
    private readonly staging: string,
  ) {
    const url = host.env.DBT_PACKAGE_HUB_URL || HUB;
    this.hub = new Hub(url.endsWith("/") ? url : `${url}/`, host);
  }

  bring(wanted: Wanted, revision: string): Promise<{ readonly folder: string; readonly revision: string }> {
    const key = JSON.stringify([wanted.spec.kind, addressOf(wanted.spec), revision]);
    let found = this.brought.get(key);
    if (!found) {
      found = this.bringOnce(wanted, revision, join(this.staging, `source-${this.brought.size}`));
      this.brought.set(key, found);
    }
    return found;
  }

  read(folder: string, wanted: Wanted): { readonly name: string; readonly specs: readonly PackageSpec[] } {
    const name = this.files.projectName(folder, addressOf(wanted.spec), wanted.place);
    const specs = this.files.specs(folder);
    if (hasErrors(specs.diagnostics)) throw new EtlError(specs.diagnostics);
    return { name, specs: specs.value };
  }

  fromHub(entries: readonly unknown[], wanted: Wanted): readonly PackageSpec[] {
    return this.files.hubSpecs(entries, wanted.place);
  }

  private async bringOnce(
    { spec, place }: Wanted,
    revision: string,
    folder: string,
  ): Promise<{ readonly folder: string; readonly revision: string }> {
    switch (spec.kind) {
      case "git": {
        const commit = await cloneRevision(spec.git, revision, folder, this.host, place);
        return {
          folder: spec.subdirectory === null ? folder : join(folder, spec.subdirectory),
          revision: commit,
        };
      }
      case "local": {
        const local = resolve(this.request.folder, spec.local);
        if (this.host.files.stat(local)?.kind !== "directory") {
          throw new EtlError([
            errorAt(
              "package-not-found",
              `the folder of the local package "${spec.local}" does not exist`,
              place,
              { help: `looked for ${local}` },
            ),
          ]);
        }
        return { folder: local, revision: "" };
      }
      case "tarball": {
        const archive = await downloadBytes(spec.tarball, { host: this.host, place });
        return {
          folder: await unpackSingleFolder(archive, folder, spec.tarball, this.host, place),
          revision: "",
        };
      }
      case "hub":
        throw new Error("hub packages are brought when they are laid out");
    }
  }
}

/** Puts every package under its name into the install folder, which is replaced as a whole. */
async function layOut(
  packages: readonly Resolved[],
  request: InstallRequest,
  host: Host,
  staging: string,
): Promise<void> {
  const ready = join(staging, "packages");
  host.files.makeDirectory(ready);
  for (const one of packages) {
    if (!/^[^\d\W]\w*$/u.test(one.name)) {
      throw new EtlError([
        errorAt(
          "package-refused",
          `a package calls itself "${one.name}", which is not a name of letters, digits and _`,
          one.place,
        ),
      ]);
    }
    if (one.source.kind === "hub") await bringHubPackage(one, join(ready, one.name), host, staging);
    else if (one.source.kind === "local") linkFolder(one.source.folder, join(ready, one.name));
    else moveFolder(one.source.folder, join(ready, one.name), host);
  }
  host.files.remove(request.installFolder);
  host.files.makeDirectory(dirname(request.installFolder));
  moveFolder(ready, request.installFolder, host);
}

async function bringHubPackage(one: Resolved, folder: string, host: Host, staging: string): Promise<void> {
  if (one.source.kind !== "hub") return;
  const { entry, package: name, version } = one.source;
  const label = `${name} ${version}`;
  const archive = await downloadBytes(entry.tarball, { host, place: one.place });
  if (entry.sha1 === "") {
    host.emit({
      kind: "message",
      level: "info",
      text: `the hub sends no checksum for ${label}: taken as it is`,
    });
  } else if (createHash("sha1").update(archive).digest("hex") !== entry.sha1.toLowerCase()) {
    throw new EtlError([
      errorAt(
        "package-checksum",
        `the archive of ${label} is not the one that the hub announced: its checksum differs`,
        one.place,
        { help: "run etl deps again; if it stays so, tell the package's owner" },
      ),
    ]);
  }
  moveFolder(
    await unpackSingleFolder(archive, join(staging, `hub-${one.name}`), label, host, one.place),
    folder,
    host,
  );
}

/** Archives of packages hold one folder; its path after unpacking. */
async function unpackSingleFolder(
  archive: Uint8Array,
  folder: string,
  label: string,
  host: Host,
  place: Place,
): Promise<string> {
  host.files.makeDirectory(folder);
  await unpackArchive(archive, folder, label, place);
  const entries = host.files.list(folder).filter((entry) => entry.name !== "pax_global_header");
  const only = entries[0];
  if (entries.length !== 1 || only?.kind !== "directory") {
    throw new EtlError([
      errorAt(
        "package-refused",
        `the archive of ${label} must hold one folder, it holds ${entries.length} entries`,
        place,
      ),
    ]);
  }
  return join(folder, only.name);
}

function linkFolder(from: string, to: string): void {
  try {
    symlinkSync(from, to, process.platform === "win32" ? "junction" : "dir");
  } catch {
    // File systems without links: a copy serves until the next `deps`.
    cpSync(from, to, { recursive: true });
  }
}

function moveFolder(from: string, to: string, host: Host): void {
  try {
    host.files.rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    cpSync(from, to, { recursive: true });
    host.files.remove(from);
  }
}

/** The install folder is removed as a whole, so it must not hold the project itself. */
function refuseDangerousFolder({ folder, installFolder }: InstallRequest): void {
  const inside = `${resolve(folder)}/`
    .replaceAll("\\", "/")
    .startsWith(`${resolve(installFolder)}/`.replaceAll("\\", "/"));
  if (inside) {
    throw new EtlError([
      errorAt(
        "packages-invalid",
        `packages-install-path is the project's own folder or one above it: ${installFolder}`,
        undefined,
        { help: "use a folder of its own, such as dbt_packages" },
      ),
    ]);
  }
}

/** Where a package comes from. */
function addressOf(spec: PackageSpec): string {
  return spec.kind === "tarball" ? spec.tarball : nameOf(spec);
}

function lockedForm({ name, source }: Resolved): LockedPackage {
  switch (source.kind) {
    case "hub":
      return { name, source: { kind: "hub", package: source.package, version: source.version } };
    case "git":
      return {
        name,
        source: {
          kind: "git",
          git: source.written,
          revision: source.revision,
          subdirectory: source.subdirectory,
        },
      };
    case "local":
      return { name, source: { kind: "local", local: source.local } };
    case "tarball":
      return { name, source: { kind: "tarball", tarball: source.written } };
  }
}

function describe({ name, source }: Resolved): InstalledPackage {
  switch (source.kind) {
    case "hub":
      return {
        name,
        source: `${source.package} ${source.version}`,
        ...(source.latest === source.version ? {} : { newer: source.latest }),
      };
    case "git":
      return { name, source: `${withoutPassword(source.git)} at ${source.revision.slice(0, 10)}` };
    case "local":
      return { name, source: `folder ${source.local}` };
    case "tarball":
      return { name, source: source.tarball };
  }
}
