// What is in the datasets, by the API, whose lists cost nothing where INFORMATION_SCHEMA is billed: relations, datasets,
// and for the docs each table with its columns down to the fields of structs. A dataset that does not exist has nothing.

import type { CatalogRelation } from "../../src/adapter/adapter.ts";
import {
  makeRelation,
  type Relation,
  type RelationKind,
  type SchemaName,
} from "../../src/adapter/relation.ts";
import type { Client } from "./client.ts";
import { Refusal } from "./failures.ts";
import { tablePath } from "./names.ts";
import { type ApiField, typeOfField } from "./types.ts";

interface TableReference {
  readonly projectId: string;
  readonly datasetId: string;
  readonly tableId: string;
}

interface ListedTable {
  readonly tableReference: TableReference;
  readonly type?: string;
}

interface Table extends ListedTable {
  readonly description?: string;
  readonly numRows?: string;
  readonly numBytes?: string;
  readonly schema?: { readonly fields?: readonly ApiField[] };
  readonly timePartitioning?: { readonly field?: string };
  readonly rangePartitioning?: { readonly field?: string };
  readonly clustering?: { readonly fields?: readonly string[] };
}

const kinds: Readonly<Record<string, RelationKind>> = {
  TABLE: "table",
  VIEW: "view",
  MATERIALIZED_VIEW: "materialized_view",
};

/** As many names as the service puts on one page. */
const PAGE = 1000;
/** Tables that are read at the same time. */
const AT_ONCE = 16;

/** Tables, views and materialized views of the datasets. */
export async function listRelations(
  client: Client,
  schemas: readonly SchemaName[],
): Promise<readonly Relation[]> {
  const lists = await Promise.all(datasetsOf(client, schemas).map((dataset) => tablesOf(client, dataset)));
  return lists.flat().map(relationOf);
}

/** Datasets of a project by name; empty when there is no such project. */
export async function listSchemas(client: Client, project: string): Promise<readonly string[]> {
  const request = {
    method: "GET",
    path: "/datasets",
    project,
    query: { maxResults: PAGE, all: true },
  } as const;
  const found = await orNothing(
    client.list<{ readonly datasetReference: { readonly datasetId: string } }>(request, "datasets"),
  );
  return found.map(({ datasetReference }) => datasetReference.datasetId).sort();
}

/** Relations of the datasets with their columns, descriptions and sizes. */
export async function readCatalog(
  client: Client,
  schemas: readonly SchemaName[],
): Promise<readonly CatalogRelation[]> {
  const lists = await Promise.all(datasetsOf(client, schemas).map((dataset) => tablesOf(client, dataset)));
  const waiting = lists.flat();
  const found: Table[] = [];
  const read = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { projectId, datasetId, tableId } = next.tableReference;
      const path = tablePath(datasetId, tableId);
      found.push(
        ...(await orNothing(
          client.request<Table>({ method: "GET", path, project: projectId }).then((t) => [t]),
        )),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, read));
  return found.sort(byName).map(catalogRelation);
}

function datasetsOf(
  { credentials }: Client,
  schemas: readonly SchemaName[],
): { project: string; dataset: string }[] {
  const found = new Map<string, { project: string; dataset: string }>();
  for (const { database, schema } of schemas) {
    if (schema === null) continue;
    const project = database ?? credentials.database;
    found.set(`${project}.${schema}`, { project, dataset: schema });
  }
  return [...found.values()];
}

function tablesOf(
  client: Client,
  { project, dataset }: { project: string; dataset: string },
): Promise<ListedTable[]> {
  const path = `/datasets/${encodeURIComponent(dataset)}/tables`;
  return orNothing(
    client.list<ListedTable>({ method: "GET", path, project, query: { maxResults: PAGE } }, "tables"),
  );
}

async function orNothing<T>(request: Promise<T[]>): Promise<T[]> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return [];
    throw error;
  }
}

function relationOf({ tableReference, type }: ListedTable): Relation {
  const { projectId, datasetId, tableId } = tableReference;
  return makeRelation(
    { database: projectId, schema: datasetId, identifier: tableId },
    { kind: kinds[type ?? "TABLE"] ?? "external" },
  );
}

function byName(a: Table, b: Table): number {
  const key = ({ tableReference: { projectId, datasetId, tableId } }: Table) =>
    `${projectId}.${datasetId}.${tableId}`;
  return key(a) < key(b) ? -1 : 1;
}

function catalogRelation(table: Table): CatalogRelation {
  const columns: CatalogRelation["columns"][number][] = [];
  for (const field of table.schema?.fields ?? []) addColumn(columns, field, "");
  return {
    relation: relationOf(table),
    owner: null,
    comment: table.description ?? null,
    columns,
    stats: statsOf(table),
  };
}

/** Fields of structs are columns of their own, under dotted names, as dbt has them. */
function addColumn(columns: CatalogRelation["columns"][number][], field: ApiField, above: string): void {
  const name = above + field.name;
  columns.push({
    name,
    index: columns.length + 1,
    type: typeOfField(field),
    comment: field.description ?? null,
  });
  for (const inner of field.fields ?? []) addColumn(columns, inner, `${name}.`);
}

/** Names and words of dbt-bigquery's catalog. */
function statsOf(table: Table): CatalogRelation["stats"] {
  const { numRows, numBytes, timePartitioning, rangePartitioning, clustering } = table;
  const isTable = (table.type ?? "TABLE") === "TABLE";
  const partition = timePartitioning
    ? (timePartitioning.field ?? "_PARTITIONTIME")
    : rangePartitioning?.field;
  const stat = (label: string, value: string | number | null, description: string, include: boolean) => ({
    label,
    value,
    description,
    include,
  });
  return {
    num_rows: stat("# Rows", numberOf(numRows), "Approximate count of rows in this table", isTable),
    num_bytes: stat(
      "Approximate Size",
      numberOf(numBytes),
      "Approximate size of table as reported by BigQuery",
      isTable,
    ),
    partitioning_type: stat(
      "Partitioned By",
      partition ?? null,
      "The partitioning column for this table",
      partition !== undefined,
    ),
    clustering_fields: stat(
      "Clustered By",
      clustering?.fields?.join(", ") ?? null,
      "The clustering columns for this table",
      clustering !== undefined,
    ),
  };
}

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
