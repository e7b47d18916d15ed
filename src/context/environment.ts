// The template language as dbt's templates know it: the engine, with its tests taught about dbt's own objects, and the
// Python modules, which keep time zones and compiled patterns and are therefore made once.

import type { Host } from "../base/host.ts";
import { Environment } from "../jinja/environment.ts";
import { pythonModules } from "../jinja/modules/table.ts";
import type { Value } from "../jinja/value.ts";
import { ContextValue } from "./context-value.ts";
import { MacroNamespace } from "./macro-value.ts";
import { RelationPartsValue } from "./relation-parts-value.ts";
import { RelationValue } from "./relation-value.ts";

/** The environment of all templates of an invocation. */
export class TemplateEnvironment extends Environment {
  /** `modules`. */
  readonly modules: Value;

  /** @param host its clock is the one of datetime.now(); long templates ask it for interrupts */
  constructor(host: Pick<Host, "now" | "checkInterrupt">) {
    super({ tests: new Map([["mapping", isMapping]]), breathe: host.checkInterrupt });
    this.modules = pythonModules(() => host.now().getTime(), host.checkInterrupt);
  }
}

/** Packages tell relations from text by `is mapping` (dbt_utils._is_relation); in Python these objects are mappings. */
function isMapping(value: Value): boolean {
  return (
    value instanceof Map ||
    value instanceof RelationValue ||
    value instanceof RelationPartsValue ||
    value instanceof MacroNamespace ||
    value instanceof ContextValue
  );
}
