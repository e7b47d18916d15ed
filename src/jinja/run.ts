// One run of a template: the limits that it may not pass, its clock, the texts of macros that it made lately, and how
// errors get their place. A frame stands for each running template function.

import { type CallSite, JinjaError, MacroReturn, raiseLimit } from "./errors.ts";
import type { FilterContext } from "./filters/contract.ts";
import type { SourcePlace } from "./source.ts";
import { type CodeUnit, placeOf, Trace } from "./source-map.ts";
import { Stopwatch } from "./stopwatch.ts";
import type { Undefined } from "./undefined.ts";
import type { Effectful, Value } from "./value.ts";

/** Where names come from that a template does not assign itself. A Map works. */
export interface Globals {
  get(name: string): Value | undefined;
  /** All names, for a did-you-mean. */
  keys?(): Iterable<string>;
  /** True: undefined values swallow calls and attributes, as in dbt's parser. */
  readonly chainUndefined?: boolean;
  /** Told of an undefined name that is printed or looped over, where Jinja2 is silent. */
  onUndefined?(use: UndefinedUse): void;
}

export interface UndefinedUse {
  readonly name: string;
  readonly use: "printed" | "iterated";
  /** A parameter that the caller of a macro did not give. */
  readonly missing: boolean;
  readonly place: SourcePlace;
  readonly candidates: () => string[];
}

/** What one run may use; more ends it with JinjaError(kind "limit"). */
export interface Limits {
  /** Loop rounds and macro calls. */
  readonly steps: number;
  /** Characters of one text that is written. */
  readonly outputChars: number;
  /** Characters (and list items, at four each) that operations may make in all. */
  readonly madeChars: number;
  /** Macro calls within each other. */
  readonly depth: number;
  /** Computing time of the processor, without the time in which the world is asked. */
  readonly seconds: number;
}

/** Far above what projects need, far below what a machine cannot stand. */
export const DEFAULT_LIMITS: Limits = {
  steps: 10_000_000,
  outputChars: 50_000_000,
  madeChars: 300_000_000,
  depth: 300,
  seconds: 15,
};

/** How many loop rounds pass between two looks at the clock. */
const ROUND = 1024;
/** How many texts of macros are remembered for the source map. */
const REMEMBERED = 8;
/** Texts of macros whose place is kept for the source map; beyond that they map to the call. */
const MAX_LINKS = 200_000;
/** Shorter texts are only traced when they are printed right where they were made. */
const TRACEABLE = 16;

/** A running function of a template; `p` is the position that it has reached. */
export class Frame {
  p = 0;
  readonly trace: Trace;
  /** What is undefined chains. dbt's parser gives it to templates only: a macro fails there as it would when it runs. */
  readonly chaining: boolean;

  constructor(
    readonly run: Run,
    readonly unit: CodeUnit,
    readonly macro: string | undefined,
  ) {
    this.trace = new Trace(unit, macro);
    this.chaining = run.chaining && unit.isMacro !== true;
  }

  place(): SourcePlace {
    return placeOf(this.unit, this.p);
  }
}

export class Run {
  steps = 0;
  checkpoint = ROUND;
  readonly maxOutput: number;
  /** The frame that called the host last; macros that the host calls then are called from there. */
  caller: Frame | undefined;
  /** What filters may ask of this run; made at the first filter. */
  filterContext: FilterContext | undefined;
  private depth = 0;
  private made = 0;
  private links = 0;
  private readonly computing: Stopwatch;
  private readonly recent: Trace[] = [];

  constructor(
    readonly globals: Globals,
    readonly limits: Limits,
    /** True in dbt's native mode, where filters mark values. */
    readonly native: boolean,
    /** Called with each look at the clock; what it throws ends the run. */
    private readonly breathe: () => void = () => {},
  ) {
    this.maxOutput = limits.outputChars;
    this.computing = new Stopwatch(limits.seconds);
  }

  get chaining(): boolean {
    return this.globals.chainUndefined === true;
  }

  /** Called now and then by loops and by each macro call. Raises JinjaError(limit). */
  check(outputLength = 0): void {
    this.checkpoint = this.steps + ROUND;
    this.breathe();
    const { limits } = this;
    if (this.steps > limits.steps)
      raiseLimit(`the template does more than ${limits.steps} loop rounds and macro calls`);
    if (outputLength > limits.outputChars)
      raiseLimit(`the template writes more than ${limits.outputChars} characters`);
    if (this.computing.isOver()) raiseLimit(`the template computes for more than ${limits.seconds} seconds`);
  }

  /** Counts what an operation made. Raises JinjaError(limit). */
  charge(value: Value): void {
    const size = typeof value === "string" ? value.length : Array.isArray(value) ? value.length * 4 : 0;
    if (size > 256) this.chargeSize(size);
  }

  chargeSize(size: number): void {
    this.made += size;
    if (this.made > this.limits.madeChars)
      raiseLimit(`the template makes more than ${this.limits.madeChars} characters of text and lists`);
    if (size > 100_000) this.check();
  }

  /**
   * Looks at the clock around an operation that may read all of a value: a few of them on a value of millions take as
   * long as thousands of loop rounds. Raises JinjaError(limit).
   */
  look(value: Value): void {
    if ((typeof value === "string" || Array.isArray(value)) && value.length > 10_000) this.check();
  }

  /** A macro begins. Raises JinjaError(limit) when calls are nested too deeply. */
  enter(): void {
    if (++this.depth > this.limits.depth) {
      throw new JinjaError(
        "limit",
        "RecursionError",
        `macros call each other more than ${this.limits.depth} levels deep`,
      );
    }
    if (++this.steps >= this.checkpoint) this.check();
  }

