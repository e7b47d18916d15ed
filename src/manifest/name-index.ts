// Finding resources by the names that templates use. Parsing asks for what refs and their sisters mean; what a template
// asks for while it runs (hooks, operations, refs behind a condition) is found by the same rules.
// dbt's rules: contracts/graph/manifest.py, resolve_ref, resolve_source and _packages_to_search.

import { addTo } from "../base/groups.ts";
import {
  type FunctionNode,
  isRefable,
  type Refable,
  type RefCall,
  type Resource,
  type SemanticResource,
  type Source,
} from "./node.ts";

/** What a ref says, wherever it stands. */
export type RefName = Omit<RefCall, "place">;

/** A ref as a template has it: ref('package', 'name', v=2). */
export function refText({ name, packageName, version }: RefName): string {
  const parts = [...(packageName === null ? [] : [packageName]), name].map((part) => `'${part}'`);
  return `ref(${[...parts, ...(version === null ? [] : [`v=${version}`])].join(", ")})`;
}

/** Made once for a list of resources. */
export class NameIndex {
  private readonly refables = new Map<string, Refable[]>();
  private readonly sources = new Map<string, Source[]>();
  private readonly functions = new Map<string, FunctionNode[]>();
  private readonly metrics = new Map<string, SemanticResource[]>();

  /** @param rootName the project that is looked into behind the asking package */
  constructor(
    resources: Iterable<Resource>,
    private readonly rootName: string,
  ) {
    for (const resource of resources) {
      const { name } = resource;
      if (isRefable(resource)) addTo(this.refables, name, resource);
      else if (resource.resourceType === "source")
        addTo(this.sources, sourceKey(resource.sourceName, name), resource);
      else if (resource.resourceType === "function") addTo(this.functions, name, resource);
      else if (resource.resourceType === "metric") addTo(this.metrics, name, resource);
    }
  }

  /** The model, seed or snapshot that a ref from a package means; without a version the latest one is meant. */
  findRef({ name, packageName, version }: RefName, fromPackage: string): Refable | undefined {
    return this.find(this.refables.get(name), packageName, fromPackage, (node) => isVersion(node, version));
  }

  findSource(source: string, table: string, fromPackage: string): Source | undefined {
    return this.find(this.sources.get(sourceKey(source, table)), null, fromPackage);
  }

  findFunction(name: string, packageName: string | null, fromPackage: string): FunctionNode | undefined {
    return this.find(this.functions.get(name), packageName, fromPackage);
  }

  findMetric(name: string, packageName: string | null, fromPackage: string): SemanticResource | undefined {
    return this.find(this.metrics.get(name), packageName, fromPackage);
  }

  /** Everything that a ref could mean, by name. */
  allRefables(): ReadonlyMap<string, readonly Refable[]> {
    return this.refables;
  }

  /** The sources, one of each name. */
  allSources(): readonly Source[] {
    return [...this.sources.values()].flatMap(([first]) => first ?? []);
  }

  /** All names that a ref can have, for did-you-mean. */
  refNames(): Iterable<string> {
    return this.refables.keys();
  }

  /** All names that a source can have, as "source.table". */
  sourceNames(): readonly string[] {
    return this.allSources().map(({ sourceName, name }) => `${sourceName}.${name}`);
  }

  /** The candidate of the package that is searched first: the one that is named, else the asking one, the root, any. */
  private find<T extends Resource>(
    candidates: readonly T[] | undefined,
    packageName: string | null,
    fromPackage: string,
    suits: (node: T) => boolean = () => true,
  ): T | undefined {
    if (candidates === undefined) return undefined;
    const within = (name: string) => candidates.find((node) => node.packageName === name && suits(node));
    if (packageName !== null) return within(packageName);
    return within(fromPackage) ?? within(this.rootName) ?? candidates.find(suits);
  }
}

function sourceKey(source: string, table: string): string {
  return `${source}\0${table}`;
}

function isVersion(node: Refable, version: string | number | null): boolean {
  if (node.resourceType !== "model" || node.version === null) return version === null;
  return String(node.version) === String(version ?? node.latestVersion);
}
