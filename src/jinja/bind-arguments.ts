// Arguments of built-in functions, methods and filters laid out by parameter, with the errors that Python raises.

import { raise } from "./errors.ts";
import { isInteger, toDouble } from "./number.ts";
import { typeName } from "./type-name.ts";
import { Undefined } from "./undefined.ts";
import { type Kwargs, PyFloat, type Value } from "./value.ts";

/**
 * @param name for messages
 * @param parameters names in order; one that ends with "?" may be left out
 * @returns one entry for each parameter, undefined where it was left out. Raises TypeError like Python.
 */
export function bindArguments(
  name: string,
  parameters: readonly string[],
  args: readonly Value[],
  kwargs: Kwargs,
): (Value | undefined)[] {
  if (args.length > parameters.length) {
    const count = parameters.length;
    const most = count === 0 ? "no arguments" : `at most ${count} argument${count === 1 ? "" : "s"}`;
    raise("TypeError", `${name}() takes ${most} (${args.length} given)`);
  }
  const bound: (Value | undefined)[] = parameters.map((_, index) => args[index]);
  for (const [key, value] of kwargs) {
    const index = parameters.findIndex((parameter) => parameter === key || parameter === `${key}?`);
    if (index < 0) {
      const candidates = parameters.map((parameter) => parameter.replace("?", ""));
      raise("TypeError", `${name}() got an unexpected keyword argument '${key}'`, {
        undefinedName: key,
        candidates,
      });
    }
    if (index < args.length) raise("TypeError", `${name}() got multiple values for argument '${key}'`);
    bound[index] = value;
  }
  parameters.forEach((parameter, index) => {
    if (bound[index] === undefined && !parameter.endsWith("?")) {
      raise("TypeError", `${name}() missing required argument: '${parameter}'`);
    }
  });
  return bound;
}

/** An int argument as a JavaScript number (large ones are cut to the safe range). Raises TypeError for other types. */
export function integerArgument(value: Value): number {
  if (isInteger(value)) {
    const number = Number(value);
    return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, number));
  }
  if (value instanceof Undefined) value.fail();
  return raise("TypeError", `'${typeName(value)}' object cannot be interpreted as an integer`);
}

/** An int or float argument as a double. Raises TypeError for other types. */
export function numberArgument(value: Value): number {
  if (isInteger(value) || value instanceof PyFloat) return toDouble(value);
  if (value instanceof Undefined) value.fail();
  return raise("TypeError", `must be real number, not ${typeName(value)}`);
}

/** A str argument. Raises TypeError for other types. */
export function textArgument(value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Undefined) value.fail();
  return raise("TypeError", `expected a string, not ${typeName(value)}`);
}
