// The module `re`: compile, search, match, sub and so on, with Python's match objects.

import { bindArguments, integerArgument, textArgument } from "../bind-arguments.ts";
import { callValue, isCallable } from "../calls.ts";
import { raise } from "../errors.ts";
import { LazySequence } from "../loop.ts";
import { textRepr } from "../repr.ts";
import { checkTextLength } from "../text.ts";
import { typeName } from "../type-name.ts";
import { type Effectful, type Kwargs, NativeFunction, PyObject, Tuple, type Value } from "../value.ts";
import { type Breathe, Matcher, type MatchMode, RegexGuard, type Spans } from "./re-match.ts";
import { expandTemplate, PyMatch } from "./re-match-object.ts";
import { FLAGS, translatePattern } from "./re-translate.ts";
import { TypeObject } from "./type-object.ts";

/** A compiled pattern. */
export class PyPattern extends PyObject {
  override readonly typeName = "re.Pattern";
  readonly matcher: Matcher;

  constructor(
    readonly text: string,
    flags: number,
    guard: RegexGuard,
  ) {
    super();
    this.matcher = new Matcher(translatePattern(text, flags), guard);
  }

  override getAttribute(name: string): Value | undefined {
    const { pattern } = this.matcher;
    switch (name) {
      case "pattern":
        return this.text;
      case "flags":
        return pattern.pythonFlags;
      case "groups":
        return pattern.groupCount;
      case "groupindex":
        return new Map<Value, Value>(pattern.groupNames);
      default: {
        const method = METHODS.get(name);
        return method === undefined
          ? undefined
          : new NativeFunction(name, (args, kwargs) => method(this, args, kwargs));
      }
    }
  }

  override equals(other: Value): boolean {
    return (
      other instanceof PyPattern &&
      other.text === this.text &&
      other.matcher.pattern.pythonFlags === this.matcher.pattern.pythonFlags
    );
  }

  override toText(): string {
    const names = Object.entries(FLAGS).filter(
      ([name, bit]) => bit !== 0 && name !== "UNICODE" && (this.matcher.pattern.pythonFlags & bit) !== 0,
    );
    const flags = names.map(([name]) => `re.${name}`).join("|");
    return `re.compile(${textRepr(this.text)}${flags === "" ? "" : `, ${flags}`})`;
  }
}

type PatternMethod = (pattern: PyPattern, args: readonly Value[], kwargs: Kwargs) => Value | Effectful<Value>;

function subject(value: Value | undefined): string {
  if (typeof value === "string") return value;
  return raise("TypeError", `expected string or bytes-like object, got '${typeName(value ?? null)}'`);
}

/** Cuts `text` at endpos and gives the position to begin at, both in UTF-16 units. */
function region(
  text: string,
  pos: Value | undefined,
  endpos: Value | undefined,
): { readonly text: string; readonly from: number } {
  const from = pos === undefined ? 0 : Math.max(0, Math.min(text.length, integerArgument(pos)));
  return { text: endpos === undefined ? text : text.slice(0, Math.max(0, integerArgument(endpos))), from };
}

function find(mode: MatchMode): PatternMethod {
  return (pattern, args, kwargs) => {
    const [string, pos, endpos] = bindArguments(mode, ["string", "pos?", "endpos?"], args, kwargs);
    const part = region(subject(string), pos, endpos);
    const spans = pattern.matcher.first(mode, part.text, part.from);
    return spans === undefined ? null : new PyMatch(pattern, part.text, spans);
  };
}

function groupsOf(text: string, spans: Spans): (string | undefined)[] {
  return spans.map((span) => (span === undefined ? undefined : text.slice(span[0], span[1])));
}

const findAll: PatternMethod = (pattern, args, kwargs) => {
  const [string, pos, endpos] = bindArguments("findall", ["string", "pos?", "endpos?"], args, kwargs);
  const { text, from } = region(subject(string), pos, endpos);
  return pattern.matcher.all(text, from).map((spans) => {
    const [whole = "", ...groups] = groupsOf(text, spans);
    if (groups.length === 0) return whole;
    return groups.length === 1 ? (groups[0] ?? "") : new Tuple(groups.map((group) => group ?? ""));
  });
};

const findIter: PatternMethod = (pattern, args, kwargs) => {
  const [string, pos, endpos] = bindArguments("finditer", ["string", "pos?", "endpos?"], args, kwargs);
  const { text, from } = region(subject(string), pos, endpos);
  const found = pattern.matcher.all(text, from).map((spans) => new PyMatch(pattern, text, spans));
  return new LazySequence(() => found[Symbol.iterator](), "callable_iterator");
};

const split: PatternMethod = (pattern, args, kwargs) => {
  const [string, maximum] = bindArguments("split", ["string", "maxsplit?"], args, kwargs);
  const text = subject(string);
  const limit = integerArgument(maximum ?? 0);
  const parts: Value[] = [];
  let end = 0;
  for (const spans of pattern.matcher.all(text, 0, limit > 0 ? limit : undefined)) {
    const [start, stop] = spans[0] ?? [0, 0];
    const groups = groupsOf(text, spans).slice(1);
    parts.push(text.slice(end, start), ...groups.map((group) => group ?? null));
    end = stop;
  }
  parts.push(text.slice(end));
  return parts;
};

