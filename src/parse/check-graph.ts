// Checks that need all resources: rings of references, relations that two nodes would build, groups that do not exist,
// properties and config paths that describe nothing.

import { findCycle } from "../base/dag.ts";
import { type Diagnostic, errorAt, warningAt } from "../base/diagnostic.ts";
import { didYouMean, nearest } from "../base/nearest.ts";
import type { ConfigTreeKey } from "../config/config.ts";
import { unusedTreePaths } from "../config/config-tree.ts";
import type { Dict } from "../jinja/value.ts";
import type { Group } from "../manifest/manifest.ts";
import { isRefable, materialization, type NodeId, type Refable, type Resource } from "../manifest/node.ts";
import { type ConfigFiles, configPlace } from "../project/config-place.ts";
import type { Entry } from "./properties.ts";
import type { Section } from "./property-keys.ts";
import type { ParseSession } from "./session.ts";
import { asDict } from "./value-shapes.ts";

type Resources = ReadonlyMap<NodeId, Resource>;

/** The first ring of references as a path of names, each with the place of its ref. */
export function checkCycles(resources: Resources, diagnostics: Diagnostic[]): void {
  const parents = new Map(
    [...resources].map(([id, resource]) => [
      id,
      "dependsOnNodes" in resource ? resource.dependsOnNodes.filter((parent) => resources.has(parent)) : [],
    ]),
  );
  const ring = findCycle(parents);
  if (!ring || ring.length === 0) return;
  // Each depends on the next; told in the direction in which the user wrote the refs.
  const nodes = ring.flatMap((id) => resources.get(id) ?? []);
  const names = [...nodes, nodes[0]].map((node) => node?.name ?? "");
  const notes = nodes.map((node, index) => {
    const next = nodes[(index + 1) % nodes.length] as Resource;
    const ref = "refs" in node ? node.refs.find((call) => call.name === next.name) : undefined;
    return { message: `${node.name} refers to ${next.name}`, place: ref?.place ?? node.place };
  });
  diagnostics.push(
    errorAt("cycle", `these nodes refer to each other in a ring: ${names.join(" -> ")}`, notes[0]?.place, {
      notes: notes.slice(1),
      help: "take one of the references out, or move what both need into a model of its own",
    }),
  );
}

/**
 * Two nodes that would build the same relation, or that `ref` could not tell apart.
 * @param uniqueNames flag require_unique_project_resource_names: nodes of two types with one name are an error
 */
export function checkRelations(resources: Resources, uniqueNames: boolean, diagnostics: Diagnostic[]): void {
  const nodes = [...resources.values()].filter(isRefable);
  checkNames(nodes, uniqueNames ? errorAt : warningAt, diagnostics);
  checkBuilt(nodes, diagnostics);
}

/** Nodes of one name are models of one family of versions, or `ref` could mean several. */
function checkNames(
  nodes: readonly Refable[],
  tell: typeof errorAt | typeof warningAt,
  diagnostics: Diagnostic[],
): void {
  const plain = new Map<string, Refable>();
  const versions = new Map<string, Refable>();
  const mixed = new Set<string>();
  for (const node of nodes) {
    const key = `${node.packageName}\0${node.name}`;
    const [same, others] = isVersion(node) ? [versions, plain] : [plain, versions];
    const other = others.get(key);
    if (other && !mixed.has(key)) diagnostics.push(mixedVersions(node, other));
    if (other) mixed.add(key);
    const named = same.get(key);
    same.set(key, node);
    if (!named || isVersion(node)) continue;
    const types = `a ${node.resourceType} and a ${named.resourceType}`;
    const message = `${types} have the name "${node.name}", so ref('${node.name}') could mean both`;
    const notes = [{ message: `the ${named.resourceType}`, place: named.place }];
    diagnostics.push(tell("duplicate-name", message, node.place, { notes, help: "rename one of them" }));
  }
}

function isVersion(node: Refable): boolean {
  return node.resourceType === "model" && node.version !== null;
}

function checkBuilt(nodes: readonly Refable[], diagnostics: Diagnostic[]): void {
  const builders = new Map<string, Refable>();
  for (const node of nodes) {
    if (materialization(node) === "ephemeral" || node.relationName === null) continue;
    const relation = node.relationName.toLowerCase();
    const other = builders.get(relation);
    builders.set(relation, node);
    if (!other) continue;
    const both = `${other.resourceType} "${other.name}" and ${node.resourceType} "${node.name}"`;
    diagnostics.push(
      errorAt("duplicate-relation", `${both} would both build ${node.relationName}`, node.place, {
        notes: [{ message: "the other one", place: other.place }],
        help: "give one of them another alias or schema",
      }),
    );
  }
}

function mixedVersions(resource: Refable, other: Refable): Diagnostic {
  const plain = isVersion(resource) ? other : resource;
  const what = `a model with versions and a ${plain.resourceType} without`;
  return errorAt("duplicate-resource", `${what} have the name "${resource.name}"`, resource.place, {
    notes: [{ message: "the other one", place: other.place }],
    help: "rename one of them, or make it a version, too",
  });
}

/** Nodes in groups that no properties file defines. */
export function checkGroups(
  resources: Resources,
  groups: ReadonlyMap<string, Group>,
  files: ConfigFiles,
  diagnostics: Diagnostic[],
): void {
  const names = new Set([...groups.values()].map((group) => group.name));
  for (const resource of resources.values()) {
    const group = "group" in resource ? resource.group : null;
    if (group === null || names.has(group) || resource.resourceType === "test") continue;
    const known =
      names.size > 0 ? `groups: ${[...names].join(", ")}` : "define it in a properties file under groups:";
    const place =
      ("config" in resource ? configPlace(resource, "group", files) : undefined) ??
      ("patchPlace" in resource ? (resource.patchPlace ?? resource.place) : resource.place);
    diagnostics.push(
      errorAt(
        "group-not-found",
        `${resource.resourceType} "${resource.name}" is in the group "${group}", which does not exist`,
        place,
        { help: didYouMean(group, names) ?? known },
      ),
    );
  }
}

