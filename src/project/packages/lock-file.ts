// package-lock.yml: the exact versions that were resolved, in dbt's own form, so that dbt and etl honour each other's.

import { createHash } from "node:crypto";
import { toJson } from "../../jinja/json.ts";
import type { Dict, Value } from "../../jinja/value.ts";
import type { PackageSpec } from "./spec.ts";

/** One resolved package as it stands in the lock file. */
export interface LockedPackage {
  readonly name: string;
  readonly source:
    | { readonly kind: "hub"; readonly package: string; readonly version: string }
    | {
        readonly kind: "git";
        readonly git: string;
        readonly revision: string;
        readonly subdirectory: string | null;
      }
    | { readonly kind: "local"; readonly local: string }
    | { readonly kind: "tarball"; readonly tarball: string };
}

/** dbt's sha1_hash of what packages.yml asks for: entries as JSON, sorted (dbt-core, task/deps.py). */
export function hashOfSpecs(specs: readonly PackageSpec[]): string {
  const lines = specs.map((spec) => toJson(specShape(spec), { sortKeys: true })).sort();
  return createHash("sha1").update(lines.join("\n")).digest("hex");
}

function specShape(spec: PackageSpec): Dict {
  const shape = new Map<Value, Value>([["unrendered", spec.unrendered]]);
  switch (spec.kind) {
    case "hub":
      return shape
        .set("package", spec.package)
        .set("version", spec.version)
        .set("install_prerelease", spec.installPrerelease);
    case "git":
      shape.set("git", spec.git);
      if (spec.revision !== null) shape.set("revision", spec.revision);
      if (spec.warnUnpinned !== null) shape.set("warn-unpinned", spec.warnUnpinned);
      if (spec.subdirectory !== null) shape.set("subdirectory", spec.subdirectory);
      return shape;
    case "local":
      return shape.set("local", spec.local);
    case "tarball":
      return shape.set("tarball", spec.tarball).set("name", spec.name);
  }
}

/** The text of package-lock.yml: keys sorted as dbt writes them. */
export function renderLockFile(packages: readonly LockedPackage[], hash: string): string {
  const lines = ["packages:"];
  for (const { name, source } of packages) {
    const entry: Record<string, string> = { name };
    if (source.kind === "hub") Object.assign(entry, { package: source.package, version: source.version });
    else if (source.kind === "git")
      Object.assign(
        entry,
        { git: source.git, revision: source.revision },
        source.subdirectory === null ? {} : { subdirectory: source.subdirectory },
      );
    else if (source.kind === "local") entry.local = source.local;
    else entry.tarball = source.tarball;
    for (const [index, key] of Object.keys(entry).sort().entries()) {
      lines.push(`${index === 0 ? "  - " : "    "}${key}: ${yamlText(entry[key] as string)}`);
    }
  }
  return `${lines.join("\n")}\nsha1_hash: ${hash}\n`;
}

/** A text as YAML: plain where nothing can be misread, else in double quotes. */
function yamlText(text: string): string {
  const plain =
    /^[A-Za-z./][\w./@:+~-]*$/.test(text) &&
    !/:(\s|$)/.test(text) &&
    !/^(y|n|yes|no|on|off|true|false|null)$/i.test(text);
  const version = /^\d+\.\d+\.\d+[\w.+-]*$/.test(text);
  return plain || version ? text : JSON.stringify(text);
}
