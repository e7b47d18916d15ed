// What a macro takes, and how the arguments of a call are laid out for its function.

import { raise } from "./errors.ts";
import { Undefined } from "./undefined.ts";
import { type Kwargs, Tuple, type Value } from "./value.ts";

export interface MacroShape {
  readonly name: string;
  readonly parameters: readonly string[];
  /** The body reads `caller`, `kwargs`, `varargs`. */
  readonly caller: boolean;
  readonly kwargs: boolean;
  readonly varargs: boolean;
}

/** `name(a, b)` for messages. */
function signature(shape: MacroShape): string {
  const rest = [...(shape.varargs ? ["*varargs"] : []), ...(shape.kwargs ? ["**kwargs"] : [])];
  return `${shape.name}(${[...shape.parameters, ...rest].join(", ")})`;
}

/**
 * Parameters, then caller, kwargs and varargs where the macro reads them; undefined for what was not given.
 * Raises TypeError as Jinja2 does, with the macro's signature as help.
 */
export function layOutArguments(
  shape: MacroShape,
  args: readonly Value[],
  kwargs: Kwargs,
): (Value | undefined)[] {
  const { parameters, name } = shape;
  const count = parameters.length;
  const bound: (Value | undefined)[] = args.length > count ? args.slice(0, count) : [...args];
  for (let index = bound.length; index < count; index++) bound.push(kwargs.get(parameters[index] ?? ""));
  if (shape.caller)
    bound.push(kwargs.get("caller") ?? new Undefined({ name: "caller", hint: "No caller defined" }));
  if (shape.kwargs) bound.push(restKeywords(shape, args.length, kwargs));
  else if (kwargs.size > 0) checkKeywords(shape, args.length, kwargs);
  if (shape.varargs) bound.push(new Tuple(args.slice(count)));
  else if (args.length > count) {
    raise("TypeError", `macro '${name}' takes not more than ${count} argument(s), ${args.length} are given`, {
      help: `the macro is ${signature(shape)}`,
    });
  }
  return bound;
}

function isTaken(shape: MacroShape, given: number, key: string): boolean {
  return (shape.caller && key === "caller") || shape.parameters.indexOf(key) >= given;
}

function restKeywords(shape: MacroShape, given: number, kwargs: Kwargs): Map<Value, Value> {
  return new Map([...kwargs].filter(([key]) => !isTaken(shape, given, key)));
}

function checkKeywords(shape: MacroShape, given: number, kwargs: Kwargs): void {
  for (const key of kwargs.keys()) {
    if (isTaken(shape, given, key)) continue;
    const { name, parameters } = shape;
    if (key === "caller") {
      raise("TypeError", `macro '${name}' takes no caller: its body never calls caller()`, {
        help: `the macro is ${signature(shape)}`,
      });
    }
    const twice = parameters.includes(key);
    const detail = twice
      ? `macro '${name}' got two values for '${key}'`
      : `macro '${name}' takes no keyword argument '${key}'`;
    raise("TypeError", detail, {
      help: `the macro is ${signature(shape)}`,
      ...(twice ? {} : { undefinedName: key, candidates: parameters }),
    });
  }
}
