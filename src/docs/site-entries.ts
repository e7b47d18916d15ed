// What has a page in the site, in the order of the site: by kind, package, folder, name. The place in this order is the
// node's number, by which all data of the site refers to it.

import type { DocBlock, Macro, Manifest } from "../manifest/manifest.ts";
import type { DataTest, NodeId, Resource } from "../manifest/node.ts";
import { type SiteKind, siteKinds } from "./site-data.ts";

export type Subject =
  | { readonly kind: "resource"; readonly resource: Resource }
  | { readonly kind: "macro"; readonly macro: Macro }
  | { readonly kind: "doc"; readonly doc: DocBlock };

export interface SiteEntry {
  readonly id: string;
  readonly kind: SiteKind;
  /** As shown: with the version of a model, with the name of the source of a table. */
  readonly label: string;
  readonly packageName: string;
  /** "models/staging"; what lies in no folder of its own kind has one for its kind ("sources/shop", "exposures"). */
  readonly folder: string;
  readonly tags: readonly string[];
  readonly subject: Subject;
}

export interface SiteEntries {
  readonly list: readonly SiteEntry[];
  /** Numbers by id. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** Everything that is shown: no operations, no generic tests, nothing with `docs: {show: false}`, no built-in macros. */
export function siteEntries(manifest: Manifest): SiteEntries {
  const found: SiteEntry[] = [];
  for (const resource of manifest.resources.values()) {
    const kind = kindOf(resource);
    if (kind && isShown(resource)) found.push(resourceEntry(resource, kind));
  }
  const packages = new Set(manifest.packages);
  for (const macro of manifest.macros.values())
    if (packages.has(macro.packageName) && macro.docs.show) found.push(macroEntry(macro));
  for (const doc of manifest.docs.values())
    if (packages.has(doc.packageName) && !/^__.*__$/.test(doc.name)) found.push(docEntry(doc));
  const list = sorted(found, manifest);
  return { list, numbers: new Map(list.map(({ id }, at) => [id, at])) };
}

/** True for tests that a column or node declares in YAML: they are shown there and have no page. */
export function isGeneric(resource: Resource): resource is DataTest {
  return resource.resourceType === "test" && resource.testMetadata !== null;
}

function kindOf(resource: Resource): SiteKind | undefined {
  const { resourceType } = resource;
  if (resourceType === "operation" || resourceType === "sql_operation" || isGeneric(resource))
    return undefined;
  return resourceType;
}

function isShown(resource: Resource): boolean {
  return !("docs" in resource) || resource.docs.show;
}

function resourceEntry(resource: Resource, kind: SiteKind): SiteEntry {
  return {
    id: resource.id,
    kind,
    label: labelOf(resource),
    packageName: resource.packageName,
    folder: folderOf(resource),
    tags: "tags" in resource ? resource.tags : [],
    subject: { kind: "resource", resource },
  };
}

function labelOf(resource: Resource): string {
  if (resource.resourceType === "source") return `${resource.sourceName}.${resource.name}`;
  if (resource.resourceType === "model" && resource.version !== null)
    return `${resource.name}.v${resource.version}`;
  return resource.name;
}

function folderOf(resource: Resource): string {
  switch (resource.resourceType) {
    case "source":
      return `sources/${resource.sourceName}`;
    case "exposure":
      return "exposures";
    case "metric":
      return "metrics";
    case "semantic_model":
      return "semantic models";
    case "saved_query":
      return "saved queries";
    default:
      return parentFolder(resource.originalFilePath);
  }
}

function macroEntry(macro: Macro): SiteEntry {
  const { id, name, packageName, originalFilePath } = macro;
  return {
    id,
    kind: "macro",
    label: name,
    packageName,
    folder: parentFolder(originalFilePath),
    tags: [],
    subject: { kind: "macro", macro },
  };
}

function docEntry(doc: DocBlock): SiteEntry {
  const { id, name, packageName, originalFilePath } = doc;
  return {
    id,
    kind: "doc",
    label: name,
    packageName,
    folder: parentFolder(originalFilePath),
    tags: [],
    subject: { kind: "doc", doc },
  };
}

function parentFolder(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "" : path.slice(0, end);
}

function sorted(entries: readonly SiteEntry[], manifest: Manifest): SiteEntry[] {
  const kinds = new Map(siteKinds.map((kind, at) => [kind, at]));
  const packages = new Map(manifest.packages.map((name, at) => [name, at]));
  const place = (numbers: ReadonlyMap<string, number>, key: string) => numbers.get(key) ?? numbers.size;
  return [...entries].sort(
    (a, b) =>
      place(kinds, a.kind) - place(kinds, b.kind) ||
      place(packages, a.packageName) - place(packages, b.packageName) ||
      compare(a.folder, b.folder) ||
      compare(a.label, b.label) ||
      compare(a.id, b.id),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The node that a resource's tests belong to, for the ids of unit tests, singular and generic tests. */
export function testedNodes(resource: Resource): readonly NodeId[] {
  if (resource.resourceType === "unit_test") return resource.testedNode === null ? [] : [resource.testedNode];
  if (resource.resourceType !== "test") return [];
  return resource.attachedNode === null ? resource.dependsOnNodes : [resource.attachedNode];
}
