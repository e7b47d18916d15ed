// `etl clone`

import type { CommandSpec } from "../command.ts";
import { runNodes } from "../run-nodes.ts";

export const clone: CommandSpec = {
  name: "clone",
  group: "Build",
  summary: "Make relations that point at or copy those of another environment",
  examples: [["etl clone --state prod", "What the manifest in the folder prod describes"]],
  run: runNodes("clone"),
};
