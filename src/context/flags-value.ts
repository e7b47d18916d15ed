// `flags.FULL_REFRESH`, `flags.WHICH` ... dbt offers them in upper case only; another case is undefined and false.

import { BEHAVIOUR_FLAGS, FLAGS } from "../config/flag-table.ts";
import type { Flags } from "../config/flags.ts";
import { Undefined } from "../jinja/undefined.ts";
import { PyObject, type Value } from "../jinja/value.ts";
import type { Invocation } from "./scope.ts";

const KNOWN: ReadonlySet<string> = new Set(
  [...FLAGS.map((flag) => flag.name), ...Object.keys(BEHAVIOUR_FLAGS)].map((name) => name.toUpperCase()),
);

export class FlagsValue extends PyObject {
  override readonly typeName = "Namespace";

  constructor(
    private readonly flags: Flags,
    private readonly invocation: Invocation,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    if (name === "WHICH") return commandName(this.invocation);
    const value = name === name.toUpperCase() ? this.flags.get(name.toLowerCase()) : null;
    if (value !== null || KNOWN.has(name)) return value;
    return new Undefined({ name, owner: "flags", candidates: KNOWN });
  }

  override toText(): string {
    const shown = [...KNOWN].map((name) => `${name}=${String(this.flags.get(name.toLowerCase()))}`);
    return `Namespace(${shown.join(", ")})`;
  }
}

/** dbt's name of a command: its last word ("docs generate" is "generate"). */
function commandName(invocation: Invocation): string {
  return invocation.command.split(" ").at(-1) ?? invocation.command;
}
