// Statements to JavaScript functions: one for the template, one for each macro, call block and recursive loop. A
// function becomes a generator only when something in it is called, since only calls may ask for things of the world.

import type { BlockNode, Expression, ForNode, MacroNode, Statement, Target } from "./ast.ts";
import { ExpressionWriter, type UnitWriter } from "./generate-expression.ts";
import type { MacroShape } from "./macro-shape.ts";
import { bodyScope, loopScope, macroScope, type Scope, withScope } from "./scope.ts";
import { collectBlocks, containsCall, readsName } from "./walk.ts";

/** Filters whose result is markup already. */
const MARKUP_FILTERS = new Set("safe escape e forceescape tojson xmlattr urlize".split(" "));

/** Writes the statements of one JavaScript function. */
export class FunctionWriter {
  private readonly expressions: ExpressionWriter;
  /** The variables that hold the text that is being made and its trace. */
  private output = "o";
  private trace = "W";
  /** Variable that says whether output is escaped; undefined outside of {% autoescape %}. */
  private escaping: string | undefined;
  /** True while statements of the template's top level are written, whose variables are exported. */
  private topLevel = false;

  constructor(
    private readonly unit: UnitWriter,
    private readonly native: boolean,
  ) {
    this.expressions = new ExpressionWriter(unit);
  }

  template(body: readonly Statement[]): string {
    const scope = bodyScope(undefined, body);
    this.topLevel = true;
    const code = this.enter(scope) + this.statements(body, scope);
    return this.wrap("F", code);
  }

  /** A block tag: a function of its own that sees the exported variables and the globals. */
  block(node: BlockNode): string {
    const scope = bodyScope(undefined, node.body);
    const code = this.enter(scope) + this.statements(node.body, scope);
    return `${JSON.stringify(node.name)}:(G)=>${this.wrap("F", code)}`;
  }

  private wrap(parameters: string, code: string): string {
    const { declared, yields } = this.expressions;
    const variables = ["o=''", "T", "W=F.trace", "Q=F.run", ...declared].join(",");
    const result = this.native ? "return W.values;" : "return R.end(F,W,o);";
    return `function${yields ? "*" : ""}(${parameters}){let ${variables};${code}${result}}`;
  }

  /** Declares the variables of a scope; macro parameters are declared by their function. */
  private enter(scope: Scope, skip: ReadonlySet<string> = new Set()): string {
    let code = "";
    for (const [name, load] of scope.loads) {
      const variable = this.unit.variable(scope.level, name);
      if (scope.stores.has(name)) this.unit.locals.add(name);
      if (skip.has(name)) continue;
      if (load.kind === "alias") code += `let ${variable}=${this.expressions.rawName(name, load.of)};`;
      else if (load.kind === "global") {
        if (!scope.stores.has(name)) continue;
        this.unit.globals.add(name);
        code += `let ${variable}=G.get(${JSON.stringify(name)});`;
      } else code += `let ${variable};`;
    }
    return code;
  }

  private statements(body: readonly Statement[], scope: Scope): string {
    return body.map((statement) => this.statement(statement, scope)).join("");
  }

  private statement(node: Statement, scope: Scope): string {
    switch (node.kind) {
      case "text":
        return this.text(node.text, this.unit.position(node));
      case "output":
        return node.expressions.map((expression) => this.print(expression, scope)).join("");
      case "do":
        return `${this.expressions.write(node.expression, scope)};`;
      case "set":
        return this.assign(node.target, this.expressions.write(node.value, scope), scope);
      case "set-block":
        return this.setBlock(node, scope);
      case "if":
        return this.if(node, scope);
      case "for":
        return this.for(node, scope);
      case "with":
        return this.with(node, scope);
      case "macro":
        return this.defineMacro(node, scope);
      case "call-block":
        return this.callBlock(node, scope);
      case "filter-block":
        return this.filterBlock(node, scope);
      case "autoescape":
        return this.autoescape(node, scope);
      case "block":
        return this.blockTag(node, scope);
      case "break":
      case "continue":
        return `${node.kind};`;
      case "loader":
        return `R.noLoader(F,${JSON.stringify(node.tag)},${this.expressions.at(node)});`;
    }
  }

