// Tells at the end of a run which nodes took far longer than in the runs before, where history is on.

import { DatabaseError } from "../adapter/database-error.ts";
import type { StateStore } from "../state/state-store.ts";
import { RUNS } from "../state/tables.ts";
import type { StateSessions } from "./memory/state-sessions.ts";
import { withStateWork } from "./memory/state-work.ts";
import type { RunContext } from "./run-context.ts";

/** How many runs before count. */
const RUNS_BEFORE = 20;

/** A warehouse that cannot answer costs nothing but the answer. */
export async function tellSlowerNodes(
  context: RunContext,
  store: StateStore,
  sessions: StateSessions,
): Promise<void> {
  const { host, config, invocation } = context.deps.shared;
  try {
    const { rows } = await withStateWork(context, { signal: host.signal }, async (run) => {
      const session = sessions.over(run);
      const runs = await store.read(session, RUNS, {
        where: { project: config.project.name, target: config.profile.target },
        newestBy: ["started_at"],
        limit: RUNS_BEFORE + 1,
      });
      const before = runs.map((run) => String(run.run_id)).filter((id) => id !== invocation.id);
      return before.length === 0 ? { rows: [] } : store.slowerNodes(session, invocation.id, before);
    });
    if (rows.length === 0) return;
    host.emit({
      kind: "nodes-slower",
      nodes: rows.map(([id, seconds, usual]) => {
        const node = String(id);
        const name = context.deps.manifest.resources.get(node)?.name ?? node;
        return { node, name, seconds: Number(seconds), usual: Number(usual) };
      }),
    });
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const text = `earlier times of the nodes are not known: ${error.facts.message}`;
    host.emit({ kind: "message", level: "debug", text });
  }
}
