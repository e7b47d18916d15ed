// Reads ref(), source() and config() calls off a template without rendering it. Only templates whose every expression is
// one such call with literal arguments are taken: then rendering could find nothing else. All others give undefined.

import { type Kwargs, NO_KWARGS, PyFloat, Tuple, type Value } from "../jinja/value.ts";

export interface StaticCall {
  readonly name: "ref" | "source" | "config";
  readonly args: readonly Value[];
  readonly kwargs: Kwargs;
  /** Offsets of the call in the template. */
  readonly start: number;
  readonly end: number;
}

const BLOCK = /\{(?:%|\{|#)/g;
const TOKEN =
  /\s*(?:([A-Za-z_]\w*)|(\d+\.\d+|\d+)|'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|([()[\]{},:=]))/y;

/**
 * The calls of a model as dbt's own static parser reads them, where it does: it leaves the backslashes of texts as they
 * are, which rendering would resolve (dbt-extractor 0.6).
 */
export function staticCallsOfModel(text: string): readonly StaticCall[] | undefined {
  return staticCalls(text) ?? (text.includes("\\") ? staticCalls(text, true) : undefined);
}

/**
 * @param raw texts keep their backslashes, and nothing is taken that dbt's static parser does not take
 * @returns the calls in their order, or undefined when the template must be rendered
 */
export function staticCalls(text: string, raw = false): readonly StaticCall[] | undefined {
  const calls: StaticCall[] = [];
  BLOCK.lastIndex = 0;
  for (let open = BLOCK.exec(text); open; open = BLOCK.exec(text)) {
    if (open[0] === "{%") return undefined;
    if (open[0] === "{#") {
      const end = text.indexOf("#}", open.index + 2);
      if (end < 0) return undefined;
      BLOCK.lastIndex = end + 2;
      continue;
    }
    const call = new Reader(text, open.index + 2, raw).expression();
    if (!call) return undefined;
    calls.push(call.call);
    BLOCK.lastIndex = call.end;
  }
  return calls;
}

/** Reads one `{{ name(literals) }}`; every method gives undefined for what is not literal. */
class Reader {
  private token: RegExpExecArray | null = null;

  constructor(
    private readonly text: string,
    private at: number,
    private readonly raw: boolean,
  ) {
    if (!raw && (text[at] === "-" || text[at] === "+")) this.at++;
  }

  expression(): { readonly call: StaticCall; readonly end: number } | undefined {
    const name = this.name();
    const start = this.at - (name?.length ?? 0);
    if ((name !== "ref" && name !== "source" && name !== "config") || !this.symbol("(")) return undefined;
    const args: Value[] = [];
    const kwargs = new Map<string, Value>();
    while (!this.symbol(")")) {
      if (args.length + kwargs.size > 0 && (!this.symbol(",") || this.symbol(")")))
        return this.closed(name, args, kwargs, start);
      const before = this.at;
      const key = this.name();
      if (key !== undefined && this.symbol("=")) {
        const value = this.literal();
        if (value === undefined || kwargs.has(key) || (this.raw && !isReadByDbt(name, key, value)))
          return undefined;
        kwargs.set(key, value);
        continue;
      }
      this.at = before;
      const value = this.literal();
      if (value === undefined || kwargs.size > 0 || (this.raw && typeof value !== "string")) return undefined;
      args.push(value);
    }
    return this.closed(name, args, kwargs, start);
  }

  private closed(
    name: StaticCall["name"],
    args: readonly Value[],
    kwargs: Map<string, Value>,
    start: number,
  ) {
    if (this.text[this.at - 1] !== ")") return undefined;
    const end = this.at;
    const close = this.raw ? /\s*\}\}/y : /\s*[-+]?\}\}/y;
    close.lastIndex = end;
    if (!close.test(this.text)) return undefined;
    return {
      call: { name, args, kwargs: kwargs.size === 0 ? NO_KWARGS : kwargs, start, end },
      end: close.lastIndex,
    };
  }

  private literal(): Value | undefined {
    if (!this.next()) return undefined;
    const [, word, number, single, double, symbol] = this.token as RegExpExecArray;
    if (word !== undefined) return this.raw && !/^[TF]/.test(word) ? undefined : constants.get(word);
    if (number?.includes(".")) return new PyFloat(Number(number));
    // Larger ones are left to the engine, whose integers have no limit.
    if (number !== undefined) return Number.isSafeInteger(Number(number)) ? Number(number) : undefined;
    const quoted = single ?? double;
    // A string with an escape is left to the engine, and two strings side by side are one.
    if (quoted !== undefined)
      return (!this.raw && quoted.includes("\\")) || /\s*['"]/y.test(this.rest()) ? undefined : quoted;
    if (symbol === "[") return this.items("]");
    if (symbol === "{") return this.dict();
    if (symbol !== "(") return undefined;
    const items = this.items(")");
    // One element without a comma is no tuple; which of the two it was is not kept, so leave it to the engine.
    return items === undefined || items.length < 2 ? undefined : new Tuple(items);
  }

  private items(close: string): Value[] | undefined {
    const items: Value[] = [];
    while (!this.symbol(close)) {
      if (items.length > 0) {
        if (!this.symbol(",")) return undefined;
        if (this.symbol(close)) break;
      }
      const item = this.literal();
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }

  private dict(): Value | undefined {
    const dict = new Map<Value, Value>();
    while (!this.symbol("}")) {
      if (dict.size > 0) {
        if (!this.symbol(",")) return undefined;
        if (this.symbol("}")) break;
      }
      const key = this.literal();
      if (typeof key !== "string" || !this.symbol(":") || dict.has(key)) return undefined;
      const value = this.literal();
      if (value === undefined) return undefined;
      dict.set(key, value);
    }
    return dict;
  }

  private name(): string | undefined {
    const before = this.at;
    if (this.next() && this.token?.[1] !== undefined) return this.token[1];
    this.at = before;
    return undefined;
  }

  private symbol(symbol: string): boolean {
    const before = this.at;
    if (this.next() && this.token?.[5] === symbol) return true;
    this.at = before;
    return false;
  }

  private next(): boolean {
    TOKEN.lastIndex = this.at;
    this.token = TOKEN.exec(this.text);
    if (this.token) this.at = TOKEN.lastIndex;
    return this.token !== null;
  }

  private rest(): string {
    return this.text.slice(this.at, this.at + 40);
  }
}

/** Of configs dbt's static parser reads texts, truth values and collections of them, but no hooks. */
function isReadByDbt(name: StaticCall["name"], key: string, value: Value): boolean {
  return name !== "config" || (!/^(?:pre|post)_hook$/.test(key) && isOfTexts(value));
}

function isOfTexts(value: Value): boolean {
  if (Array.isArray(value)) return value.every(isOfTexts);
  if (value instanceof Map) return [...value.values()].every(isOfTexts);
  return typeof value === "string" || typeof value === "boolean";
}

const constants: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["none", null],
  ["None", null],
]);
