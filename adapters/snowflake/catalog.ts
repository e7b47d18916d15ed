// What is in the databases. Relations and schemas come from SHOW, which needs no warehouse to be running; columns with
// comments and statistics from the information schema, in one query a database.

import type { CatalogRelation, Session } from "../../src/adapter/adapter.ts";
import { groupCatalogRows, schemasByDatabase } from "../../src/adapter/catalog-rows.ts";
import { hasCode } from "../../src/adapter/database-error.ts";
import {
  makeRelation,
  type Relation,
  type RelationKind,
  type SchemaName,
} from "../../src/adapter/relation.ts";
import type { Cell, QueryResult } from "../../src/adapter/result.ts";
import { foldIdentifier, literal, quote } from "./names.ts";

type Statements = Pick<Session, "execute">;

/** SHOW gives as many rows at most. */
const PAGE = 10_000;

/** Tables, views and dynamic tables of the schemas, in order of name; a schema that does not exist has none. */
export async function listRelations(
  session: Statements,
  schemas: readonly SchemaName[],
  home: string,
): Promise<readonly Relation[]> {
  const found: Relation[] = [];
  for (const [database, wanted] of byDatabase(schemas, home)) {
    const there = await schemasOf(session, database);
    for (const schema of there?.schemas ?? []) {
      if (!wanted.includes(foldIdentifier(schema))) continue;
      const name = `${quote(there?.database ?? "")}.${quote(schema)}`;
      for (const row of await objectsOf(session, name)) {
        const relation = relationOf(row);
        if (relation) found.push(relation);
      }
    }
  }
  return found;
}

/** How the name of a database is written in a project does not tell how it is kept, so it is left as it is. */
function byDatabase(schemas: readonly SchemaName[], home: string): ReadonlyMap<string, readonly string[]> {
  return schemasByDatabase(schemas, { home, database: (written) => written, schema: foldIdentifier });
}

/** A database under the name that it is kept by, with its schemas; undefined when there is none. */
async function schemasOf(
  session: Statements,
  written: string,
): Promise<{ readonly database: string; readonly schemas: readonly string[] } | undefined> {
  for (const database of new Set([foldIdentifier(written), written])) {
    const rows = await unlessMissing(session, schemasSql(database));
    if (rows) return { database, schemas: rows.map((row) => String(row.get("name"))) };
  }
  return undefined;
}

function schemasSql(database: string): string {
  return `SHOW TERSE SCHEMAS IN DATABASE ${quote(database)} LIMIT ${PAGE}`;
}

type Row = ReadonlyMap<string, Cell>;

async function objectsOf(session: Statements, schema: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let from = ""; ; ) {
    const sql = `SHOW OBJECTS IN SCHEMA ${schema} LIMIT ${PAGE}${from}`;
    const page = (await unlessMissing(session, sql)) ?? [];
    rows.push(...page);
    const last = page.at(-1)?.get("name");
    if (page.length < PAGE || typeof last !== "string") return rows;
    from = ` FROM ${literal(last)}`;
  }
}

const kinds: Readonly<Record<string, RelationKind>> = {
  TABLE: "table",
  TRANSIENT: "table",
  VIEW: "view",
  "MATERIALIZED VIEW": "materialized_view",
};

/** Undefined for tables of a session, which nobody else sees. */
function relationOf(row: Row): Relation | undefined {
  const kind = String(row.get("kind"));
  if (kind === "TEMPORARY") return undefined;
  const is = (fact: string): boolean => ["Y", "YES"].includes(String(row.get(fact)));
  const relation = makeRelation(
    {
      database: String(row.get("database_name")),
      schema: String(row.get("schema_name")),
      identifier: String(row.get("name")),
    },
    { kind: is("is_dynamic") ? "dynamic_table" : (kinds[kind] ?? "external") },
  );
  // The name that templates know from dbt.
  return is("is_iceberg") ? { ...relation, options: { is_iceberg_format: true } } : relation;
}

/** Schemas of a database by name; empty when there is no such database. */
export async function listSchemas(session: Statements, database: string): Promise<readonly string[]> {
  return (await schemasOf(session, database))?.schemas ?? [];
}

/** @throws DatabaseError when there is no such database, or it may not be seen */
export async function assertDatabase(session: Statements, database: string): Promise<void> {
  if (!(await schemasOf(session, database))) await session.execute(schemasSql(foldIdentifier(database)));
}

