// The column lineage of a node in the shapes of OpenLineage: the columnLineage facet of a dataset, and events of jobs that
// tell of it without a run. https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json

import type { NodeId } from "../manifest/node.ts";
import type { ColumnRef, EdgeKind, IndirectUse, LineageGraph } from "./lineage-graph.ts";

/** How a node is called as a dataset. */
export interface DatasetName {
  readonly namespace: string;
  readonly name: string;
}

export interface ColumnLineageFacet {
  readonly _producer: string;
  readonly _schemaURL: string;
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

const FACET_SCHEMA =
  "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet";
const EVENT_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent";

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

export interface OpenLineageOptions {
  /** URL of the program. */
  readonly producer: string;
  readonly datasetOf: (id: NodeId) => DatasetName;
}

/** The facet of the dataset that a node makes; without fields where its columns could not be traced. */
export function columnLineageFacet(
  id: NodeId,
  { edges, indirect }: LineageGraph,
  { producer, datasetOf }: OpenLineageOptions,
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
  return {
    _producer: producer,
    _schemaURL: FACET_SCHEMA,
    fields,
    ...(dataset.length === 0 ? {} : { dataset }),
  };
}

/**
 * One event a node: what its job reads and makes, by column.
 * @param ids nodes to tell of; those that read nothing are left out
 */
export function lineageEvents(
  ids: Iterable<NodeId>,
  graph: LineageGraph,
  options: OpenLineageOptions & { readonly eventTime: Date; readonly jobNamespace: string },
): readonly Readonly<Record<string, unknown>>[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  return [...ids].flatMap((id) => {
    const inputs = new Set(
      [...graph.edges.map((edge) => ({ from: edge.from.node, to: edge.to.node })), ...graph.tables]
        .filter(({ to }) => to === id)
        .map(({ from }) => from),
    );
    if (inputs.size === 0) return [];
    const fields = nodes
      .get(id)
      ?.columns.map(({ name, type }) => ({ name, ...(type === null ? {} : { type }) }));
    const facets = {
      schema: {
        _producer: options.producer,
        _schemaURL:
          "https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet",
        fields: fields ?? [],
      },
      columnLineage: columnLineageFacet(id, graph, options),
    };
    return [
      {
        eventTime: options.eventTime.toISOString(),
        producer: options.producer,
        schemaURL: EVENT_SCHEMA,
        job: { namespace: options.jobNamespace, name: id },
        inputs: [...inputs].map(options.datasetOf),
        outputs: [{ ...options.datasetOf(id), facets }],
      },
    ];
  });
}
