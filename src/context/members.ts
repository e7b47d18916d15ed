// The one table of names that dbt's context has beside macros. A member is made when a template first asks for it.
// Names and meaning: dbt-core, context/{base,configured,manifest,providers}.py.

import { customVariables } from "../config/environment-variables.ts";
import { DBT_VERSION } from "../config/require-version.ts";
import { targetOf } from "../config/target.ts";
import { callValue, toText, truth } from "../jinja/operations.ts";
import { hasTemplate } from "../jinja/source.ts";
import { type Effectful, NativeFunction, Tuple, type Value } from "../jinja/value.ts";
import { ask } from "./adapter-method.ts";
import { AdapterValue } from "./adapter-value.ts";
import { ColumnFactory } from "./column-value.ts";
import { ConfigValue } from "./config-value.ts";
import { ContextValue } from "./context-value.ts";
import { ExceptionsValue } from "./exceptions-value.ts";
import { fail } from "./fail.ts";
import { FlagsValue } from "./flags-value.ts";
import { hostFunction } from "./host-function.ts";
import type { Member, NodeContext } from "./node-context.ts";
import { plainFunctions } from "./plain-functions.ts";
import { startedAt } from "./python-moments.ts";
import { functionFunction, metricFunction, refFunction, sourceFunction } from "./reference-functions.ts";
import { RelationFactory } from "./relation-factory.ts";
import { RelationValue } from "./relation-value.ts";
import { RuntimeConfigValue } from "./runtime-config-value.ts";
import type { SharedScope } from "./scope.ts";
import { ResponseValue } from "./statement-results.ts";
import { emptyTable, TableValue } from "./table-value.ts";
import { envVar, nodeVar, renderText } from "./variables.ts";

const plainMembers = Object.fromEntries(
  Object.entries(plainFunctions).map(([name, value]): [string, Member] => [name, () => value]),
);

/** Members that YAML files see, too: nothing of them depends on a node. */
export const SHARED_MEMBERS: Readonly<Record<string, (shared: SharedScope) => Value>> = {
  dbt_version: () => DBT_VERSION,
  invocation_id: (shared) => shared.invocation.id,
  run_started_at: (shared) => startedAt(shared.invocation.startedAt),
  thread_id: () => "MainThread",
  modules: (shared) => shared.environment.modules,
  flags: (shared) => new FlagsValue(shared.config.flags, shared.invocation),
  target: (shared) => targetOf(shared.config),
  env: (shared) => targetOf(shared.config),
  project_name: (shared) => shared.config.project.name,
  dbt_metadata_envs: (shared) => new Map<Value, Value>(customVariables(shared.config.env)),
  invocation_args_dict: (shared) => shared.config.flags.all,
};

const sharedMembers = Object.fromEntries(
  Object.entries(SHARED_MEMBERS).map(([name, make]): [string, Member] => [
    name,
    (context) => make(context.scope.shared),
  ]),
);

