// Which packages a project needs in all, with exact versions: breadth first as dbt does it (dbt-core, deps/resolver.py).
// Ranges of several askers are joined; the highest version that suits all is taken; git revisions must agree.

import { satisfies } from "semver";
import { type Diagnostic, EtlError, errorAt, type Place, warningAt } from "../../base/diagnostic.ts";
import type { Hub, HubVersion } from "./hub.ts";
import { chooseVersion, versionRange } from "./hub.ts";
import { type GitSpec, type HubSpec, nameOf, type PackageSpec } from "./spec.ts";

/** A spec with the place of the line in the root project that leads to it. */
export interface Wanted {
  readonly spec: PackageSpec;
  readonly place: Place;
  /** Name of the package that needs it; undefined for the root project's own. */
  readonly neededBy?: string;
}

/**
 * A package with its source fixed, and the folder or archive that holds it. `written` is the address as the user wrote
 * it, before Jinja: what the lock file keeps, since the rendered one may hold a secret.
 */
export interface Resolved {
  readonly name: string;
  readonly place: Place;
  readonly source:
    | {
        readonly kind: "hub";
        readonly package: string;
        readonly version: string;
        readonly latest: string;
        readonly entry: HubVersion;
      }
    | {
        readonly kind: "git";
        readonly git: string;
        readonly written: string;
        readonly revision: string;
        readonly subdirectory: string | null;
        readonly folder: string;
      }
    | { readonly kind: "local"; readonly local: string; readonly folder: string }
    | {
        readonly kind: "tarball";
        readonly tarball: string;
        readonly written: string;
        readonly folder: string;
      };
}

/** How sources other than the hub are brought and read; see install-packages.ts. */
export interface PackageSources {
  readonly hub: Hub;
  /** Brings a git, local or tarball package; gives the folder that holds its dbt_project.yml, and the git commit. */
  bring(wanted: Wanted, revision: string): Promise<{ readonly folder: string; readonly revision: string }>;
  /** Name and needs of a package that lies in a folder. */
  read(folder: string, wanted: Wanted): { readonly name: string; readonly specs: readonly PackageSpec[] };
  /** The specs of a hub answer's packages list. */
  fromHub(entries: readonly unknown[], wanted: Wanted): readonly PackageSpec[];
}

/**
 * @param specs what the root project asks for
 * @param options.dbtVersion the version to hold against `require_dbt_version`; null: no check
 * @param options.follow whether the packages' own needs are resolved too
 * @returns all packages, in the order in which they were first asked for, and warnings (unpinned git packages)
 * @throws EtlError for versions that do not agree, duplicates of names, and whatever bringing them throws
 */
export async function resolvePackages(
  specs: readonly Wanted[],
  sources: PackageSources,
  options: { readonly rootName: string; readonly dbtVersion: string | null; readonly follow: boolean },
): Promise<{ readonly packages: readonly Resolved[]; readonly diagnostics: readonly Diagnostic[] }> {
  const askers = new Map<string, Wanted[]>();
  const resolved = new Map<string, Resolved>();
  const diagnostics: Diagnostic[] = [];
  let pending: readonly Wanted[] = specs;
  while (pending.length > 0) {
    const round = new Set<string>();
    for (const wanted of pending) {
      const key = keyOf(wanted.spec);
      askers.set(key, [...(askers.get(key) ?? []), wanted]);
      round.add(key);
    }
    const next: Wanted[] = [];
    for (const key of round) {
      const all = askers.get(key) as Wanted[];
      const before = resolved.get(key);
      const now = await resolveOne(all, sources, options.dbtVersion, diagnostics);
      resolved.set(key, now.package);
      if (!options.follow || (before && sameSource(before, now.package))) continue;
      const first = all[0] as Wanted;
      next.push(...now.specs.map((spec) => ({ spec, place: first.place, neededBy: now.package.name })));
    }
    pending = next;
  }
  const packages = [...resolved.values()];
  refuseDuplicates(packages, options.rootName);
  return { packages, diagnostics };
}

