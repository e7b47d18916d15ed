// All checks of a project's SQL before anything runs, over the lineage of its queries. Packages are left out: their users
// cannot mend them.

import type { Adapter } from "../adapter/adapter.ts";
import { type Diagnostic, sortDiagnostics } from "../base/diagnostic.ts";
import type { SqlPlaces } from "../compile/sql-places.ts";
import type { ProjectLineage } from "../lineage/trace-lineage.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { type DataTest, materialization, type NodeId, type Resource } from "../manifest/node.ts";
import { checkColumns } from "./check-columns.ts";
import { checkNames } from "./check-names.ts";
import { checkRefusal } from "./check-refusal.ts";
import { unusedColumns, unusedCtes } from "./hints.ts";
import { withoutIgnored } from "./ignore-comments.ts";

export interface CheckRequest {
  readonly manifest: Manifest;
  readonly lineage: Pick<ProjectLineage, "nodes" | "graph">;
  /** SQL of models and snapshots. */
  readonly compiled: ReadonlyMap<NodeId, string>;
  readonly adapter: Pick<Adapter, "explain" | "types">;
  /** Where the SQL of each node came from. */
  readonly places: ReadonlyMap<NodeId, SqlPlaces>;
  /** Only these nodes are told of. */
  readonly selected: ReadonlySet<NodeId>;
  /** Also tell what is no mistake but does nothing. */
  readonly hints: boolean;
  /** The text of a file of the project. */
  readonly read: (file: string) => string;
}

/** @returns what is wrong, in the order of files and lines */
export function checkProject(request: CheckRequest): Diagnostic[] {
  const { manifest, lineage, places, selected, hints, read, compiled, adapter } = request;
  const found: Diagnostic[] = [];
  const tests = testsByNode(manifest);
  const run = runNodes(manifest);
  for (const [id, node] of lineage.nodes) {
    const resource = manifest.resources.get(id);
    if (!resource || !selected.has(id) || resource.packageName !== manifest.projectName) continue;
    if (resource.resourceType !== "model" && resource.resourceType !== "snapshot") continue;
    const names = checkNames(resource, node, places.get(id), hints);
    const sql = compiled.get(id) ?? "";
    const columns = columnsRead(id, request);
    const context = { manifest, explain: adapter.explain, sql, places: places.get(id), columns };
    const refused = readsRefused(id, request) ? [] : checkRefusal(resource, node, context);
    const told = merged(names, refused);
    found.push(...(run.has(id) ? told : told.map(asWarning)));
    found.push(...checkColumns(resource, node, tests.get(id) ?? [], adapter.types));
    if (hints && resource.resourceType === "model") found.push(...unusedCtes(resource, node, places.get(id)));
  }
  if (hints) {
    const named = new Set([...selected].flatMap((id) => manifest.resources.get(id)?.place.file ?? []));
    const columns = unusedColumns(lineage.graph, manifest);
    found.push(...columns.filter(({ place }) => place !== undefined && named.has(place.file)));
  }
  return sortDiagnostics(withoutIgnored(found, read));
}

/**
 * What tracing names found is told better and in full; the engine knows more but stops at its first mistake, and is
 * right where tracing found others.
 */
function merged(names: readonly Diagnostic[], refused: readonly Diagnostic[]): readonly Diagnostic[] {
  const [refusal] = refused;
  const errors = names.filter(({ severity }) => severity === "error");
  if (refusal === undefined || errors.length === 0) return [...names, ...refused];
  const isKnown = errors.some(
    ({ code, place }) => code === refusal.code || place?.line === refusal.place?.line,
  );
  return isKnown ? names : [...names.filter(({ severity }) => severity === "warning"), refusal];
}

/** Nodes whose SQL the warehouse gets to see: that of an ephemeral model is run within what reads it, or not at all. */
function runNodes({ resources, parents }: Manifest): ReadonlySet<NodeId> {
  const run = new Set<NodeId>();
  const visit = (id: NodeId): void => {
    if (run.has(id)) return;
    run.add(id);
    for (const parent of parents.get(id) ?? []) if (isInlined(resources.get(parent))) visit(parent);
  };
  for (const [id, resource] of resources)
    if (RUN_TYPES.has(resource.resourceType) && !isInlined(resource)) visit(id);
  return run;
}

const RUN_TYPES: ReadonlySet<Resource["resourceType"]> = new Set(["model", "snapshot", "test"]);

function isInlined(resource: Resource | undefined): boolean {
  return resource?.resourceType === "model" && materialization(resource) === "ephemeral";
}

/** A mistake that cannot fail a build. */
function asWarning(diagnostic: Diagnostic): Diagnostic {
  return diagnostic.severity === "error" ? { ...diagnostic, severity: "warning" } : diagnostic;
}

/** The mistakes of an ephemeral model are in the SQL of those that read it, and told of itself. */
function readsRefused(id: NodeId, { manifest, lineage }: CheckRequest): boolean {
  return (manifest.parents.get(id) ?? []).some((parent) => {
    return isInlined(manifest.resources.get(parent)) && lineage.nodes.get(parent)?.refusal !== undefined;
  });
}

function columnsRead(id: NodeId, { manifest, lineage }: CheckRequest): ReadonlySet<string> {
  const parents = (manifest.parents.get(id) ?? []).flatMap((parent) => lineage.nodes.get(parent) ?? []);
  return new Set(parents.flatMap(({ node }) => node.columns.map(({ name }) => name.toLowerCase())));
}

function testsByNode({ resources }: Manifest): ReadonlyMap<NodeId, readonly DataTest[]> {
  const tests = new Map<NodeId, DataTest[]>();
  for (const test of resources.values()) {
    if (test.resourceType !== "test" || test.attachedNode === null || test.columnName === null) continue;
    tests.set(test.attachedNode, [...(tests.get(test.attachedNode) ?? []), test]);
  }
  return tests;
}