const nodeMembers: Readonly<Record<string, Member>> = {
  execute: ({ scope }) => scope.execute,
  ref: ({ scope }) => refFunction(scope.references, new RuntimeConfigValue(scope.shared)),
  source: ({ scope }) => sourceFunction(scope.references),
  metric: ({ scope }) => metricFunction(scope.references),
  function: ({ scope }) => functionFunction(scope.references),
  config: ({ scope }) => new ConfigValue(scope),
  // Operations have none at all; hooks and tests have a `this` that is None.
  this: ({ scope }) => {
    if (scope.relation !== null) return new RelationValue(scope.relation, scope.shared.adapter);
    return scope.nodeId === undefined ? undefined : null;
  },
  model: ({ scope }) => scope.model(),
  graph: ({ scope }) => scope.graph(),
  schema: ({ scope }) => scope.relation?.schema ?? scope.shared.credentials.schema,
  database: ({ scope }) => scope.relation?.database ?? scope.shared.credentials.database,
  var: (context) => nodeVar(context),
  env_var: ({ scope }) => envVar(scope.shared, scope),
  adapter: (context) => new AdapterValue(context),
  api: ({ scope: { shared } }) =>
    new Map<Value, Value>([
      ["Relation", new RelationFactory(shared.adapter, shared.config.project.quoting)],
      ["Column", new ColumnFactory(shared.adapter)],
    ]),
  column: ({ scope }) => new ColumnFactory(scope.shared.adapter),
  exceptions: (context) => new ExceptionsValue(context),
  context: (context) =>
    new ContextValue(
      (name) => context.get(name),
      () => context.names(),
      (name, value) => context.set(name, value),
    ),
  builtins: (context) =>
    new ContextValue(
      (name) => context.builtin(name),
      () => Object.keys(MEMBERS),
    ),
  log: (context) => hostFunction("log", ["msg", "info?"], (message, info) => log(context, message, info)),
  print: (context) =>
    hostFunction("print", ["msg"], (message) => {
      if (context.scope.shared.config.flags.get("print") !== false) context.print(toText(message));
      return "";
    }),
  render: (context) =>
    hostFunction("render", ["string"], (text) => {
      const source = toText(text);
      return hasTemplate(source) ? renderText(context, source, "render()") : source;
    }),
  try_or_compiler_error: () => new NativeFunction("try_or_compiler_error", tryOrCompilerError),
  load_result: ({ results }) => hostFunction("load_result", ["name"], (name) => results.load(toText(name))),
  store_result: (context) =>
    hostFunction("store_result", ["name", "response", "agate_table?"], (name, response, table) =>
      storeResult(context, name, response, table),
    ),
  store_raw_result: (context) =>
    hostFunction(
      "store_raw_result",
      ["name", "message?", "code?", "rows_affected?", "agate_table?"],
      (name, message, code, rows, table) =>
        storeResult(context, name, rawResponse(message, code, rows), table),
    ),
  validation: () => new Map<Value, Value>([["any", new NativeFunction("any", (allowed) => anyOf(allowed))]]),
  watermark: ({ scope }) =>
    hostFunction("watermark", ["bound?", "of?"], (bound, of) => watermarkBound(scope.execute, bound, of)),
  write: () => hostFunction("write", ["payload"], () => ""),
  selected_resources: () => [],
  pre_hooks: () => null,
  post_hooks: () => null,
  sql: () => null,
  compiled_code: () => null,
  defer_relation: () => null,
  sql_now: () => "now()",
  context_macro_stack: () => null,
  adapter_macro: () =>
    hostFunction("adapter_macro", ["name", "*args", "**kwargs"], (name) =>
      fail(
        "CompilationError",
        `adapter_macro was removed from dbt (called for "${toText(name)}")`,
        "use adapter.dispatch('name', 'package')(...)",
      ),
    ),
  submit_python_job: () =>
    hostFunction("submit_python_job", ["parsed_model", "compiled_code"], () =>
      fail("NotImplementedError", "Python models cannot be run", "write the model in SQL"),
    ),
  load_agate_table: () =>
    hostFunction("load_agate_table", [], () =>
      fail("CompilationError", "load_agate_table() can be called for seeds only"),
    ),
};

/** All names of the context beside macros. */
export const MEMBERS: Readonly<Record<string, Member>> = {
  ...plainMembers,
  ...sharedMembers,
  ...nodeMembers,
};

function log({ scope }: NodeContext, message: Value, info: Value | undefined): Value {
  const level = info !== undefined && truth(info) ? "info" : "debug";
  scope.shared.host.emit({
    kind: "message",
    level,
    text: toText(message),
    ...(scope.nodeId === undefined ? {} : { node: scope.nodeId }),
  });
  return "";
}

/** An end of the window of an incremental run as SQL, "lower" unless asked otherwise; text that fits anywhere while parsing. */
function* watermarkBound(
  execute: boolean,
  bound: Value | undefined,
  of: Value | undefined,
): Effectful<Value> {
  const text = bound === undefined || bound === null ? "lower" : toText(bound);
  const wanted = WATERMARK_BOUNDS.find((one) => one === text);
  if (wanted === undefined)
    return fail(
      "CompilationError",
      `watermark() has no bound "${text}"`,
      'write watermark() or watermark("upper")',
    );
  const relation = of instanceof RelationValue ? of.relation : null;
  return execute ? yield* ask({ kind: "watermark", bound: wanted, of: relation }) : "null";
}

const WATERMARK_BOUNDS = ["lower", "upper", "column", "nulls"] as const;

function storeResult(context: NodeContext, name: Value, response: Value, table: Value | undefined): Value {
  context.results.store(
    toText(name),
    response,
    table instanceof TableValue ? table : emptyTable((text) => context.print(text)),
  );
  return "";
}

function rawResponse(
  message: Value | undefined,
  code: Value | undefined,
  rows: Value | undefined,
): ResponseValue {
  const plain = (value: Value | undefined): string | number | null =>
    value === undefined || value === null ? null : typeof value === "number" ? value : toText(value);
  return new ResponseValue({ _message: plain(message), code: plain(code), rows_affected: plain(rows) });
}

/** Any error of the function becomes this message. */
function* tryOrCompilerError(args: readonly Value[], kwargs: ReadonlyMap<string, Value>): Effectful<Value> {
  const [message, fn, ...rest] = args;
  try {
    return yield* callValue(fn ?? null, rest, kwargs);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return fail("CompilationError", toText(message ?? ""), undefined, { cause: error });
  }
}

/** `validation.any[...]` of config.require: one of these values. */
function anyOf(allowed: readonly Value[]): Value {
  return hostFunction("validator", ["value"], (value) => {
    if (allowed.some((one) => one === value)) return null;
    const list = new Tuple(allowed);
    return fail("DbtValidationError", `expected one of ${toText(list)}, got ${toText(value)}`);
  });
}
