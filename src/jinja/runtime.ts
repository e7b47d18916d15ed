// The operations that generated code calls. Each one gets the frame it runs in; the position was put there right before.

import { binary, unary } from "./arithmetic.ts";
import type { BinaryOperator, CompareOperator } from "./ast.ts";
import { getAttribute, getItem, getSlice, stringMethods } from "./attributes.ts";
import { isEffectful } from "./calls.ts";
import { compareValues, contains, dictSet, equals, hashKey, truth } from "./compare.ts";
import { raise } from "./errors.ts";
import type { FilterTable } from "./filter-table.ts";
import { Namespace } from "./filters/globals.ts";
import { escapeHtml } from "./filters/text.ts";
import { iterate } from "./iteration.ts";
import { LazySequence, Loop, type LoopRecursion } from "./loop.ts";
import { BoundMacro, type MacroFunction } from "./macro.ts";
import type { MacroShape } from "./macro-shape.ts";
import { orElse } from "./or-else.ts";
import { toText } from "./repr.ts";
import { Frame, type Globals } from "./run.ts";
import { Trace } from "./source-map.ts";
import { checkTextLength } from "./text.ts";
import { typeName } from "./type-name.ts";
import { Undefined } from "./undefined.ts";
import {
  type Dict,
  type Effectful,
  type Kwargs,
  NativeFunction,
  NO_KWARGS,
  PyObject,
  Tuple,
  type Value,
} from "./value.ts";

type Names = ReadonlyMap<string, Value>;
type BlockStart = (globals: Globals) => (frame: Frame) => Value | Effectful<Value>;

export class Runtime {
  readonly none: Kwargs = NO_KWARGS;
  readonly truth = truth;
  readonly equals = equals;

  constructor(
    private readonly table: FilterTable,
    private readonly defaults: ReadonlyMap<string, Value>,
  ) {}

  // names

  /** A name that is not the template's own: the globals', else one that Jinja2 always offers. */
  global(frame: Frame, globals: Globals, name: string): Value {
    const value = globals.get(name);
    return value === undefined ? this.undefinedName(frame, name) : value;
  }

  undefinedName(frame: Frame, name: string): Value {
    return orElse(this.defaults.get(name), () => new Undefined({ name }, frame.chaining));
  }

  notGiven(frame: Frame, name: string): Value {
    return new Undefined({ name, hint: `parameter '${name}' was not provided` }, frame.chaining);
  }

  noElse(_frame: Frame): Value {
    return new Undefined({
      hint: "the inline if-expression evaluated to false and no else section was defined.",
    });
  }

  // values

  tuple(items: Value[]): Value {
    return new Tuple(items);
  }

  dict(_frame: Frame, pairs: readonly [Value, Value][]): Value {
    const dict: Dict = new Map();
    for (const [key, value] of pairs) {
      if (typeof key !== "string") hashKey(key);
      dictSet(dict, key, value);
    }
    return dict;
  }

  attribute(frame: Frame, object: Value, name: string): Value {
    return getAttribute(object, name, frame.chaining);
  }

  item(frame: Frame, object: Value, key: Value): Value {
    return getItem(object, key, frame.chaining);
  }

  slice(frame: Frame, object: Value, start: Value, stop: Value, step: Value): Value {
    const result = getSlice(object, start, stop, step);
    frame.run.charge(result);
    return result;
  }

  unary(_frame: Frame, operator: "+" | "-", value: Value): Value {
    return unary(operator, value);
  }

  binary(frame: Frame, operator: BinaryOperator, a: Value, b: Value): Value {
    if (typeof a === "number" && typeof b === "number" && operator === "+") {
      const sum = a + b;
      if (Number.isSafeInteger(sum)) return sum;
    }
    const result = binary(operator, a, b);
    if (operator === "+" && typeof a === "string" && typeof b === "string") {
      const added = Math.min(a.length, b.length);
      if (added > 256) frame.run.chargeSize(added);
    } else frame.run.charge(result);
    return result;
  }

