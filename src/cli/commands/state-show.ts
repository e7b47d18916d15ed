// `etl state show`

import type { CommandSpec } from "../command.ts";
import { showState } from "../show-state.ts";

export const stateShow: CommandSpec = {
  name: "state show",
  group: "Remember",
  summary: "Show how the watermark of a model moved, and who moved it",
  argument: { name: "model", required: true, help: "Name of a model that has a watermark" },
  examples: [["etl state show events", "The last runs, with the rows that came and those that came late"]],
  answersOnStdout: true,
  run: showState(async (project, [model = ""], flags) => {
    const { showWatermark } = await import("../../project-state.ts");
    return showWatermark(project, model, Number(flags.get("limit")));
  }),
};