  private text(text: string, position: number): string {
    if (this.native && this.output === "o") return `R.collect(W,${this.unit.constant(text)});`;
    return `${this.output}=R.text(${this.trace},${this.output},${this.unit.constant(text)},${position});`;
  }

  private print(node: Expression, scope: Scope): string {
    const code = this.expressions.write(node, scope);
    const safe = node.kind === "call" || (node.kind === "filter" && MARKUP_FILTERS.has(node.name));
    const escaped = this.escaping === undefined || safe ? code : `R.escaped(${this.escaping},${code})`;
    return this.emit(escaped, node, node.kind === "call");
  }

  /** @param called the value comes right from a call, so that its text may have a source of its own */
  private emit(
    code: string,
    node: { readonly start: number; readonly end: number; readonly kind?: string },
    called: boolean,
  ): string {
    if (this.native && this.output === "o") return `R.collect(W,${code});`;
    const { output, trace } = this;
    return `${output}=R.out(F,${trace},${output},${code},${this.unit.position(node)},${called ? 1 : 0});`;
  }

  /** A block where it stands. One that is `scoped` sees the variables around it. */
  private blockTag(node: BlockNode, scope: Scope): string {
    this.expressions.yields = true;
    const names = node.scoped ? [...scope.visible()] : [];
    const pairs = names.map((name) => `[${JSON.stringify(name)},${this.expressions.rawName(name, scope)}]`);
    const start = `T=R.block(F,B[${JSON.stringify(node.name)}],G,X,new Map([${pairs.join(",")}]))`;
    return this.emit(`((${start}) instanceof E?yield* T:T)`, node, true);
  }

  /** Escapes what is printed within; text of macros and of filters that make markup is taken as safe. */
  private autoescape(node: Extract<Statement, { kind: "autoescape" }>, scope: Scope): string {
    const { escaping, topLevel } = this;
    const inner = bodyScope(scope, node.body);
    this.escaping = this.unit.temporary();
    this.topLevel = false;
    const on = `const ${this.escaping}=${this.expressions.truth(node.on, scope)};`;
    const code = `{${on}${this.enter(inner)}${this.statements(node.body, inner)}}`;
    this.escaping = escaping;
    this.topLevel = topLevel;
    return code;
  }

  private assign(target: Target, code: string, scope: Scope): string {
    switch (target.kind) {
      case "name": {
        const variable = this.unit.variable(scope.level, target.name);
        if (!this.topLevel) return `${variable}=${code};`;
        return `X.set(${JSON.stringify(target.name)},${variable}=${code});`;
      }
      case "namespace-item": {
        const object = this.expressions.write({ ...target, kind: "name" }, scope);
        return `R.setNamespace(F,${object},${JSON.stringify(target.attribute)},${code},${this.expressions.at(target)});`;
      }
      case "targets": {
        const items = this.expressions.temporary();
        const each = target.items
          .map((item, index) => this.assign(item, `${items}[${index}]`, scope))
          .join("");
        return `${items}=R.unpack(F,${code},${target.items.length},${this.expressions.at(target)});${each}`;
      }
    }
  }

  private if(node: Extract<Statement, { kind: "if" }>, scope: Scope): string {
    const branches = node.branches.map(
      ({ test, body }) => `if(${this.expressions.truth(test, scope)}){${this.statements(body, scope)}}`,
    );
    const otherwise = node.otherwise.length === 0 ? "" : `else{${this.statements(node.otherwise, scope)}}`;
    return branches.join("else ") + otherwise;
  }

