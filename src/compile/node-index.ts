// Finding nodes by the names that templates use. Parsing has resolved the refs that it saw; what a template asks for
// while it runs (hooks, operations, refs behind a condition) is resolved here, by the same rules.
// dbt's rules: contracts/graph/manifest.py, resolve_ref, resolve_source and _packages_to_search.

import { addTo } from "../base/groups.ts";
import type { Manifest } from "../manifest/manifest.ts";
import {
  type FunctionNode,
  isRefable,
  type Refable,
  type Resource,
  type SemanticResource,
  type Source,
} from "../manifest/node.ts";

export interface RefName {
  readonly name: string;
  readonly packageName: string | null;
  readonly version: string | number | null;
}

/** Made once for a manifest. */
export class NodeIndex {
  readonly #refables = new Map<string, Refable[]>();
  readonly #sources = new Map<string, Source[]>();
  readonly #functions = new Map<string, FunctionNode[]>();
  readonly #metrics = new Map<string, SemanticResource[]>();

  constructor(readonly manifest: Manifest) {
    for (const resource of manifest.resources.values()) {
      if (isRefable(resource)) addTo(this.#refables, resource.name, resource);
      else if (resource.resourceType === "source")
        addTo(this.#sources, `${resource.sourceName}.${resource.name}`, resource);
      else if (resource.resourceType === "function") addTo(this.#functions, resource.name, resource);
      else if (resource.resourceType === "metric") addTo(this.#metrics, resource.name, resource);
    }
  }

  /** The model, seed or snapshot that a ref from a package means; without a version it is the latest one. */
  findRef(ref: RefName, fromPackage: string): Refable | undefined {
    return inPackages(
      this.manifest,
      this.#refables.get(ref.name) ?? [],
      ref.packageName,
      fromPackage,
      (node) => fits(node, ref.version),
    );
  }

  findSource(source: string, table: string, fromPackage: string): Source | undefined {
    return inPackages(
      this.manifest,
      this.#sources.get(`${source}.${table}`) ?? [],
      null,
      fromPackage,
      () => true,
    );
  }

  findFunction(name: string, packageName: string | null, fromPackage: string): FunctionNode | undefined {
    return inPackages(this.manifest, this.#functions.get(name) ?? [], packageName, fromPackage, () => true);
  }

  findMetric(name: string, packageName: string | null, fromPackage: string): SemanticResource | undefined {
    return inPackages(this.manifest, this.#metrics.get(name) ?? [], packageName, fromPackage, () => true);
  }

  /** All names that a ref can have, for did-you-mean. */
  refNames(): Iterable<string> {
    return this.#refables.keys();
  }

  /** All names that a source can have, as "source.table". */
  sourceNames(): Iterable<string> {
    return this.#sources.keys();
  }
}

function fits(node: Refable, version: string | number | null): boolean {
  if (node.resourceType !== "model") return version === null;
  const wanted = version ?? node.latestVersion;
  return node.version === null ? version === null : String(node.version) === String(wanted);
}

/** The candidate of the package that is searched first: the one that is named, else the node's own, the root, any. */
function inPackages<T extends Resource>(
  manifest: Manifest,
  candidates: readonly T[],
  packageName: string | null,
  fromPackage: string,
  suits: (node: T) => boolean,
): T | undefined {
  const suiting = candidates.filter(suits);
  const from = (wanted: string) => suiting.find((node) => node.packageName === wanted);
  if (packageName !== null) return from(packageName);
  return from(fromPackage) ?? from(manifest.projectName) ?? suiting[0];
}
