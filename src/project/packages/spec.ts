// What packages.yml (or dependencies.yml) may ask for, checked before the network is asked: hub packages, git
// repositories, folders, tarballs. Unknown keys and wrong forms are told with their line.

import type { Diagnostic } from "../../base/diagnostic.ts";
import { errorAt, warningAt } from "../../base/diagnostic.ts";
import { didYouMean, nearest } from "../../base/nearest.ts";
import type { YamlFile } from "../../config/config.ts";
import { type Dict, PyFloat, type Value } from "../../jinja/value.ts";

interface SpecBase {
  /** The entry as written, before Jinja; part of the lock file's hash. */
  readonly unrendered: Dict;
  /** The entry's place for messages. */
  readonly index: number;
}

export interface HubSpec extends SpecBase {
  readonly kind: "hub";
  /** "namespace/name" */
  readonly package: string;
  readonly version: Value;
  readonly versions: readonly string[];
  readonly installPrerelease: boolean;
}

export interface GitSpec extends SpecBase {
  readonly kind: "git";
  readonly git: string;
  readonly revision: Value;
  readonly revisions: readonly string[];
  readonly warnUnpinned: boolean | null;
  readonly subdirectory: string | null;
}

export interface LocalSpec extends SpecBase {
  readonly kind: "local";
  readonly local: string;
}

export interface TarballSpec extends SpecBase {
  readonly kind: "tarball";
  readonly tarball: string;
  readonly name: string;
}

export type PackageSpec = HubSpec | GitSpec | LocalSpec | TarballSpec;

const keysOf: Readonly<Record<PackageSpec["kind"], readonly string[]>> = {
  hub: ["package", "version", "install_prerelease", "install-prerelease", "name"],
  git: ["git", "revision", "warn-unpinned", "warn_unpinned", "subdirectory", "name"],
  local: ["local", "name"],
  tarball: ["tarball", "name"],
};

const sourceKeys = ["package", "git", "local", "tarball", "private"];

/**
 * Reads the `packages` list.
 * @param file the file, for places
 * @param rendered its `packages` value after Jinja
 * @param unrendered the same before Jinja, entry by entry
 * @param diagnostics receives every mistake
 * @returns the entries that are right
 */
export function parsePackageSpecs(
  file: YamlFile,
  rendered: Value,
  unrendered: Value,
  diagnostics: Diagnostic[],
): PackageSpec[] {
  if (rendered === null || rendered === undefined) return [];
  if (!Array.isArray(rendered)) {
    diagnostics.push(
      errorAt("packages-invalid", "packages must be a list", file.place(["packages"]), {
        help: "write each package as an item: - package: dbt-labs/dbt_utils",
      }),
    );
    return [];
  }
  const raw = Array.isArray(unrendered) ? unrendered : [];
  return rendered.flatMap((entry, index) => {
    const spec = parseEntry(file, entry, raw[index] ?? entry, index, diagnostics);
    return spec ? [spec] : [];
  });
}

function parseEntry(
  file: YamlFile,
  entry: Value,
  unrendered: Value,
  index: number,
  diagnostics: Diagnostic[],
): PackageSpec | undefined {
  const place = file.place(["packages", index]);
  const refuse = (message: string, help?: string): undefined => {
    diagnostics.push(errorAt("packages-invalid", message, place, { help }));
    return undefined;
  };
  if (!(entry instanceof Map) || !(unrendered instanceof Map))
    return refuse("each package is a set of keys", "for example: - package: dbt-labs/dbt_utils");
  const kinds = sourceKeys.filter((key) => entry.has(key));
  if (kinds.length !== 1) {
    const written = [...entry.keys()].map(String);
    const near =
      kinds.length === 0
        ? written.map((key) => nearest(key, sourceKeys)).find((key) => key !== undefined)
        : undefined;
    return refuse(
      kinds.length === 0
        ? `a package needs one of the keys ${sourceKeys.join(", ")}`
        : `a package has only one of the keys ${kinds.join(", ")}`,
      near ? `did you mean "${near}"?` : undefined,
    );
  }
  const key = kinds[0] as string;
  const from = entry.get(key);
  if (typeof from !== "string" || from === "") return refuse(`"${key}" must be a text that is not empty`);
  if (key === "private")
    return refuse(
      `private package ${from}: there is no integration with a git provider`,
      `write it as a git package: - git: "https://.../${from}.git"`,
    );
  const kind = key === "package" ? "hub" : (key as "git" | "local" | "tarball");
  warnUnknownKeys(file, entry, kind, index, diagnostics);
  const base = { unrendered, index };
  switch (kind) {
    case "hub":
      return hubSpec(entry, from, base, refuse);
    case "git":
      return gitSpec(entry, from, base, refuse);
    case "local":
      return { kind, local: from, ...base };
    case "tarball":
      return tarballSpec(entry, from, base, refuse);
  }
}

