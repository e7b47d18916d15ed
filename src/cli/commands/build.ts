// `etl build`

import type { CommandSpec } from "../command.ts";
import { runNodes } from "../run-nodes.ts";

export const build: CommandSpec = {
  name: "build",
  group: "Build",
  summary: "Seeds, snapshots and models in order, each tested on the way",
  description: "A test that fails keeps what depends on its model from being built.",
  examples: [
    ["etl build", "The whole project"],
    ["etl build --select orders+", "orders and all that depends on it"],
    ["etl build --select state:modified+ --state prod", "What has changed since prod, and below"],
  ],
  run: runNodes("build"),
};
