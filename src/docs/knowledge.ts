// What site, dictionary and coverage are made from, worked out once: who has a page, tests and relations by node, inherited
// docs, column lineage by node, the last run.

import type { Column, Resource } from "../manifest/node.ts";
import { columnLinks, type NodeLinks } from "./column-links.ts";
import { describeRun } from "./describe-run.ts";
import type { DocsInput } from "./docs-input.ts";
import { type InheritedDocs, inheritDocs } from "./inherited-docs.ts";
import { columnNames } from "./node-columns.ts";
import type { ColumnDetails, RelationDetails } from "./node-details.ts";
import { relationsByNode } from "./node-relations.ts";
import { type NodeTests, testsByNode } from "./node-tests.ts";
import type { RunDetails } from "./run-details.ts";
import { type SiteEntries, siteEntries } from "./site-entries.ts";

export interface Knowledge {
  readonly input: DocsInput;
  readonly entries: SiteEntries;
  readonly tests: ReadonlyMap<string, NodeTests>;
  readonly relations: ReadonlyMap<string, readonly RelationDetails[]>;
  readonly docs: InheritedDocs;
  readonly links: ReadonlyMap<string, NodeLinks>;
  readonly run: RunDetails | undefined;
  /** How the warehouse compares identifiers; remembers, since the same names come again and again. */
  fold(name: string): string;
}

/** Puts together what all pages of the site are made from. */
export function gatherKnowledge(input: DocsInput): Knowledge {
  const { manifest, lineage, run } = input;
  const entries = siteEntries(manifest);
  const { numbers } = entries;
  const folded = new Map<string, string>();
  const fold = (name: string) => {
    let known = folded.get(name);
    if (known === undefined) {
      known = input.fold(name);
      folded.set(name, known);
    }
    return known;
  };
  return {
    input,
    entries,
    fold,
    tests: testsByNode(manifest, numbers, run),
    relations: relationsByNode(manifest, numbers),
    docs: inheritDocs(manifest, lineage, fold),
    links: lineage ? columnLinks(lineage, numbers, fold) : new Map(),
    run: run && describeRun(run, manifest, entries),
  };
}

/** Columns that the user's YAML describes; none for what has no columns. */
export function declaredColumns(resource: Resource): ReadonlyMap<string, Column> {
  return "columns" in resource ? resource.columns : new Map();
}

/** Names and types of all columns that are known of a resource, in the order of the relation. */
export function knownColumns(
  resource: Resource,
  { input, links, fold }: Knowledge,
): readonly ColumnDetails[] {
  return columnNames({
    catalog: input.catalog.get(resource.id),
    declared: declaredColumns(resource),
    links: links.get(resource.id),
    fold,
  });
}
