// `etl history diff`

import type { CommandSpec } from "../command.ts";
import { showState } from "../show-state.ts";

export const historyDiff: CommandSpec = {
  name: "history diff",
  group: "Remember",
  summary: "Tell what changed between two runs",
  argument: {
    name: "runs",
    required: false,
    most: 2,
    help: "The older and the newer run, by the start of their ids",
  },
  examples: [
    ["etl history diff", "The last two runs"],
    ["etl history diff 3fa8 77c1", "Any two"],
  ],
  answersOnStdout: true,
  run: showState(async (project, runs) => {
    const { diffRuns } = await import("../../project-state.ts");
    return diffRuns(project, runs);
  }),
};
