// The schemas that a run writes to, made before its first node and one after the other: engines meet conflicts when two
// sessions create one schema, even with `if not exists`.

import { makeRelation } from "../adapter/relation.ts";
import type { SchemaName } from "../adapter/relation-cache.ts";
import { EtlError, errorAt } from "../base/diagnostic.ts";
import { bareScope } from "../compile/bare-scope.ts";
import { createGlobals } from "../context/globals.ts";
import { RelationValue } from "../context/relation-value.ts";
import { driveAsync } from "../jinja/drive.ts";
import { databaseErrorOf, type RunContext, type Work, withWork } from "./run-context.ts";

/**
 * Creates what is missing through the macro `create_schema`, which a project can override.
 * @throws EtlError(schema-failed) with the schema's name and the warehouse's words, or what opening it throws
 */
export async function createSchemas(context: RunContext, schemas: readonly SchemaName[]): Promise<void> {
  const { host, adapter } = context.deps.shared;
  if (schemas.length === 0) return;
  await withWork(
    context,
    { id: "create schemas", connection: "create schemas", signal: host.signal },
    async (work) => {
      const existing = new Map<string, ReadonlySet<string>>();
      const fold = (name: string) => adapter.foldIdentifier(name);
      for (const schema of schemas) {
        const database = schema.database ?? "";
        if (schema.schema === null) continue;
        let known = existing.get(database);
        if (!known) {
          known = new Set((await (await work.session.warehouse()).listSchemas(database)).map(fold));
          existing.set(database, known);
        }
        if (!known.has(fold(schema.schema))) await create(context, schema, work);
      }
    },
  );
}

async function create(context: RunContext, { database, schema }: SchemaName, work: Work): Promise<void> {
  const { shared } = context.deps;
  const relation = makeRelation(
    { database, schema },
    {
      quote: { ...shared.adapter.defaultQuoting, ...shared.config.project.quoting },
      include: { identifier: false },
    },
  );
  const globals = createGlobals(bareScope(context.compiler, "create schemas"));
  try {
    await driveAsync(
      globals.callMacro("create_schema", [new RelationValue(relation, shared.adapter)]),
      work.answerer.answer,
    );
    const session = work.session.current;
    if (session?.inTransaction) await session.commit();
    shared.relations.addSchema(database, schema);
  } catch (error) {
    // The run goes on to report its nodes as skipped.
    if (shared.host.signal.aborted) return;
    const refused = databaseErrorOf(error);
    if (!refused || refused.facts.retry === "transaction") throw error;
    throw new EtlError(
      [errorAt("schema-failed", `schema "${schema ?? ""}" cannot be created: ${refused.facts.message}`)],
      { cause: error },
    );
  }
}
