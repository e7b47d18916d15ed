// What a name means: finds the resource behind ref(), source(), function() and metric() by dbt's order of packages
// (dbt-core 1.11, contracts/graph/manifest.py): the asking package, the root project, any other.

import { isRefable, type Model, type RefCall, type Resource, type SourceCall } from "../manifest/node.ts";

/** What was found under a name. */
export type Found =
  | { readonly kind: "found"; readonly resource: Resource }
  | { readonly kind: "disabled"; readonly resource: Resource }
  | { readonly kind: "missing" };

/** Finds what a name means for a package. */
export class Resolver {
  /** name -> resources that `ref` may mean, disabled ones apart. */
  private readonly refable = new Map<string, Resource[]>();
  private readonly refableDisabled = new Map<string, Resource[]>();
  private readonly sources = new Map<string, Resource[]>();
  private readonly sourcesDisabled = new Map<string, Resource[]>();
  private readonly others = new Map<string, Resource[]>();

  constructor(
    resources: Iterable<Resource>,
    disabled: Iterable<Resource>,
    private readonly rootName: string,
  ) {
    for (const resource of resources) this.index(resource, this.refable, this.sources);
    for (const resource of disabled) this.index(resource, this.refableDisabled, this.sourcesDisabled);
  }

  /** What `ref` means in a package. */
  ref(call: RefCall, fromPackage: string): Found {
    return this.find(
      call.name,
      call.packageName,
      fromPackage,
      this.refable,
      this.refableDisabled,
      (resource) => isVersion(resource, call.version),
    );
  }

  source(call: SourceCall, fromPackage: string): Found {
    return this.find(
      `${call.source}\0${call.table}`,
      null,
      fromPackage,
      this.sources,
      this.sourcesDisabled,
      () => true,
    );
  }

  /** Functions, metrics and semantic models by name. */
  other(
    type: Resource["resourceType"],
    name: string,
    packageName: string | null,
    fromPackage: string,
  ): Found {
    return this.find(`${type}\0${name}`, packageName, fromPackage, this.others, new Map(), () => true);
  }

  /** All versions of a model, for messages. */
  versions(name: string): readonly Model[] {
    return (this.refable.get(name) ?? []).filter(
      (resource): resource is Model => resource.resourceType === "model" && resource.version !== null,
    );
  }

  /** Names that `ref` could mean, with where they are written. */
  refNames(): ReadonlyMap<string, readonly Resource[]> {
    return this.refable;
  }

  sourceNames(): readonly string[] {
    return [...this.sources.keys()];
  }

  private index(
    resource: Resource,
    refable: Map<string, Resource[]>,
    sources: Map<string, Resource[]>,
  ): void {
    if (isRefable(resource)) push(refable, resource.name, resource);
    else if (resource.resourceType === "source")
      push(sources, `${resource.sourceName}\0${resource.name}`, resource);
    else push(this.others, `${resource.resourceType}\0${resource.name}`, resource);
  }

  private find(
    key: string,
    packageName: string | null,
    fromPackage: string,
    enabled: ReadonlyMap<string, readonly Resource[]>,
    disabled: ReadonlyMap<string, readonly Resource[]>,
    suits: (resource: Resource) => boolean,
  ): Found {
    const order = packageName !== null ? [packageName] : [fromPackage, this.rootName, null];
    let off: Resource | undefined;
    for (const place of order) {
      const within = (resource: Resource): boolean =>
        (place === null || resource.packageName === place) && suits(resource);
      const resource = enabled.get(key)?.find(within);
      if (resource) return { kind: "found", resource };
      off ??= disabled.get(key)?.find(within);
    }
    if (off) return { kind: "disabled", resource: off };
    return { kind: "missing" };
  }
}

function push(map: Map<string, Resource[]>, key: string, resource: Resource): void {
  const list = map.get(key);
  if (list) list.push(resource);
  else map.set(key, [resource]);
}

/** Without a version the latest one is meant. */
function isVersion(resource: Resource, version: string | number | null): boolean {
  if (resource.resourceType !== "model" || resource.version === null) return version === null;
  return version === null
    ? resource.version === resource.latestVersion
    : String(resource.version) === String(version);
}
