// Opening the state to write it, and writing what belongs to no node. A warehouse that lets nobody write it costs a
// warning, and the command goes on without.

import { version } from "../../../package.json";
import { EtlError, warningAt } from "../../base/diagnostic.ts";
import type { Host } from "../../base/host.ts";
import type { RunStatement } from "../../compile/node-memory.ts";
import { readSettings } from "../../state/state-settings.ts";
import { StateStore } from "../../state/state-store.ts";
import { MIGRATIONS_TABLE } from "../../state/tables.ts";
import { UNREACHABLE } from "../breaker.ts";
import { createSchemas } from "../create-schemas.ts";
import { databaseErrorOf, type RunContext } from "../run-context.ts";
import type { StateSessions } from "./state-sessions.ts";
import { inStateTransaction } from "./state-work.ts";

/** How long the end of a run that was interrupted may take to write down. */
const PATIENCE_MS = 5000;

/**
 * Makes the schema and the tables that are missing in a database.
 * @returns undefined where the state cannot be kept, which is warned of
 * @throws EtlError when the warehouse cannot be opened
 */
export async function openStore(
  context: RunContext,
  sessions: StateSessions,
  database: string | null,
): Promise<StateStore | undefined> {
  const { host, relations, config, adapter } = context.deps.shared;
  const { schema } = readSettings(config.flags);
  const store = new StateStore(adapter, database, schema);
  try {
    await createSchemas(context, [{ database, schema }]);
    await relations.ensure([{ database, schema }]);
    await inStateTransaction(context, host.signal, (run) => {
      const known = relations.get(database, schema, MIGRATIONS_TABLE.name) !== undefined;
      return store.migrate(sessions.over(run), { known, version, now: host.now() });
    });
    return store;
  } catch (error) {
    if (host.signal.aborted) return undefined;
    if (!databaseErrorOf(error) && !(error instanceof EtlError)) throw error;
    warn(host, `the state cannot be kept in schema "${schema}": ${message(error)}`);
    return undefined;
  }
}

/** Writes in a transaction of its own, also in a run that was interrupted. What the warehouse refuses is a warning. */
export async function writeState(
  context: RunContext,
  work: (run: RunStatement) => Promise<void>,
): Promise<void> {
  const { host } = context.deps.shared;
  const { aborted } = host.signal;
  if (aborted && context.breaker?.isAway) return unwritten(host, UNREACHABLE);
  const signal = aborted ? AbortSignal.timeout(PATIENCE_MS) : new AbortController().signal;
  try {
    await inStateTransaction(context, signal, work);
  } catch (error) {
    if (!databaseErrorOf(error)) throw error;
    unwritten(host, message(error));
  }
}

function unwritten(host: Host, why: string): void {
  warn(host, `the run's history cannot be written: ${why}`);
}

function warn(host: Host, text: string): void {
  host.emit({
    kind: "diagnostic",
    diagnostic: warningAt("state-unavailable", text, undefined, {
      help: "the run goes on without it; grant the right to create the schema, or set history: false",
    }),
  });
}

function message(error: unknown): string {
  if (error instanceof EtlError) return error.diagnostics[0]?.message ?? error.message;
  return databaseErrorOf(error)?.facts.message ?? String(error);
}
