// `etl state reset`

import type { CommandSpec } from "../command.ts";
import { moveState } from "../show-state.ts";

export const stateReset: CommandSpec = {
  name: "state reset",
  group: "Remember",
  summary: "Forget the watermark of a model: the next run finds it in the table",
  argument: { name: "model", required: true, help: "Name of a model that has a watermark" },
  examples: [["etl state reset events", "After the table was changed by hand"]],
  run: moveState(([model = ""]) => ({ model, value: null })),
};