/** Tells a mistake in an entry. */
type Refuse = (message: string, help?: string) => undefined;

function gitSpec(entry: Dict, git: string, base: SpecBase, refuse: Refuse): GitSpec | undefined {
  const revision = entry.get("revision") ?? null;
  const warn = entry.get("warn-unpinned") ?? entry.get("warn_unpinned") ?? null;
  const subdirectory = entry.get("subdirectory") ?? null;
  if (warn !== null && typeof warn !== "boolean") return refuse("warn-unpinned must be true or false");
  if (subdirectory !== null && typeof subdirectory !== "string") return refuse("subdirectory must be a text");
  if (git.startsWith("-")) return refuse(`"${git}" is not an address of a git repository`);
  if (subdirectory !== null && leavesFolder(subdirectory))
    return refuse(`subdirectory "${subdirectory}" leads out of the repository`);
  const revisions = revision === null ? [] : [versionText(revision)];
  return { kind: "git", git, revision, revisions, warnUnpinned: warn, subdirectory, ...base };
}

function tarballSpec(entry: Dict, tarball: string, base: SpecBase, refuse: Refuse): TarballSpec | undefined {
  const name = entry.get("name");
  if (typeof name !== "string" || !/^[\p{L}\p{N}_.-]+$/u.test(name) || /^\.+$/.test(name)) {
    return refuse(
      "a tarball needs a name of letters, digits, _ and -",
      `add the line name: ${nameFromUrl(tarball)}`,
    );
  }
  return { kind: "tarball", tarball, name, ...base };
}

function hubSpec(entry: Dict, from: string, base: SpecBase, refuse: Refuse): HubSpec | undefined {
  if (!/^[\w.-]+\/[\w.-]+$/.test(from)) {
    return refuse(
      `"${from}" is not the name of a package on the hub`,
      "names have two parts, for example dbt-labs/dbt_utils",
    );
  }
  const version = entry.get("version") ?? null;
  if (version === null)
    return refuse(`package ${from} needs a version`, 'for example: version: [">=1.0.0", "<2.0.0"]');
  const versions = (Array.isArray(version) ? version : [version]).map(versionText);
  const prerelease = entry.get("install_prerelease") ?? entry.get("install-prerelease") ?? false;
  return { kind: "hub", package: from, version, versions, installPrerelease: prerelease === true, ...base };
}

function warnUnknownKeys(
  file: YamlFile,
  entry: Dict,
  kind: PackageSpec["kind"],
  index: number,
  diagnostics: Diagnostic[],
): void {
  for (const key of entry.keys()) {
    if (typeof key !== "string" || keysOf[kind].includes(key)) continue;
    diagnostics.push(
      warningAt(
        "key-unknown",
        `"${key}" is not a key of a ${kind} package`,
        file.place(["packages", index, key], "key"),
        { help: didYouMean(key, keysOf[kind]) },
      ),
    );
  }
}

/** A version or revision as text: YAML makes a float of 1.0. */
function versionText(value: Value): string {
  if (value instanceof PyFloat)
    return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value);
  return String(value);
}

function nameFromUrl(url: string): string {
  return /([^/]+?)(\.tar\.gz|\.tgz)?$/.exec(url)?.[1]?.replaceAll(/[^\w-]/g, "_") ?? "my_package";
}

/** True for a relative path that would leave the folder that it starts from, and for absolute ones. */
export function leavesFolder(path: string): boolean {
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return true;
  let depth = 0;
  for (const part of path.split(/[/\\]/)) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) return true;
  }
  return false;
}

/** How people call a package: its name on the hub, its address or folder; of a tarball the name that it was given. */
export function nameOf(spec: PackageSpec): string {
  switch (spec.kind) {
    case "hub":
      return spec.package;
    case "git":
      return spec.git;
    case "local":
      return spec.local;
    case "tarball":
      return spec.name;
  }
}
