// The package hub over HTTP: which versions of a package there are, what they need, where their archive is.
// Addresses and JSON are those of hub.getdbt.com (dbt-core, clients/registry.py); DBT_PACKAGE_HUB_URL replaces the address.

import { Range, SemVer } from "semver";
import { EtlError, errorAt, type Place } from "../../base/diagnostic.ts";
import type { Host } from "../../base/host.ts";
import { didYouMean } from "../../base/nearest.ts";
import { downloadText } from "./download.ts";

export interface HubVersion {
  readonly version: string;
  /** Packages that it needs itself: plain JSON entries of a packages list. */
  readonly packages: readonly unknown[];
  readonly projectName: string;
  readonly tarball: string;
  /** Hex SHA-1 of the archive; empty when the hub sends none. */
  readonly sha1: string;
  readonly requireDbtVersion: readonly string[];
}

/** One hub for the time of one command; answers are kept. */
export class Hub {
  private readonly packages = new Map<string, Promise<ReadonlyMap<string, HubVersion>>>();

  constructor(
    /** Ends with a slash. */
    private readonly url: string,
    private readonly host: Pick<Host, "env" | "signal">,
  ) {}

  /**
   * All versions of a package.
   * @throws EtlError(package-not-found) with the nearest name; (download-failed) when the hub does not answer
   */
  versions(name: string, place: Place): Promise<ReadonlyMap<string, HubVersion>> {
    let found = this.packages.get(name);
    if (!found) {
      found = this.load(name, place);
      this.packages.set(name, found);
    }
    return found;
  }

  private async load(name: string, place: Place): Promise<ReadonlyMap<string, HubVersion>> {
    const address = `${this.url}api/v1/${name}.json`;
    const text = await downloadText(address, {
      host: this.host,
      place,
      missing: () => this.notFound(name, place),
    });
    const versions = readVersions(text);
    if (!versions) {
      throw new EtlError([
        errorAt(
          "download-failed",
          `the package hub sent something that is not a list of versions for ${name}`,
          place,
          { help: `look at ${address}` },
        ),
      ]);
    }
    return versions;
  }

  private async notFound(name: string, place: Place): Promise<EtlError> {
    let help: string | undefined;
    try {
      const index: unknown = JSON.parse(
        await downloadText(`${this.url}api/v1/index.json`, { host: this.host, place }),
      );
      if (Array.isArray(index))
        help = didYouMean(
          name,
          index.filter((entry) => typeof entry === "string"),
        );
    } catch {
      // The index only serves the suggestion.
    }
    return new EtlError([
      errorAt("package-not-found", `there is no package "${name}" on the hub`, place, { help }),
    ]);
  }
}

/** The versions of a hub answer, or undefined when it has not the expected form. */
function readVersions(text: string): ReadonlyMap<string, HubVersion> | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  const versions = property(answer, "versions");
  if (typeof versions !== "object" || versions === null) return undefined;
  const read = new Map<string, HubVersion>();
  for (const [version, info] of Object.entries(versions)) {
    const tarball = property(property(info, "downloads"), "tarball");
    if (typeof tarball !== "string") continue;
    const packages = property(info, "packages");
    const needs = property(info, "require_dbt_version");
    read.set(version, {
      version,
      packages: Array.isArray(packages) ? packages : [],
      projectName: String(property(info, "name") ?? ""),
      tarball,
      sha1: String(property(property(info, "downloads"), "sha1") ?? ""),
      requireDbtVersion: Array.isArray(needs) ? needs.map(String) : typeof needs === "string" ? [needs] : [],
    });
  }
  return read;
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/**
 * dbt's version specifications as one range: "1.1.0", ">=1.0.0", [">=1.0.0", "<2.0.0"], ">=1.0.0,<2.0.0".
 * @returns undefined when one of them is no version
 */
export function versionRange(versions: readonly string[]): Range | undefined {
  const parts = versions
    .flatMap((version) => version.split(","))
    .map((part) => part.trim().replace(/^v/, ""));
  if (parts.some((part) => !/^(>=|<=|>|<|=)?\s*\d+\.\d+\.\d+([-+.][\w.+-]+)?$/.test(part))) return undefined;
  return new Range(parts.join(" "), { includePrerelease: true });
}

/**
 * The version that dbt would install: the highest in the range; prereleases only where asked for by flag or by name.
 * @param available all versions of the package, in any order
 */
export function chooseVersion(
  available: readonly string[],
  versions: readonly string[],
  installPrerelease: boolean,
): string | undefined {
  const range = versionRange(versions);
  if (!range) return undefined;
  const prereleases = installPrerelease || versions.some((version) => /\d-[\w.]/.test(version));
  return available
    .map((version) => parseVersion(version))
    .filter(
      (version): version is SemVer =>
        version !== undefined && range.test(version) && (prereleases || version.prerelease.length === 0),
    )
    .sort((a, b) => b.compare(a))[0]?.raw;
}

function parseVersion(version: string): SemVer | undefined {
  try {
    return new SemVer(version);
  } catch {
    return undefined;
  }
}
