// What a name means while a project is parsed, where a disabled resource is told apart from one that does not exist.

import { NameIndex } from "../manifest/name-index.ts";
import type { Model, Refable, RefCall, Resource, Source, SourceCall } from "../manifest/node.ts";

/** What was found under a name. */
export type Found =
  | { readonly kind: "found"; readonly resource: Resource }
  | { readonly kind: "disabled"; readonly resource: Resource }
  | { readonly kind: "missing" };

/** Finds what a name means for a package. */
export class Resolver {
  private readonly enabled: NameIndex;
  private readonly disabled: NameIndex;

  constructor(resources: Iterable<Resource>, disabled: Iterable<Resource>, rootName: string) {
    this.enabled = new NameIndex(resources, rootName);
    this.disabled = new NameIndex(disabled, rootName);
  }

  ref(call: RefCall, fromPackage: string): Found {
    return this.find((index) => index.findRef(call, fromPackage));
  }

  source({ source, table }: SourceCall, fromPackage: string): Found {
    return this.find((index) => index.findSource(source, table, fromPackage));
  }

  function(name: string, packageName: string | null, fromPackage: string): Found {
    return this.find((index) => index.findFunction(name, packageName, fromPackage));
  }

  metric(name: string, packageName: string | null, fromPackage: string): Found {
    return this.find((index) => index.findMetric(name, packageName, fromPackage));
  }

  /** All versions of a model, for messages. */
  versions(name: string): readonly Model[] {
    return (this.refables().get(name) ?? []).filter(
      (resource): resource is Model => resource.resourceType === "model" && resource.version !== null,
    );
  }

  /** Everything that `ref` could mean, by name. */
  refables(): ReadonlyMap<string, readonly Refable[]> {
    return this.enabled.allRefables();
  }

  /** The sources, one of each name. */
  sources(): readonly Source[] {
    return this.enabled.allSources();
  }

  private find(search: (index: NameIndex) => Resource | undefined): Found {
    const resource = search(this.enabled);
    if (resource) return { kind: "found", resource };
    const off = search(this.disabled);
    return off ? { kind: "disabled", resource: off } : { kind: "missing" };
  }
}
