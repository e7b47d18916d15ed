// What `etl lineage` prints: the ways from a column in the form that --output asks for.

import { DatasetNames } from "../artifacts/dataset-names.ts";
import { type ColumnAddress, columnsAt, findColumnAddress, shownName } from "../lineage/column-address.ts";
import type { LineageGraph } from "../lineage/lineage-graph.ts";
import { lineageEvents } from "../lineage/open-lineage.ts";
import { LineageWalker, type Way } from "../lineage/walk-lineage.ts";
import type { NodeId } from "../manifest/node.ts";
import type { OpenProject } from "../open-project.ts";
import { lineageDot, lineageMermaid } from "../report/lineage-diagram.ts";
import { type LineageView, lineageText } from "../report/lineage-text.ts";

/** @throws EtlError(column-not-found) when no column is called so */
export function lineageAnswer(address: string, graph: LineageGraph, project: OpenProject): string {
  const view = viewOf(findColumnAddress(address, graph, project.manifest), graph, project);
  switch (project.shared.config.flags.text("output")) {
    case "json":
      return lineageJson(view);
    case "dot":
      return lineageDot(view);
    case "mermaid":
      return lineageMermaid(view);
    case "openlineage":
      return openLineage(view, project);
    default:
      return lineageText(view);
  }
}

function viewOf(address: ColumnAddress, graph: LineageGraph, { manifest, shared }: OpenProject): LineageView {
  const { flags } = shared.config;
  const depth = flags.get("depth");
  const most = typeof depth === "number" ? depth : undefined;
  const walker = new LineageWalker(graph);
  const starts = columnsAt(address, graph);
  return {
    address,
    graph,
    ...(flags.boolean("downstream") ? {} : { upstream: walker.upstream(starts, most) }),
    ...(flags.boolean("upstream") ? {} : { downstream: walker.downstream(starts, most) }),
    nameOf: (id) => {
      const resource = manifest.resources.get(id);
      return resource === undefined ? id : shownName(resource);
    },
  };
}

function lineageJson({ address, graph, upstream, downstream }: LineageView): string {
  const node = graph.nodes.find(({ id }) => id === address.node);
  return JSON.stringify({ ...address, status: node?.status, upstream, downstream }, null, 2);
}

function openLineage(view: LineageView, { manifest, shared }: OpenProject): string {
  const ids = new Set<NodeId>([view.address.node]);
  for (const way of [view.upstream, view.downstream]) for (const id of targetsOf(way)) ids.add(id);
  const names = new DatasetNames(shared, manifest);
  const events = lineageEvents(ids, view.graph, {
    eventTime: shared.host.now(),
    jobNamespace: manifest.projectName,
    datasetOf: names.orId,
  });
  return JSON.stringify(events, null, 2);
}

function targetsOf(way: Way | undefined): NodeId[] {
  if (way === undefined) return [];
  return [
    ...way.edges.map(({ to }) => to.node),
    ...way.indirect.map(({ to }) => to),
    ...way.tables.map(({ to }) => to),
  ];
}
