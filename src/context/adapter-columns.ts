// `adapter.*` methods about columns: reading them, comparing two relations, types, what a snapshot's table must have.

import { makeRelation } from "../adapter/relation.ts";
import { callValue, getAttribute, toText } from "../jinja/operations.ts";
import type { Effectful, Value } from "../jinja/value.ts";
import { type AdapterMethod, ask, EMPTY_LIST, method, NOTHING, relationArgument } from "./adapter-method.ts";
import { ColumnValue, canExpandTo, plainColumn, stringType } from "./column-value.ts";
import { isMissingRelation } from "./database-refusal.ts";
import { fail } from "./fail.ts";
import type { NodeContext } from "./node-context.ts";
import { RelationValue } from "./relation-value.ts";
import type { AgateTypeName } from "./table-data.ts";
import { TableValue } from "./table-value.ts";

/** Columns as macro `get_columns_in_relation` reads them; a relation that does not exist has none. */
function* columnsOf(context: NodeContext, relation: Value): Effectful<ColumnValue[]> {
  const columns = yield* readColumns(context, relation);
  return Array.isArray(columns) ? columns.filter((column) => column instanceof ColumnValue) : [];
}

function* readColumns(context: NodeContext, relation: Value): Effectful<Value> {
  try {
    return yield* context.callMacro("get_columns_in_relation", [], new Map([["relation", relation]]));
  } catch (error) {
    if (isMissingRelation(error)) return [];
    throw error;
  }
}

function* missingColumns(context: NodeContext, from: Value, to: Value): Effectful<Value> {
  const source = relationArgument("get_missing_columns", "from_relation", from);
  const target = relationArgument("get_missing_columns", "to_relation", to);
  const known = new Set((yield* columnsOf(context, target)).map((column) => column.facts.name));
  return (yield* columnsOf(context, source)).filter((column) => !known.has(column.facts.name));
}

/** Text columns of the target grow to what the new rows need. Engines that ignore lengths are not asked. */
function* expandColumnTypes(context: NodeContext, from: Value, to: Value): Effectful<Value> {
  const source = relationArgument("expand_target_column_types", "from_relation", from);
  const target = relationArgument("expand_target_column_types", "to_relation", to);
  const { adapter } = context.scope.shared;
  const [shorter, longer] = [1, 2].map((size) => adapter.types.normalize(stringType(size, adapter)));
  if (shorter === longer) return null;
  const reference = yield* columnsOf(context, source);
  for (const column of yield* columnsOf(context, target)) {
    const wider = reference.find((candidate) => candidate.facts.name === column.facts.name);
    if (!wider || !canExpandTo(column, wider)) continue;
    const args = new Map<string, Value>([
      ["relation", target],
      ["column_name", column.facts.name],
      ["new_column_type", stringType(wider.stringSize(), adapter)],
    ]);
    yield* context.callMacro("alter_column_type", [], args);
  }
  return null;
}

function* describeQuery(context: NodeContext, sql: Value): Effectful<Value> {
  const { adapter } = context.scope.shared;
  const columns = yield* ask({ kind: "describe", sql: toText(sql) });
  return columns.flatMap(({ name, type }) =>
    plainColumn(name, adapter.types.contractName(type), adapter).flatten(),
  );
}

const SNAPSHOT_COLUMNS = ["dbt_scd_id", "dbt_valid_from", "dbt_valid_to"] as const;

function* checkSnapshotTarget(
  context: NodeContext,
  relation: Value,
  columnNames: Value | undefined,
  strategy: Value | undefined,
): Effectful<Value> {
  const target = relationArgument("valid_snapshot_target", "relation", relation);
  const names = new Set((yield* columnsOf(context, target)).map((column) => column.facts.name.toLowerCase()));
  const named = (column: string): string =>
    toText((columnNames instanceof Map && columnNames.get(column)) || column);
  const needed: string[] = [...SNAPSHOT_COLUMNS];
  if (strategy instanceof Map && strategy.get("hard_deletes") === "new_record") needed.push("dbt_is_deleted");
  const missing = needed.map(named).filter((column) => !names.has(column.toLowerCase()));
  if (missing.length > 0) {
    fail(
      "CompilationError",
      `the snapshot's table ${target.render()} lacks the columns ${missing.map((name) => `"${name}"`).join(", ")}`,
      "set snapshot_meta_column_names to the names that the table has, or drop the table to begin its history anew",
    );
  }
  return null;
}