/** Relations of the schemas with their columns, comments, owners and sizes, as dbt-snowflake tells them. */
export async function readCatalog(
  session: Statements,
  schemas: readonly SchemaName[],
  home: string,
): Promise<readonly CatalogRelation[]> {
  const found: CatalogRelation[] = [];
  for (const [written, names] of byDatabase(schemas, home)) {
    const there = await schemasOf(session, written);
    const kept = (there?.schemas ?? []).filter((schema) => names.includes(foldIdentifier(schema)));
    if (!there || kept.length === 0) continue;
    const { rows } = await session.execute(catalogSql(there.database, kept));
    const stats = statsByRelation(rows);
    for (const one of groupCatalogRows(rows)) {
      const { database: db, schema, identifier } = one.relation;
      found.push({ ...one, stats: stats.get(JSON.stringify([db, schema, identifier])) ?? {} });
    }
  }
  return found;
}

/** Beside what `groupCatalogRows` takes: clustering key, rows, bytes and last change of the relation. */
function catalogSql(database: string, schemas: readonly string[]): string {
  const list = schemas.map(literal).join(", ");
  const information = `${quote(database)}.INFORMATION_SCHEMA`;
  return `SELECT t.TABLE_CATALOG, t.TABLE_SCHEMA, t.TABLE_NAME,
  CASE
    WHEN t.IS_DYNAMIC = 'YES' THEN 'dynamic_table'
    WHEN t.TABLE_TYPE = 'BASE TABLE' THEN 'table'
    WHEN t.TABLE_TYPE = 'VIEW' THEN 'view'
    WHEN t.TABLE_TYPE = 'MATERIALIZED VIEW' THEN 'materialized_view'
    ELSE 'external'
  END AS KIND,
  t.TABLE_OWNER, t.COMMENT, c.COLUMN_NAME, c.ORDINAL_POSITION, c.DATA_TYPE, c.COMMENT AS COLUMN_COMMENT,
  t.CLUSTERING_KEY, t.ROW_COUNT, t.BYTES,
  TO_VARCHAR(CONVERT_TIMEZONE('UTC', t.LAST_ALTERED), 'YYYY-MM-DD HH24:MI') AS LAST_MODIFIED
FROM ${information}.TABLES t
JOIN ${information}.COLUMNS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME
WHERE t.TABLE_SCHEMA IN (${list}) AND c.TABLE_SCHEMA IN (${list}) AND t.TABLE_TYPE <> 'LOCAL TEMPORARY'
ORDER BY 2, 3, 8`;
}

type Stats = CatalogRelation["stats"];

/** By relation, from the first row of each. */
function statsByRelation(rows: QueryResult["rows"]): ReadonlyMap<string, Stats> {
  const found = new Map<string, Stats>();
  for (const [database, schema, identifier, kind, , , , , , , key, count, bytes, changed] of rows) {
    const name = JSON.stringify([database, schema, identifier]);
    if (found.has(name)) continue;
    const isTable = kind === "table";
    found.set(name, {
      ...stat("clustering_key", "Clustering Key", key, "The key used to cluster this table", true),
      ...stat("row_count", "Row Count", count, "An approximate count of rows in this table", true),
      ...stat(
        "bytes",
        "Approximate Size",
        bytes,
        "Approximate size of the table as reported by Snowflake",
        true,
      ),
      ...stat(
        "last_modified",
        "Last Modified",
        typeof changed === "string" ? `${changed}UTC` : null,
        "The timestamp for last update/change",
        isTable,
      ),
    });
  }
  return found;
}

/** One that is NULL is left out of what people see, as in dbt. */
function stat(id: string, label: string, cell: Cell | undefined, description: string, shown: boolean): Stats {
  const value = typeof cell === "number" || typeof cell === "string" ? cell : null;
  return { [id]: { label, value, description, include: shown && value !== null } };
}

function rowsOf({ columns, rows }: QueryResult): readonly Row[] {
  return rows.map((row) => new Map(columns.map(({ name }, i) => [name.toLowerCase(), row[i] ?? null])));
}

/** "Object does not exist, or operation cannot be performed." */
const MISSING = "002043";

/** Undefined where what is asked about does not exist. */
async function unlessMissing(session: Statements, sql: string): Promise<readonly Row[] | undefined> {
  try {
    return rowsOf(await session.execute(sql));
  } catch (error) {
    if (hasCode(error, MISSING)) return undefined;
    throw error;
  }
}
