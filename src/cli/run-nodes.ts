// What build, run, test, seed, snapshot and clone have in common: select, run, and an exit code.

import type { Config } from "../config/config.ts";
import type { NodeCommand } from "../pipeline.ts";
import type { Invocation } from "./command.ts";
import { estimateLines } from "./estimate-output.ts";
import { planLines } from "./plan-output.ts";

/** The `run` of a command that runs nodes. */
export function runNodes(command: NodeCommand): (invocation: Invocation) => Promise<number> {
  return async ({ configure, withProject, print, say }) => {
    const config = await configure();
    const { buildNodes, estimateBytes, planNodes } = await import("../pipeline.ts");
    if (config.flags.boolean("dry_run")) {
      await withProject(config, async (project) => {
        const lines = planLines(planNodes(project, command));
        for (const line of lines) print(line);
        if (lines.length === 0) print("nothing to do");
      });
      return 0;
    }
    if (config.flags.boolean("estimate")) {
      await withProject(config, async (project) => {
        for (const line of estimateLines(await estimateBytes(project, command))) print(line);
      });
      return 0;
    }
    const report = await withProject(config, (project) => {
      tellEmbedded(config, say);
      return buildNodes(project, command);
    });
    return report.success ? 0 : 1;
  };
}

/** Without a profile nobody has said where to build, so it is said here. */
function tellEmbedded({ project, profile, credentials }: Config, say: Invocation["say"]): void {
  if (project.profile !== null || profile.place("type") !== undefined) return;
  const { path } = credentials.visible;
  const where = typeof path === "string" ? ` in ${path}` : "";
  say(`no profile is named: building on the embedded ${credentials.type}${where}`);
}