/** dbt's hard_deletes with the older invalidate_hard_deletes, of a dictionary or of the object `config`. */
function* hardDeletes(config: Value): Effectful<Value> {
  const old = yield* readKey(config, "invalidate_hard_deletes");
  const current = yield* readKey(config, "hard_deletes");
  if (old !== null && current !== null) {
    fail(
      "DbtValidationError",
      "a snapshot has both invalidate_hard_deletes and hard_deletes",
      "keep hard_deletes",
    );
  }
  if (old === true || current === "invalidate") return "invalidate";
  if (current === "new_record") return "new_record";
  if (current === null || current === "ignore") return "ignore";
  return fail(
    "DbtValidationError",
    `"${toText(current)}" is not a value of hard_deletes`,
    "values: ignore, invalidate, new_record",
  );
}

function* readKey(config: Value, key: string): Effectful<Value> {
  if (config instanceof Map) return config.get(key) ?? null;
  return yield* callValue(getAttribute(config, "get"), [key, null]);
}

const AGATE_TYPES: Readonly<Record<AgateTypeName, string>> = {
  Integer: "integer",
  Number: "float8",
  Text: "text",
  Boolean: "boolean",
  DateTime: "timestamp without time zone",
  Date: "date",
  TimeDelta: "time",
};

/** SQL type for a column of a table, as SQLAdapter of dbt chooses it for seeds. */
function convertType(table: Value, index: Value): Value {
  if (!(table instanceof TableValue)) return null;
  const type = table.data.types[Number(index)];
  if (type === undefined) return null;
  if (type !== "Number") return AGATE_TYPES[type];
  const fractional = table.data.rows.some((row) => /\.\d*[1-9]/.test(toText(row[Number(index)] ?? "")));
  return fractional ? AGATE_TYPES.Number : AGATE_TYPES.Integer;
}

export const columnMethods: Readonly<Record<string, AdapterMethod>> = {
  get_columns_in_relation: method(["relation"], EMPTY_LIST, (context, relation) =>
    readColumns(context, relationArgument("get_columns_in_relation", "relation", relation)),
  ),
  get_columns_in_table: method(["schema", "identifier"], EMPTY_LIST, function* (context, schema, identifier) {
    const { adapter, credentials } = context.scope.shared;
    const relation = makeRelation(
      { database: credentials.database, schema: toText(schema), identifier: toText(identifier) },
      { quote: adapter.defaultQuoting },
    );
    return yield* readColumns(context, new RelationValue(relation, adapter));
  }),
  get_column_schema_from_query: method(["sql"], EMPTY_LIST, describeQuery),
  get_missing_columns: method(["from_relation", "to_relation"], EMPTY_LIST, missingColumns),
  expand_target_column_types: method(["from_relation", "to_relation"], NOTHING, expandColumnTypes),
  valid_snapshot_target: method(["relation", "column_names?"], NOTHING, (context, relation, names) =>
    checkSnapshotTarget(context, relation, names, undefined),
  ),
  assert_valid_snapshot_target_given_strategy: method(
    ["relation", "column_names", "strategy"],
    NOTHING,
    (context, relation, names, strategy) => checkSnapshotTarget(context, relation, names, strategy),
  ),
  get_hard_deletes_behavior: method(["config"], NOTHING, (_context, config) => hardDeletes(config)),
  convert_type: method(["agate_table", "col_idx"], undefined, (_context, table, index) =>
    convertType(table, index),
  ),
};
