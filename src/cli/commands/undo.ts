// `etl undo`

import type { CommandSpec } from "../command.ts";
import { undoLines } from "../undo-output.ts";

export const undo: CommandSpec = {
  name: "undo",
  group: "Remember",
  summary: "Take a run back: tables, views, seeds, snapshots and watermarks as before it",
  description:
    "Runs of nodes with the config keep_versions can be taken back, the last one unless another is named; others only " +
    "while nothing that they built was built again. It happens in one transaction and is a run itself, so another " +
    "etl undo takes it back. What hooks did stays.",
  argument: { name: "run", required: false, help: "Id of a run, or its beginning, as etl history shows it" },
  examples: [
    ["etl undo --dry-run", "What the last run changed, and what would come back"],
    ["etl undo", "As before the last run"],
    ["etl undo 3f2a91c0", "As before that run"],
  ],
  run: async ({ configure, withProject, say, words: [start] }) => {
    const config = await configure();
    const { undoLastRun } = await import("../../project-undo.ts");
    const isDry = config.flags.boolean("dry_run");
    const report = await withProject(config, (project) => undoLastRun(project, start, !isDry));
    for (const text of undoLines(report, isDry)) say(text);
    return 0;
  },
};
