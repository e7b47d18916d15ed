// The reach of common table expressions while a query is traced, and where what decides about its rows is gathered.

import type { Name } from "../sql/query-tree.ts";
import type { IndirectUse } from "./lineage-graph.ts";
import type { Leaf, Origins, Rowset } from "./rowset.ts";

/** Columns that decide about rows, with how they do. */
export type Indirect = Map<Leaf, Set<IndirectUse>>;

export interface CteEntry {
  readonly name: Name;
  readonly rowset: Rowset;
  /** What decides about its rows, and so about those of whoever reads it. */
  readonly indirect: Indirect;
  isUsed: boolean;
}

/** The common table expressions in reach, and where indirect uses are gathered. */
export class Env {
  constructor(
    private readonly parent: Env | null,
    private readonly entries: ReadonlyMap<string, CteEntry>,
    readonly indirect: Indirect,
  ) {}

  find(key: string): CteEntry | undefined {
    return this.entries.get(key) ?? this.parent?.find(key);
  }

  /** Names of all common table expressions in reach. */
  names(): string[] {
    const own = [...this.entries.values()].map(({ name }) => name.text);
    return [...own, ...(this.parent?.names() ?? [])];
  }

  /** Notes that columns decide about rows. */
  note(origins: Origins, use: IndirectUse): void {
    for (const leaf of origins.keys()) this.noteLeaf(leaf, use);
  }

  /** Takes over what decides about the rows of a CTE. */
  noteAll(others: Indirect): void {
    for (const [leaf, uses] of others) for (const use of uses) this.noteLeaf(leaf, use);
  }

  private noteLeaf(leaf: Leaf, use: IndirectUse): void {
    const known = this.indirect.get(leaf);
    if (known === undefined) this.indirect.set(leaf, new Set([use]));
    else known.add(use);
  }
}
