// What the steps of tracing share: the reach of CTEs, what decides about rows, and each other. `trace-query.ts` makes the
// one object of a trace; nothing of it outlives the query.

import type { Expression, Name, Query } from "../sql/query-tree.ts";
import type { IndirectUse } from "./lineage-graph.ts";
import type { FindRelation } from "./query-lineage.ts";
import type { Leaf, Origins, Rowset, SqlType } from "./rowset.ts";
import type { Lookup, Scope } from "./scope.ts";
import type { TypeRules } from "./type-rules.ts";

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

export interface Tracer extends Lookup {
  readonly find: FindRelation;
  readonly isInjected: (name: Name) => boolean;
  readonly types: TypeRules;
  query(query: Query, env: Env, outer: Scope | null): Rowset;
  /** Adds the origins of an expression as parts of a computed value, and tells its type. */
  expression(expression: Expression, scope: Scope, into: Map<Leaf, "copy" | "derive">): SqlType;
  /** Relation ids to their rows, made once. */
  readonly relations: Map<string, Rowset>;
}

/** Origins of some expressions, all parts of computed values. */
export function originsOf(expressions: readonly Expression[], scope: Scope, tracer: Tracer): Origins {
  const into = new Map<Leaf, "copy" | "derive">();
  for (const expression of expressions) tracer.expression(expression, scope, into);
  return into;
}

/** Notes that expressions decide about the rows of a query. */
export function noteUses(
  expressions: readonly (Expression | null)[],
  use: IndirectUse,
  scope: Scope,
  tracer: Tracer,
): void {
  for (const expression of expressions)
    if (expression !== null) scope.env.note(originsOf([expression], scope, tracer), use);
}
