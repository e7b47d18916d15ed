// What the members of the context know of the render they serve. `globals.ts` implements it; members see this
// interface only, so that the table of members and the lookup of names do not import each other.

import type { Effectful, Kwargs, Value } from "../jinja/value.ts";
import type { Macro } from "../manifest/manifest.ts";
import type { NodeScope } from "./scope.ts";
import type { StatementResults } from "./statement-results.ts";

export interface NodeContext {
  readonly scope: NodeScope;
  /** What `store_result` keeps for `load_result`. */
  readonly results: StatementResults;
  /** Any name of the context, as a template finds it. */
  get(name: string): Value | undefined;
  /** Gives a name another value for the rest of the render: what `context.update()` does. */
  set(name: string, value: Value): void;
  /** A name of the context as dbt made it, whatever the project's macros override. */
  builtin(name: string): Value | undefined;
  /** Names that templates can use, for iteration over `context` and did-you-mean. */
  names(): Iterable<string>;
  /** A macro bound to this context. */
  macro(macro: Macro): Value;
  /** Calls the macro that the root project finds under this name, as dbt's adapter does; a project can override it. */
  callMacro(name: string, args: readonly Value[], kwargs?: Kwargs): Effectful<Value>;
  /** Writes a line for the user: `print`, `print_table`. */
  print(text: string): void;
  /** Warns the user, with the node's name; ends the template where such warnings are errors (--warn-error). */
  warn(text: string): void;
  /** Warns of what concerns no node; the report tells equal warnings once. No option makes an error of it (dbt's adapters log it). */
  warnOnce(text: string): void;
}

/** One name of the context: made when a template first asks for it. */
export type Member = (context: NodeContext) => Value | undefined;
