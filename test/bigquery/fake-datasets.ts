// Datasets and tables of the fake service: told, and changed by PATCH.

import { PROJECT } from "./fake-dialect.ts";
import type { FakeEngine } from "./fake-engine.ts";
import { FakeFailure } from "./fake-failure.ts";
import type { SeenRequest } from "./fake-server.ts";

/** Datasets and tables. @throws FakeFailure */
export async function datasetRequest(
  engine: FakeEngine,
  seen: SeenRequest,
  [dataset, tables, table]: readonly string[],
): Promise<unknown> {
  if (dataset === undefined) {
    const names = [...engine.datasets.keys()];
    return {
      datasets: names.map((datasetId) => ({ datasetReference: { projectId: PROJECT, datasetId } })),
    };
  }
  const facts = engine.datasets.get(dataset);
  if (!facts)
    throw new FakeFailure({ reason: "notFound", message: `Not found: Dataset ${PROJECT}:${dataset}` }, 404);
  if (tables === undefined) {
    if (seen.method === "PATCH") {
      if (seen.headers["if-match"] !== String(facts.etag))
        throw new FakeFailure({ reason: "conditionNotMet", message: "Precondition check failed." }, 412);
      facts.access = seen.body.access as unknown[];
      facts.etag++;
    }
    const { location, access, etag } = facts;
    return {
      datasetReference: { projectId: PROJECT, datasetId: dataset },
      location,
      access,
      etag: String(etag),
    };
  }
  if (table === undefined) {
    const listed = (await engine.list(dataset)).map(({ name, type }) => ({
      tableReference: { projectId: PROJECT, datasetId: dataset, tableId: name },
      type,
    }));
    return { tables: listed };
  }
  return tableRequest(engine, seen, dataset, table);
}

async function tableRequest(
  engine: FakeEngine,
  seen: SeenRequest,
  dataset: string,
  table: string,
): Promise<unknown> {
  const fields = await engine.fields(dataset, table);
  if (fields.length === 0)
    throw new FakeFailure(
      { reason: "notFound", message: `Not found: Table ${PROJECT}:${dataset}.${table}` },
      404,
    );
  const facts = engine.tables.get(`${dataset}.${table}`);
  if (seen.method === "PATCH" && facts) {
    if (typeof seen.body.description === "string") facts.description = seen.body.description;
    const schema = seen.body.schema as { readonly fields?: readonly PatchedField[] } | undefined;
    for (const field of schema?.fields ?? []) note(facts.columns, field, "");
  }
  const {
    columns: _,
    rights: __,
    query: ___,
    ...told
  } = facts ?? { type: "TABLE", columns: null, rights: null, query: "" };
  return {
    tableReference: { projectId: PROJECT, datasetId: dataset, tableId: table },
    ...told,
    ...(told.type === "TABLE"
      ? { numRows: String(await engine.count(dataset, table)), numBytes: "1000" }
      : {}),
    lastModifiedTime: String(Date.now()),
    schema: { fields: await engine.fields(dataset, table) },
  };
}

interface PatchedField {
  readonly name: string;
  readonly description?: string;
  readonly policyTags?: unknown;
  readonly fields?: readonly PatchedField[];
}

function note(
  columns: Map<string, object>,
  { name, description, policyTags, fields }: PatchedField,
  above: string,
): void {
  columns.set(above + name, {
    ...(description === undefined ? {} : { description }),
    ...(policyTags === undefined ? {} : { policyTags }),
  });
  for (const field of fields ?? []) note(columns, field, `${above + name}.`);
}