const described: readonly (readonly [Section, Resource["resourceType"]])[] = [
  ["models", "model"],
  ["seeds", "seed"],
  ["snapshots", "snapshot"],
  ["analyses", "analysis"],
];

/** Entries of properties files whose node does not exist, and nodes that are described twice. */
export function checkProperties(session: ParseSession): void {
  const all = [...session.all()];
  for (const [section, type] of described) {
    const nodes = all.filter((resource) => resource.resourceType === type);
    const names = new Set(nodes.map((node) => `${node.packageName}\0${node.name}`));
    for (const entry of session.properties.of(section)) {
      if (session.adopted.has(entry)) continue;
      const { packageName } = entry.file;
      const first = session.properties.named(section, packageName, entry.name)[0];
      const isKnown = names.has(`${packageName}\0${entry.name}`) || session.brokenNames.has(entry.name);
      const twins = disabledTwins(session, entry, type);
      if (first && first !== entry) session.diagnostics.push(describedTwice(type, entry, first));
      else if (twins.length > 0) session.diagnostics.push(oneOfTwins(type, entry, twins));
      else if (!isKnown && packageName === session.rootName) {
        session.unmatched.add(`${packageName}\0${entry.name}`);
        session.diagnostics.push(unmatched(type, entry, all));
      }
    }
  }
}

function describedTwice(type: Resource["resourceType"], entry: Entry, first: Entry): Diagnostic {
  return errorAt("duplicate-properties", `${type} "${entry.name}" is described twice`, entry.place(), {
    notes: [{ message: "the other place", place: first.place() }],
    help: "join the two entries into one",
  });
}

function unmatched(type: Resource["resourceType"], entry: Entry, all: readonly Resource[]): Diagnostic {
  const tests = testsOf(entry.values);
  const lost = tests === 0 ? "" : `, so ${tests === 1 ? "its test is" : `its ${tests} tests are`} not run`;
  const message = `${type} "${entry.name}" is described, but does not exist${lost}`;
  return warningAt("properties-unmatched", message, entry.place(), { help: meantNode(type, entry, all) });
}

/** Which node of the package an entry without one may have meant. */
function meantNode(
  type: Resource["resourceType"],
  { file, name }: Entry,
  all: readonly Resource[],
): string | undefined {
  const own = all.filter(({ packageName }) => packageName === file.packageName);
  const known = own.filter(({ resourceType }) => resourceType === type).map((node) => node.name);
  const stem = name.replace(/\.(?:sql|py|csv|ya?ml)$/i, "");
  const near = known.includes(stem) ? stem : nearest(name, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  const other = own.find((resource) => resource.name === name && resource.resourceType !== "test");
  return other && `"${name}" is a ${other.resourceType}: describe it under ${other.resourceType}s:`;
}

/** The disabled nodes of which an entry enables one without saying which. */
function disabledTwins(
  { disabled, resources }: ParseSession,
  { file, name, values }: Entry,
  type: Resource["resourceType"],
): readonly Resource[] {
  if (asDict(values.get("config")).get("enabled") !== true) return [];
  const id = `${type}.${file.packageName}.${name}`;
  const twins = disabled.get(id) ?? [];
  return twins.length > 1 && !resources.has(id) ? twins : [];
}

function oneOfTwins(type: Resource["resourceType"], entry: Entry, twins: readonly Resource[]): Diagnostic {
  const message = `${twins.length} disabled ${type}s have the name "${entry.name}", and it is not told which of them is enabled`;
  return errorAt("duplicate-resource", message, entry.place(["config", "enabled"]), {
    notes: twins.map(({ place }) => ({ message: "one of them", place })),
    help: "enable one of them in dbt_project.yml, by its folder, or by config() in its file",
  });
}

/** How many data tests an entry lists. */
function testsOf(values: Dict): number {
  const own = values.get("data_tests") ?? values.get("tests");
  const columns = values.get("columns");
  const below = Array.isArray(columns) ? columns : [];
  return below.reduce<number>(
    (sum, column) => sum + (column instanceof Map ? testsOf(column) : 0),
    Array.isArray(own) ? own.length : 0,
  );
}

const trees: readonly (readonly [ConfigTreeKey, readonly Resource["resourceType"][]])[] = [
  ["models", ["model"]],
  ["seeds", ["seed"]],
  ["snapshots", ["snapshot"]],
  ["sources", ["source"]],
  ["data_tests", ["test"]],
  ["unit_tests", ["unit_test"]],
  ["exposures", ["exposure"]],
];

/** Paths of the root project's config trees that no resource stands under. */
export function checkConfigPaths(session: ParseSession): void {
  const { project } = session.project.root;
  const all = [...session.all()];
  for (const [key, types] of trees) {
    const tree = project.trees[key];
    if (tree.children.size === 0) continue;
    const fqns = all
      .filter((resource) => types.includes(resource.resourceType))
      .map((resource) => resource.fqn);
    const known = new Set(fqns.flat());
    for (const path of unusedTreePaths(tree, fqns)) {
      const last = path.at(-1) ?? "";
      const steps = path.length === 1 ? new Set(fqns.map((fqn) => fqn[0] ?? "")) : known;
      session.diagnostics.push(
        warningAt(
          "config-path-unused",
          `the configs of ${key}.${path.join(".")} apply to nothing`,
          project.place([key, ...path]),
          { help: didYouMean(last, steps) },
        ),
      );
    }
  }
}
