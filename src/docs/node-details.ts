// The large part of the site's data: everything that the page of one node shows. One line of JSON each, CHUNK_SIZE of
// them in a chunk. Absent keys stand for empty lists and texts: most nodes lack most things. Descriptions are HTML that
// the generator made of Markdown; all other texts are plain. Imports only types: it is bundled for the browser, too.

import type { LinePatch } from "./line-patch.ts";
import type { Health } from "./site-data.ts";

/** A column elsewhere that values come from or go to: node number, column, kind (see `edgeKinds`), expression. */
export type ColumnLink = readonly [node: number, column: string, kind: number, expression?: string];

/** Kinds of a ColumnLink, by their number. */
export const edgeKinds = ["copy", "rename", "derive"] as const;

/** A column that decides about the rows of a node: node number, column, how ("filter", "join" ...). */
export type IndirectLink = readonly [node: number, column: string, use: string];

/** A description, tags or meta that a column has from the column its values come from. */
export interface InheritedFrom {
  readonly node: number;
  readonly column: string;
}

export interface ColumnDetails {
  readonly name: string;
  /** Of the warehouse, else of lineage, else as declared. */
  readonly type?: string;
  readonly description?: string;
  /** Where the description stands, when it is not this column's own. */
  readonly inherited?: InheritedFrom;
  readonly tags?: readonly string[];
  readonly meta?: readonly Pair[];
  /** Where tags and meta come from that are not the column's own. */
  readonly marked?: InheritedFrom;
  /** "primary key", "not null" ... */
  readonly constraints?: readonly string[];
  readonly tests?: readonly TestDetails[];
  readonly up?: readonly ColumnLink[];
  readonly down?: readonly ColumnLink[];
  /** It is documented, but the relation has no such column. */
  readonly missing?: true;
}

export type Pair = readonly [key: string, value: string];

export interface TestDetails {
  /** As a reader would say it: "unique", "accepted_values: a, b". */
  readonly label: string;
  readonly id: string;
  readonly result?: ResultDetails;
  readonly severity?: "warn";
  /** Node number of a test that has a page. */
  readonly page?: number;
}

export interface ResultDetails {
  readonly health: Health;
  /** dbt's word: "success", "fail" ... */
  readonly status: string;
  readonly seconds: number;
  /** Failing rows of tests. */
  readonly failures?: number;
  readonly rows?: number;
  readonly message?: string;
  /** ISO 8601. */
  readonly at?: string;
}

/** A result of an earlier run: when it began (ISO 8601, to the minute), place in `healths`, seconds. */
export type PastResult = readonly [at: string, health: number, seconds: number];

export interface FreshnessDetails {
  readonly health: Health;
  readonly status: string;
  readonly loadedAt?: string;
  readonly checkedAt?: string;
  /** "12 hours". */
  readonly warnAfter?: string;
  readonly errorAfter?: string;
}

/** Columns that lead to another node by a test or a foreign key. */
export interface RelationDetails {
  readonly column: string;
  readonly node: number;
  readonly toColumn: string;
  /** The column has one row a value: one to one, else many to one. */
  readonly unique: boolean;
}

export interface NodeDetails {
  readonly id: string;
  readonly description?: string;
  /** Relative to its package. */
  readonly path?: string;
  /** Of the YAML file that describes it. */
  readonly patch?: string;
  /** Quoted name in the warehouse. */
  readonly relation?: string;
  readonly materialized?: string;
  readonly owner?: string;
  readonly group?: string;
  readonly access?: string;
  readonly version?: string;
  readonly latest?: string;
  readonly deprecated?: string;
  readonly contract?: true;
  readonly columns?: readonly ColumnDetails[];
  readonly tests?: readonly TestDetails[];
  readonly relations?: readonly RelationDetails[];
  readonly indirect?: readonly IndirectLink[];
  /** Why there is no column lineage for this one. */
  readonly lineageNote?: string;
  readonly config?: readonly Pair[];
  readonly meta?: readonly Pair[];
  /** Figures of the warehouse. */
  readonly stats?: readonly Pair[];
  readonly result?: ResultDetails;
  /** The oldest first; the last one is that of `result` or a newer one. */
  readonly past?: readonly PastResult[];
  readonly freshness?: FreshnessDetails;
  /** Macros with a page that it calls. */
  readonly macros?: readonly number[];
  /** Further facts: type and maturity of an exposure, loader of a source, arguments of a macro ... */
  readonly facts?: readonly Pair[];
  /** A link that the user gave; http or https. */
  readonly url?: string;
  readonly email?: string;
  readonly language?: "python";
  /** The template. */
  readonly code?: string;
  readonly compiled?: LinePatch;
}
