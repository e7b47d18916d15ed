// The object `config` of a node: a call in its head, `config.get('key')` in materializations. While parsing a call is
// recorded and reading answers empty text, later a call does nothing and reading answers; so does dbt.

import { callValue, toText, typeName } from "../jinja/operations.ts";
import { undefinedWithin } from "../jinja/undefined.ts";
import {
  type Dict,
  type Effectful,
  type Kwargs,
  NativeFunction,
  PyObject,
  type Value,
} from "../jinja/value.ts";
import { fail } from "./fail.ts";
import { hostFunction, orElse } from "./host-function.ts";
import type { NodeScope } from "./scope.ts";

export class ConfigValue extends PyObject {
  override readonly typeName = "config";

  constructor(private readonly scope: NodeScope) {
    super();
  }

  override call(args: readonly Value[], kwargs: Kwargs): Value {
    if (this.scope.execute) return "";
    const given = configArguments(args, kwargs);
    undefinedWithin(given)?.fail();
    this.scope.config.add(hyphenated(given));
    return "";
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "get":
      case "meta_get":
        return hostFunction(name, ["name", "default?", "validator?"], (key, otherwise, validator) =>
          this.get(name, toText(key), otherwise ?? null, validator),
        );
      case "require":
      case "meta_require":
        return hostFunction(name, ["name", "validator?"], (key, validator) =>
          this.require(name, toText(key), validator),
        );
      case "set":
        return hostFunction(name, ["name", "value"], (key, value) =>
          this.call([new Map([[key, value]])], new Map()),
        );
      // The node itself, as materializations hand it to their adapter.
      case "model":
        return this.scope.model();
      case "persist_relation_docs":
        return new NativeFunction(name, () => this.persistDocs("relation"));
      case "persist_column_docs":
        return new NativeFunction(name, () => this.persistDocs("columns"));
      default:
        return undefined;
    }
  }

  override toText(): string {
    return "<config>";
  }

  private *get(
    method: string,
    key: string,
    otherwise: Value,
    validator: Value | undefined,
  ): Effectful<Value> {
    if (!this.scope.execute) return "";
    const value = orElse(this.read(method, key), otherwise);
    if (validator !== undefined && validator !== null && otherwise !== null)
      yield* callValue(validator, [value], new Map());
    return value;
  }

  private *require(method: string, key: string, validator: Value | undefined): Effectful<Value> {
    if (!this.scope.execute) return "";
    const value = this.read(method, key);
    if (value === undefined) {
      fail(
        "MissingConfigError",
        `"${this.scope.nodeId ?? "this node"}" does not define the required config "${key}"`,
        `add ${key} to its config`,
      );
    }
    if (validator !== undefined && validator !== null) yield* callValue(validator, [value], new Map());
    return value;
  }

  private read(method: string, key: string): Value | undefined {
    if (key === "snapshot_table_column_names") return this.snapshotColumns();
    if (!method.startsWith("meta")) return this.scope.config.get(key);
    const meta = this.scope.config.get("meta");
    return meta instanceof Map ? meta.get(key) : undefined;
  }

  /** Names of the columns that snapshots add: those of `snapshot_meta_column_names`, dbt's where it has none. */
  private snapshotColumns(): Value | undefined {
    const own = this.scope.config.get("snapshot_meta_column_names");
    if (!(own instanceof Map)) return undefined;
    return new Map<Value, Value>([...own].map(([name, chosen]) => [name, chosen || name]));
  }

  private persistDocs(key: string): Value {
    if (!this.scope.execute) return false;
    const persist = this.scope.config.get("persist_docs") ?? new Map();
    if (persist instanceof Map) return persist.get(key) ?? false;
    return fail(
      "CompilationError",
      `persist_docs must be a dictionary, not ${typeName(persist)}`,
      "write persist_docs={'relation': true, 'columns': true}",
    );
  }
}

/** The values of `config(...)`: one dictionary, or named arguments. */
function configArguments(args: readonly Value[], kwargs: Kwargs): Dict {
  const only = args[0];
  if (args.length === 1 && kwargs.size === 0 && only instanceof Map) return only;
  if (args.length === 0 && kwargs.size > 0) return new Map<Value, Value>(kwargs);
  return fail("CompilationError", "config() takes named values", "write config(materialized='table', ...)");
}

/** Hooks may be spelled with "_"; the config's own keys are "pre-hook" and "post-hook". */
function hyphenated(values: Dict): Dict {
  if (!values.has("pre_hook") && !values.has("post_hook")) return values;
  const renamed: Dict = new Map();
  for (const [key, value] of values) {
    const hook = key === "pre_hook" ? "pre-hook" : key === "post_hook" ? "post-hook" : undefined;
    if (hook !== undefined && values.has(hook)) {
      fail(
        "CompilationError",
        `config() has both "${toText(key)}" and "${hook}"`,
        "they are one key: keep one of them",
      );
    }
    renamed.set(hook ?? key, value);
  }
  return renamed;
}
