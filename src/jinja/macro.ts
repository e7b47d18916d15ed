// Macros as values: what a template defines with {% macro %}, what {% call %} passes as `caller`, and the macros of
// packages that a host binds to the names of each node.

import { isEffectful } from "./calls.ts";
import { JinjaError, MacroReturn } from "./errors.ts";
import { layOutArguments, type MacroShape } from "./macro-shape.ts";
import { Frame, type Globals, type Run } from "./run.ts";
import type { CodeUnit } from "./source-map.ts";
import { type Effectful, type Kwargs, PyObject, Tuple, type Value } from "./value.ts";

/** A compiled macro: runs it in a frame with arguments laid out as its shape says. */
export type MacroFunction = (frame: Frame, ...args: (Value | undefined)[]) => string | Effectful<string>;

/** The compiled parts of a macro; made at the first call. */
export interface MacroCode {
  readonly unit: CodeUnit;
  readonly start: (globals: Globals) => MacroFunction;
}

export interface MacroOrigin {
  readonly name: string;
  /** Compiles when first asked. */
  readonly shape: MacroShape;
  macroCode(): MacroCode;
  /** True where dbt's return() ends it: for macros, not for the body of a call block. */
  readonly endsReturn: boolean;
  /** The run that a call by the host belongs to. */
  runFor(globals: Globals): Run;
}

export class BoundMacro extends PyObject {
  override readonly typeName = "Macro";
  readonly name: string;
  private start: MacroFunction | undefined;

  constructor(
    private readonly origin: MacroOrigin,
    private readonly globals: Globals,
  ) {
    super();
    this.name = origin.name;
  }

  /** Calls the macro from the host; it belongs to the run of its globals, if there is one. */
  override call(args: readonly Value[], kwargs: Kwargs): Effectful<Value> {
    const run = this.origin.runFor(this.globals);
    return this.fromHost(run, args, kwargs);
  }

  private *fromHost(run: Run, args: readonly Value[], kwargs: Kwargs): Effectful<Value> {
    const { caller } = run;
    if (caller !== undefined) {
      const result = this.invoke(run, args, kwargs, caller);
      return isEffectful(result) ? yield* result : result;
    }
    const unit = this.origin.macroCode().unit;
    const frame = new Frame(run, unit, undefined);
    run.caller = frame;
    try {
      return yield* run.root(frame, this.started(run, args, kwargs));
    } finally {
      run.caller = undefined;
    }
  }

  private *started(run: Run, args: readonly Value[], kwargs: Kwargs): Effectful<Value> {
    const result = this.invoke(run, args, kwargs, undefined);
    return isEffectful(result) ? yield* result : result;
  }

  /** Calls the macro from template code that runs in `caller`. */
  invoke(
    run: Run,
    args: readonly Value[],
    kwargs: Kwargs,
    caller: Frame | undefined,
  ): Value | Effectful<Value> {
    const { origin } = this;
    const given = layOutArguments(origin.shape, args, kwargs);
    run.enter();
    let frame: Frame | undefined;
    try {
      const code = origin.macroCode();
      this.start ??= code.start(this.globals);
      frame = new Frame(run, code.unit, this.name);
      const result = this.start(frame, ...given);
      if (isEffectful(result)) return this.finish(result, frame, caller);
      run.leave();
      return result;
    } catch (error) {
      run.leave();
      return this.failed(error, run, frame, caller);
    }
  }

  private *finish(inner: Effectful<string>, frame: Frame, caller: Frame | undefined): Effectful<Value> {
    const { run } = frame;
    try {
      return yield* inner;
    } catch (error) {
      return this.failed(error, run, frame, caller);
    } finally {
      run.leave();
      run.caller = caller;
    }
  }

  private failed(error: unknown, run: Run, frame: Frame | undefined, caller: Frame | undefined): Value {
    if (error instanceof MacroReturn && this.origin.endsReturn) return error.value;
    const located = frame === undefined ? error : run.located(error, frame);
    if (located instanceof JinjaError) {
      located.calls.push({ macro: this.name, ...(caller === undefined ? {} : { place: caller.place() }) });
    }
    throw located;
  }

  override getAttribute(name: string): Value | undefined {
    const { shape } = this.origin;
    switch (name) {
      case "name":
        return shape.name;
      case "arguments":
        return new Tuple([...shape.parameters]);
      case "catch_kwargs":
        return shape.kwargs;
      case "catch_varargs":
        return shape.varargs;
      case "caller":
        return shape.caller;
      default:
        return undefined;
    }
  }

  override toText(): string {
    return `<Macro '${this.name}'>`;
  }
}
