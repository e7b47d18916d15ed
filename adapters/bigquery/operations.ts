// What the service's API does and no SQL says, as methods of `adapter.*` for templates: reading what a table is, writing
// descriptions of nested columns, copying, who may read a dataset. Names are dbt-bigquery's; a table is the API's resource.

import { isOperationMap, type OperationData, type OperationMap } from "../../src/adapter/operation.ts";
import type { Client } from "./client.ts";
import { Refusal } from "./failures.ts";
import { insertJob, type JobReference, newReference, waitForJob } from "./jobs.ts";
import { tablePath } from "./names.ts";
import { described, withFields } from "./table-schema.ts";
import { type ApiField, typeOfField } from "./types.ts";

export interface OperationScope {
  readonly client: Client;
  readonly signal: AbortSignal;
  /** Told of a job before it is sent. */
  started(job: JobReference): void;
}

type Work = (args: readonly OperationData[], scope: OperationScope) => Promise<OperationData>;

interface TableName {
  readonly project: string;
  readonly path: string;
  readonly reference: { readonly projectId: string; readonly datasetId: string; readonly tableId: string };
}

const works: Readonly<Record<string, Work>> = {
  get_bq_table: async ([relation], scope) => {
    const table = await findTable(tableName(relation, scope), scope);
    if (table === null) return null;
    const fields = fieldsOf(table);
    return {
      ...table,
      columns: fields.map((field) => ({ name: field.name, data_type: typeOfField(field) })),
    };
  },
  update_columns: async ([relation, columns], scope) => {
    const name = tableName(relation, scope);
    const table = await findTable(name, scope);
    if (table === null || !isOperationMap(columns)) return null;
    const fields = fieldsOf(table);
    const changed = fields.map((field) => described(field, columns));
    if (JSON.stringify(changed) !== JSON.stringify(fields))
      await patch(name, { schema: { fields: changed } }, scope);
    return null;
  },
  update_table_description: async ([database, schema, identifier, description], scope) => {
    const name = tableName(
      { database: database ?? null, schema: schema ?? null, identifier: identifier ?? null },
      scope,
    );
    await patch(name, { description: String(description ?? "") }, scope);
    return null;
  },
  add_fields: async ([relation, source], scope) => {
    const name = tableName(relation, scope);
    const [table, other] = await Promise.all([
      findTable(name, scope),
      findTable(tableName(source, scope), scope),
    ]);
    if (table === null || other === null) return false;
    const fields = fieldsOf(table);
    const wider = withFields(fields, fieldsOf(other));
    if (wider === fields) return false;
    await patch(name, { schema: { fields: wider } }, scope);
    return true;
  },
  copy_table: async ([source, destination, materialization], scope) => {
    const sources = Array.isArray(source) ? (source as readonly OperationData[]) : [source ?? null];
    const configuration = {
      copy: {
        sourceTables: sources.map((one) => tableName(one, scope).reference),
        destinationTable: tableName(destination, scope).reference,
        writeDisposition: materialization === "incremental" ? "WRITE_APPEND" : "WRITE_TRUNCATE",
        createDisposition: "CREATE_IF_NEEDED",
      },
    };
    const reference = newReference(scope.client);
    scope.started(reference);
    const job = await insertJob(scope.client, reference, configuration, scope.signal);
    await waitForJob(scope.client, job, scope.signal);
    return `COPY TABLE with materialization: ${String(materialization)}`;
  },
  grant_access_to: async ([entity, kind, role, target], scope) => {
    await grantAccess(entity ?? null, String(kind), role ?? null, target ?? null, scope);
    return null;
  },
  get_dataset_location: async ([relation], scope) => {
    const { project, reference } = tableName(relation, scope);
    const dataset = await scope.client.request<{ readonly location?: string }>(
      { method: "GET", path: `/datasets/${encodeURIComponent(reference.datasetId)}`, project },
      scope.signal,
    );
    return dataset.location ?? null;
  },
};

/** @throws Refusal, Cancelled; Error for a name that the adapter's index does not tell */
export function operate(
  name: string,
  args: readonly OperationData[],
  scope: OperationScope,
): Promise<OperationData> {
  const work = Object.hasOwn(works, name) ? works[name] : undefined;
  if (work === undefined) throw new Error(`there is no operation "${name}"`);
  return work(args, scope);
}

function tableName(relation: OperationData | undefined, { client }: OperationScope): TableName {
  const { database, schema, identifier } = isOperationMap(relation) ? relation : {};
  const project = String(database ?? client.credentials.database);
  const datasetId = String(schema ?? "");
  const tableId = String(identifier ?? "");
  return {
    project,
    path: tablePath(datasetId, tableId),
    reference: { projectId: project, datasetId, tableId },
  };
}

async function findTable(
  { project, path }: TableName,
  { client, signal }: OperationScope,
): Promise<OperationMap | null> {
  try {
    return await client.request<OperationMap>({ method: "GET", path, project }, signal);
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  }
}

async function patch(
  { project, path }: TableName,
  body: object,
  { client, signal }: OperationScope,
): Promise<void> {
  await client.request({ method: "PATCH", path, project, body }, signal);
}

function fieldsOf({ schema }: OperationMap): readonly ApiField[] {
  const fields = isOperationMap(schema) ? schema.fields : undefined;
  return Array.isArray(fields) ? (fields as unknown as readonly ApiField[]) : [];
}

/** Reads the list with its version and writes it back only while it is that version, so that two runs lose no entry. */
async function grantAccess(
  entity: OperationData,
  kind: string,
  role: OperationData,
  target: OperationData,
  scope: OperationScope,
): Promise<void> {
  const { project, dataset } = isOperationMap(target) ? target : {};
  const at = {
    path: `/datasets/${encodeURIComponent(String(dataset))}`,
    project: String(project ?? scope.client.credentials.database),
  };
  const value = kind === "view" ? tableName(entity, scope).reference : entity;
  const entry = { ...(role === null ? {} : { role }), [kind]: value } as OperationMap;
  for (let attempt = 1; ; attempt++) {
    const found = await scope.client.request<OperationMap>({ method: "GET", ...at }, scope.signal);
    const access = Array.isArray(found.access) ? (found.access as readonly OperationData[]) : [];
    if (access.some((one) => isOperationMap(one) && includes(one, entry))) return;
    try {
      const headers = { "If-Match": String(found.etag ?? "*") };
      await scope.client.request(
        { method: "PATCH", ...at, headers, body: { access: [...access, entry] } },
        scope.signal,
      );
      return;
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 412 || attempt >= MOST_ATTEMPTS) throw error;
    }
  }
}

const MOST_ATTEMPTS = 5;

function includes(one: OperationMap, entry: OperationMap): boolean {
  return Object.entries(entry).every(([key, value]) => JSON.stringify(one[key]) === JSON.stringify(value));
}
