// What the steps of tracing share: names, types, problems, and each other. `trace-query.ts` makes the one object of a
// trace; nothing of it outlives the query.

import type { Expression, Name, Query, Select } from "../sql/query-tree.ts";
import type { Env } from "./env.ts";
import type { IndirectUse } from "./lineage-graph.ts";
import type { FindRelation } from "./query-lineage.ts";
import type { Leaf, Origins, Rowset, SqlType } from "./rowset.ts";
import type { Lookup, Scope, SelectRows } from "./scope.ts";
import type { TypeRules } from "./type-rules.ts";

export interface Tracer extends Lookup {
  readonly find: FindRelation;
  readonly isInjected: (name: Name) => boolean;
  readonly mayHaveKey: (relation: string) => boolean;
  readonly types: TypeRules;
  query(query: Query, env: Env, outer: Scope | null): Rowset;
  /** A SELECT without common table expressions. */
  select(select: Select, env: Env, outer: Scope | null): SelectRows;
  /** Adds the origins of an expression as parts of a computed value, and tells its type. */
  expression(expression: Expression, scope: Scope, into: Map<Leaf, "copy" | "derive">): SqlType;
  readonly uncertain: Set<string>;
  /** Whether all columns of a source were taken whose columns are uncertain. */
  readonly taken: { isUncertain: boolean };
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
