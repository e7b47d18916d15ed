// What all parts of parsing share: the files, what is known so far, and where mistakes are collected. One object for
// the time of one parse; its parts add to it in the order that parse-project.ts tells.

import type { Diagnostic, Place } from "../base/diagnostic.ts";
import { addTo } from "../base/groups.ts";
import type { ConfigTree, ConfigTreeKey, ProjectFile } from "../config/config.ts";
import type { ConfigKind } from "../config/config-keys.ts";
import { configLevels, unrenderedConfig } from "../config/config-tree.ts";
import { ownKeys } from "../config/key-aliases.ts";
import { mergeNodeConfig } from "../config/node-config.ts";
import type { SharedScope } from "../context/scope.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { DocBlock, Group } from "../manifest/manifest.ts";
import type { NodeId, Resource } from "../manifest/node.ts";
import type { Package, Project, SourceFile } from "../project/project.ts";
import type { PreviousParse } from "./previous-parse.ts";
import type { Entry, Properties } from "./properties.ts";
import { Units } from "./units.ts";

export class ParseSession {
  readonly diagnostics: Diagnostic[] = [];
  /** Enabled resources by id, in the order of parsing. */
  readonly resources = new Map<NodeId, Resource>();
  readonly disabled = new Map<NodeId, Resource[]>();
  readonly docs = new Map<string, DocBlock>();
  readonly groups = new Map<string, Group>();
  /** Names of resources whose text is broken. They exist for the user, so nothing is said of what refers to them. */
  readonly brokenNames = new Set<string>();
  /** Entries of properties files whose resource does not exist, as "package\0name"; told once for all their tests. */
  readonly unmatched = new Set<string>();
  /** Entries that describe a node of another package. */
  readonly adopted = new Set<Entry>();
  /** Names of macros in files that cannot be read. */
  readonly brokenMacros = new Set<string>();
  /** What comes of each file; see units.ts. */
  readonly units: Units;
  /** Seconds since the epoch, for `created_at`. */
  readonly createdAt: number;
  private readonly projects: ReadonlyMap<string, ProjectFile>;
  /** Levels of the trees by the order in which they were met, and the dicts that they were merged to. */
  private readonly levelNumbers = new Map<Dict, number>();
  private readonly dicts = new Map<string, Dict>();

  constructor(
    readonly shared: SharedScope,
    readonly project: Project,
    readonly properties: Properties,
    /** The text of a file, read once. */
    readonly textOf: (file: SourceFile) => string,
    /** The last parse, as far as it still holds. */
    readonly previous: PreviousParse | undefined,
  ) {
    const find = previous?.unit ?? (() => undefined);
    this.units = new Units(find, this.diagnostics, (resource) => this.add(resource));
    this.createdAt = shared.host.now().getTime() / 1000;
    this.projects = new Map(
      project.packages.flatMap((one) => (one.project ? [[one.name, one.project] as const] : [])),
    );
  }

  get rootName(): string {
    return this.project.root.name;
  }

  /** Packages with a dbt_project.yml: the root project and those in dbt_packages. */
  *dbtPackages(): Iterable<Package & { readonly project: ProjectFile }> {
    for (const one of this.project.packages) if (one.project) yield { ...one, project: one.project };
  }

  /**
   * Configs of a resource from general to specific; for a package's resource the root project's tree wins over all.
   * @param written properties and config() calls, general first
   */
  config(kind: ConfigKind, tree: ConfigTreeKey, fqn: readonly string[], written: readonly Dict[]): Dict {
    const levels = this.levels(tree, fqn, written, "configs");
    return this.sharedDict(kind, levels, written, () => mergeNodeConfig(kind, levels));
  }

  /** A tree of configs of a package's own dbt_project.yml. */
  treeOf(packageName: string, tree: ConfigTreeKey): ConfigTree | undefined {
    return this.projects.get(packageName)?.trees[tree];
  }

