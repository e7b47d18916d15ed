// How much of a project is documented: every node and every column of it counts one. What a column inherits from the
// column that its values come from counts, since the site shows it, and is told apart.

import { groupBy } from "../base/groups.ts";
import type { NodeId, Resource } from "../manifest/node.ts";
import type { ColumnDocs } from "./inherited-docs.ts";
import { type Knowledge, knownColumns } from "./knowledge.ts";
import type { SiteEntry } from "./site-entries.ts";

export interface Counted {
  /** Nodes and columns with a description. */
  readonly documented: number;
  readonly all: number;
  /** Documented columns whose description is inherited. */
  readonly inherited: number;
}

export interface NodeCoverage extends Counted {
  readonly id: NodeId;
  readonly name: string;
  readonly folder: string;
  /** The node itself lacks a description. */
  readonly lacksDescription: boolean;
  readonly missing: readonly string[];
}

export interface FolderCoverage extends Counted {
  readonly folder: string;
}

export interface Coverage extends Counted {
  readonly folders: readonly FolderCoverage[];
  readonly nodes: readonly NodeCoverage[];
}

const COUNTED: ReadonlySet<string> = new Set(["source", "seed", "snapshot", "model"]);

/** @param chosen the nodes to count */
export function docsCoverage(known: Knowledge, chosen: ReadonlySet<NodeId>): Coverage {
  const nodes = known.entries.list.flatMap((entry): NodeCoverage[] => {
    const { id, kind, subject } = entry;
    if (!COUNTED.has(kind) || !chosen.has(id) || subject.kind !== "resource") return [];
    const columns = knownColumns(subject.resource, known);
    const said = columns.map(({ name }) => ({ name, docs: known.docs.of(id, name) }));
    return [nodeCoverage(entry, subject.resource, said)];
  });
  return { ...sum(nodes), folders: byFolder(nodes), nodes };
}

function nodeCoverage(
  { id, label, folder }: SiteEntry,
  resource: Resource,
  columns: readonly {
    readonly name: string;
    readonly docs: ColumnDocs | undefined;
  }[],
): NodeCoverage {
  const lacksDescription = !("description" in resource) || resource.description.trim() === "";
  const missing = columns.filter(({ docs }) => !docs?.description.trim()).map(({ name }) => name);
  return {
    id,
    name: label,
    folder,
    lacksDescription,
    missing,
    documented: columns.length - missing.length + (lacksDescription ? 0 : 1),
    all: columns.length + 1,
    inherited: columns.filter(({ docs }) => docs?.descriptionFrom !== undefined).length,
  };
}

function byFolder(nodes: readonly NodeCoverage[]): readonly FolderCoverage[] {
  return [...groupBy(nodes, ({ folder }) => folder)].map(([folder, inside]) => ({ folder, ...sum(inside) }));
}

function sum(parts: readonly Counted[]): Counted {
  return parts.reduce<Counted>(
    (total, { documented, all, inherited }) => ({
      documented: total.documented + documented,
      all: total.all + all,
      inherited: total.inherited + inherited,
    }),
    { documented: 0, all: 0, inherited: 0 },
  );
}

/** Whole percent, rounded down, so that 100 means all; of nothing all is documented. */
export function percent({ documented, all }: Counted): number {
  return all === 0 ? 100 : Math.floor((100 * documented) / all);
}
