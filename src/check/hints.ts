// What is no mistake but does nothing: common table expressions that nothing reads, columns of models that nobody uses.

import { type Diagnostic, warningAt } from "../base/diagnostic.ts";
import type { SqlPlaces } from "../compile/sql-places.ts";
import type { LineageGraph } from "../lineage/lineage-graph.ts";
import type { NodeLineage } from "../lineage/node-lineage.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Model, NodeId, ResourceType } from "../manifest/node.ts";

/** @param places where the compiled SQL came from; only what stands in the model's own text is told */
export function unusedCtes(
  model: Model,
  { unusedCtes: unused }: NodeLineage,
  places: SqlPlaces | undefined,
): Diagnostic[] {
  return unused.flatMap(({ name, at }) => {
    const found = at === null ? undefined : places?.placeAt(at.start);
    if (!found || found.calls.length > 0) return [];
    const text = `model "${model.name}": nothing reads the common table expression "${name}"`;
    return [
      warningAt("lint-unused-cte", text, { ...found.place, length: name.length }, { help: "take it out" }),
    ];
  });
}

/**
 * Columns that no node reads, of models that others read only by columns that are known. Models that are read by
 * exposures, or by nobody, are what people look at: all of their columns count as used.
 */
export function unusedColumns(
  graph: LineageGraph,
  { children, resources, projectName }: Manifest,
): Diagnostic[] {
  const traced = new Map(
    graph.nodes.filter(({ status }) => status.kind === "traced").map((node) => [node.id, node]),
  );
  const used = new Set([...graph.edges, ...graph.indirect].map(({ from }) => keyOf(from.node, from.column)));
  return [...traced.values()].flatMap(({ id, columns }) => {
    const model = resources.get(id);
    if (model?.resourceType !== "model" || model.packageName !== projectName) return [];
    const readers = (children.get(id) ?? []).filter(
      (one) => !NO_READERS.has(resources.get(one)?.resourceType),
    );
    if (readers.length === 0 || !readers.every((one) => traced.has(one))) return [];
    const unused = columns.filter(({ name }) => !used.has(keyOf(id, name))).map(({ name }) => name);
    if (unused.length === 0) return [];
    const whose = unused.length === 1 ? "its column" : "its columns";
    const text = `model "${model.name}": nobody reads ${whose} ${unused.join(", ")}`;
    const help = "take out what is not needed, or name who reads it in an exposure";
    return [warningAt("lint-unused-column", text, model.place, { help })];
  });
}

const NO_READERS: ReadonlySet<ResourceType | undefined> = new Set(["test", "unit_test"]);

function keyOf(node: NodeId, column: string): string {
  return `${node}\0${column.toLowerCase()}`;
}
