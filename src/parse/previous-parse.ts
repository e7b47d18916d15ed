// The last parse as this one sees it: which of its parts still hold. What changed are files; settings and what templates
// read besides files are the same, or the last parse is not used at all.

import type { Diagnostic } from "../base/diagnostic.ts";
import { hasTemplate } from "../jinja/source.ts";
import type { Value } from "../jinja/value.ts";
import type { Macro, Manifest } from "../manifest/manifest.ts";
import type { NodeId, Resource } from "../manifest/node.ts";
import type { FileKind, SourceFile } from "../project/project.ts";
import { hookTexts } from "./hook-calls.ts";
import type { KeptProperties } from "./kept-entry.ts";
import { MacroReach } from "./macro-reach.ts";
import type { Unit } from "./units.ts";

/** What the parse cache holds. */
export interface KeptParse {
  readonly manifest: Manifest;
  readonly diagnostics: readonly Diagnostic[];
  readonly units: ReadonlyMap<string, Unit>;
  /** See checkTexts. */
  readonly suspects: ReadonlySet<NodeId>;
  /** By path. */
  readonly properties: ReadonlyMap<string, KeptProperties>;
}

/** Paths of files that changed, came or went, with what they are or were. */
export type FileChanges = ReadonlyMap<string, FileKind>;

export class PreviousParse {
  private readonly changed: Set<string>;
  private reach: MacroReach | undefined;

  constructor(
    private readonly kept: KeptParse,
    private readonly changes: FileChanges,
  ) {
    this.changed = new Set(changes.keys());
    if (this.hasChanged("docs"))
      for (const [path, { usesDocs }] of kept.properties) if (usesDocs) this.changed.add(path);
  }

  get manifest(): Manifest {
    return this.kept.manifest;
  }

  /** True when a file of a kind changed, came or went. */
  hasChanged(...kinds: readonly FileKind[]): boolean {
    return [...this.changes.values()].some((kind) => kinds.includes(kind));
  }

  /**
   * Tells the macros of this parse, before anything is asked that templates decide.
   * @param vars all that `var()` can give
   * @returns false when nothing of the last parse holds
   */
  compareMacros(macros: readonly Macro[], vars: Value): boolean {
    // A var's text can be a template that calls a macro.
    if (holdsTemplate(vars)) return false;
    this.reach = new MacroReach([...this.manifest.macros.values()], macros);
    return !this.reach.isEverywhere;
  }

  /** What a properties file held; undefined for one that must be read. */
  properties({ path }: SourceFile): KeptProperties | undefined {
    return this.changed.has(path) ? undefined : this.kept.properties.get(path);
  }

  /** A unit that would be made the same way again. */
  readonly unit = (key: string, files: readonly string[]): Unit | undefined => {
    const unit = this.kept.units.get(key);
    if (!unit || unit.files.length !== files.length) return undefined;
    if (files.some((path, index) => path !== unit.files[index] || this.changed.has(path))) return undefined;
    return this.reach && unit.resources.some((one) => this.isReached(one)) ? undefined : unit;
  };

  /** True for a node that is what it was, when there was nothing to say of its text. */
  isUnsuspected(resource: Resource): boolean {
    return this.isSame(resource) && !this.kept.suspects.has(resource.id);
  }

  /** True when the resources are the same ones and none has other parents. */
  hasGraphOf(resources: ReadonlyMap<NodeId, Resource>): boolean {
    const before = this.manifest.resources;
    if (before.size !== resources.size) return false;
    const ids = before.keys();
    for (const [id, resource] of resources) {
      if (ids.next().value !== id) return false;
      if (!this.isSame(resource) && parentsOf(before.get(id)) !== parentsOf(resource)) return false;
    }
    return true;
  }

  private isSame(resource: Resource): boolean {
    return this.manifest.resources.get(resource.id) === resource;
  }

  private isReached(resource: Resource): boolean {
    if (!("rawCode" in resource)) return false;
    const { rawCode, config } = resource;
    const hooks = ["pre-hook", "post-hook"].flatMap((key) => hookTexts(config, key));
    const kwargs = resource.resourceType === "test" ? (resource.testMetadata?.kwargs ?? null) : null;
    return [rawCode, ...hooks, ...textsIn(kwargs)].some((text) => this.reach?.reaches(text));
  }
}

function parentsOf(resource: Resource | undefined): string {
  return resource && "dependsOnNodes" in resource ? resource.dependsOnNodes.join("\n") : "";
}

function holdsTemplate(value: Value): boolean {
  return textsIn(value).some(hasTemplate);
}

function textsIn(value: Value): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return value instanceof Map ? [...value.values()].flatMap(textsIn) : [];
}