  /** Runs `write` with the output going to variables of its own. */
  private captured(write: (output: string) => string): string {
    const { output, trace, topLevel } = this;
    this.output = this.unit.temporary();
    this.trace = this.unit.temporary();
    this.topLevel = false;
    const own = this.output;
    const declared = `let ${own}='',${this.trace}=R.trace(F);`;
    const code = write(own);
    const text = `${own}=R.end(F,${this.trace},${own});`;
    this.output = output;
    this.trace = trace;
    this.topLevel = topLevel;
    return declared + code + text;
  }

  private setBlock(node: Extract<Statement, { kind: "set-block" }>, scope: Scope): string {
    const inner = bodyScope(scope, node.body);
    const { filter } = node;
    let text = "";
    const code = this.captured((output) => {
      text = output;
      return `{${this.enter(inner)}${this.statements(node.body, inner)}}`;
    });
    const value = filter === undefined ? text : this.expressions.blockFilter(filter, text, scope);
    return `{${code}${this.assign(node.target, value, scope)}}`;
  }

  private filterBlock(node: Extract<Statement, { kind: "filter-block" }>, scope: Scope): string {
    const inner = bodyScope(scope, node.body);
    let text = "";
    const code = this.captured((output) => {
      text = output;
      return `{${this.enter(inner)}${this.statements(node.body, inner)}}`;
    });
    return `{${code}${this.emit(this.expressions.blockFilter(node.filter, text, scope), node, false)}}`;
  }

  private with(node: Extract<Statement, { kind: "with" }>, scope: Scope): string {
    const inner = withScope(scope, node);
    const { topLevel } = this;
    this.topLevel = false;
    const assignments = node.assignments.map(({ target, value }) =>
      this.assign(target, this.expressions.write(value, scope), inner),
    );
    const code = `{${this.enter(inner)}${assignments.join("")}${this.statements(node.body, inner)}}`;
    this.topLevel = topLevel;
    return code;
  }

  private for(node: ForNode, scope: Scope): string {
    const { topLevel } = this;
    this.topLevel = false;
    const iterable = this.expressions.write(node.iterable, scope);
    const code = node.recursive
      ? this.recursiveLoop(node, iterable, scope)
      : `{${this.loop(node, iterable, scope, false)}}`;
    this.topLevel = topLevel;
    return code;
  }

  /** A recursive loop is a function of its own that `loop(...)` calls again. */
  private recursiveLoop(node: ForNode, iterable: string, scope: Scope): string {
    const name = this.unit.temporary();
    const inner = new FunctionWriter(this.unit, false);
    const items = this.unit.temporary();
    const body = inner.loop(node, items, scope, name);
    const { declared, yields } = inner.expressions;
    const variables = ["o=''", "T", "W=R.trace(F)", ...declared].join(",");
    this.expressions.yields ||= yields;
    const made = `const ${name}=function${yields ? "*" : ""}(${items},D){let ${variables};${body}return R.end(F,W,o);};`;
    const call = `${name}(${iterable},0)`;
    return `{${made}${this.emit(yields ? `yield* ${call}` : call, node, true)}}`;
  }

  private loop(node: ForNode, iterable: string, scope: Scope, recursion: string | false): string {
    const extended =
      node.recursive || readsName(node.body, "loop") || collectBlocks(node.body).some(({ scoped }) => scoped);
    const inner = loopScope(scope, node, "body", extended);
    const item = this.unit.temporary();
    const filtered = this.loopFilter(node, scope, extended);
    let source = this.unit.temporary();
    let before = `const ${source}=R.iterate(F,${iterable},${this.expressions.at(node.iterable)});`;
    if (extended) {
      const loop = this.unit.temporary();
      before += `const ${loop}=R.loop(F,${filtered.lazy(source)},${recursion || "null"},${recursion ? "D" : "0"});`;
      source = loop;
    }
    const skip = extended ? "" : filtered.inline(item);
    const loopVariable = extended ? `${this.unit.variable(inner.level, "loop")}=${source};` : "";
    const flag = node.otherwise.length === 0 ? undefined : this.unit.temporary();
    const body =
      this.enter(inner) +
      loopVariable +
      this.assign(node.target, item, inner) +
      this.statements(node.body, inner);
    const each = `for(const ${item} of ${source}){if(++Q.steps>=Q.checkpoint||${this.output}.length>Q.maxOutput)R.check(F,${this.output}.length);${skip}${body}${flag === undefined ? "" : `${flag}=false;`}}`;
    if (flag === undefined) return before + each;
    const otherwise = bodyScope(scope, node.otherwise);
    return `let ${flag}=true;${before}${each}if(${flag}){${this.enter(otherwise)}${this.statements(node.otherwise, otherwise)}}`;
  }

