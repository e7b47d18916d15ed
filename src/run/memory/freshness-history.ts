// Keeps what `source freshness` has found, where history is on: a row a source and check.

import { Compiler } from "../../compile/compile-node.ts";
import type { RunDeps } from "../../compile/deps.ts";
import { FRESHNESS } from "../../state/tables.ts";
import type { FreshnessReport } from "../check-freshness.ts";
import type { RunContext } from "../run-context.ts";
import { openStore, writeState } from "./open-state.ts";
import { StateSessions } from "./state-sessions.ts";

/** A state that cannot be written is a warning. @throws EtlError when the warehouse cannot be opened */
export async function rememberFreshness({ results }: FreshnessReport, deps: RunDeps): Promise<void> {
  const { config, host, invocation, credentials } = deps.shared;
  if (!config.flags.boolean("history") || results.length === 0) return;
  const context: RunContext = { deps, compiler: new Compiler(deps) };
  const sessions = new StateSessions(context.compiler);
  const store = await openStore(context, sessions, credentials.database);
  if (!store) return;
  const rows = results.map(({ source, status, measured, message }) => ({
    run_id: invocation.id,
    node_id: source.id,
    status,
    max_loaded_at: measured?.maxLoadedAt ?? null,
    checked_at: measured?.snapshottedAt ?? host.now(),
    age_seconds: measured ? (measured.snapshottedAt.getTime() - measured.maxLoadedAt.getTime()) / 1000 : null,
    message,
  }));
  await writeState(context, (run) => store.append(sessions.over(run), FRESHNESS, rows));
}
