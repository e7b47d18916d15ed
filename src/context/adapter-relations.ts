// `adapter.*` methods about relations and schemas. What runs SQL calls the macro of that name, so that projects and
// packages can override it; the relation cache is told when the macro has succeeded.

import type { Relation } from "../adapter/relation.ts";
import { toText } from "../jinja/operations.ts";
import type { Effectful, Value } from "../jinja/value.ts";
import {
  type AdapterMethod,
  ask,
  EMPTY_LIST,
  method,
  NOTHING,
  relationArgument,
  textOrNull,
} from "./adapter-method.ts";
import { fail } from "./fail.ts";
import type { NodeContext } from "./node-context.ts";
import { pathChange } from "./relation-arguments.ts";
import { RelationValue } from "./relation-value.ts";
import { TableValue } from "./table-value.ts";

/** Adds the relations of a schema to the cache unless they are known. */
function* knowSchema(context: NodeContext, database: string | null, schema: string | null): Effectful<void> {
  if (context.scope.shared.relations.has(database, schema)) return;
  yield* ask({ kind: "cache", schemas: [{ database, schema, identifier: null }] });
}

function* getRelation(
  context: NodeContext,
  database: Value,
  schema: Value,
  identifier: Value,
): Effectful<Value> {
  const { shared } = context.scope;
  const [databaseName, schemaName] = [textOrNull(database), textOrNull(schema)];
  yield* knowSchema(context, databaseName, schemaName);
  const relation = shared.relations.get(databaseName, schemaName, toText(identifier));
  return relation ? new RelationValue(relation, shared.adapter) : null;
}

function* listRelations(context: NodeContext, database: Value, schema: Value): Effectful<Value> {
  const { shared } = context.scope;
  const [databaseName, schemaName] = [textOrNull(database), textOrNull(schema)];
  yield* knowSchema(context, databaseName, schemaName);
  return shared.relations
    .list(databaseName, schemaName)
    .map((relation) => new RelationValue(relation, shared.adapter));
}

function* dropRelation(context: NodeContext, value: Value): Effectful<Value> {
  const target = relationArgument("drop_relation", "relation", value);
  if (target.relation.kind === null) {
    fail(
      "CompilationError",
      `relation ${target.toText()} cannot be dropped, since its type is not known`,
      "get it from adapter.get_relation(), or give it a type: relation.incorporate(type='table')",
    );
  }
  yield* context.callMacro("drop_relation", [], new Map([["relation", target]]));
  context.scope.shared.relations.drop(target.relation);
  return null;
}

function* renameRelation(context: NodeContext, from: Value, to: Value): Effectful<Value> {
  const source = relationArgument("rename_relation", "from_relation", from);
  const target = relationArgument("rename_relation", "to_relation", to);
  const args = new Map<string, Value>([
    ["from_relation", source],
    ["to_relation", target],
  ]);
  yield* context.callMacro("rename_relation", [], args);
  context.scope.shared.relations.rename(source.relation, target.relation);
  return null;
}

function* truncateRelation(context: NodeContext, value: Value): Effectful<Value> {
  const target = relationArgument("truncate_relation", "relation", value);
  yield* context.callMacro("truncate_relation", [], new Map([["relation", target]]));
  return null;
}

function schemaOf(target: RelationValue): RelationValue {
  return target.with({
    ...pathChange(new Map([["identifier", null]])),
    include: { ...target.relation.include, identifier: false },
  });
}

/** dbt commits right after: a schema outlives the node that asked for it. */
function* createSchema(context: NodeContext, value: Value): Effectful<Value> {
  const target = schemaOf(relationArgument("create_schema", "relation", value));
  yield* context.callMacro("create_schema", [], new Map([["relation", target]]));
  yield* ask({ kind: "commit" });
  return null;
}

function* dropSchema(context: NodeContext, value: Value): Effectful<Value> {
  const target = schemaOf(relationArgument("drop_schema", "relation", value));
  yield* context.callMacro("drop_schema", [], new Map([["relation", target]]));
  yield* ask({ kind: "commit" });
  context.scope.shared.relations.dropSchema(target.relation.database, target.relation.schema);
  return null;
}

