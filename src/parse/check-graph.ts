// Checks that need all resources: rings of references, relations that two nodes would build, groups that do not exist,
// properties and config paths that describe nothing.

import { findCycle } from "../base/dag.ts";
import { type Diagnostic, errorAt, warningAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import type { ConfigTreeKey } from "../config/config.ts";
import { unusedTreePaths } from "../config/config-tree.ts";
import type { Dict } from "../jinja/value.ts";
import type { Group } from "../manifest/manifest.ts";
import { isRefable, materialization, type NodeId, type Resource } from "../manifest/node.ts";
import { type ConfigFiles, configPlace } from "../project/config-place.ts";
import type { Section } from "./property-keys.ts";
import type { ParseSession } from "./session.ts";

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
  const byName = new Map<string, Resource>();
  const versions = new Map<string, Resource>();
  const mixed = new Set<string>();
  const byRelation = new Map<string, Resource>();
  for (const resource of resources.values()) {
    if (!isRefable(resource)) continue;
    const versioned = resource.resourceType === "model" && resource.version !== null;
    const nameKey = `${resource.packageName}\0${resource.name}`;
    const named = versioned ? undefined : byName.get(nameKey);
    if (!versioned) byName.set(nameKey, resource);
    const other = (versioned ? byName : versions).get(nameKey);
    if (versioned) versions.set(nameKey, resource);
    if (other && !mixed.has(nameKey)) diagnostics.push(mixedVersions(resource, other));
    if (other) mixed.add(nameKey);
    if (named && named.id !== resource.id) {
      const tell = uniqueNames ? errorAt : warningAt;
      diagnostics.push(
        tell(
          "duplicate-name",
          `a ${resource.resourceType} and a ${named.resourceType} have the name "${resource.name}", so ref('${resource.name}') could mean both`,
          resource.place,
          {
            notes: [{ message: `the ${named.resourceType}`, place: named.place }],
            help: "rename one of them",
          },
        ),
      );
    }
    if (materialization(resource) === "ephemeral" || resource.relationName === null) continue;
    const relation = resource.relationName.toLowerCase();
    const before = byRelation.get(relation);
    byRelation.set(relation, resource);
    if (!before) continue;
    diagnostics.push(
      errorAt(
        "duplicate-relation",
        `${before.resourceType} "${before.name}" and ${resource.resourceType} "${resource.name}" would both build ${resource.relationName}`,
        resource.place,
        {
          notes: [{ message: "the other one", place: before.place }],
          help: "give one of them another alias or schema",
        },
      ),
    );
  }
}

function mixedVersions(resource: Resource, other: Resource): Diagnostic {
  const what = `a model with versions and a ${[resource, other].find((one) => !("version" in one) || one.version === null)?.resourceType} without`;
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
    const near = nearest(group, names);
    const place =
      ("config" in resource ? configPlace(resource, "group", files) : undefined) ??
      ("patchPlace" in resource ? (resource.patchPlace ?? resource.place) : resource.place);
    diagnostics.push(
      errorAt(
        "group-not-found",
        `${resource.resourceType} "${resource.name}" is in the group "${group}", which does not exist`,
        place,
        {
          help: near
            ? `did you mean "${near}"?`
            : names.size > 0
              ? `groups: ${[...names].join(", ")}`
              : "define it in a properties file under groups:",
        },
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
  const all = [...session.resources.values(), ...[...session.disabled.values()].flat()];
  for (const [section, type] of described) {
    const nodes = all.filter((resource) => resource.resourceType === type);
    const names = new Set(nodes.map((node) => `${node.packageName}\0${node.name}`));
    for (const entry of session.properties.of(section)) {
      const { packageName } = entry.file;
      if (session.adopted.has(entry)) continue;
      const same = session.properties.named(section, packageName, entry.name);
      if (same.length > 1 && same[0] !== entry) {
        session.diagnostics.push(
          errorAt("duplicate-properties", `${type} "${entry.name}" is described twice`, entry.place(), {
            notes: [{ message: "the other place", place: same[0]?.place() ?? entry.place() }],
            help: "join the two entries into one",
          }),
        );
        continue;
      }
      if (names.has(`${packageName}\0${entry.name}`) || packageName !== session.rootName) continue;
      if (session.brokenNames.has(entry.name)) continue;
      const known = nodes.filter((node) => node.packageName === packageName).map((node) => node.name);
      const stem = entry.name.replace(/\.(?:sql|py|csv|ya?ml)$/i, "");
      const near = known.includes(stem) ? stem : nearest(entry.name, known);
      const other = all.find(
        (resource) =>
          resource.name === entry.name &&
          resource.packageName === packageName &&
          resource.resourceType !== "test",
      );
      const help = near
        ? `did you mean "${near}"?`
        : other
          ? `"${entry.name}" is a ${other.resourceType}: describe it under ${other.resourceType}s:`
          : undefined;
      session.unmatched.add(`${packageName}\0${entry.name}`);
      const tests = testsOf(entry.values);
      const lost =
        tests === 0 ? "" : `, so ${tests === 1 ? "its test is" : `its ${tests} tests are`} not run`;
      session.diagnostics.push(
        warningAt(
          "properties-unmatched",
          `${type} "${entry.name}" is described, but does not exist${lost}`,
          entry.place(),
          { help },
        ),
      );
    }
  }
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
  const all = [...session.resources.values(), ...[...session.disabled.values()].flat()];
  for (const [key, types] of trees) {
    const tree = project.trees[key];
    if (tree.children.size === 0) continue;
    const fqns = all
      .filter((resource) => types.includes(resource.resourceType))
      .map((resource) => resource.fqn);
    const known = new Set(fqns.flat());
    for (const path of unusedTreePaths(tree, fqns)) {
      const last = path.at(-1) ?? "";
      const near = nearest(last, path.length === 1 ? new Set(fqns.map((fqn) => fqn[0] ?? "")) : known);
      session.diagnostics.push(
        warningAt(
          "config-path-unused",
          `the configs of ${key}.${path.join(".")} apply to nothing`,
          project.place([key, ...path]),
          near ? { help: `did you mean "${near}"?` } : {},
        ),
      );
    }
  }
}
