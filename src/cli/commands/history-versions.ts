// `etl history versions`

import type { CommandSpec } from "../command.ts";
import { showState } from "../show-state.ts";

export const historyVersions: CommandSpec = {
  name: "history versions",
  group: "Remember",
  summary: "List the versions of tables that are kept for etl undo, and their size",
  description:
    "With keep_versions: 2 in its config a node keeps what its table was before each of the last two runs that changed it.",
  examples: [["etl history versions", "What can still be brought back, and the space that it takes"]],
  answersOnStdout: true,
  run: showState(async (project) => {
    const { keptVersions } = await import("../../project-undo.ts");
    return keptVersions(project);
  }),
};
