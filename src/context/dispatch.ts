// `adapter.dispatch(name, namespace)`: the macro for this adapter, as a value to be called.

import { nearest } from "../base/nearest.ts";
import { toText, typeName } from "../jinja/operations.ts";
import type { Value } from "../jinja/value.ts";
import { fail } from "./fail.ts";
import { BUILT_IN_PACKAGE } from "./macro-index.ts";
import type { NodeContext } from "./node-context.ts";

/** @throws JinjaError (CompilationError) when no package of the search order has the macro, with all names tried */
export function dispatch(
  context: NodeContext,
  macroName: Value,
  macroNamespace: Value | undefined,
  packages: Value | undefined,
): Value {
  const name = toText(macroName);
  const { macros } = context.scope.shared;
  if (name.includes(".")) {
    const [namespace, short] = [name.slice(0, name.indexOf(".")), name.slice(name.indexOf(".") + 1)];
    fail(
      "CompilationError",
      `"${name}" is not the name of a macro`,
      `write adapter.dispatch('${short}', macro_namespace='${namespace}')`,
    );
  }
  if (packages !== undefined && packages !== null) {
    fail(
      "CompilationError",
      "adapter.dispatch() takes no packages",
      `write adapter.dispatch('${name}', macro_namespace='...')`,
    );
  }
  const namespace = macroNamespace ?? null;
  if (namespace !== null && typeof namespace !== "string") {
    return fail(
      "CompilationError",
      `the macro_namespace of adapter.dispatch() must be text or None, not ${typeName(namespace)}`,
    );
  }
  const macro = macros.dispatch(name, namespace, context.scope.packageName);
  return macro ? context.macro(macro) : notFound(context, name, namespace);
}

function notFound(context: NodeContext, name: string, namespace: string | null): never {
  const { macros } = context.scope.shared;
  const tried = macros.attempts(name, namespace);
  const packages =
    namespace === null || !macros.hasPackage(namespace)
      ? [BUILT_IN_PACKAGE, macros.rootProject]
      : [namespace];
  const known = packages.flatMap((packageName) => [...macros.macrosOf(packageName).keys()]);
  const near = nearest(
    name,
    known.map((macro) => macro.replace(/^[a-z0-9]+__/, "")),
  );
  const unknown =
    namespace !== null && !macros.hasPackage(namespace) ? `package "${namespace}" is not installed; ` : "";
  return fail(
    "CompilationError",
    `${unknown}there is no macro "${name}" to dispatch to${namespace === null ? "" : ` in package "${namespace}"`}`,
    `${near === undefined ? "" : `did you mean "${near}"? `}searched for: ${tried.join(", ")}`,
    { undefinedName: name },
  );
}
