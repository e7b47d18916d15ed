// `etl run`

import type { CommandSpec } from "../command.ts";
import { runNodes } from "../run-nodes.ts";

export const run: CommandSpec = {
  name: "run",
  group: "Build",
  summary: "Models only, without their tests",
  examples: [
    ["etl run --select +orders", "orders and all that it is made of"],
    ["etl run --full-refresh", "Incremental models from scratch"],
  ],
  run: runNodes("run"),
};