  concat(frame: Frame, items: readonly Value[]): string {
    let result = "";
    let longest = 0;
    for (const item of items) {
      const text = typeof item === "string" ? item : toText(item);
      longest = Math.max(longest, text.length);
      result += text;
    }
    checkTextLength(result.length);
    if (result.length - longest > 256) frame.run.chargeSize(result.length - longest);
    return result;
  }

  compare(frame: Frame, operator: CompareOperator, a: Value, b: Value): boolean {
    frame.run.look(b);
    if (operator === "in") return contains(b, a);
    if (operator === "not in") return !contains(b, a);
    return compareValues(operator, a, b);
  }

  // calls

  call(frame: Frame, callee: Value, args: readonly Value[], kwargs: Kwargs): Value | Effectful<Value> {
    if (callee instanceof BoundMacro) return callee.invoke(frame.run, args, kwargs, frame);
    if (!(callee instanceof PyObject) || callee.call === undefined) {
      return raise("TypeError", `'${typeName(callee)}' object is not callable`);
    }
    frame.run.caller = frame;
    const result = callee.call(args, kwargs);
    if (!isEffectful(result)) frame.run.charge(result);
    return result;
  }

  /** `object.name(...)`, without an object for the bound method of a string. */
  method(
    frame: Frame,
    object: Value,
    name: string,
    args: readonly Value[],
    kwargs: Kwargs,
  ): Value | Effectful<Value> {
    frame.run.look(object);
    if (typeof object === "string") {
      const method = stringMethods.get(name);
      if (method !== undefined) {
        const result = method(object, args, kwargs);
        if (!isEffectful(result)) frame.run.charge(result);
        return result;
      }
    }
    return this.call(frame, getAttribute(object, name, frame.chaining), args, kwargs);
  }

  /** The result of a computation: the frame is the caller again. */
  done(frame: Frame, result: Value): Value {
    frame.run.caller = frame;
    frame.run.charge(result);
    return result;
  }

  /** `*args` */
  spread(value: Value): Iterable<Value> {
    return iterate(value);
  }

  /** Keywords together with `**kwargs`. */
  keywords(given: Kwargs, more: Value): Kwargs {
    if (more instanceof Undefined) more.fail();
    if (!(more instanceof Map))
      return raise("TypeError", `argument after ** must be a mapping, not ${typeName(more)}`);
    const all = new Map(given);
    for (const [key, value] of more) {
      if (typeof key !== "string") raise("TypeError", "keywords must be strings");
      if (given.has(key)) raise("TypeError", `got multiple values for keyword argument '${key}'`);
      all.set(key, value);
    }
    return all;
  }

  /** What a call block prints must be text. */
  callText(_frame: Frame, result: Value): Value {
    if (typeof result === "string" || result instanceof Undefined) return result;
    return raise("TypeError", `sequence item 0: expected str instance, ${typeName(result)} found`, {
      help: "the macro of a call block must give text; take its result with {% set x = macro() %}",
    });
  }

  // filters and tests

  filter(frame: Frame, name: string, value: Value, args: readonly Value[], kwargs: Kwargs): Value {
    frame.run.look(value);
    const result = this.table.filter(frame.run, name, value, args, kwargs);
    frame.run.charge(result);
    return result;
  }

  test(frame: Frame, name: string, value: Value, args: readonly Value[], kwargs: Kwargs): boolean {
    return this.table.test(frame.run, name, value, args, kwargs);
  }

  // statements

  trace(frame: Frame): Trace {
    return new Trace(frame.unit, undefined);
  }

  /** A function or block has written its text. */
  end(frame: Frame, trace: Trace, text: string): string {
    if (text.length > 256) frame.run.chargeSize(text.length);
    trace.text = text;
    if (text !== "") frame.run.remember(trace);
    return text;
  }

  /** The output with a piece of the template's own text behind it. */
  text(trace: Trace, output: string, text: string, position: number): string {
    trace.mark(output.length, -1 - position);
    return output + text;
  }

