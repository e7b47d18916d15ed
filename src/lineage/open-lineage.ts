// The column lineage of a node in the shapes of OpenLineage: the columnLineage facet of a dataset, and events of jobs that
// tell of it without a run. https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json

import type { NodeId } from "../manifest/node.ts";
import type { ColumnRef, EdgeKind, IndirectUse, LineageColumn, LineageGraph } from "./lineage-graph.ts";
import { EVENT_SCHEMAS, type Facet, facet, PRODUCER } from "./open-lineage-facets.ts";

/** How a node is called as a dataset. */
export interface DatasetName {
  readonly namespace: string;
  readonly name: string;
}

export interface ColumnLineageFacet extends Facet {
  readonly fields: Readonly<Record<string, { readonly inputFields: readonly InputField[] }>>;
  /** Columns that decide about the rows. */
  readonly dataset?: readonly InputField[];
}

interface InputField extends DatasetName {
  readonly field: string;
  readonly transformations: readonly Transformation[];
}

interface Transformation {
  readonly type: "DIRECT" | "INDIRECT";
  readonly subtype: string;
  readonly description: string;
  readonly masking: boolean;
}

const DIRECT: Readonly<Record<EdgeKind, string>> = {
  copy: "IDENTITY",
  rename: "IDENTITY",
  derive: "TRANSFORMATION",
};
const INDIRECT: Readonly<Record<IndirectUse, string>> = {
  filter: "FILTER",
  join: "JOIN",
  group: "GROUP_BY",
  order: "SORT",
  set: "FILTER",
};

type DatasetOf = (id: NodeId) => DatasetName;

/** The facet of the dataset that a node makes; without fields where its columns could not be traced. */
export function columnLineageFacet(
  id: NodeId,
  { edges, indirect }: Pick<LineageGraph, "edges" | "indirect">,
  datasetOf: DatasetOf,
): ColumnLineageFacet {
  const fields: Record<string, { inputFields: InputField[] }> = {};
  const input = (from: ColumnRef, transformation: Omit<Transformation, "masking">): InputField => ({
    ...datasetOf(from.node),
    field: from.column,
    transformations: [{ ...transformation, masking: false }],
  });
  for (const { from, to, kind, expression } of edges) {
    if (to.node !== id) continue;
    const list = fields[to.column] ?? { inputFields: [] };
    fields[to.column] = list;
    list.inputFields.push(
      input(from, { type: "DIRECT", subtype: DIRECT[kind], description: expression ?? kind }),
    );
  }
  const dataset = indirect.flatMap(({ from, to, use }) =>
    to === id ? [input(from, { type: "INDIRECT", subtype: INDIRECT[use], description: use })] : [],
  );
  return facet("columnLineage", { fields, ...(dataset.length === 0 ? {} : { dataset }) });
}

/** The columns of a dataset. @param describe what people wrote of a column, "" for nothing */
export function schemaFacet(
  columns: readonly LineageColumn[],
  describe: (column: string) => string = () => "",
): Facet {
  const fields = columns.map(({ name, type }) => {
    const description = describe(name);
    return { name, ...(type === null ? {} : { type }), ...(description === "" ? {} : { description }) };
  });
  return facet("schema", { fields });
}

/**
 * One event a node: what its job reads and makes, by column.
 * @param ids nodes to tell of; those that read nothing are left out
 */
export function lineageEvents(
  ids: Iterable<NodeId>,
  graph: LineageGraph,
  options: { readonly datasetOf: DatasetOf; readonly eventTime: Date; readonly jobNamespace: string },
): readonly Readonly<Record<string, unknown>>[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  return [...ids].flatMap((id) => {
    const inputs = new Set(
      [...graph.edges.map((edge) => ({ from: edge.from.node, to: edge.to.node })), ...graph.tables]
        .filter(({ to }) => to === id)
        .map(({ from }) => from),
    );
    if (inputs.size === 0) return [];
    const facets = {
      schema: schemaFacet(nodes.get(id)?.columns ?? []),
      columnLineage: columnLineageFacet(id, graph, options.datasetOf),
    };
    return [
      {
        eventTime: options.eventTime.toISOString(),
        producer: PRODUCER,
        schemaURL: EVENT_SCHEMAS.job,
        job: { namespace: options.jobNamespace, name: id },
        inputs: [...inputs].map(options.datasetOf),
        outputs: [{ ...options.datasetOf(id), facets }],
      },
    ];
  });
}
