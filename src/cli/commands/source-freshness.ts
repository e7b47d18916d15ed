// `etl source freshness`

import type { CommandSpec } from "../command.ts";

export const sourceFreshness: CommandSpec = {
  name: "source freshness",
  aliases: ["source snapshot-freshness"],
  group: "Look",
  summary: "Check how old the rows of sources are, write target/sources.json",
  examples: [["etl source freshness --select source:shop", "The tables of one source"]],
  async run({ configure, withProject }) {
    const config = await configure();
    const { measureFreshness } = await import("../../pipeline.ts");
    const report = await withProject(config, measureFreshness);
    return report.success ? 0 : 1;
  },
};
