// A relation's three-part name with the two policies that decide how it prints: which parts are included and which
// are quoted. Immutable; templates see it through `context`, SQL through `render`.
// Behaviour follows dbt's BaseRelation (dbt-adapters 1.x, base/relation.py).

/** dynamic_table: a materialized view that the warehouse refreshes by itself. */
export type RelationKind =
  | "table"
  | "view"
  | "cte"
  | "materialized_view"
  | "dynamic_table"
  | "external"
  | "function";

export interface RelationParts<T> {
  readonly database: T;
  readonly schema: T;
  readonly identifier: T;
}

/** Where relations lie; a part that is null is the one of the session. */
export type SchemaName = Pick<RelationParts<string | null>, "database" | "schema">;

export type RelationPart = keyof RelationParts<unknown>;

export const RELATION_PARTS: readonly RelationPart[] = ["database", "schema", "identifier"];

export interface Relation {
  readonly database: string | null;
  readonly schema: string | null;
  readonly identifier: string | null;
  readonly kind: RelationKind | null;
  readonly quote: RelationParts<boolean>;
  readonly include: RelationParts<boolean>;
  /** Text that stands for the whole relation where a source is read from files ("read_csv('x.csv')"). */
  readonly external?: string;
  /** `select ... limit 0` wrapping for --empty, or a row limit; null for none. */
  readonly limit?: number | null;
  /** What a relation keeps for its adapter beyond the name, e.g. Postgres' persistence; compared by nobody. */
  readonly options?: Readonly<Record<string, string | boolean | number>>;
}

export const ALL_PARTS: RelationParts<boolean> = { database: true, schema: true, identifier: true };

/**
 * @param parts name parts; an absent one is null
 * @returns a relation whose included parts are those that are not null, all quoted unless `policy` says otherwise
 */
export function makeRelation(
  parts: Partial<RelationParts<string | null>>,
  policy: {
    readonly kind?: RelationKind | null;
    readonly quote?: Partial<RelationParts<boolean>>;
    readonly include?: Partial<RelationParts<boolean>>;
  } = {},
): Relation {
  return {
    database: parts.database ?? null,
    schema: parts.schema ?? null,
    identifier: parts.identifier ?? null,
    kind: policy.kind ?? null,
    quote: { ...ALL_PARTS, ...policy.quote },
    include: { ...ALL_PARTS, ...policy.include },
  };
}

/**
 * The relation as SQL: included, non-null parts joined by dots, quoted by `quoteIdentifier` where the policy asks.
 * An external relation prints its text.
 */
export function renderRelation(relation: Relation, quoteIdentifier: (name: string) => string): string {
  if (relation.external !== undefined) return relation.external;
  const parts: string[] = [];
  for (const part of RELATION_PARTS) {
    const name = relation[part];
    if (name === null || !relation.include[part]) continue;
    parts.push(relation.quote[part] ? quoteIdentifier(name) : name);
  }
  return parts.join(".");
}

/** Name under which an ephemeral model is injected: by its alias, as dbt does. */
export function cteName(alias: string): string {
  return `__dbt__cte__${alias}`;
}
