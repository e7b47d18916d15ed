// The entry to the template language: compiles templates, finds the blocks of macro files, makes macros. Text is parsed
// at once, so that mistakes show; code is written at the first render, because many templates are never rendered.

import { Computation, isEffectful } from "./calls.ts";
import { drive } from "./drive.ts";
import { JinjaError } from "./errors.ts";
import { FilterTable } from "./filter-table.ts";
import type { Filter, Test } from "./filters/contract.ts";
import { defaultGlobals } from "./filters/globals.ts";
import { Marker } from "./filters/marker.ts";
import { filterTable } from "./filters/table.ts";
import { testTable } from "./filters/tests.ts";
import { type GeneratedUnit, generateMacro, generateTemplate } from "./generate.ts";
import { canInterpret, interpret } from "./interpret.ts";
import { BoundMacro, type MacroCode, type MacroFunction } from "./macro.ts";
import type { MacroShape } from "./macro-shape.ts";
import { isConstantOutput } from "./native.ts";
import { type ParsedTemplate, parseTemplate } from "./parser.ts";
import { toText } from "./repr.ts";
import { DEFAULT_LIMITS, Frame, type Globals, type Limits, Run } from "./run.ts";
import { Runtime } from "./runtime.ts";
import { type Block, scanBlocks } from "./scan.ts";
import type { TemplateSource } from "./source.ts";
import { type CodeUnit, SourceMap } from "./source-map.ts";
import type { Effectful, Value } from "./value.ts";

export type { Globals, Limits } from "./run.ts";
export type { Block, BlockKind, BlockParameter } from "./scan.ts";
export type { TemplateSource } from "./source.ts";

export interface EnvironmentOptions {
  /** Added to Jinja2's and dbt's. */
  readonly filters?: ReadonlyMap<string, Filter>;
  readonly tests?: ReadonlyMap<string, Test>;
  /** Names behind those of `render`'s globals. */
  readonly globals?: ReadonlyMap<string, Value>;
  readonly trimBlocks?: boolean;
  readonly lstripBlocks?: boolean;
  readonly keepTrailingNewline?: boolean;
  readonly limits?: Partial<Limits>;
  /** Called now and then by templates that compute long; what it throws ends the template. */
  readonly breathe?: () => void;
}

export interface Rendered {
  readonly text: string;
  readonly map: SourceMap;
  /** Variables and macros of the template's top level. */
  readonly exports: ReadonlyMap<string, Value>;
}

/** What generated code makes: a function that takes globals and exports and gives the template's function. */
type Start<F> = (globals: Globals, exports?: Map<string, Value>) => F;
type TemplateFunction = (frame: Frame) => unknown;

/** How many different codes are kept. */
const MOST_SHAPES = 1000;

export class Environment {
  readonly runtime: Runtime;
  readonly limits: Limits;
  private readonly known: FilterTable;
  /** Functions by their code: most models are texts around a ref or two, and compiling is dear. */
  private readonly made = new Map<string, ReturnType<FunctionConstructor>>();
  /** The run of each node's globals, so that macros which the host calls share limits and call path with it. */
  private readonly runs = new WeakMap<Globals, Run>();

  constructor(private readonly options: EnvironmentOptions = {}) {
    const filters = new Map([...filterTable, ...(options.filters ?? [])]);
    const tests = new Map([...testTable, ...(options.tests ?? [])]);
    const globals = new Map([...defaultGlobals(), ...(options.globals ?? [])]);
    this.known = new FilterTable(filters, tests);
    this.runtime = new Runtime(this.known, globals);
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
  }

  /** Parses a template. Throws JinjaError(syntax). */
  compile(source: TemplateSource): Template {
    return new Template(this, source, this.parse(source));
  }

  /** The top-level blocks of a macro, snapshot, docs or test file, without parsing their bodies. Throws JinjaError(syntax). */
  scan(source: TemplateSource): Block[] {
    return scanBlocks(source);
  }

  /** A macro of a scanned file; compiled when it is first called. */
  macro(block: Block): MacroTemplate {
    return new MacroTemplate(this, block);
  }

  /** @internal */
  parse(source: TemplateSource): ParsedTemplate {
    return parseTemplate(source, this.options, this.known);
  }

  /** @internal Turns written code into functions. Of the template only names stand in it, as JSON strings. */
  instantiate<F>(unit: GeneratedUnit): Start<F> {
    let make = this.made.get(unit.code);
    if (make === undefined) {
      make = new Function("R", "K", "E", unit.code);
      if (this.made.size === MOST_SHAPES) this.made.clear();
      this.made.set(unit.code, make);
    }
    return make(this.runtime, unit.constants, Computation) as Start<F>;
  }

  /** @internal A new run that macros called by the host join. */
  startRun(globals: Globals, native: boolean): Run {
    const run = new Run(globals, this.limits, native, this.options.breathe);
    this.runs.set(globals, run);
    return run;
  }

  /** @internal The run of these globals; a new one when nothing runs. */
  runFor(globals: Globals): Run {
    const run = this.runs.get(globals);
    return run?.caller === undefined ? this.startRun(globals, false) : run;
  }
}

export class Template {
  private code: { readonly unit: CodeUnit; readonly start: Start<TemplateFunction> } | undefined;
  private native: { readonly unit: CodeUnit; readonly start: Start<TemplateFunction> } | undefined;
  private generated: GeneratedUnit | undefined;

