// `flags.FULL_REFRESH`, `flags.WHICH` ... dbt offers them in upper case only; another case is undefined and false.

import type { Flags } from "../config/flags.ts";
import { Undefined } from "../jinja/undefined.ts";
import { PyObject, type Value } from "../jinja/value.ts";
import type { Invocation } from "./scope.ts";

export class FlagsValue extends PyObject {
  override readonly typeName = "Namespace";

  constructor(
    private readonly flags: Flags,
    private readonly invocation: Invocation,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    if (name === "WHICH") return this.invocation.command;
    const known = name.toLowerCase();
    if (name === name.toUpperCase() && this.flags.all.has(known)) return this.flags.get(known);
    const candidates = [...this.flags.all.keys()].map((flag) => String(flag).toUpperCase());
    return new Undefined({ name, owner: "flags", candidates });
  }

  override toText(): string {
    const shown = [...this.flags.all].map(
      ([name, value]) => `${String(name).toUpperCase()}=${String(value)}`,
    );
    return `Namespace(${shown.join(", ")})`;
  }
}