  leave(): void {
    this.depth--;
  }

  /** Keeps the text of a macro or block for a while, to recognise it when it is printed. */
  remember(trace: Trace): void {
    this.recent.push(trace);
    if (this.recent.length > REMEMBERED) this.recent.shift();
  }

  /** Links a piece of output to the macro that wrote it, as long as there are not too many of them. */
  link(trace: Trace, child: Trace): void {
    if (++this.links > MAX_LINKS) return;
    trace.children ??= new Map();
    trace.children.set(trace.marks.length / 2 - 1, child);
  }

  /** The trace of a text that is printed. @param called it comes right from a call */
  traceOf(text: string, called: boolean): Trace | undefined {
    if (text.length < TRACEABLE && !called) return undefined;
    for (let index = this.recent.length - 1; index >= 0; index--) {
      const trace = this.recent[index];
      if (trace !== undefined && trace.text.length === text.length && trace.text === text) return trace;
    }
    return undefined;
  }

  /** Tells the host of an undefined name that is used in silence. */
  report(frame: Frame, value: Undefined, use: "printed" | "iterated"): void {
    const { name, owner, hint } = value;
    const missing = hint?.startsWith("parameter ") === true;
    if (name === undefined || owner !== undefined || (hint !== undefined && !missing)) return;
    const candidates = (): string[] => this.candidates(frame);
    this.globals.onUndefined?.({ name, use, missing, place: frame.place(), candidates });
  }

  /** Names that could have been meant in a frame. */
  candidates(frame: Frame): string[] {
    return [...frame.unit.locals, ...(this.globals.keys?.() ?? [])];
  }

  /**
   * Gives an error that passes a frame its place. Errors of the host (answers, host functions) become JinjaErrors of
   * kind "user" with the original as cause; bugs (JavaScript's own errors) stay what they are.
   */
  located(error: unknown, frame: Frame): unknown {
    const known = asJinjaError(error);
    if (known === undefined) return error;
    known.place ??= frame.place();
    if (
      known.undefinedName !== undefined &&
      known.candidates === undefined &&
      known.pythonType === "UndefinedError"
    ) {
      known.candidates = this.candidates(frame);
    }
    return known;
  }

  /** Runs the outermost computation: stops the clock while the world is asked. */
  *root<T>(frame: Frame, inner: Effectful<T>): Effectful<T> {
    try {
      this.computing.start();
      let step = inner.next();
      while (step.done !== true) {
        this.computing.stop();
        let answer: unknown;
        let failure: { readonly error: unknown } | undefined;
        try {
          answer = yield step.value;
        } catch (error) {
          failure = { error };
        }
        this.computing.start();
        step = failure === undefined ? inner.next(answer) : inner.throw(failure.error);
      }
      return step.value;
    } catch (error) {
      throw this.final(error, frame);
    }
  }

  /** The error as it leaves the engine. */
  final(error: unknown, frame: Frame): unknown {
    if (error instanceof MacroReturn) {
      return new JinjaError("runtime", "MacroReturn", "return() is called outside of a macro", {
        place: frame.place(),
      });
    }
    const located = this.located(error, frame);
    if (located instanceof JinjaError && located.pythonType === "RecursionError" && located.calls.length > 20)
      nameCycle(located);
    return located;
  }
}

function asJinjaError(error: unknown): JinjaError | undefined {
  if (error instanceof JinjaError) return error;
  if (error instanceof MacroReturn || !(error instanceof Error)) return undefined;
  if (error instanceof RangeError) {
    const deep = error.message.includes("call stack");
    const detail = deep
      ? "the template is nested or calls itself too deeply"
      : "a text or list grows beyond what is possible";
    return new JinjaError("limit", deep ? "RecursionError" : "MemoryError", detail, { cause: error });
  }
  if (error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError)
    return undefined;
  return new JinjaError("user", error.name, error.message, { cause: error });
}

/** Endless recursion: tells the macros that call each other, at the line outside that calls into the cycle. */
function nameCycle(error: JinjaError): void {
  const names = error.calls.map(({ macro }) => macro);
  const length = cycleLength(names);
  if (length === undefined) return;
  let entry = length;
  while (entry < names.length && names[entry] === names[entry - length]) entry++;
  const first = entry - 1;
  const cycle = names.slice(Math.max(0, entry - length), entry).reverse();
  const [name = ""] = cycle;
  const path = [...cycle, name].join("' calls '");
  const detail =
    cycle.length === 1 ? `macro '${name}' calls itself without an end` : `endless recursion: macro '${path}'`;
  const kept: CallSite[] = error.calls.slice(Math.max(0, entry - 1 - length), first);
  const outside = error.calls[first];
  const rest = error.calls.slice(entry);
  const inner = error.place;
  error.calls.splice(0, error.calls.length, ...kept, ...(outside === undefined ? [] : [outside]), ...rest);
  Object.assign(error, { detail, message: detail });
  error.place = outside?.place ?? inner;
  error.help ??= "a macro that calls itself needs a condition under which it stops";
}

/** The length of the cycle with which a list of names begins, at most 20. */
function cycleLength(names: readonly string[]): number | undefined {
  for (let length = 1; length <= 20 && length * 2 <= names.length; length++) {
    if (names.slice(0, length).every((name, index) => name === names[index + length])) return length;
  }
  return undefined;
}