  /** Made by Environment.compile. */
  constructor(
    private readonly environment: Environment,
    readonly source: TemplateSource,
    private readonly parsed: ParsedTemplate,
  ) {}

  /** Renders to text. Throws JinjaError with the place in this template or in the macro that failed. */
  *render(globals: Globals): Effectful<Rendered> {
    this.code ??= this.compiled(this.unit());
    const exports = new Map<string, Value>();
    const frame = new Frame(this.environment.startRun(globals, false), this.code.unit, undefined);
    const text = yield* this.run(frame, this.code.start(globals, exports));
    return { text: text as string, map: new SourceMap(frame.trace), exports };
  }

  /**
   * The text of a template that will not be rendered again, without a source map; what macros ask for is answered at
   * once. Does and raises what `render` does, and saves compiling it.
   */
  renderOnce(globals: Globals, answer: (request: unknown) => unknown): string {
    const { body, places } = this.parsed;
    if (!canInterpret(body)) return drive(this.render(globals), answer).text;
    const position = [0, 0];
    const locals = new Set<string>();
    const run = this.environment.startRun(globals, false);
    const frame = new Frame(run, { places, positions: position, locals }, undefined);
    run.caller = frame;
    try {
      const { runtime } = this.environment;
      return interpret(body, { frame, position, locals, runtime, globals, answer });
    } catch (error) {
      throw run.final(error, frame);
    } finally {
      run.caller = undefined;
    }
  }

  /**
   * dbt's native mode, for YAML: one expression alone gives its value, converted where as_bool, as_number or as_native
   * mark it; anything else is text. (dbt_common: quoted_native_concat)
   */
  *renderValue(globals: Globals): Effectful<Value> {
    const { body } = this.parsed;
    if (isConstantOutput(body)) return (yield* this.render(globals)).text;
    this.native ??= this.compiled(written(this.parsed, () => generateTemplate(body, true)));
    const frame = new Frame(this.environment.startRun(globals, true), this.native.unit, undefined);
    const values = (yield* this.run(frame, this.native.start(globals, new Map()))) as Value[];
    const [only] = values;
    if (values.length !== 1 || only === undefined) return values.map(toText).join("");
    try {
      return only instanceof Marker ? only.resolve() : only;
    } catch (error) {
      throw frame.run.final(error, frame);
    }
  }

  /** Names that the template reads and does not assign: what it wants from its globals. */
  names(): ReadonlySet<string> {
    return this.unit().globals;
  }

  private unit(): GeneratedUnit {
    this.generated ??= written(this.parsed, () => generateTemplate(this.parsed.body, false));
    return this.generated;
  }

  private compiled(unit: GeneratedUnit): { unit: CodeUnit; start: Start<TemplateFunction> } {
    return {
      unit: { places: this.parsed.places, positions: unit.positions, locals: unit.locals },
      start: written(this.parsed, () => this.environment.instantiate(unit)),
    };
  }

  private *run(frame: Frame, start: TemplateFunction): Effectful<unknown> {
    const { run } = frame;
    run.caller = frame;
    try {
      const result = start(frame) as Value | Effectful<Value>;
      return isEffectful(result) ? yield* run.root(frame, result) : result;
    } catch (error) {
      throw run.final(error, frame);
    } finally {
      run.caller = undefined;
    }
  }
}

export class MacroTemplate {
  readonly name: string;
  private code: { readonly shape: MacroShape; readonly macro: MacroCode } | undefined;

  /** Made by Environment.macro. */
  constructor(
    private readonly environment: Environment,
    readonly block: Block,
  ) {
    this.name = block.name;
  }

  get parameters(): Block["parameters"] {
    return this.block.parameters;
  }

  /** The macro with the names that its body may use; cheap, so that each node can have its own. */
  bind(globals: Globals): BoundMacro {
    return new BoundMacro(this, globals);
  }

  /** @internal */
  get shape(): MacroShape {
    return this.compiled().shape;
  }

  /** @internal See MacroOrigin. */
  readonly endsReturn = true;

  /** @internal */
  macroCode(): MacroCode {
    return this.compiled().macro;
  }

  /** @internal */
  runFor(globals: Globals): Run {
    return this.environment.runFor(globals);
  }

  /** Compiles the block. Throws JinjaError(syntax). */
  private compiled(): { readonly shape: MacroShape; readonly macro: MacroCode } {
    if (this.code === undefined) {
      const { body, places } = this.environment.parse(this.block.source);
      const node = body.find((statement) => statement.kind === "macro");
      if (node === undefined) throw new Error(`block ${this.name} has no macro`);
      const parsed = { body, places };
      const unit = written(parsed, () => generateMacro({ ...node, name: this.name }));
      const start = written(parsed, () => this.environment.instantiate<MacroFunction>(unit));
      this.code = {
        shape: unit.shape,
        macro: { unit: { places, positions: unit.positions, locals: unit.locals, isMacro: true }, start },
      };
    }
    return this.code;
  }
}

/** Writes code; an expression of thousands of parts, which overflows the stack, is told as a mistake of the template. */
function written<T>({ places }: ParsedTemplate, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const place = places.place(0, 1);
    throw new JinjaError(
      "limit",
      "RecursionError",
      "an expression of the template is too long or nested too deeply",
      { place, cause: error },
    );
  }
}
