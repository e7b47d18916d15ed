// `etl history`

import type { CommandSpec } from "../command.ts";
import { showState } from "../show-state.ts";

export const history: CommandSpec = {
  name: "history",
  group: "Remember",
  summary: "List the remembered runs, or those of one node",
  description:
    "Runs are remembered with --history, or with history: true among the flags of dbt_project.yml.",
  argument: {
    name: "node",
    required: false,
    help: "Name of a node, to see how its time changed, of a source table, to see its freshness, or of an anomaly test, to see what it measured",
  },
  examples: [
    ["etl history", "The last runs"],
    ["etl history orders", "How long orders took, run by run"],
  ],
  answersOnStdout: true,
  run: showState(async (project, [node], flags) => {
    const { runHistory } = await import("../../project-state.ts");
    return runHistory(project, node, Number(flags.get("limit")));
  }),
};
