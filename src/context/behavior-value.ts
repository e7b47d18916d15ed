// `adapter.behavior.<flag>`: dbt's behaviour change flags, true when dbt_project.yml or the defaults switch them on.
// `{% if adapter.behavior.x %}` and `.no_warn` ask the same here, since these flags give no deprecation warnings.

import type { Flags } from "../config/flags.ts";
import { PyObject, type Value } from "../jinja/value.ts";

export class BehaviorValue extends PyObject {
  override readonly typeName = "Behavior";

  constructor(private readonly flags: Flags) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    return new BehaviorFlag(name, this.flags.all.has(name) && this.flags.get(name) === true);
  }
}

class BehaviorFlag extends PyObject {
  override readonly typeName = "BehaviorFlagRendered";

  constructor(
    readonly name: string,
    readonly setting: boolean,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    return name === "no_warn" || name === "setting" ? this.setting : undefined;
  }

  override truth(): boolean {
    return this.setting;
  }

  override toText(): string {
    return this.setting ? "True" : "False";
  }
}
