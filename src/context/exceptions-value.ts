// `exceptions.*`: the ways in which a template ends with an error of its own or warns. One table: name, parameters,
// what it says. Names and arguments are dbt's (context/exceptions_jinja.py).

import { toText } from "../jinja/operations.ts";
import { type Kwargs, NativeFunction, PyObject, type Value } from "../jinja/value.ts";
import { memberOf } from "../jinja/value-path.ts";
import { contractMismatch } from "./contract-error.ts";
import { fail } from "./fail.ts";
import { bindArguments } from "./host-function.ts";
import type { NodeContext } from "./node-context.ts";

interface Exception {
  readonly parameters: readonly string[];
  readonly raise: (context: NodeContext, args: readonly (Value | undefined)[]) => Value;
}

/** An exception whose message is made of its arguments. */
function raising(
  type: string,
  parameters: readonly string[],
  message: (...args: Value[]) => string,
): Exception {
  return { parameters, raise: (_, args) => fail(type, message(...args.map((arg) => arg ?? null))) };
}

const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  warn: {
    parameters: ["msg", "node?"],
    raise: (context, [message]) => {
      context.warn(toText(message ?? ""));
      return "";
    },
  },
  warn_snapshot_timestamp_data_types: {
    parameters: ["snapshot_time_data_type", "updated_at_data_type"],
    raise: (context, [snapshot, updated]) => {
      context.warn(
        `the snapshot's time has type ${toText(snapshot ?? null)}, the column of updated_at ${toText(updated ?? null)}; results may be wrong`,
      );
      return null;
    },
  },
  raise_compiler_error: raising("CompilationError", ["msg", "node?"], toText),
  raise_database_error: raising("DatabaseError", ["msg", "node?"], toText),
  raise_dependency_error: raising("DependencyError", ["msg"], toText),
  raise_not_implemented: raising("NotImplementedError", ["msg"], toText),
  raise_fail_fast_error: raising("FailFastError", ["msg", "node?"], toText),
  raise_cache_inconsistent: raising(
    "CacheInconsistencyError",
    ["message"],
    (message) => `cache inconsistency: ${toText(message)}`,
  ),
  raise_contract_error: {
    parameters: ["yaml_columns", "sql_columns"],
    raise: (_, [contract, query]) => {
      const mismatch = contractMismatch(contract ?? null, query ?? null);
      return fail("ContractError", mismatch.message, undefined, { cause: mismatch });
    },
  },
  raise_dataclass_not_dict: raising(
    "CompilationError",
    ["obj"],
    (object) => `the object "${toText(object)}" was used as a dictionary, which objects of its type are not`,
  ),
  raise_dep_not_found: raising(
    "CompilationError",
    ["node", "node_description", "required_pkg"],
    (node, description, required) =>
      `${toText(description)} of ${nodeName(node)} needs package "${toText(required)}", which is not installed`,
  ),
  raise_duplicate_patch_name: raising(
    "CompilationError",
    ["patch_1", "existing_patch_path"],
    (patch, path) =>
      `${nodeName(patch)} is described twice, in ${field(patch, "original_file_path")} and ${toText(path)}`,
  ),
  raise_duplicate_resource_name: raising(
    "CompilationError",
    ["node_1", "node_2"],
    (one, two) =>
      `two resources have the name "${field(one, "name")}": ${nodeName(one)} and ${nodeName(two)}`,
  ),
  raise_invalid_property_yml_version: raising(
    "CompilationError",
    ["path", "issue"],
    (path, issue) => `${toText(path)} has no valid version: ${toText(issue)}`,
  ),
  raise_ambiguous_alias: raising(
    "CompilationError",
    ["node_1", "node_2", "duped_name?"],
    (one, two, name) =>
      `two resources make the relation "${name === null ? `${field(one, "schema")}.${field(one, "alias")}` : toText(name)}": ${nodeName(one)} and ${nodeName(two)}`,
  ),
  raise_ambiguous_catalog_match: raising(
    "CompilationError",
    ["unique_id", "match_1", "match_2"],
    (id, one, two) =>
      `${toText(id)} matches two relations of the warehouse: ${catalogName(one)} and ${catalogName(two)}`,
  ),
  missing_config: raising(
    "MissingConfigError",
    ["model", "name"],
    (model, name) => `"${nodeName(model)}" does not define the required config "${toText(name)}"`,
  ),
  missing_materialization: raising(
    "CompilationError",
    ["model", "adapter_type"],
    (model, type) =>
      `there is no materialization "${field(memberOf(model, "config") ?? null, "materialized")}" for adapter ${toText(type)} of ${nodeName(model)}`,
  ),
  missing_relation: raising(
    "CompilationError",
    ["relation", "model?"],
    (relation) => `relation ${toText(relation)} was not found`,
  ),
  relation_wrong_type: raising(
    "CompilationError",
    ["relation", "expected_type", "model?"],
    (relation, expected) =>
      `${toText(expected)} ${toText(relation)} cannot be made: a ${field(relation, "type")} has this name. Drop it, or run with --full-refresh`,
  ),
  column_type_missing: raising(
    "CompilationError",
    ["column_names"],
    (columns) => `contracted models need a data_type for each column; it is missing for ${toText(columns)}`,
  ),
};

export class ExceptionsValue extends PyObject {
  override readonly typeName = "dict";

  constructor(private readonly context: NodeContext) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    const exception = Object.hasOwn(EXCEPTIONS, name) ? EXCEPTIONS[name] : undefined;
    return exception && this.function(name, exception);
  }

  override getItem(key: Value): Value | undefined {
    return typeof key === "string" ? this.getAttribute(key) : undefined;
  }

  override iterate(): Iterable<Value> {
    return Object.keys(EXCEPTIONS);
  }

  override contains(item: Value): boolean {
    return typeof item === "string" && Object.hasOwn(EXCEPTIONS, item);
  }

  private function(name: string, { parameters, raise }: Exception): Value {
    return new NativeFunction(name, (args: readonly Value[], kwargs: Kwargs) =>
      raise(this.context, bindArguments(name, parameters, args, kwargs) as readonly (Value | undefined)[]),
    );
  }
}

function field(object: Value, name: string): string {
  return toText(memberOf(object, name) ?? null);
}

function nodeName(node: Value): string {
  return toText(memberOf(node, "unique_id") ?? node);
}

function catalogName(match: Value): string {
  const metadata = memberOf(match, "metadata") ?? null;
  return `${field(metadata, "schema")}.${field(metadata, "name")}`;
}
