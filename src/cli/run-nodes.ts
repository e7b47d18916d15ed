// What build, run, test, seed, snapshot and clone have in common: select, run, and an exit code.

import type { Host } from "../base/host.ts";
import type { Config } from "../config/config.ts";
import type { NodeCommand } from "../pipeline.ts";
import type { Invocation } from "./command.ts";

/** The `run` of a command that runs nodes. */
export function runNodes(command: NodeCommand): (invocation: Invocation) => Promise<number> {
  return async ({ configure, host, id, startedAt }) => {
    const config = await configure();
    const { buildNodes, withProject } = await import("../pipeline.ts");
    const report = await withProject(config, { id, startedAt, command }, host, (project) => {
      tellEmbedded(config, host);
      return buildNodes(project, command);
    });
    return report.success ? 0 : 1;
  };
}

/** Without a profile nobody has said where to build, so it is said here. */
function tellEmbedded({ project, profile, credentials }: Config, host: Host): void {
  if (project.profile !== null || profile.place("type") !== undefined) return;
  const { path } = credentials.visible;
  const where = typeof path === "string" ? ` in ${path}` : "";
  host.emit({
    kind: "message",
    level: "info",
    text: `no profile is named: building on the embedded ${credentials.type}${where}`,
  });
}
