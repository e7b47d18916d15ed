// Macros as values of a context: bound ones that tell the parser they were reached, and packages (`dbt_utils.star`).

import { callValue, getAttribute } from "../jinja/operations.ts";
import { Undefined } from "../jinja/undefined.ts";
import { type Effectful, type Kwargs, NativeFunction, PyObject, Tuple, type Value } from "../jinja/value.ts";
import type { Macro } from "../manifest/manifest.ts";
import { hostFunction } from "./host-function.ts";
import type { MacroIndex } from "./macro-index.ts";

/** A bound macro that reports each call with the number of macros that were active already. */
export class TrackedMacro extends PyObject {
  override readonly typeName = "Macro";

  constructor(
    private readonly macro: Value,
    private readonly active: { depth: number },
    private readonly onCall: (depth: number) => void,
  ) {
    super();
  }

  override *call(args: readonly Value[], kwargs: Kwargs): Effectful<Value> {
    this.onCall(this.active.depth);
    this.active.depth++;
    try {
      return yield* callValue(this.macro, args, kwargs);
    } finally {
      this.active.depth--;
    }
  }

  override getAttribute(name: string): Value | undefined {
    return getAttribute(this.macro, name);
  }
}

/** `dbt_utils`, `dbt` or the project's own name: its macros by name. In dbt this is a dict. */
export class MacroNamespace extends PyObject {
  override readonly typeName = "dict";

  constructor(
    readonly packageName: string,
    private readonly macros: MacroIndex,
    private readonly bind: (macro: Macro) => Value,
    private readonly overrides: ReadonlyMap<string, Value> | undefined,
    /** Macros that are not there can be called, as in dbt's parser: the node fails alone, when it runs. */
    private readonly chaining: boolean,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    return this.macro(name) ?? this.dictMethod(name) ?? this.unknown(name);
  }

  override getItem(key: Value): Value | undefined {
    return typeof key === "string" ? (this.macro(key) ?? this.unknown(key)) : undefined;
  }

  override contains(item: Value): boolean {
    return typeof item === "string" && this.macros.findIn(this.packageName, item) !== undefined;
  }

  override iterate(): Iterable<Value> {
    return this.macros.macrosOf(this.packageName).keys();
  }

  override size(): number {
    return this.macros.macrosOf(this.packageName).size;
  }

  override toText(): string {
    return `<macros of ${this.packageName}>`;
  }

  private macro(name: string): Value | undefined {
    const override = this.overrides?.get(name);
    if (override !== undefined) return override;
    const macro = this.macros.findIn(this.packageName, name);
    return macro && this.bind(macro);
  }

  private dictMethod(name: string): Value | undefined {
    const names = (): string[] => [...this.macros.macrosOf(this.packageName).keys()];
    switch (name) {
      case "get":
        return hostFunction(
          name,
          ["key", "default?"],
          (key, otherwise) => this.macro(String(key)) ?? otherwise ?? null,
        );
      case "keys":
        return new NativeFunction(name, names);
      case "values":
        return new NativeFunction(name, () => names().map((key) => this.macro(key) ?? null));
      case "items":
        return new NativeFunction(name, () =>
          names().map((key) => new Tuple([key, this.macro(key) ?? null])),
        );
      default:
        return undefined;
    }
  }

  /** Undefined that knows what there is, so that calling it can say which macro was meant. */
  private unknown(name: string): Undefined {
    const elsewhere = this.macros.packagesWith(name);
    const where = elsewhere.length > 0 ? `; package "${elsewhere[0]}" has one` : "";
    const facts = {
      name,
      owner: this.packageName,
      hint: `package "${this.packageName}" has no macro "${name}"${where}`,
      candidates: this.macros.macrosOf(this.packageName).keys(),
    };
    return new Undefined(facts, this.chaining);
  }
}