  /** Whether a package keeps its models for itself but for public ones. */
  restrictsAccess(packageName: string): boolean {
    return this.projects.get(packageName)?.restrictAccess === true;
  }

  /** What was set anywhere, as it was written: no defaults. */
  unrenderedConfig(tree: ConfigTreeKey, fqn: readonly string[], written: readonly Dict[]): Dict {
    const levels = this.levels(tree, fqn, written, "unrendered");
    return this.sharedDict("unrendered", levels, written, () => unrenderedConfig(levels));
  }

  /** Most nodes are configured alike: all that have the same levels of a tree and say the same themselves share a dict. */
  private sharedDict(
    purpose: string,
    levels: readonly Dict[],
    written: readonly Dict[],
    make: () => Dict,
  ): Dict {
    let key = purpose;
    for (const level of levels) {
      if (level.size === 0) continue;
      if (written.includes(level)) {
        const said = plainText(level);
        if (said === undefined) return make();
        key += `\0${said}`;
        continue;
      }
      let number = this.levelNumbers.get(level);
      if (number === undefined) {
        number = this.levelNumbers.size;
        this.levelNumbers.set(level, number);
      }
      key += `\0${number}`;
    }
    let dict = this.dicts.get(key);
    if (!dict) {
      dict = make();
      this.dicts.set(key, dict);
    }
    return dict;
  }

  private levels(
    tree: ConfigTreeKey,
    fqn: readonly string[],
    written: readonly Dict[],
    which: "configs" | "unrendered",
  ): readonly Dict[] {
    const own = this.projects.get(fqn[0] ?? "");
    const levels = configLevels({ tree, fqn, own, root: this.project.root.project, written }, which);
    const { keyAliases } = this.shared.adapter;
    return keyAliases === undefined ? levels : levels.map((level) => ownKeys(level, keyAliases));
  }

  /** Enabled resources, then disabled ones. */
  *all(): Iterable<Resource> {
    yield* this.resources.values();
    for (const list of this.disabled.values()) yield* list;
  }

  /** Keeps a resource by its `enabled` config. A second enabled one with the same id is a mistake. */
  add(resource: Resource): void {
    this.units.note(resource);
    if ("config" in resource && isDisabled(resource.config)) {
      addTo(this.disabled, resource.id, resource);
      return;
    }
    const before = this.resources.get(resource.id);
    if (before) this.duplicate(resource, before);
    else this.resources.set(resource.id, resource);
  }

  /** Keeps a resource in the place of the one with its id, which was made with less than is known now. */
  replace(resource: Resource): void {
    if ("config" in resource && isDisabled(resource.config)) {
      this.resources.delete(resource.id);
      this.add(resource);
    } else this.resources.set(resource.id, resource);
  }

  private duplicate(resource: Resource, before: Resource): void {
    this.diagnostics.push({
      code: "duplicate-resource",
      severity: "error",
      message: `there are two ${resource.resourceType}s with the name "${resource.name}" in ${resource.packageName}`,
      place: resource.place,
      notes: [{ message: "the other one", place: before.place }],
      help: "rename or remove one of them; names count across all folders",
    });
  }
}

/** The place of the first character of a file. */
export function startOf(file: SourceFile): Place {
  return { file: file.file, line: 1, column: 1 };
}

/** A text that equal values have in common; undefined for values that are rarely equal or cannot be told apart by it. */
function plainText(value: Value): string | undefined {
  const isList = Array.isArray(value);
  if (!isList && !(value instanceof Map)) {
    const isScalar = typeof value !== "object" || value === null;
    return isScalar ? `${typeof value} ${JSON.stringify(String(value))}` : undefined;
  }
  const texts: string[] = [];
  for (const item of isList ? value : [...value].flat()) {
    const text = plainText(item);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return `${isList ? "list" : "dict"} [${texts.join(", ")}]`;
}

function isDisabled(config: ReadonlyMap<Value, Value>): boolean {
  return config.get("enabled") === false;
}
