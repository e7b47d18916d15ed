// What a name means: finds the resource behind ref(), source(), function() and metric() by dbt's order of packages
// (dbt-core 1.11, contracts/graph/manifest.py): the asking package, the root project, any other.

import { addTo } from "../base/groups.ts";
import { isRefable, type Model, type RefCall, type Resource, type SourceCall } from "../manifest/node.ts";

/** What was found under a name. */
export type Found =
  | { readonly kind: "found"; readonly resource: Resource }
  | { readonly kind: "disabled"; readonly resource: Resource }
  | { readonly kind: "missing" };

/** Resources by what they are called by. */
interface Names {
  /** What `ref` may mean. */
  readonly refable: ReadonlyMap<string, readonly Resource[]>;
  /** By source and table, with \0 between. */
  readonly sources: ReadonlyMap<string, readonly Resource[]>;
  /** By type and name, with \0 between. */
  readonly others: ReadonlyMap<string, readonly Resource[]>;
}

/** Finds what a name means for a package. */
export class Resolver {
  private readonly enabled: Names;
  private readonly disabled: Names;

  constructor(
    resources: Iterable<Resource>,
    disabled: Iterable<Resource>,
    private readonly rootName: string,
  ) {
    this.enabled = namesOf(resources);
    this.disabled = namesOf(disabled);
  }

  /** What `ref` means in a package. */
  ref(call: RefCall, fromPackage: string): Found {
    const { name, packageName, version } = call;
    return this.find("refable", name, packageName, fromPackage, (resource) => isVersion(resource, version));
  }

  source(call: SourceCall, fromPackage: string): Found {
    return this.find("sources", `${call.source}\0${call.table}`, null, fromPackage);
  }

  /** Functions, metrics and semantic models by name. */
  other(
    type: Resource["resourceType"],
    name: string,
    packageName: string | null,
    fromPackage: string,
  ): Found {
    return this.find("others", `${type}\0${name}`, packageName, fromPackage);
  }

  /** All versions of a model, for messages. */
  versions(name: string): readonly Model[] {
    return (this.enabled.refable.get(name) ?? []).filter(
      (resource): resource is Model => resource.resourceType === "model" && resource.version !== null,
    );
  }

  /** Names that `ref` could mean, with where they are written. */
  refNames(): ReadonlyMap<string, readonly Resource[]> {
    return this.enabled.refable;
  }

  sourceNames(): readonly string[] {
    return [...this.enabled.sources.keys()];
  }

  private find(
    what: keyof Names,
    key: string,
    packageName: string | null,
    fromPackage: string,
    suits: (resource: Resource) => boolean = () => true,
  ): Found {
    const order = packageName !== null ? [packageName] : [fromPackage, this.rootName, null];
    let off: Resource | undefined;
    for (const place of order) {
      const within = (resource: Resource): boolean =>
        (place === null || resource.packageName === place) && suits(resource);
      const resource = this.enabled[what].get(key)?.find(within);
      if (resource) return { kind: "found", resource };
      off ??= this.disabled[what].get(key)?.find(within);
    }
    if (off) return { kind: "disabled", resource: off };
    return { kind: "missing" };
  }
}

function namesOf(resources: Iterable<Resource>): Names {
  const names = { refable: new Map(), sources: new Map(), others: new Map() };
  for (const resource of resources) {
    const { resourceType, name } = resource;
    if (isRefable(resource)) addTo(names.refable, name, resource);
    else if (resourceType === "source") addTo(names.sources, `${resource.sourceName}\0${name}`, resource);
    else addTo(names.others, `${resourceType}\0${name}`, resource);
  }
  return names;
}

/** Without a version the latest one is meant. */
function isVersion(resource: Resource, version: string | number | null): boolean {
  if (resource.resourceType !== "model" || resource.version === null) return version === null;
  return version === null
    ? resource.version === resource.latestVersion
    : String(resource.version) === String(version);
}
