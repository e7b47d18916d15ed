// `etl source freshness`

import type { CommandSpec } from "../command.ts";

export const sourceFreshness: CommandSpec = {
  name: "source freshness",
  aliases: ["source snapshot-freshness"],
  group: "Look",
  summary: "Check how old the rows of sources are, write target/sources.json",
  examples: [["etl source freshness --select source:shop", "The tables of one source"]],
  async run({ configure, host, id, startedAt }) {
    const config = await configure();
    const { measureFreshness, withProject } = await import("../../pipeline.ts");
    const report = await withProject(
      config,
      { id, startedAt, command: "source freshness" },
      host,
      measureFreshness,
    );
    return report.success ? 0 : 1;
  },
};
