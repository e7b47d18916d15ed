// A unit is what comes of one file, or of one entry of a properties file, before names are resolved: some resources, and
// what there was to say. The next parse makes units anew whose files changed, and takes the others as they were.

import type { Diagnostic } from "../base/diagnostic.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId, Resource } from "../manifest/node.ts";
import type { SourceFile } from "../project/project.ts";

export interface Unit {
  /** Paths of the files that it is made of. */
  readonly files: readonly string[];
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Gives the unit of the last parse when it would be made the same way again. */
export type FindUnit = (key: string, files: readonly string[]) => Unit | undefined;

/** The units of one parse. */
export class Units {
  private readonly made = new Map<string, Unit>();
  private open: Resource[] | undefined;

  /**
   * @param diagnostics where all that is made tells its mistakes
   * @param add keeps a resource
   */
  constructor(
    private readonly find: FindUnit,
    private readonly diagnostics: Diagnostic[],
    private readonly add: (resource: Resource) => void,
  ) {}

  /**
   * Makes a unit, or takes it as it was.
   * @param key tells it from all others; the same in every parse
   * @param files everything that it is made of besides macros and settings
   * @param make adds resources and diagnostics
   * @returns true when it is as it was, and `make` was not called
   */
  run(key: string, files: readonly SourceFile[], make: () => void): boolean {
    const paths = files.map(({ path }) => path);
    const before = this.find(key, paths);
    if (before) {
      this.made.set(key, before);
      for (const diagnostic of before.diagnostics) this.diagnostics.push(diagnostic);
      for (const resource of before.resources) this.add(resource);
      return true;
    }
    const resources: Resource[] = [];
    const told = this.diagnostics.length;
    this.open = resources;
    make();
    this.open = undefined;
    this.made.set(key, { files: paths, resources, diagnostics: this.diagnostics.slice(told) });
    return false;
  }

  /** Notes a resource for the unit that is being made. */
  note(resource: Resource): void {
    this.open?.push(resource);
  }

  /**
   * What to keep for the next parse: the units with their resources as they stand in the manifest.
   * @param enabled, disabled as they were added
   */
  toKeep(
    manifest: Manifest,
    enabled: ReadonlyMap<NodeId, Resource>,
    disabled: ReadonlyMap<NodeId, readonly Resource[]>,
  ): ReadonlyMap<string, Unit> {
    const resolved = (resource: Resource): Resource | undefined => {
      if (enabled.get(resource.id) === resource) return manifest.resources.get(resource.id);
      const index = disabled.get(resource.id)?.indexOf(resource) ?? -1;
      return manifest.disabled.get(resource.id)?.[index];
    };
    const kept = new Map<string, Unit>();
    for (const [key, unit] of this.made) {
      const resources = unit.resources.flatMap((resource) => resolved(resource) ?? []);
      // What was disabled because its target is has lost what it was.
      if (resources.length === unit.resources.length) kept.set(key, { ...unit, resources });
    }
    return kept;
  }
}
