// The conformance suite writes names in lower case and expects them so, quoted or not, which Snowflake keeps in upper case
// where they are not quoted. Through this adapter the suite looks at a warehouse as if it kept them in lower case; the
// projects that it builds use the adapter as it is.

import type { Adapter, CatalogRelation, Session, Warehouse } from "../../src/adapter/adapter.ts";
import type { Relation, RelationParts, SchemaName } from "../../src/adapter/relation.ts";
import type { QueryResult } from "../../src/adapter/result.ts";

/** Names in lower case stand for those in upper case, and the other way round; mixed ones stay. */
function turned(name: string): string {
  if (name === name.toLowerCase()) return name.toUpperCase();
  return name === name.toUpperCase() ? name.toLowerCase() : name;
}

const turnedOrNull = (name: string | null): string | null => (name === null ? null : turned(name));

export function withLowerNames(adapter: Adapter): Adapter {
  return {
    ...adapter,
    quote: (name) => adapter.quote(turned(name)),
    open: async (credentials, options) => warehouse(await adapter.open(credentials, options)),
  };
}

function warehouse(real: Warehouse): Warehouse {
  return {
    withSession: (name, use) => real.withSession(name, (session) => use(lowerSession(session))),
    async listRelations(schemas) {
      return (await real.listRelations(schemas.map(schemaName))).map(relation);
    },
    async listSchemas(database) {
      return (await real.listSchemas(turned(database))).map(turned);
    },
    async catalog(schemas) {
      const found = (await real.catalog(schemas.map(schemaName))).map(catalogRelation);
      // In order of their names, which is another one for capital letters.
      return found.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    },
    close: () => real.close(),
  };
}

function schemaName({ database, schema }: SchemaName): SchemaName {
  return { database: turnedOrNull(database), schema: turnedOrNull(schema) };
}

function parts(name: RelationParts<string | null>): RelationParts<string | null> {
  return { ...schemaName(name), identifier: turnedOrNull(name.identifier) };
}

function relation(real: Relation): Relation {
  return { ...real, ...parts(real) };
}

function catalogRelation(real: CatalogRelation): CatalogRelation {
  return {
    ...real,
    relation: relation(real.relation),
    columns: real.columns.map((column) => ({ ...column, name: turned(column.name) })),
  };
}

function nameOf({ relation: { schema, identifier } }: CatalogRelation): string {
  return `${schema}.${identifier}`;
}

function columns(real: QueryResult["columns"]): QueryResult["columns"] {
  return real.map((column) => ({ ...column, name: turned(column.name) }));
}

/** A session, but for the names of its columns. */
function lowerSession(real: Session): Session {
  return {
    name: real.name,
    get inTransaction() {
      return real.inTransaction;
    },
    async execute(sql, options) {
      const result = await real.execute(sql, options);
      return { ...result, columns: columns(result.columns) };
    },
    begin: () => real.begin(),
    commit: () => real.commit(),
    rollback: () => real.rollback(),
    async describe(sql) {
      return columns(await real.describe(sql));
    },
    loadCsv: (target, seed) => real.loadCsv(relation(target), { ...seed, unquotedNames: true }),
    cancel: () => real.cancel(),
  };
}