function* substitute(
  pattern: PyPattern,
  args: readonly Value[],
  kwargs: Kwargs,
): Effectful<{ text: string; count: number }> {
  const [replacement, string, limit] = bindArguments("sub", ["repl", "string", "count?"], args, kwargs);
  const text = subject(string);
  const most = integerArgument(limit ?? 0);
  const found = pattern.matcher.all(text, 0, most > 0 ? most : undefined);
  let result = "";
  let end = 0;
  for (const spans of found) {
    const [start, stop] = spans[0] ?? [0, 0];
    const match = new PyMatch(pattern, text, spans);
    result += text.slice(end, start);
    if (typeof replacement === "string") result += expandTemplate(match, replacement);
    else if (replacement !== undefined && isCallable(replacement))
      result += textArgument(yield* callValue(replacement, [match]));
    else
      raise("TypeError", `decoding to str: need a bytes-like object, ${typeName(replacement ?? null)} found`);
    checkTextLength(result.length);
    end = stop;
  }
  return { text: result + text.slice(end), count: found.length };
}

function* sub(pattern: PyPattern, args: readonly Value[], kwargs: Kwargs): Effectful<Value> {
  return (yield* substitute(pattern, args, kwargs)).text;
}

function* subCounted(pattern: PyPattern, args: readonly Value[], kwargs: Kwargs): Effectful<Value> {
  const { text, count } = yield* substitute(pattern, args, kwargs);
  return new Tuple([text, count]);
}

const METHODS: ReadonlyMap<string, PatternMethod> = new Map<string, PatternMethod>([
  ["search", find("search")],
  ["match", find("match")],
  ["fullmatch", find("fullmatch")],
  ["findall", findAll],
  ["finditer", findIter],
  ["split", split],
  ["sub", sub],
  ["subn", subCounted],
]);

/** How many arguments of a module function stand before `flags`. */
const BEFORE_FLAGS: Readonly<Record<string, number>> = { sub: 3, subn: 3, split: 2 };
/** Patterns that are kept compiled. */
const CACHE_SIZE = 200;

/** The module. Its functions share one guard and a cache of compiled patterns. @param breathe see `pythonModules` */
export function reModule(breathe: Breathe): Value {
  const guard = new RegexGuard(breathe);
  const cache = new Map<string, PyPattern>();
  const compile = (pattern: Value, flags: Value): PyPattern => {
    if (pattern instanceof PyPattern) return pattern;
    if (typeof pattern !== "string")
      return raise("TypeError", "first argument must be string or compiled pattern");
    const bits = integerArgument(flags);
    const key = `${bits}:${pattern}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const compiled = new PyPattern(pattern, bits, guard);
    if (cache.size >= CACHE_SIZE) cache.clear();
    cache.set(key, compiled);
    return compiled;
  };
  const functions = [...METHODS].map(([name, method]): [Value, Value] => {
    const rest = BEFORE_FLAGS[name] ?? 1;
    const call = (args: readonly Value[], kwargs: Kwargs) => {
      const named = new Map(kwargs);
      const flags = args[rest + 1] ?? named.get("flags") ?? 0;
      const pattern = args[0] ?? named.get("pattern") ?? null;
      named.delete("flags");
      named.delete("pattern");
      return method(compile(pattern, flags), args.slice(1, rest + 1), named);
    };
    return [name, new NativeFunction(name, call)];
  });
  const compileFunction = (args: readonly Value[], kwargs: Kwargs) => {
    const [pattern, flags] = bindArguments("compile", ["pattern", "flags?"], args, kwargs);
    return compile(pattern ?? null, flags ?? 0);
  };
  return new Map<Value, Value>([
    ...functions,
    ["compile", new NativeFunction("compile", compileFunction)],
    ["escape", new NativeFunction("escape", (args) => escapeText(textArgument(args[0] ?? null)))],
    ["purge", new NativeFunction("purge", () => null)],
    ["error", new TypeObject("re.error", (args) => args[0] ?? null)],
    [
      "Pattern",
      new TypeObject("re.Pattern", () => raise("TypeError", "cannot create 're.Pattern' instances")),
    ],
    ["Match", new TypeObject("re.Match", () => raise("TypeError", "cannot create 're.Match' instances"))],
    ...Object.entries(FLAGS),
    ...(["IGNORECASE", "LOCALE", "MULTILINE", "DOTALL", "UNICODE", "ASCII"] as const).map(
      (name): [Value, Value] => [name.charAt(0), FLAGS[name]],
    ),
    ["S", FLAGS.DOTALL],
    ["X", FLAGS.VERBOSE],
  ]);
}

/** re.escape(). */
function escapeText(text: string): string {
  return text.replace(/[\t\n\v\f\r !"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]/g, (character) =>
    /["!%',/:;<=>@`]/.test(character) ? character : `\\${character}`,
  );
}
