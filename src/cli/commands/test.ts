// `etl test`

import type { CommandSpec } from "../command.ts";
import { runNodes } from "../run-nodes.ts";

export const test: CommandSpec = {
  name: "test",
  group: "Build",
  summary: "Data tests and unit tests",
  examples: [
    ["etl test --select orders", "The tests of orders"],
    ["etl test --select test_type:unit", "Unit tests only"],
    ["etl test --junit results.xml", "Also write what CI systems read"],
  ],
  run: runNodes("test"),
};
