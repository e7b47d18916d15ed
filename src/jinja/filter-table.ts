// The filters and tests of an environment, and how they are applied by name.

import { raise } from "./errors.ts";
import type { Filter, FilterContext, Test } from "./filters/contract.ts";
import type { Run } from "./run.ts";
import type { Kwargs, Value } from "./value.ts";

export class FilterTable {
  constructor(
    readonly filters: ReadonlyMap<string, Filter>,
    readonly tests: ReadonlyMap<string, Test>,
  ) {}

  /** `value | name(...)`. Raises TemplateRuntimeError for an unknown name. */
  filter(run: Run, name: string, value: Value, args: readonly Value[], kwargs: Kwargs): Value {
    const filter = this.filters.get(name) ?? missing("filter", name, this.filters);
    return filter(value, args, kwargs, this.context(run));
  }

  /** `value is name(...)`. Raises TemplateRuntimeError for an unknown name. */
  test(run: Run, name: string, value: Value, args: readonly Value[], kwargs: Kwargs): boolean {
    const test = this.tests.get(name) ?? missing("test", name, this.tests);
    return test(value, args, kwargs, this.context(run));
  }

  private context(run: Run): FilterContext {
    run.filterContext ??= {
      native: run.native,
      chaining: run.chaining,
      hasFilter: (name) => this.filters.has(name),
      hasTest: (name) => this.tests.has(name),
      filter: (name, value, args, kwargs) => this.filter(run, name, value, args, kwargs),
      test: (name, value, args, kwargs) => this.test(run, name, value, args, kwargs),
    };
    return run.filterContext;
  }
}

function missing(what: string, name: string, known: ReadonlyMap<string, unknown>): never {
  raise("TemplateRuntimeError", `there is no ${what} named '${name}'`, {
    undefinedName: name,
    candidates: known.keys(),
  });
}
