// The object `adapter`. All its methods stand in tables: name, parameters, what it answers while parsing, what it does.
// Names are those of dbt-adapters 1.11 with dbt-duckdb and dbt-postgres; seed_columns, seed_column_types, load_seed,
// is_single_local_file, note_new_rows, note_unpublished, version_name and note_version are our own.

import { nearest } from "../base/nearest.ts";
import { callValue, getItem, iterate, toText, truth, typeName } from "../jinja/operations.ts";
import { Undefined } from "../jinja/undefined.ts";
import { type Effectful, PyObject, Tuple, type Value } from "../jinja/value.ts";
import { attachmentMethods } from "./adapter-attachments.ts";
import { catalogMethods } from "./adapter-catalogs.ts";
import { columnMethods } from "./adapter-columns.ts";
import { constraintMethods } from "./adapter-constraints.ts";
import { fileMethods, quotesSeedColumns } from "./adapter-files.ts";
import { type AdapterMethod, ask, EMPTY_LIST, method, NOTHING, relationArgument } from "./adapter-method.ts";
import { operationMethod } from "./adapter-operations.ts";
import { relationMethods } from "./adapter-relations.ts";
import { BehaviorValue } from "./behavior-value.ts";
import { cellOf } from "./cell-values.ts";
import { dispatch } from "./dispatch.ts";
import { fail } from "./fail.ts";
import { BUILT_IN_STRATEGIES, strategyMacro } from "./incremental-strategy.ts";
import { parseIndex } from "./index-config.ts";
import { BUILT_IN_PACKAGE } from "./macro-index.ts";
import type { NodeContext } from "./node-context.ts";
import { RuntimeConfigValue } from "./runtime-config-value.ts";
import { ResponseValue } from "./statement-results.ts";
import { tableOf } from "./table-of-result.ts";
import { emptyTable, TableValue } from "./table-value.ts";

const emptyResult = (): Value => new Tuple(["", emptyTable(() => undefined)]);

const statementMethods: Readonly<Record<string, AdapterMethod>> = {
  execute: method(
    ["sql", "auto_begin?", "fetch?", "limit?"],
    emptyResult,
    function* (context, sql, autoBegin, fetch, limit) {
      const wanted = fetch !== undefined && truth(fetch);
      const result = yield* ask({
        kind: "execute",
        sql: toText(sql),
        fetch: wanted,
        autoBegin: autoBegin !== undefined && truth(autoBegin),
        limit: typeof limit === "number" ? limit : null,
      });
      const print = (text: string): void => context.print(text);
      return new Tuple([
        new ResponseValue(result.response),
        wanted ? tableOf(result, print) : emptyTable(print),
      ]);
    },
  ),
  add_query: method(
    ["sql", "auto_begin?", "bindings?", "abridge_sql_log?"],
    () => new Tuple([null, null]),
    function* (_context, sql, autoBegin, bindings): Effectful<Value> {
      const binds =
        bindings === undefined || bindings === null
          ? {}
          : { binds: [...iterate(bindings)].map((value) => cellOf(value)) };
      yield* ask({
        kind: "execute",
        sql: toText(sql),
        fetch: false,
        autoBegin: autoBegin === undefined || truth(autoBegin),
        limit: null,
        ...binds,
      });
      return new Tuple([null, null]);
    },
  ),
  commit: method([], NOTHING, () => ask({ kind: "commit" })),
  note_new_rows: method(["relation"], NOTHING, (_context, relation) =>
    ask({ kind: "new-rows", relation: relationArgument("note_new_rows", "relation", relation).relation }),
  ),
  note_unpublished: method(["relation"], NOTHING, (_context, relation) =>
    ask({
      kind: "unpublished",
      relation: relationArgument("note_unpublished", "relation", relation).relation,
    }),
  ),
  version_name: method([], NOTHING, () => ask({ kind: "version-name" })),
  note_version: method(["relation", "how", "script"], NOTHING, (_context, relation, how, script) =>
    ask({
      kind: "note-version",
      relation: relationArgument("note_version", "relation", relation).relation,
      how: toText(how) === "moved" ? "moved" : "copied",
      script: toText(script),
    }),
  ),
  ensure_transaction: method([], NOTHING, () => ask({ kind: "begin" })),
  get_partitions_metadata: method(["table"], emptyResult, emptyResult),
  run_sql_for_tests: method(
    ["sql", "fetch", "conn?"],
    NOTHING,
    function* (_context, sql, fetch): Effectful<Value> {
      const result = yield* ask({
        kind: "execute",
        sql: toText(sql),
        fetch: fetch !== null,
        autoBegin: false,
        limit: null,
      });
      const { rows } = tableOf(result, () => undefined).data;
      const tuples = rows.map((row) => new Tuple(row));
      if (fetch === "one") return tuples[0] ?? null;
      return fetch === "all" ? tuples : null;
    },
  ),
};

const nameMethods: Readonly<Record<string, AdapterMethod>> = {
  type: method([], undefined, (context) => context.scope.shared.adapter.type),
  dispatch: method(["macro_name", "macro_namespace?", "packages?"], undefined, dispatch),
  quote: method(["identifier"], undefined, (context, identifier) =>
    context.scope.shared.adapter.quote(toText(identifier)),
  ),
  quote_as_configured: method(["identifier", "quote_key"], undefined, (context, identifier, key) =>
    quoteAsConfigured(context, toText(identifier), toText(key)),
  ),
  quote_seed_column: method(["column", "quote_config"], undefined, (context, column, config) => {
    if (config !== null && typeof config !== "boolean") {
      fail("CompilationError", `quote_columns must be true or false, not ${typeName(config)}`);
    }
    const { adapter } = context.scope.shared;
    return quotesSeedColumns(adapter, config) ? adapter.quote(toText(column)) : toText(column);
  }),
  escape_sql_string: method(["value"], undefined, (_, value) => toText(value).replaceAll("'", "''")),
  get_binding_char: method([], undefined, () => "?"),
};

