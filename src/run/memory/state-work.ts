// Sessions for work on the state that belongs to no node: tables that are made, the rows of a run, what commands read.

import type { RunStatement } from "../../compile/node-memory.ts";
import { type RunContext, type WorkOptions, withWork } from "../run-context.ts";

/**
 * Lends a session for work on the state, which belongs to no node.
 * @throws what the last attempt threw; DatabaseError for what the warehouse refuses
 */
export function withStateWork<T>(
  context: RunContext,
  options: Pick<WorkOptions, "signal" | "limits">,
  use: (run: RunStatement) => Promise<T>,
): Promise<T> {
  return withWork(context, { id: "state", connection: "state", ...options }, ({ answerer }) =>
    use(answerer.run),
  );
}

/** The same in a transaction, which is committed when `use` ends well. */
export function inStateTransaction<T>(
  context: RunContext,
  signal: AbortSignal,
  use: (run: RunStatement) => Promise<T>,
): Promise<T> {
  return withWork(context, { id: "state", connection: "state", signal }, async ({ answerer }) => {
    await answerer.answer({ kind: "begin" });
    const result = await use(answerer.run);
    await answerer.answer({ kind: "commit" });
    return result;
  });
}
