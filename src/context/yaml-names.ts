// What templates in dbt_project.yml, profiles.yml and selectors.yml know of the context: what needs neither a node nor a
// warehouse (dbt's context/base.py). `return` is left out: it fails there in dbt, too.

import type { TemplateNames } from "../config/config.ts";
import type { Flags } from "../config/flags.ts";
import { FlagsValue } from "./flags-value.ts";
import { plainFunctions } from "./plain-functions.ts";
import type { Invocation } from "./scope.ts";

/** @returns the names that go with the flags of an invocation */
export function yamlNames(invocation: Invocation): (flags: Flags) => TemplateNames {
  const { return: _, ...functions } = plainFunctions;
  const plain = Object.entries(functions).map(([name, value]) => [name, () => value] as const);
  return (flags) => ({
    ...Object.fromEntries(plain),
    invocation_id: () => invocation.id,
    thread_id: () => "MainThread",
    flags: () => new FlagsValue(flags, invocation),
  });
}
