// `etl quarantine replay`

import type { CommandSpec } from "../command.ts";

export const quarantineReplay: CommandSpec = {
  name: "quarantine replay",
  group: "Remember",
  summary: "Try the rows in quarantine again, and publish those that pass now",
  description:
    "An incremental model takes what its query gives now for the unique_key of the rows; what that does not give, and all " +
    "rows of a model without unique_key, are taken as they were put aside. A table or seed is built anew. Rows are published " +
    "exactly once, in the transaction that takes them out; those that still break a test stay.",
  argument: {
    name: "node",
    required: false,
    help: "Name of a model or seed; without it all that have rows aside",
  },
  examples: [
    ["etl quarantine replay", "After the source, the model or the test was corrected"],
    ["etl quarantine replay orders", "Only those of orders"],
  ],
  run: async ({ configure, withProject, say, words: [name] }) => {
    const config = await configure();
    const { replayRows } = await import("../../pipeline.ts");
    const { nodesInQuarantine, replaySelection } = await import("../../project-quarantine.ts");
    return withProject(config, async (project) => {
      const found = await nodesInQuarantine(project, name);
      if (found.length === 0) {
        say(name === undefined ? "nothing is in quarantine" : `nothing of ${name} is in quarantine`);
        return 0;
      }
      const { selection, replays } = replaySelection(project, found);
      const report = await replayRows(project, selection, replays);
      const left = new Map((await nodesInQuarantine(project)).map(({ count }) => [count.nodeId, count.rows]));
      for (const { count, node } of found) {
        const stay = left.get(count.nodeId) ?? 0;
        say(`${node?.name ?? count.nodeId}: ${count.rows} tried again, ${stay} in quarantine`);
      }
      return report.success ? 0 : 1;
    });
  },
};
