// Host functions with Python's calling convention: positional and named arguments in any mix, defaults, *rest and
// **keywords, and Python's own words for a wrong call, with the signature and the nearest parameter as help.

import { didYouMean } from "../base/nearest.ts";
import { type Effectful, type Kwargs, NativeFunction, NO_KWARGS, type Value } from "../jinja/value.ts";
import { fail } from "./fail.ts";

/**
 * A parameter as written in a signature: "name" is required, "name?" optional (undefined when not given), "*name" takes
 * the other positional arguments and "**name" the other named ones.
 */
type ArgumentOf<P extends string> = P extends `**${string}`
  ? Kwargs
  : P extends `*${string}`
    ? readonly Value[]
    : P extends `${string}?`
      ? Value | undefined
      : Value;

export type ArgumentsOf<P extends readonly string[]> = { -readonly [K in keyof P]: ArgumentOf<P[K]> };

interface Signature {
  readonly names: readonly string[];
  readonly required: number;
  readonly rest: boolean;
  readonly keywords: boolean;
}

/**
 * A function for templates.
 * @param name as messages print it
 * @param parameters see ArgumentOf; optional ones follow required ones, then "*rest", then "**keywords"
 * @param body takes one argument for each parameter; may be a generator function where it asks for things
 * @returns a function that raises Python's TypeError for a call that does not fit
 */
export function hostFunction<const P extends readonly string[]>(
  name: string,
  parameters: P,
  body: (...args: ArgumentsOf<P>) => Value | Effectful<Value>,
  attributes?: Readonly<Record<string, Value>>,
): NativeFunction {
  return new NativeFunction(
    name,
    (args, kwargs) => body(...bindArguments(name, parameters, args, kwargs)),
    attributes,
  );
}

/** A value that was looked up, else the default that the caller gave, else None. */
export function orElse(value: Value | undefined, otherwise: Value | undefined): Value {
  return value !== undefined ? value : (otherwise ?? null);
}

/** Brings the arguments of a call into the order of the parameters; raises TypeError as Python does. */
export function bindArguments<const P extends readonly string[]>(
  name: string,
  parameters: P,
  args: readonly Value[],
  kwargs: Kwargs,
): ArgumentsOf<P> {
  const signature = signatureOf(parameters);
  const bound = placePositional(name, parameters, signature, args, kwargs);
  if (kwargs.size > 0) placeNamed(name, parameters, signature, kwargs, bound, args.length);
  for (let i = 0; i < signature.required; i++) {
    if (bound[i] === undefined) missing(name, parameters, signature, bound);
  }
  return bound as ArgumentsOf<P>;
}

type Bound = (Value | readonly Value[] | Kwargs | undefined)[];

function signatureOf(parameters: readonly string[]): Signature {
  const plain = parameters.filter((parameter) => !parameter.startsWith("*"));
  return {
    names: plain.map((parameter) => parameter.replace("?", "")),
    required: plain.filter((parameter) => !parameter.endsWith("?")).length,
    rest: parameters.some((parameter) => parameter.startsWith("*") && !parameter.startsWith("**")),
    keywords: parameters.some((parameter) => parameter.startsWith("**")),
  };
}

function placePositional(
  name: string,
  parameters: readonly string[],
  { names, required, rest, keywords }: Signature,
  args: readonly Value[],
  kwargs: Kwargs,
): Bound {
  if (args.length > names.length && !rest) {
    const takes = required === names.length ? `${required}` : `from ${required} to ${names.length}`;
    const argument = names.length === 1 ? "argument" : "arguments";
    const were = args.length === 1 ? "was" : "were";
    fail(
      "TypeError",
      `${name}() takes ${takes} positional ${argument} but ${args.length} ${were} given`,
      usage(name, parameters),
    );
  }
  const bound: Bound = args.slice(0, names.length);
  while (bound.length < names.length) bound.push(undefined);
  if (rest) bound.push(args.slice(names.length));
  if (keywords) bound.push(kwargs.size === 0 ? NO_KWARGS : new Map<string, Value>());
  return bound;
}

function placeNamed(
  name: string,
  parameters: readonly string[],
  { names, keywords }: Signature,
  kwargs: Kwargs,
  bound: Bound,
  positional: number,
): void {
  const others = keywords ? (bound.at(-1) as Map<string, Value>) : undefined;
  for (const [key, value] of kwargs) {
    const index = names.indexOf(key);
    if (index >= 0 && index < positional) {
      fail("TypeError", `${name}() got multiple values for argument '${key}'`, usage(name, parameters));
    } else if (index >= 0) {
      bound[index] = value;
    } else if (others) {
      others.set(key, value);
    } else {
      const help = [didYouMean(key, names), usage(name, parameters)].filter((one) => one).join(" ");
      fail("TypeError", `${name}() got an unexpected keyword argument '${key}'`, help);
    }
  }
}

function missing(
  name: string,
  parameters: readonly string[],
  { names, required }: Signature,
  bound: Bound,
): never {
  const absent = names.slice(0, required).filter((_, i) => bound[i] === undefined);
  const list = absent.map((parameter) => `'${parameter}'`).join(" and ");
  const argument = absent.length === 1 ? "argument" : "arguments";
  fail(
    "TypeError",
    `${name}() missing ${absent.length} required positional ${argument}: ${list}`,
    usage(name, parameters),
  );
}

/** "write get_relation(database, schema, identifier)". */
function usage(name: string, parameters: readonly string[]): string {
  const shown = parameters.map((parameter) =>
    parameter.endsWith("?") ? `${parameter.slice(0, -1)}=...` : parameter,
  );
  return `write ${name}(${shown.join(", ")})`;
}
