// The last run of this user that the state remembers: `etl retry` goes on with it where no run_results.json tells of it,
// since it was killed before it could write one, or its folder is gone.

import type { RunDeps } from "../../compile/deps.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import type { NodeId } from "../../manifest/node.ts";
import { type RememberedRun, rememberedRun } from "../../state/retry-facts.ts";
import { username } from "../../state/state-settings.ts";
import { NODE_RESULTS, PLANS, PUBLICATIONS, RUN_ENDS, RUNS } from "../../state/tables.ts";
import { isMicrobatch } from "../run-microbatch.ts";
import { withTables } from "./read-state.ts";

/** @returns undefined where the state remembers no run of this user, project and target. @throws DatabaseError */
export function readLastRun(deps: RunDeps): Promise<RememberedRun | undefined> {
  const { config, host, credentials } = deps.shared;
  const tables = [RUNS, RUN_ENDS, PLANS, PUBLICATIONS, NODE_RESULTS];
  return withTables(deps, credentials.database, tables, async ({ store, session }) => {
    const [run] = await store.read(session, RUNS, {
      where: {
        project: config.project.name,
        target: config.profile.target,
        username: username(host.env),
      },
      newestBy: ["started_at"],
      limit: 1,
    });
    if (!run) return undefined;
    const where = { run_id: String(run.run_id) };
    const [plan] = await store.read(session, PLANS, { where });
    if (!plan) return undefined;
    const [end] = await store.read(session, RUN_ENDS, { where });
    const results = await store.read(session, NODE_RESULTS, { where });
    const published = await store.read(session, PUBLICATIONS, { where });
    const whole = published.filter(({ node_id }) => isWhole(String(node_id), deps.manifest));
    return rememberedRun(run, plan, end !== undefined, results, whole);
  });
}

/** Whether a node was done when its data was committed: batches and hooks outside of its transaction come after that. */
function isWhole(id: NodeId, { resources }: Manifest): boolean {
  const node = resources.get(id);
  if (!node || !("config" in node) || (node.resourceType === "model" && isMicrobatch(node))) return false;
  const hooks = node.config.get("post-hook");
  return !(
    Array.isArray(hooks) && hooks.some((hook) => hook instanceof Map && hook.get("transaction") === false)
  );
}
