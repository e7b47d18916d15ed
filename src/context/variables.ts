// `var` and `env_var`, for nodes and for YAML. A var's text may itself hold Jinja, which nodes render; a missing var is
// None while parsing and a mistake later, as in dbt; secrets are refused outside of profiles.yml and packages.yml.

import { nearest } from "../base/nearest.ts";
import { isSecretVariable } from "../base/scrubber.ts";
import { JinjaError } from "../jinja/errors.ts";
import { toText } from "../jinja/operations.ts";
import { hasTemplate } from "../jinja/source.ts";
import { Undefined } from "../jinja/undefined.ts";
import type { Effectful, NativeFunction, Value } from "../jinja/value.ts";
import { fail } from "./fail.ts";
import { hostFunction } from "./host-function.ts";
import type { NodeContext } from "./node-context.ts";
import type { NodeScope, SharedScope } from "./scope.ts";

/** `var('name', default)` and `var.has_var('name')` of a node. */
export function nodeVar(context: NodeContext): NativeFunction {
  const { scope } = context;
  const read = (name: string): Value | undefined => {
    const override = scope.overrides?.vars.get(name);
    return override !== undefined
      ? override
      : scope.shared.config.variables.get(name, scope.packageName)?.value;
  };
  return hostFunction(
    "var",
    ["var_name", "default?"],
    (name, otherwise) => {
      // While parsing dbt takes it as any var that is not set.
      if (name instanceof Undefined && scope.execute) return name.fail();
      const key = toText(name);
      const value = read(key);
      if (typeof value === "string" && hasTemplate(value)) return renderText(context, value, `var ${key}`);
      if (value !== undefined) return value;
      if (otherwise !== undefined) return otherwise;
      return scope.execute || scope.needsVars ? missingVar(key, scope.shared, scope.packageName) : null;
    },
    { has_var: hostFunction("has_var", ["var_name"], (name) => read(toText(name)) !== undefined) },
  );
}

/** `var` of YAML files: values as they are, a missing one is a mistake. */
export function yamlVar(shared: SharedScope, packageName: string): NativeFunction {
  const read = (name: string) => shared.config.variables.get(name, packageName);
  return hostFunction(
    "var",
    ["var_name", "default?"],
    (name, otherwise) => {
      const key = toText(name);
      const known = read(key);
      if (known) return known.value;
      return otherwise !== undefined ? otherwise : missingVar(key, shared, packageName);
    },
    { has_var: hostFunction("has_var", ["var_name"], (name) => read(toText(name)) !== undefined) },
  );
}

/** `env_var('NAME', default)`. @param scope asked for a unit test's overrides */
export function envVar(shared: SharedScope, scope: Pick<NodeScope, "overrides">): NativeFunction {
  return hostFunction("env_var", ["var", "default?"], (name, otherwise) => {
    const key = toText(name);
    if (isSecretVariable(key)) {
      fail(
        "ParsingError",
        `secret environment variables can be used in profiles.yml and packages.yml only, not "${key}" here`,
        "a variable whose name does not begin with DBT_ENV_SECRET can be used everywhere",
      );
    }
    const override = scope.overrides?.envVars.get(key);
    if (override !== undefined) return override;
    const value = shared.config.env[key];
    if (value !== undefined) return value;
    if (otherwise !== undefined && otherwise !== null) return otherwise;
    return missingEnvVar(key, shared);
  });
}

/**
 * Renders text in a context: vars, and the function `render`. A mistake in it is told at the place that asked for the
 * text, since the text itself stands in no template.
 * @param name what the text is, for messages
 */
export function* renderText(context: NodeContext, text: string, name: string): Effectful<Value> {
  try {
    const template = context.scope.shared.environment.compile({ file: name, text });
    const rendered = yield* template.render(context);
    return rendered.text;
  } catch (error) {
    if (!(error instanceof JinjaError)) throw error;
    const { kind, pythonType, detail, help, undefinedName, candidates } = error;
    throw new JinjaError(kind, pythonType, `in the text of ${name}: ${detail}`, {
      cause: error.cause,
      ...(help === undefined ? {} : { help }),
      ...(undefinedName === undefined ? {} : { undefinedName }),
      ...(candidates === undefined ? {} : { candidates }),
    });
  }
}

function missingVar(name: string, shared: SharedScope, packageName: string): never {
  const known = shared.config.variables.names(packageName);
  const near = nearest(name, known);
  const set = `set it under vars: in dbt_project.yml, or with --vars '{"${name}": ...}'`;
  return fail(
    "CompilationError",
    `required var "${name}" was not found`,
    near === undefined ? set : `did you mean "${near}"? Else ${set}`,
    {
      undefinedName: name,
      candidates: known,
    },
  );
}

function missingEnvVar(name: string, shared: SharedScope): never {
  const near = nearest(name, Object.keys(shared.config.env));
  const set = `set it (export ${name}=...), or give a default: env_var('${name}', '...')`;
  return fail(
    "ParsingError",
    `environment variable "${name}" is not set`,
    near === undefined ? set : `did you mean "${near}"? Else ${set}`,
  );
}
