// `etl quarantine list`

import type { CommandSpec } from "../command.ts";
import { showState } from "../show-state.ts";

export const quarantineList: CommandSpec = {
  name: "quarantine list",
  group: "Remember",
  summary: "List the models and seeds that have rows in quarantine",
  description:
    "With quarantine: true in the config of a test, or of a model for all of its tests, rows that break the test are put aside and the others are published.",
  examples: [["etl quarantine list", "How many rows are aside, since when, and in which table"]],
  answersOnStdout: true,
  run: showState(async (project) => {
    const { nodesInQuarantine } = await import("../../project-quarantine.ts");
    const { quarantineList: view } = await import("../../state/quarantine.ts");
    return view((await nodesInQuarantine(project)).map(({ count }) => count));
  }),
};