/** A package with what it needs itself. */
interface Answer {
  readonly package: Resolved;
  readonly specs: readonly PackageSpec[];
}

async function resolveOne(
  askers: readonly Wanted[],
  sources: PackageSources,
  dbtVersion: string | null,
  diagnostics: Diagnostic[],
): Promise<Answer> {
  refuseMixed(askers);
  const first = askers[0] as Wanted;
  const { spec, place } = first;
  if (spec.kind === "hub")
    return resolveHub(askers as readonly (Wanted & { spec: HubSpec })[], sources, dbtVersion);
  const revision = spec.kind === "git" ? gitRevision(askers as readonly (Wanted & { spec: GitSpec })[]) : "";
  const brought = await sources.bring(first, revision);
  const { name, specs } = sources.read(brought.folder, first);
  const warns = askers.every((asker) => asker.spec.kind !== "git" || asker.spec.warnUnpinned !== false);
  if (spec.kind === "git" && warns && FLOATING.includes(revision))
    diagnostics.push(unpinned(spec, revision, brought.revision, place));
  return {
    package: {
      name: spec.kind === "tarball" ? spec.name : name,
      place,
      source: sourceOf(spec, brought.folder, brought.revision),
    },
    specs,
  };
}

/** Revisions that are another commit tomorrow. */
const FLOATING: readonly string[] = ["HEAD", "main", "master"];

function refuseMixed([first, ...others]: readonly Wanted[]): void {
  const mixed = others.find((asker) => asker.spec.kind !== first?.spec.kind);
  if (!first || !mixed) return;
  throw new EtlError([
    errorAt(
      "packages-invalid",
      `${nameOf(first.spec)} is asked for both as a ${first.spec.kind} and as a ${mixed.spec.kind} package`,
      mixed.place,
    ),
  ]);
}

function unpinned(spec: GitSpec, revision: string, commit: string, place: Place): Diagnostic {
  const followed = revision === "HEAD" ? "the default branch" : `the branch ${revision}`;
  return warningAt(
    "package-unpinned",
    `the git package "${spec.git}" is not pinned: it follows ${followed}`,
    place,
    { help: `add revision: ${commit}, or warn-unpinned: false` },
  );
}

function sourceOf(spec: Exclude<PackageSpec, HubSpec>, folder: string, revision: string): Resolved["source"] {
  switch (spec.kind) {
    case "git": {
      const { git, subdirectory } = spec;
      return { kind: "git", git, written: writtenAddress(spec), revision, subdirectory, folder };
    }
    case "local":
      return { kind: "local", local: spec.local, folder };
    case "tarball":
      return { kind: "tarball", tarball: spec.tarball, written: writtenAddress(spec), folder };
  }
}

async function resolveHub(
  askers: readonly (Wanted & { readonly spec: HubSpec })[],
  sources: PackageSources,
  dbtVersion: string | null,
): Promise<Answer> {
  const first = askers[0] as Wanted & { spec: HubSpec };
  refuseWrongVersions(askers);
  const available = await sources.hub.versions(first.spec.package, first.place);
  const names = [...available.values()]
    .filter((entry) => dbtVersion === null || suits(entry, dbtVersion))
    .map((entry) => entry.version);
  const prerelease = askers.some((asker) => asker.spec.installPrerelease);
  const versions = askers.flatMap((asker) => asker.spec.versions);
  const version = chooseVersion(names, versions, prerelease);
  const entry = version === undefined ? undefined : available.get(version);
  if (version === undefined || !entry) {
    throw noVersion(askers, chooseVersion(names, ANY, prerelease));
  }
  const latest = chooseVersion(names, ANY, prerelease) ?? version;
  const resolved: Resolved = {
    name: entry.projectName,
    place: first.place,
    source: { kind: "hub", package: first.spec.package, version, latest, entry },
  };
  return { package: resolved, specs: sources.fromHub(entry.packages, first) };
}

