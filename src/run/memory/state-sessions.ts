// How the store of the state speaks to the warehouse during a run: macros rendered by the compiler, statements through
// the session of whoever asks, so that rows can be part of the transaction of a node.

import type { QueryResult } from "../../adapter/result.ts";
import { bareScope } from "../../compile/bare-scope.ts";
import type { Compiler } from "../../compile/compile-node.ts";
import type { RunStatement } from "../../compile/node-memory.ts";
import { createGlobals } from "../../context/globals.ts";
import { driveAsync } from "../../jinja/drive.ts";
import { toText } from "../../jinja/operations.ts";
import type { Value } from "../../jinja/value.ts";
import type { StateSession } from "../../state/state-store.ts";

export class StateSessions {
  /** Made once: a node asks for several macros, and making their names costs more than rendering one. */
  #globals: ReturnType<typeof createGlobals> | undefined;

  constructor(private readonly compiler: Compiler) {}

  /** The text of a macro that makes SQL; one that asks the warehouse is a mistake of whoever overrode it. */
  async macro(name: string, args: readonly Value[]): Promise<string> {
    this.#globals ??= createGlobals(bareScope(this.compiler, "state"));
    return toText(await driveAsync(this.#globals.callMacro(name, args), noRequests));
  }

  over(run: RunStatement): StateSession {
    return {
      macro: (name, args) => this.macro(name, args),
      execute: (sql, fetch): Promise<QueryResult> => run(sql, fetch),
    };
  }
}

function noRequests(): Promise<never> {
  throw new Error("macros that make the SQL of the state cannot ask the warehouse");
}
