// `etl seed`

import type { CommandSpec } from "../command.ts";
import { runNodes } from "../run-nodes.ts";

export const seed: CommandSpec = {
  name: "seed",
  group: "Build",
  summary: "Load the CSV files of the seeds as tables",
  examples: [["etl seed --full-refresh", "Drop the tables first, for changed columns"]],
  run: runNodes("seed"),
};
