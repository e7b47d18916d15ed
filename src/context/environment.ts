// The template language as dbt's templates know it: the engine, with its tests taught about dbt's own objects.

import { Environment, type EnvironmentOptions } from "../jinja/environment.ts";
import type { Value } from "../jinja/value.ts";
import { ContextValue } from "./context-value.ts";
import { MacroNamespace } from "./macro-value.ts";
import { RelationPartsValue } from "./relation-parts-value.ts";
import { RelationValue } from "./relation-value.ts";

/** The environment of all templates of an invocation; made once. */
export function createEnvironment(options: Pick<EnvironmentOptions, "limits"> = {}): Environment {
  return new Environment({ ...options, tests: new Map([["mapping", isMapping]]) });
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
