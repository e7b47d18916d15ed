// What is in the database, read in bulk from the system catalogs: relations of schemas, schemas, columns with comments.
// One connection sees one database; others have nothing to tell.

import type { CatalogRelation, Session } from "../../src/adapter/adapter.ts";
import { groupCatalogRows, relationOfRow } from "../../src/adapter/catalog-rows.ts";
import type { Relation, SchemaName } from "../../src/adapter/relation.ts";
import { foldIdentifier, literal } from "./names.ts";

type Statements = Pick<Session, "execute">;

const KIND = "CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' ELSE 'table' END";

/** Names of the schemas that are in this database, as a list of literals; undefined when there are none. */
function schemaList(schemas: readonly SchemaName[], database: string): string | undefined {
  const names = schemas.flatMap(({ database: other, schema }) =>
    schema !== null && (other === null || foldIdentifier(other) === foldIdentifier(database))
      ? [literal(foldIdentifier(schema))]
      : [],
  );
  return names.length === 0 ? undefined : [...new Set(names)].join(", ");
}

/** Tables, views, materialized views and functions of the schemas, in order of name; temporary ones live elsewhere. */
export async function listRelations(
  session: Statements,
  schemas: readonly SchemaName[],
  database: string,
): Promise<readonly Relation[]> {
  const list = schemaList(schemas, database);
  if (list === undefined) return [];
  const { rows } = await session.execute(
    `WITH schemas AS (SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE lower(nspname) IN (${list}))
     SELECT n.nspname, c.relname AS name, ${KIND} AS kind
     FROM pg_catalog.pg_class c JOIN schemas n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm')
     UNION ALL
     SELECT DISTINCT n.nspname, p.proname, 'function'
     FROM pg_catalog.pg_proc p JOIN schemas n ON n.oid = p.pronamespace
     ORDER BY 1, 2`,
  );
  return rows.map((row) => relationOfRow([database, ...row]));
}

/** All schemas of the database by name. */
export async function listSchemas(session: Statements): Promise<readonly string[]> {
  const { rows } = await session.execute("SELECT nspname FROM pg_catalog.pg_namespace ORDER BY 1");
  return rows.map(([name]) => String(name));
}

/** Relations of the schemas with owner, columns and comments; dbt has no statistics for Postgres. */
export async function readCatalog(
  session: Statements,
  schemas: readonly SchemaName[],
  database: string,
): Promise<readonly CatalogRelation[]> {
  const list = schemaList(schemas, database);
  if (list === undefined) return [];
  const { rows } = await session.execute(
    `SELECT n.nspname, c.relname, ${KIND} AS kind, pg_catalog.pg_get_userbyid(c.relowner),
            pg_catalog.obj_description(c.oid, 'pg_class'), a.attname, a.attnum,
            pg_catalog.format_type(a.atttypid, a.atttypmod), pg_catalog.col_description(c.oid, a.attnum)
     FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence IN ('p', 'u')
       AND lower(n.nspname) IN (${list})
     ORDER BY 1, 2, 7`,
  );
  return groupCatalogRows(rows.map((row) => [database, ...row]));
}