const ANY: readonly string[] = [">=0.0.0"];

function refuseWrongVersions(askers: readonly (Wanted & { readonly spec: HubSpec })[]): void {
  for (const { spec, place } of askers) {
    const wrong = spec.versions.find((version) => !versionRange([version]));
    if (wrong === undefined) continue;
    throw new EtlError([
      errorAt("packages-invalid", `"${wrong}" is not a version of ${spec.package}`, place, {
        help: 'versions have three numbers: "1.1.0" or [">=1.0.0", "<2.0.0"]',
      }),
    ]);
  }
}

/** @param latest the last version that the hub has for our version of dbt's language */
function noVersion(
  askers: readonly (Wanted & { readonly spec: HubSpec })[],
  latest: string | undefined,
): EtlError {
  const first = askers[0] as Wanted & { spec: HubSpec };
  const versions = askers.flatMap((asker) => asker.spec.versions);
  const notes = askers.map((asker) => ({
    message: `${asker.neededBy ?? "your project"} asks for ${asker.spec.versions.join(", ")}`,
    place: asker.place,
  }));
  const text = `no version of ${first.spec.package} suits ${versions.join(", ")}`;
  const help = latest
    ? `the latest version is ${latest}`
    : "the hub lists no version that suits this version of dbt; --no-version-check ignores that";
  return new EtlError([
    errorAt("package-version", text, first.place, { notes: askers.length > 1 ? notes : [], help }),
  ]);
}

/** Whether a version of a package runs with our version of dbt's language. */
function suits(entry: HubVersion, dbtVersion: string): boolean {
  const range = entry.requireDbtVersion.length === 0 ? undefined : versionRange(entry.requireDbtVersion);
  return range === undefined || satisfies(dbtVersion, range);
}

function gitRevision(askers: readonly (Wanted & { readonly spec: GitSpec })[]): string {
  const revisions = new Set(askers.flatMap((asker) => asker.spec.revisions));
  if (revisions.size > 1) {
    const last = askers.at(-1) as Wanted & { spec: GitSpec };
    throw new EtlError([
      errorAt(
        "package-version",
        `${last.spec.git} is asked for at several revisions: ${[...revisions].join(", ")}`,
        last.place,
        {
          notes: askers.map((asker) => ({
            message: `${asker.neededBy ?? "your project"} asks for ${asker.spec.revisions.join(", ") || "the default branch"}`,
            place: asker.place,
          })),
        },
      ),
    ]);
  }
  return [...revisions][0] ?? "HEAD";
}

function writtenAddress(spec: PackageSpec): string {
  const written = spec.unrendered.get(spec.kind);
  return typeof written === "string" ? written : nameOf(spec);
}

/** One key a package, with and without ".git". */
function keyOf(spec: PackageSpec): string {
  if (spec.kind !== "git") return nameOf(spec);
  const address = spec.git.replace(/\.git$/, "");
  return spec.subdirectory === null ? address : `${address}/${spec.subdirectory}`;
}

function sameSource(a: Resolved, b: Resolved): boolean {
  return a.source.kind === "hub" && b.source.kind === "hub"
    ? a.source.version === b.source.version
    : a.source.kind === b.source.kind;
}

function refuseDuplicates(packages: readonly Resolved[], rootName: string): void {
  const seen = new Map<string, Resolved>();
  for (const one of packages) {
    const before = seen.get(one.name);
    if (one.name === rootName) {
      throw new EtlError([
        errorAt("package-duplicate", `a package has the name of this project, "${rootName}"`, one.place),
      ]);
    }
    if (before) {
      throw new EtlError([
        errorAt("package-duplicate", `two packages have the name "${one.name}"`, one.place, {
          notes: [{ message: "the other one", place: before.place }],
        }),
      ]);
    }
    seen.set(one.name, one);
  }
}
