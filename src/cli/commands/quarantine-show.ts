// `etl quarantine show`

import type { CommandSpec } from "../command.ts";
import { showState } from "../show-state.ts";

export const quarantineShow: CommandSpec = {
  name: "quarantine show",
  group: "Remember",
  summary: "Print the rows of a model or seed that are in quarantine, and why",
  argument: { name: "node", required: true, help: "Name of a model or seed" },
  examples: [["etl quarantine show orders", "The rows, with the tests that they broke"]],
  answersOnStdout: true,
  run: showState(async (project, [name], flags) => {
    const { nodesInQuarantine, showQuarantined } = await import("../../project-quarantine.ts");
    const [found] = await nodesInQuarantine(project, name);
    if (!found) return { empty: `nothing of ${name} is in quarantine`, columns: [], rows: [] };
    return showQuarantined(project, found, Number(flags.get("limit")));
  }),
};