  /** The output with a printed value behind it; notes where that came from. @param called the value comes right from a call */
  out(frame: Frame, trace: Trace, output: string, value: Value, position: number, called: 0 | 1): string {
    let text: string;
    if (typeof value === "string") text = value;
    else {
      frame.p = position;
      if (value instanceof Undefined) frame.run.report(frame, value, "printed");
      text = toText(value);
    }
    if (text === "") return output;
    trace.mark(output.length, position);
    const child = frame.run.traceOf(text, called === 1);
    if (child !== undefined && child !== trace) frame.run.link(trace, child);
    return output + text;
  }

  /** dbt's native mode: keeps printed values apart. */
  collect(trace: Trace, value: Value): void {
    trace.values.push(value);
  }

  iterate(frame: Frame, value: Value): Iterable<Value> {
    if (value instanceof Undefined) frame.run.report(frame, value, "iterated");
    return iterate(value);
  }

  lazy(source: () => Iterator<Value>): Iterable<Value> {
    return new LazySequence(source).iterate();
  }

  loop(frame: Frame, items: Iterable<Value>, recursion: LoopRecursion | null, depth: number): Loop {
    return new Loop(items, recursion, depth, frame.chaining);
  }

  check(frame: Frame, outputLength: number): void {
    frame.run.check(outputLength);
  }

  unpack(_frame: Frame, value: Value, count: number): readonly Value[] {
    const items: Value[] = [];
    for (const item of iterate(value)) {
      items.push(item);
      if (items.length > count) raise("ValueError", `too many values to unpack (expected ${count})`);
    }
    if (items.length < count)
      raise("ValueError", `not enough values to unpack (expected ${count}, got ${items.length})`);
    return items;
  }

  setNamespace(_frame: Frame, object: Value, name: string, value: Value): void {
    if (object instanceof Namespace) object.items.set(name, value);
    else {
      raise("TemplateRuntimeError", "cannot assign attribute on non-namespace object", {
        help: "only namespace() objects can be changed: {% set ns = namespace(x=1) %}, then {% set ns.x = 2 %}",
      });
    }
  }

  macro(frame: Frame, shape: MacroShape, start: MacroFunction, globals: Globals): BoundMacro {
    const { run, unit } = frame;
    const code = { unit, start: () => start };
    const origin = {
      name: shape.name,
      shape,
      macroCode: () => code,
      endsReturn: shape.name !== "caller",
      runFor: () => run,
    };
    return new BoundMacro(origin, globals);
  }

  /** Runs a block tag: it sees the variables around it where it is scoped, the exported ones, and the globals. */
  block(
    frame: Frame,
    start: BlockStart,
    globals: Globals,
    exports: Names,
    locals: Names,
  ): Value | Effectful<Value> {
    const get = (name: string) => {
      const own = locals.get(name);
      const exported = own === undefined ? exports.get(name) : own;
      return exported === undefined ? globals.get(name) : exported;
    };
    const inner = new Frame(frame.run, frame.unit, undefined);
    return start({ get })(inner);
  }

  /** `self`: the blocks of the template as functions. */
  self(frame: Frame, blocks: Readonly<Record<string, BlockStart>>, globals: Globals, exports: Names): Value {
    const entries = Object.entries(blocks).map(([name, start]): [Value, Value] => [
      name,
      new NativeFunction(name, () => this.block(frame, start, globals, exports, new Map())),
    ]);
    return new Namespace(new Map(entries));
  }

  /** Output within {% autoescape %}. */
  escaped(on: boolean, value: Value): Value {
    return on && !(value instanceof Undefined) ? escapeHtml(toText(value)) : value;
  }

  noLoader(_frame: Frame, tag: string): never {
    return raise(
      "TypeError",
      `{% ${tag} %} does not work here: dbt's templates cannot load other templates`,
      {
        help: "put what is shared into a macro; macros are found without being imported",
      },
    );
  }
}
