// Opens the state that earlier runs have left, for the commands that look at it or set a watermark by hand.

import { EtlError, errorAt } from "../../base/diagnostic.ts";
import { Compiler } from "../../compile/compile-node.ts";
import type { RunDeps } from "../../compile/deps.ts";
import { readSettings } from "../../state/state-settings.ts";
import { type StateSession, StateStore } from "../../state/state-store.ts";
import { MIGRATIONS_TABLE, type StateTable } from "../../state/tables.ts";
import { StateSessions } from "./state-sessions.ts";
import { inStateTransaction } from "./state-work.ts";

export interface OpenState {
  readonly store: StateStore;
  readonly session: StateSession;
}

/**
 * Lends the state of a database in a transaction, which is committed when `use` ends well.
 * @throws EtlError(state-unavailable) where nothing is remembered; DatabaseError; what `use` throws
 */
export async function withState<T>(
  deps: RunDeps,
  database: string | null,
  use: (state: OpenState) => Promise<T>,
): Promise<T> {
  const { relations, config } = deps.shared;
  const { schema } = readSettings(config.flags);
  await relations.ensure([{ database, schema }]);
  if (relations.get(database, schema, MIGRATIONS_TABLE.name) === undefined) {
    throw new EtlError([
      errorAt("state-unavailable", `nothing is remembered in schema "${schema}" yet`, undefined, {
        help: "run with --history, or give an incremental model a watermark",
      }),
    ]);
  }
  return inTransaction(deps, database, use);
}

/** The same for commands that can do without it. @returns undefined where one of the tables is not there yet */
export async function withTables<T>(
  deps: RunDeps,
  database: string | null,
  tables: readonly StateTable[],
  use: (state: OpenState) => Promise<T>,
): Promise<T | undefined> {
  const { relations, config } = deps.shared;
  const { schema } = readSettings(config.flags);
  await relations.ensure([{ database, schema }]);
  if (tables.some(({ name }) => relations.get(database, schema, name) === undefined)) return undefined;
  return inTransaction(deps, database, use);
}

function inTransaction<T>(
  deps: RunDeps,
  database: string | null,
  use: (state: OpenState) => Promise<T>,
): Promise<T> {
  const { adapter, config, host } = deps.shared;
  const { schema } = readSettings(config.flags);
  const compiler = new Compiler(deps);
  const sessions = new StateSessions(compiler);
  const store = new StateStore(adapter, database, schema);
  return inStateTransaction({ deps, compiler }, host.signal, (run) =>
    use({ store, session: sessions.over(run) }),
  );
}
