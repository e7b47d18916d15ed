// The columns of a node from all who know of them: the warehouse, lineage, the user's YAML. The order is the relation's.

import type { CatalogRelation } from "../adapter/adapter.ts";
import type { Column, Constraint, NodeId } from "../manifest/node.ts";
import type { NodeLinks } from "./column-links.ts";
import type { ColumnDocs, InheritedDocs } from "./inherited-docs.ts";
import type { Markdown } from "./markdown.ts";
import type { ColumnDetails, InheritedFrom } from "./node-details.ts";
import type { NodeTests } from "./node-tests.ts";
import { pairs } from "./value-pairs.ts";

export interface ColumnKnowledge {
  readonly catalog: CatalogRelation | undefined;
  readonly declared: ReadonlyMap<string, Column>;
  readonly links: NodeLinks | undefined;
  readonly tests: NodeTests | undefined;
  readonly docs: InheritedDocs;
  readonly markdown: Markdown;
  readonly numbers: ReadonlyMap<string, number>;
  fold(name: string): string;
}

/** Names and types of the columns of a node, without anything said of them. */
export function columnNames({
  catalog,
  declared,
  links,
  fold,
}: Pick<ColumnKnowledge, "catalog" | "declared" | "links" | "fold">): readonly ColumnDetails[] {
  const known: readonly { readonly name: string; readonly type: string | null }[] =
    catalog && catalog.columns.length > 0
      ? [...catalog.columns].sort((a, b) => a.index - b.index)
      : (links?.columns ?? []);
  const found: ColumnDetails[] = known.map(({ name, type }) => ({ name, ...(type && { type }) }));
  const have = new Set(found.map(({ name }) => fold(name)));
  const isComplete = catalog !== undefined && catalog.columns.length > 0;
  for (const { name, dataType } of declared.values()) {
    if (have.has(fold(name))) continue;
    found.push({ name, ...(dataType && { type: dataType }), ...(isComplete && { missing: true as const }) });
  }
  return found;
}

/** All that the page of a node shows of its columns. */
export function columnDetails(id: NodeId, known: ColumnKnowledge): readonly ColumnDetails[] {
  const { declared, links, tests, docs, fold } = known;
  const named = new Map([...declared.values()].map((column) => [fold(column.name), column]));
  const tested = new Map([...(tests?.columns ?? [])].map(([name, list]) => [fold(name), list]));
  return columnNames(known).map((column) => {
    const key = fold(column.name);
    const own = named.get(key);
    const list = tested.get(key);
    const constraints = (own?.constraints ?? []).map(constraintText);
    const up = links?.up.get(key);
    const down = links?.down.get(key);
    return {
      ...column,
      ...said(docs.of(id, column.name), known),
      ...(constraints.length > 0 && { constraints }),
      ...(list && { tests: list }),
      ...(up && { up }),
      ...(down && { down }),
    };
  });
}

function said(docs: ColumnDocs | undefined, { markdown, numbers }: ColumnKnowledge): Partial<ColumnDetails> {
  if (!docs) return {};
  const link = (ref: ColumnDocs["descriptionFrom"]): InheritedFrom | undefined => {
    const node = ref && numbers.get(ref.node);
    return node === undefined || !ref ? undefined : { node, column: ref.column };
  };
  const inherited = link(docs.descriptionFrom);
  const marked = link(docs.markedFrom);
  const description = markdown.render(docs.description);
  const meta = pairs(docs.meta);
  return {
    ...(description && { description }),
    ...(inherited && { inherited }),
    ...(docs.tags.length > 0 && { tags: docs.tags }),
    ...(meta.length > 0 && { meta }),
    ...(marked && { marked }),
  };
}

function constraintText({ type, expression }: Constraint): string {
  const words = type.replaceAll("_", " ");
  return expression === null ? words : `${words}: ${expression}`;
}
