// The schemas that a run writes to, made before its first node and one after the other: engines meet conflicts when two
// sessions create one schema, even with `if not exists`.

import { makeRelation, type SchemaName } from "../adapter/relation.ts";
import { EtlError, errorAt, type Place } from "../base/diagnostic.ts";
import { bareScope } from "../compile/bare-scope.ts";
import { diagnose } from "../context/diagnose.ts";
import { createGlobals } from "../context/globals.ts";
import { projectQuoting } from "../context/project-quoting.ts";
import { RelationValue } from "../context/relation-value.ts";
import { driveAsync } from "../jinja/drive.ts";
import { JinjaError } from "../jinja/errors.ts";
import { databaseErrorOf, type RunContext, type Work, withWork } from "./run-context.ts";

/**
 * Creates what is missing through the macro `create_schema`, which a project can override.
 * @param placeOf where a project asks for a schema, if it does
 * @throws EtlError(schema-failed) with the schema's name and the words of the warehouse or the macro, or what opening the
 *   warehouse throws
 */
export async function createSchemas(
  context: RunContext,
  schemas: readonly SchemaName[],
  placeOf: (schema: SchemaName) => Place | undefined = () => undefined,
): Promise<void> {
  if (schemas.length === 0) return;
  for (const schema of await missingSchemas(context, schemas)) {
    // Each with work of its own, so that one that met another process is repeated by itself.
    try {
      await working(context, (work) => create(context, schema, work));
    } catch (error) {
      // The run goes on to report its nodes as skipped.
      if (context.deps.shared.host.signal.aborted) return;
      throw refusal(error, context, schema, placeOf(schema));
    }
  }
}

function working<T>(context: RunContext, work: (work: Work) => Promise<T>): Promise<T> {
  const { signal } = context.deps.shared.host;
  return withWork(context, { id: "create schemas", connection: "create schemas", signal }, work);
}

/** What kept a schema from being created, as a message; all else as it is. */
function refusal(
  error: unknown,
  { deps }: RunContext,
  { schema }: SchemaName,
  place: Place | undefined,
): unknown {
  const subject = `schema "${schema ?? ""}" cannot be created`;
  const refused = databaseErrorOf(error);
  if (refused)
    return new EtlError([errorAt("schema-failed", `${subject}: ${refused.facts.message}`, place)], {
      cause: error,
    });
  if (!(error instanceof JinjaError)) return error;
  const { macros } = deps.shared;
  const scope = { subject, macros, packageName: deps.manifest.projectName };
  const told = diagnose(error, place ? { ...scope, place } : scope);
  return new EtlError([{ ...told, code: "schema-failed" }], { cause: error });
}

function missingSchemas(context: RunContext, schemas: readonly SchemaName[]): Promise<SchemaName[]> {
  const { adapter } = context.deps.shared;
  return working(context, async (work) => {
    const warehouse = await work.session.warehouse();
    const existing = new Map<string, ReadonlySet<string>>();
    const missing: SchemaName[] = [];
    for (const schema of schemas) {
      if (schema.schema === null) continue;
      const database = schema.database ?? "";
      let known = existing.get(database);
      if (!known) {
        const names = await warehouse.listSchemas(database);
        known = new Set(names.map((name) => adapter.foldIdentifier(name)));
        existing.set(database, known);
      }
      if (!known.has(adapter.foldIdentifier(schema.schema))) missing.push(schema);
    }
    return missing;
  });
}

async function create(context: RunContext, { database, schema }: SchemaName, work: Work): Promise<void> {
  const { shared } = context.deps;
  const relation = makeRelation(
    { database, schema },
    {
      quote: projectQuoting(shared),
      include: { identifier: false },
    },
  );
  const globals = createGlobals(bareScope(context.compiler, "create schemas"));
  await driveAsync(
    globals.callMacro("create_schema", [new RelationValue(relation, shared.adapter)]),
    work.answerer.answer,
  );
  await work.answerer.answer({ kind: "commit" });
  shared.relations.addSchema(database, schema);
}
