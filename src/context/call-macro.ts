// Calling a macro from TypeScript: materializations, generate_schema_name, tests, run-operation.

import { callValue } from "../jinja/operations.ts";
import { type Effectful, type Kwargs, NO_KWARGS, type Value } from "../jinja/value.ts";
import type { Macro } from "../manifest/manifest.ts";
import { createGlobals, type NodeGlobals } from "./globals.ts";
import type { NodeScope } from "./scope.ts";

/**
 * Calls a macro in a context of its own.
 * @returns a computation: what the macro returned, or the text that it rendered. Raises JinjaError; asks WarehouseRequests.
 */
export function callMacro(
  scope: NodeScope,
  macro: Macro,
  args: readonly Value[] = [],
  kwargs: Kwargs = NO_KWARGS,
): Effectful<Value> {
  return callMacroIn(createGlobals(scope), macro, args, kwargs);
}

/** The same in a context that is kept, to read `globals.results` afterwards. */
export function* callMacroIn(
  globals: NodeGlobals,
  macro: Macro,
  args: readonly Value[] = [],
  kwargs: Kwargs = NO_KWARGS,
): Effectful<Value> {
  return yield* callValue(globals.macro(macro), args, kwargs);
}
