// What `metric('name')` gives: something that prints the metric's name and shows its definition. dbt's MetricReference
// (contracts/graph/metrics.py): while a project is parsed only the name and the package are known.

import { type Dict, PyObject, type Value } from "../jinja/value.ts";

export class MetricValue extends PyObject {
  override readonly typeName = "MetricReference";

  /**
   * @param packageName as in the call; null where the call names none
   * @param definition the metric as manifest.json has it; undefined while parsing
   */
  constructor(
    private readonly name: string,
    private readonly packageName: string | null,
    private readonly definition: Dict | undefined = undefined,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    if (name === "metric_name") return this.name;
    if (name === "package_name") return this.packageName;
    return this.definition?.get(name);
  }

  override toText(): string {
    return this.name;
  }
}
