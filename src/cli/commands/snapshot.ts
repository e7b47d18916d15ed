// `etl snapshot`

import type { CommandSpec } from "../command.ts";
import { runNodes } from "../run-nodes.ts";

export const snapshot: CommandSpec = {
  name: "snapshot",
  group: "Build",
  summary: "Record what has changed in the rows of other tables",
  examples: [],
  run: runNodes("snapshot"),
};
