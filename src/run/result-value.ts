// Results as hooks on run end see them: `results` holds objects with status, message, timing, node ... of dbt's RunResult.

import { PyDateTime } from "../jinja/modules/datetime.ts";
import { getAttribute, getItem, toRepr } from "../jinja/operations.ts";
import { type Dict, NativeFunction, PyFloat, PyObject, type Value } from "../jinja/value.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { nodeToValue } from "../manifest/node-json.ts";
import type { NodeResult } from "./report.ts";

/** A dict whose keys are attributes, too: dbt's dataclasses. */
class RecordValue extends PyObject {
  #dict: Dict | undefined;

  constructor(
    override readonly typeName: string,
    private readonly make: () => Dict,
  ) {
    super();
  }

  get dict(): Dict {
    this.#dict ??= this.make();
    return this.#dict;
  }

  override getAttribute(name: string): Value | undefined {
    if (name === "to_dict") return new NativeFunction("to_dict", () => plain(this));
    if (name === "get") {
      return new NativeFunction(
        "get",
        ([key, otherwise]) => (key === undefined ? undefined : this.dict.get(key)) ?? otherwise ?? null,
      );
    }
    return this.dict.get(name);
  }

  override getItem(key: Value): Value | undefined {
    return this.dict.has(key) ? getItem(this.dict, key) : undefined;
  }

  override toText(): string {
    const fields = [...this.dict].map(([key, value]) => `${String(key)}=${toRepr(value)}`);
    return `${this.typeName}(${fields.join(", ")})`;
  }
}

/** The config of a node: a mapping that answers None for what it does not have (dbt's BaseConfig). */
class ConfigRecord extends RecordValue {
  override getAttribute(name: string): Value | undefined {
    const own = super.getAttribute(name);
    if (own !== undefined) return own;
    return MAPPING_METHODS.has(name) ? getAttribute(this.dict, name) : undefined;
  }

  override getItem(key: Value): Value {
    return super.getItem(key) ?? null;
  }
}

const MAPPING_METHODS: ReadonlySet<string> = new Set(["items", "keys", "values"]);

/** What `to_dict` gives: records as dicts, and moments as dbt writes them in its artifacts. */
function plain(value: Value): Value {
  if (value instanceof PyDateTime) return `${value.isoText("T", "microseconds")}Z`;
  if (value instanceof RecordValue) return new Map([...value.dict].map(([key, item]) => [key, plain(item)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

/** One element of `results`. */
export function resultValue(result: NodeResult, manifest: Manifest): Value {
  return new RecordValue("RunResult", () => {
    const { status, message, failures, thread, seconds, timing, adapterResponse, resource, compiled } =
      result;
    const node = new RecordValue("Node", () => {
      const value = nodeToValue(compiled?.node ?? resource, manifest, compiled?.parts);
      if (resource.resourceType === "model") value.set("defer_relation", null).set("batch", null);
      const config = value.get("config");
      if (config instanceof Map) value.set("config", new ConfigRecord("Config", () => config));
      return value;
    });
    return new Map<Value, Value>([
      ["status", status],
      [
        "timing",
        timing.map(
          ({ name, startedAt, completedAt }): Value =>
            new RecordValue(
              "TimingInfo",
              () =>
                new Map<Value, Value>([
                  ["name", name],
                  ["started_at", PyDateTime.ofEpoch(startedAt.getTime(), 0, null)],
                  ["completed_at", PyDateTime.ofEpoch(completedAt.getTime(), 0, null)],
                ]),
            ),
        ),
      ],
      ["thread_id", thread],
      ["execution_time", new PyFloat(seconds)],
      ["adapter_response", new Map<Value, Value>(Object.entries(adapterResponse))],
      ["message", message],
      ["failures", failures],
      ["node", node],
      ["agate_table", null],
      ["batch_results", batchesValue(result.batches)],
    ]);
  });
}

function batchesValue(batches: NodeResult["batches"]): Value {
  if (batches === null) return null;
  const spans = (list: typeof batches.failed): Value => list.map((span): Value => [...span]);
  return new RecordValue(
    "BatchResults",
    () =>
      new Map<Value, Value>([
        ["successful", spans(batches.successful)],
        ["failed", spans(batches.failed)],
      ]),
  );
}