  /**
   * The `if` of a loop. Without `loop` it is asked for each item in its turn, so that it sees what the body did; with
   * `loop`, which may look ahead, it becomes a lazy sequence, or a list when it calls something.
   */
  private loopFilter(node: ForNode, scope: Scope, extended: boolean) {
    const { filter } = node;
    if (filter === undefined) return { inline: () => "", lazy: (source: string) => source };
    const inner = loopScope(scope, node, "filter", false);
    const item = this.unit.temporary();
    const test = (name: string) => this.enter(inner) + this.assign(node.target, name, inner);
    return {
      inline: (name: string) => `{${test(name)}if(!${this.expressions.truth(filter, inner)})continue;}`,
      lazy: (source: string) => {
        if (!extended) return source;
        if (!containsCall(filter)) {
          return `R.lazy(function*(){for(const ${item} of ${source}){${test(item)}if(${this.expressions.truth(filter, inner)})yield ${item};}})`;
        }
        this.expressions.yields = true;
        return `yield* (function*(){const list=[];let T;for(const ${item} of ${source}){${test(item)}if(${this.expressions.truth(filter, inner)})list.push(${item});}return list;})()`;
      },
    };
  }

  private defineMacro(node: MacroNode, scope: Scope): string {
    return this.assign({ ...node, kind: "name" }, this.macroObject(node, scope), scope);
  }

  private macroObject(node: MacroNode, scope: Scope): string {
    const { code, shape } = new FunctionWriter(this.unit, false).macroFunction(node, scope);
    return `R.macro(F,${this.unit.constant(shape)},${code},G)`;
  }

  private callBlock(node: Extract<Statement, { kind: "call-block" }>, scope: Scope): string {
    const caller = this.unit.temporary();
    const code = this.expressions.call(node.call, scope, { name: "caller", code: caller });
    return `{const ${caller}=${this.macroObject(node.caller, scope)};${this.emit(`R.callText(F,${code})`, node.call, true)}}`;
  }

  /** The function of a macro: `function(F, ...parameters, caller?, kwargs?, varargs?)`. */
  macroFunction(node: MacroNode, parent: Scope): { code: string; shape: MacroShape } {
    const names = node.parameters.map(({ name }) => name);
    const special = ["caller", "kwargs", "varargs"].filter(
      (name) => !names.includes(name) && readsName(node.body, name),
    );
    const scope = macroScope(parent, node, special);
    const { expressions, unit } = this;
    const all = [...names, ...special];
    expressions.unsureParameters = true;
    const defaults = node.parameters.map(({ name, default: value }) => {
      const variable = unit.variable(scope.level, name);
      return `if(${variable}===undefined)${variable}=${value === undefined ? `R.notGiven(F,${JSON.stringify(name)})` : expressions.write(value, scope)};`;
    });
    expressions.unsureParameters = false;
    const code = this.enter(scope, new Set(all)) + defaults.join("") + this.statements(node.body, scope);
    const parameters = ["F", ...all.map((name) => unit.variable(scope.level, name))].join(",");
    const shape: MacroShape = {
      name: node.name,
      parameters: names,
      caller: special.includes("caller"),
      kwargs: special.includes("kwargs"),
      varargs: special.includes("varargs"),
    };
    return { code: this.wrap(parameters, code), shape };
  }
}
