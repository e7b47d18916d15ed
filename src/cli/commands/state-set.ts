// `etl state set`

import type { CommandSpec } from "../command.ts";
import { moveState } from "../show-state.ts";

export const stateSet: CommandSpec = {
  name: "state set",
  group: "Remember",
  summary: "Set the watermark of a model: the next run takes the rows after it",
  argument: { name: "model value", required: true, least: 2, most: 2, help: "A model and a value" },
  examples: [["etl state set events '2026-01-31 00:00:00'", "Takes all rows of February again"]],
  run: moveState(([model = "", value = ""]) => ({ model, value })),
};
