// What build, run, test, seed, snapshot and clone have in common: select, run, and an exit code.

import type { NodeCommand } from "../pipeline.ts";
import type { Invocation } from "./command.ts";

/** The `run` of a command that runs nodes. */
export function runNodes(command: NodeCommand): (invocation: Invocation) => Promise<number> {
  return async ({ configure, host, id, startedAt }) => {
    const config = await configure();
    const { buildNodes, withProject } = await import("../pipeline.ts");
    const report = await withProject(config, { id, startedAt, command }, host, (project) =>
      buildNodes(project, command),
    );
    return report.success ? 0 : 1;
  };
}
