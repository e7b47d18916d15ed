// Results of `{% call statement('name') %}`: kept by store_result, taken once by load_result. The one called "main"
// stays, since the run reports it for the node.

import type { QueryResult } from "../adapter/result.ts";
import { NativeFunction, PyObject, Tuple, type Value } from "../jinja/value.ts";
import { fail } from "./fail.ts";
import { hostFunction, orElse } from "./host-function.ts";
import type { TableValue } from "./table-value.ts";

/** What the run reports as the node's own statement. */
const MAIN_RESULT = "main";

/** dbt's AdapterResponse: prints its message; `code`, `rows_affected` and what the engine adds are attributes. */
export class ResponseValue extends PyObject {
  override readonly typeName = "AdapterResponse";

  constructor(readonly response: QueryResult["response"]) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    if (Object.hasOwn(this.response, name)) return this.response[name];
    return STANDARD_FIELDS.has(name) ? null : undefined;
  }

  override getItem(key: Value): Value | undefined {
    return typeof key === "string" ? this.getAttribute(key) : undefined;
  }

  override toText(): string {
    const message = this.response._message;
    return message === null || message === undefined ? "" : String(message);
  }
}

const STANDARD_FIELDS: ReadonlySet<string> = new Set(["_message", "code", "rows_affected", "query_id"]);

/** What load_result gives: `response`, `table` and `data` (the rows as tuples, made when they are asked for). */
export class StatementResult extends PyObject {
  override readonly typeName = "AttrDict";

  constructor(
    readonly response: Value,
    readonly table: TableValue,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "get":
        return hostFunction(name, ["key", "default?"], (key, otherwise) =>
          orElse(this.getItem(key), otherwise),
        );
      case "keys":
        return new NativeFunction(name, () => [...RESULT_KEYS]);
      default:
        return this.getItem(name);
    }
  }

  override getItem(key: Value): Value | undefined {
    switch (key) {
      case "response":
        return this.response;
      case "table":
        return this.table;
      case "data":
        return this.table.data.rows.map((row) => new Tuple(row));
      default:
        return undefined;
    }
  }

  override iterate(): Iterable<Value> {
    return RESULT_KEYS;
  }

  override size(): number {
    return RESULT_KEYS.length;
  }

  override contains(item: Value): boolean {
    return RESULT_KEYS.some((key) => key === item);
  }
}

const RESULT_KEYS: readonly string[] = ["response", "data", "table"];

export class StatementResults {
  private readonly results = new Map<string, StatementResult | null>();

  store(name: string, response: Value, table: TableValue): void {
    this.results.set(name, new StatementResult(response, table));
  }

  /** The result of that name or None; a second time is a mistake, but for "main". */
  load(name: string): Value {
    const result = this.results.get(name);
    if (result === undefined) return null;
    if (result === null) {
      fail(
        "CompilationError",
        `the result of statement "${name}" was already loaded`,
        "keep it: {% set result = load_result(...) %}",
      );
    }
    if (name !== MAIN_RESULT) this.results.set(name, null);
    return result;
  }

  /** The response of a statement without taking it away; undefined when there is none. */
  response(name: string): Value | undefined {
    return this.results.get(name)?.response;
  }
}