const capabilityMethods: Readonly<Record<string, AdapterMethod>> = {
  valid_incremental_strategies: method([], undefined, (context) => [
    ...context.scope.shared.adapter.incrementalStrategies,
  ]),
  builtin_incremental_strategies: method([], undefined, () => [...BUILT_IN_STRATEGIES]),
  get_incremental_strategy_macro: method(["model_context", "strategy"], NOTHING, strategyMacro),
  standardize_grants_dict: method(["grants_table"], undefined, (_, table) => grantsByPrivilege(table)),
  parse_index: method(["raw_index"], undefined, (context, index) =>
    parseIndex(index, context.scope.shared.invocation.id),
  ),
  catalog_supports_foreign_keys: method(
    ["database"],
    () => false,
    (context) => context.scope.shared.adapter.capabilities.constraints.foreign_key === "enforced",
  ),
  existing_key_constraint_types: method(["relation"], EMPTY_LIST, keyConstraintTypes),
  convert_datetimes_to_strs: method(["table"], undefined, (_, table) => datesAsText(table)),
  warn_once: method(["msg"], NOTHING, (context, message) => {
    context.warnOnce(toText(message));
    return null;
  }),
};

const METHODS: Readonly<Record<string, AdapterMethod>> = {
  ...statementMethods,
  ...nameMethods,
  ...relationMethods,
  ...columnMethods,
  ...constraintMethods,
  ...fileMethods,
  ...attachmentMethods,
  ...catalogMethods,
  ...capabilityMethods,
};

/** Names of all methods of `adapter`. */
export const ADAPTER_METHODS: readonly string[] = Object.keys(METHODS);

export class AdapterValue extends PyObject {
  override readonly typeName = "DatabaseWrapper";

  constructor(private readonly context: NodeContext) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    const own = operationMethod(name, this.context);
    if (own !== undefined) return own;
    if (Object.hasOwn(METHODS, name)) return METHODS[name]?.bind(name, this.context);
    if (name === "behavior") return new BehaviorValue(this.context.scope.shared.config.flags);
    if (name === "config") return new RuntimeConfigValue(this.context.scope.shared);
    if (name === "Relation" || name === "Column") return apiMember(this.context, name);
    const near = nearest(name, ADAPTER_METHODS);
    const hint = `adapter has no method "${name}"${near === undefined ? "" : `; did you mean "${near}"?`}`;
    return new Undefined({ name, owner: "adapter", hint, candidates: ADAPTER_METHODS });
  }

  override toText(): string {
    return "<adapter>";
  }
}

/** `api.Relation` and `api.Column`, which dbt also offers on the adapter. */
function apiMember(context: NodeContext, name: string): Value | undefined {
  const api = context.builtin("api");
  return api instanceof Map ? api.get(name) : undefined;
}

/** Quotes a part of a name if the project quotes such parts; an unknown part is left alone. */
function quoteAsConfigured(context: NodeContext, identifier: string, part: string): string {
  const { adapter, config } = context.scope.shared;
  if (part !== "database" && part !== "schema" && part !== "identifier") return identifier;
  const quoted = config.project.quoting[part] ?? adapter.defaultQuoting[part];
  return quoted ? adapter.quote(identifier) : identifier;
}

/**
 * The rows of `show grants` as the `grants` config is written: privilege -> grantees. Rows have privilege_type and grantee,
 * or the columns of warehouses that know owners and shares as well, which are no grants of ours.
 */
function grantsByPrivilege(table: Value): Value {
  const grants: Map<Value, Value[]> = new Map();
  const isWide = table instanceof TableValue && table.data.names.includes("granted_to");
  for (const row of iterate(table)) {
    if (isWide && !isOurs(row)) continue;
    const privilege = getItem(row, isWide ? "privilege" : "privilege_type");
    const grantees = grants.get(privilege) ?? [];
    grantees.push(getItem(row, isWide ? "grantee_name" : "grantee"));
    grants.set(privilege, grantees);
  }
  return grants as Map<Value, Value>;
}

function isOurs(row: Value): boolean {
  const to = toText(getItem(row, "granted_to"));
  return toText(getItem(row, "privilege")) !== "OWNERSHIP" && to !== "SHARE" && to !== "DATABASE_ROLE";
}

/** Calls macro `get_key_constraint_types` of the adapter's package, where it has one. */
function* keyConstraintTypes(context: NodeContext, relation: Value): Effectful<Value> {
  const { shared, packageName } = context.scope;
  const macro = shared.macros.dispatch("get_key_constraint_types", BUILT_IN_PACKAGE, packageName);
  return macro ? yield* callValue(context.macro(macro), [relation]) : [];
}

function datesAsText(table: Value): Value {
  if (!(table instanceof TableValue)) return table;
  const { types, rows } = table.data;
  return table.with({
    types: types.map((type) => (type === "DateTime" ? "Text" : type)),
    rows: rows.map((row) =>
      row.map((value, i) => (types[i] === "DateTime" && value !== null ? toText(value) : value)),
    ),
  });
}