function* schemaExists(database: Value, schema: Value, context: NodeContext): Effectful<Value> {
  const { adapter } = context.scope.shared;
  const schemas = yield* ask({ kind: "schemas", database: toText(database) });
  const wanted = adapter.foldIdentifier(toText(schema));
  return schemas.some((name) => adapter.foldIdentifier(name) === wanted);
}

/** The rows of macro `list_relations_without_caching`: database, name, schema, type. */
function* listWithoutCaching(context: NodeContext, value: Value): Effectful<Value> {
  const schema = relationArgument("list_relations_without_caching", "schema_relation", value);
  const rows = yield* context.callMacro(
    "list_relations_without_caching",
    [],
    new Map([["schema_relation", schema]]),
  );
  if (!(rows instanceof TableValue)) return rows;
  return rows.data.rows.map(([database, identifier, schemaName, type]) => {
    const kind = LISTED_KINDS.find((one) => one === type) ?? "external";
    const relation: Relation = {
      ...schema.relation,
      database: textOrNull(database),
      schema: textOrNull(schemaName),
      identifier: textOrNull(identifier),
      kind,
      quote: { database: true, schema: true, identifier: true },
      include: { database: true, schema: true, identifier: true },
    };
    return new RelationValue(relation, schema.adapter);
  });
}

const LISTED_KINDS = ["table", "view", "materialized_view", "dynamic_table"] as const;

function cached(
  change: (context: NodeContext, relations: readonly RelationValue[]) => void,
  ...names: string[]
): AdapterMethod {
  return method(names, undefined, (context, ...args) => {
    const relations = args.map((arg, i) => relationArgument("cache_*", names[i] ?? "relation", arg as Value));
    change(context, relations);
    return "";
  });
}

export const relationMethods: Readonly<Record<string, AdapterMethod>> = {
  get_relation: method(["database", "schema", "identifier"], NOTHING, getRelation),
  load_relation: method(["relation"], NOTHING, (context, value) => {
    const { database, schema, identifier } = relationArgument("load_relation", "relation", value).relation;
    return getRelation(context, database, schema, identifier ?? "");
  }),
  already_exists: method(
    ["schema", "name"],
    () => false,
    function* (context, schema, name) {
      return (yield* getRelation(context, context.scope.shared.credentials.database, schema, name)) !== null;
    },
  ),
  list_relations: method(["database", "schema"], EMPTY_LIST, listRelations),
  list_relations_without_caching: method(["schema_relation"], EMPTY_LIST, listWithoutCaching),
  list_schemas: method(["database"], EMPTY_LIST, function* (_context, database) {
    return [...(yield* ask({ kind: "schemas", database: toText(database) }))];
  }),
  check_schema_exists: method(
    ["database", "schema"],
    () => false,
    (context, database, schema) => schemaExists(database, schema, context),
  ),
  drop_relation: method(["relation"], NOTHING, dropRelation),
  rename_relation: method(["from_relation", "to_relation"], NOTHING, renameRelation),
  truncate_relation: method(["relation"], NOTHING, truncateRelation),
  create_schema: method(["relation"], NOTHING, createSchema),
  drop_schema: method(["relation"], NOTHING, dropSchema),
  cache_added: cached(
    (context, [relation]) => relation && context.scope.shared.relations.add(relation.relation),
    "relation",
  ),
  cache_dropped: cached(
    (context, [relation]) => relation && context.scope.shared.relations.drop(relation.relation),
    "relation",
  ),
  cache_renamed: cached(
    (context, [from, to]) => from && to && context.scope.shared.relations.rename(from.relation, to.relation),
    "from_relation",
    "to_relation",
  ),
  verify_database: method(["database"], undefined, (context, database) => {
    const { adapter, credentials } = context.scope.shared;
    const name = toText(database).replace(/^"(.*)"$/s, "$1");
    if (adapter.foldIdentifier(name) !== adapter.foldIdentifier(credentials.database)) {
      fail(
        "NotImplementedError",
        `references to another database are not allowed (${name} is not ${credentials.database})`,
        "the connection reaches one database only: take the config database out, or connect to that one",
      );
    }
    return "";
  }),
};
