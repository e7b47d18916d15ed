// Documentation inherits: a column whose values come unchanged from other columns has their description, tags and meta
// unless it has its own. Descriptions are taken only where nothing else could be meant: all values of the column
// arrive unchanged and the columns they come from agree. Tags and meta (say, `contains_pii`) flow along every
// unchanged edge, since a mark that is lost is worse than one too many.

import { topologicalOrder } from "../base/dag.ts";
import { addTo, groupBy } from "../base/groups.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { ColumnEdge, ColumnRef, LineageGraph } from "../lineage/lineage-graph.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Column, NodeId } from "../manifest/node.ts";

/** What is known of a column, its own words and inherited ones. */
export interface ColumnDocs {
  /** Markdown. */
  readonly description: string;
  /** The column that the description was written for, when it is another one. */
  readonly descriptionFrom?: ColumnRef;
  readonly tags: readonly string[];
  readonly meta: ReadonlyMap<Value, Value>;
  /** A column that brought tags or meta. */
  readonly markedFrom?: ColumnRef;
}

/** Docs of the columns that have any. */
export interface InheritedDocs {
  of(node: NodeId, column: string): ColumnDocs | undefined;
}

/**
 * @param lineage undefined: nothing is inherited
 * @param fold how the warehouse compares column names
 */
export function inheritDocs(
  manifest: Manifest,
  lineage: LineageGraph | undefined,
  fold: (name: string) => string,
): InheritedDocs {
  const incoming = edgesByTarget(lineage);
  const docs = new Map<NodeId, ReadonlyMap<string, ColumnDocs>>();
  const docsOf = ({ node, column }: ColumnRef) => docs.get(node)?.get(fold(column));
  const traced = new Map((lineage?.nodes ?? []).map((node) => [node.id, node]));
  for (const id of topologicalOrder(manifest.parents).order) {
    const own = ownColumns(manifest, id);
    const named = new Map([...own].map(([name, column]) => [fold(name), column]));
    const names = new Set(named.keys());
    for (const { name } of traced.get(id)?.columns ?? []) names.add(fold(name));
    const edges = new Map<string, ColumnEdge[]>();
    for (const edge of incoming.get(id) ?? [])
      if (edge.from.node !== id) addTo(edges, fold(edge.to.column), edge);
    const found = new Map<string, ColumnDocs>();
    for (const folded of names) {
      const one = columnDocs(named.get(folded), edges.get(folded) ?? [], docsOf);
      if (one) found.set(folded, one);
    }
    docs.set(id, found);
  }
  return { of: (node, column) => docsOf({ node, column }) };
}

function edgesByTarget(lineage: LineageGraph | undefined): ReadonlyMap<NodeId, readonly ColumnEdge[]> {
  return groupBy(lineage?.edges ?? [], ({ to }) => to.node);
}

function ownColumns(manifest: Manifest, id: NodeId): ReadonlyMap<string, Column> {
  const resource = manifest.resources.get(id);
  return resource && "columns" in resource ? resource.columns : new Map();
}

function columnDocs(
  own: Column | undefined,
  edges: readonly ColumnEdge[],
  docsOf: (ref: ColumnRef) => ColumnDocs | undefined,
): ColumnDocs | undefined {
  const unchanged = edges.filter(({ kind }) => kind !== "derive");
  const parents = unchanged.map(({ from }) => ({ from, docs: docsOf(from) }));
  const tags = new Set(own?.tags);
  const meta: Dict = new Map(own?.meta);
  const already = tags.size + meta.size;
  let markedFrom: ColumnRef | undefined;
  for (const { from, docs } of parents) {
    const before = tags.size + meta.size;
    for (const tag of docs?.tags ?? []) tags.add(tag);
    for (const [key, value] of docs?.meta ?? []) if (!meta.has(key)) meta.set(key, value);
    if (tags.size + meta.size > before) markedFrom ??= docs?.markedFrom ?? from;
  }
  const hasMarks = tags.size + meta.size > already;
  const said = own?.description.trim()
    ? { description: own.description }
    : inheritedDescription(parents, edges.length);
  if (!said && tags.size + meta.size === 0) return undefined;
  return {
    description: "",
    ...said,
    tags: [...tags],
    meta,
    ...(hasMarks && markedFrom && { markedFrom }),
  };
}

/** The one description that all of the column's values bring along, if there is one. */
function inheritedDescription(
  parents: readonly { readonly from: ColumnRef; readonly docs: ColumnDocs | undefined }[],
  edgeCount: number,
): Pick<ColumnDocs, "description" | "descriptionFrom"> | undefined {
  const [first] = parents;
  if (!first?.docs || first.docs.description === "" || parents.length < edgeCount) return undefined;
  const { description, descriptionFrom } = first.docs;
  if (parents.some(({ docs }) => docs?.description !== description)) return undefined;
  return { description, descriptionFrom: descriptionFrom ?? first.from };
}
