// `etl state list`

import type { CommandSpec } from "../command.ts";
import { showState } from "../show-state.ts";

export const stateList: CommandSpec = {
  name: "state list",
  group: "Remember",
  summary: "List where the watermarks of models stand",
  examples: [],
  answersOnStdout: true,
  run: showState(async (project) => {
    const { listWatermarks } = await import("../../project-state.ts");
    return listWatermarks(project);
  }),
};
