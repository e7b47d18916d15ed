// What is in the catalogs, read in bulk: relations of schemas, schemas, columns with comments. A catalog that does not
// exist has nothing to tell.

import type { CatalogRelation, Session } from "../../src/adapter/adapter.ts";
import { groupCatalogRows, relationOfRow, schemasByDatabase } from "../../src/adapter/catalog-rows.ts";
import { hasCode } from "../../src/adapter/database-error.ts";
import type { Relation, SchemaName } from "../../src/adapter/relation.ts";
import type { Cell } from "../../src/adapter/result.ts";
import { foldIdentifier, literal, quote } from "./names.ts";

type Statements = Pick<Session, "execute">;

function byCatalog(schemas: readonly SchemaName[], home: string): ReadonlyMap<string, readonly string[]> {
  return schemasByDatabase(schemas, { home, database: foldIdentifier, schema: foldIdentifier });
}

/** Materialized views are base tables to the information schema. */
function relationsSql(catalog: string, schemas: readonly string[]): string {
  const list = schemas.map(literal).join(", ");
  return `SELECT t.table_schema, t.table_name,
    CASE WHEN m.name IS NOT NULL THEN 'materialized_view' WHEN t.table_type = 'VIEW' THEN 'view' ELSE 'table' END AS kind
  FROM ${quote(catalog)}.information_schema.tables t
  LEFT JOIN (
    SELECT schema_name, name FROM system.metadata.materialized_views
    WHERE catalog_name = ${literal(catalog)} AND schema_name IN (${list})
  ) m ON m.schema_name = t.table_schema AND m.name = t.table_name
  WHERE t.table_schema IN (${list})`;
}

/** Tables, views and materialized views of the schemas, in order of name. */
export async function listRelations(
  session: Statements,
  schemas: readonly SchemaName[],
  home: string,
): Promise<readonly Relation[]> {
  const found: Relation[] = [];
  for (const [catalog, names] of byCatalog(schemas, home)) {
    const rows = await rowsOf(session, `${relationsSql(catalog, names)} ORDER BY 1, 2`);
    found.push(...rows.map((row) => relationOfRow([catalog, ...row])));
  }
  return found;
}

/** Schemas of a catalog by name; empty when there is no such catalog. */
export async function listSchemas(session: Statements, database: string): Promise<readonly string[]> {
  const catalog = quote(foldIdentifier(database));
  const rows = await rowsOf(
    session,
    `SELECT schema_name FROM ${catalog}.information_schema.schemata ORDER BY schema_name`,
  );
  return rows.map(([name]) => String(name));
}

/** Relations of the schemas with their columns and comments; Trino tells neither owners nor statistics in bulk. */
export async function readCatalog(
  session: Statements,
  schemas: readonly SchemaName[],
  home: string,
): Promise<readonly CatalogRelation[]> {
  const found: CatalogRelation[] = [];
  for (const [catalog, names] of byCatalog(schemas, home)) {
    const list = names.map(literal).join(", ");
    const rows = await rowsOf(
      session,
      `WITH relations AS (${relationsSql(catalog, names)})
SELECT ${literal(catalog)} AS catalog_name, r.table_schema, r.table_name, r.kind, NULL AS owner, k.comment,
  c.column_name, c.ordinal_position, c.data_type, c.comment AS column_comment
FROM relations r
JOIN ${quote(catalog)}.information_schema.columns c
  ON c.table_schema = r.table_schema AND c.table_name = r.table_name
LEFT JOIN (
  SELECT schema_name, table_name, comment FROM system.metadata.table_comments
  WHERE catalog_name = ${literal(catalog)} AND schema_name IN (${list})
) k ON k.schema_name = r.table_schema AND k.table_name = r.table_name
WHERE c.table_schema IN (${list})
ORDER BY 2, 3, 8`,
    );
    found.push(...groupCatalogRows(rows));
  }
  return found;
}

/** None where the catalog does not exist. */
async function rowsOf(session: Statements, sql: string): Promise<readonly (readonly Cell[])[]> {
  try {
    return (await session.execute(sql)).rows;
  } catch (error) {
    if (hasCode(error, "CATALOG_NOT_FOUND")) return [];
    throw error;
  }
}
