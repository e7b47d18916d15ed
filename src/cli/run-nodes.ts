// What build, run, test, seed, snapshot and clone have in common: select, run, and an exit code.

import type { Host } from "../base/host.ts";
import type { Config } from "../config/config.ts";
import type { NodeCommand } from "../pipeline.ts";
import type { Invocation } from "./command.ts";
import { estimateLines } from "./estimate-output.ts";
import { planLines } from "./plan-output.ts";

/** The `run` of a command that runs nodes. */
export function runNodes(command: NodeCommand): (invocation: Invocation) => Promise<number> {
  return async ({ configure, host, id, startedAt, report: speaker }) => {
    const config = await configure();
    const { buildNodes, estimateBytes, planNodes, withProject } = await import("../pipeline.ts");
    if (config.flags.boolean("dry_run")) {
      await withProject(config, { id, startedAt, command }, host, async (project) => {
        const lines = planLines(planNodes(project, command));
        for (const line of lines) speaker.result(line, "PrintEvent", "Z052");
        if (lines.length === 0) speaker.result("nothing to do", "PrintEvent", "Z052");
      });
      return 0;
    }
    if (config.flags.boolean("estimate")) {
      await withProject(config, { id, startedAt, command }, host, async (project) => {
        for (const line of estimateLines(await estimateBytes(project, command)))
          speaker.result(line, "PrintEvent", "Z052");
      });
      return 0;
    }
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
